"""The output_shape of a transposed convolution of Keras 1, as the output_padding that gives it today.

Keras 1 was told the size of the output, as TensorFlow and Theano were. Today it follows from the size of the input, and
``output_padding`` says which of the sizes is meant that one input can come from: with a stride of 2, two of them. So it
follows from the size of the output alone, and nothing need be known of the input.
"""

from __future__ import annotations

import ast
from typing import Mapping, Sequence

_CHANNELS_LAST = "Its sizes are taken from an output_shape that has the channels last."


def output_padding(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """The value of output_padding, "" where there is no need of one, and what is taken for granted; None where it is
    not known.

    Arguments:
        texts: what the call is given, by the names of Keras 1.
    """
    strides = _sizes(texts.get("subsample", "(1, 1)"))
    if strides == (1, 1):
        return "", ""
    border, order = _literal(texts.get("border_mode", "'valid'")), _literal(texts.get("dim_ordering", "'default'"))
    if len(strides) != 2 or border not in ("valid", "same") or order not in ("tf", "default"):
        return None
    said = _CHANNELS_LAST if order == "default" else ""
    written, kernel = texts["output_shape"], f"({texts.get('nb_row')}, {texts.get('nb_col')})"
    shape, sizes = _literal(written), _sizes(kernel)
    if isinstance(shape, tuple):
        wanted = _sizes(str(shape[1:3]))
        known = len(wanted) == len(sizes) == 2 and len(shape) == 4
        return _counted(wanted, sizes, strides, border == "same", said) if known else None
    if shape is None and border == "valid" and "None" not in kernel:
        each = "(size - kernel) % stride for size, kernel, stride"
        return f"tuple({each} in zip({written}[1:3], {kernel}, {strides}))", said
    return None


def _counted(
    sizes: Sequence[int], kernel: Sequence[int], strides: Sequence[int], same: bool, said: str
) -> tuple[str, str] | None:
    if same:
        if all(size % stride == 0 for size, stride in zip(sizes, strides)):
            return "", ""
        found = [
            size - (-(-size // stride) - 1) * stride - each + 2 * (each // 2)
            for size, each, stride in zip(sizes, kernel, strides)
        ]
    else:
        found = [(size - each) % stride for size, each, stride in zip(sizes, kernel, strides)]
        if not any(found) and all(each >= stride for each, stride in zip(kernel, strides)):
            return "", ""
    fits = all(0 <= each < stride for each, stride in zip(found, strides))
    return (str(tuple(found)), said) if fits else None


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers that are written out; none where one of them is not."""
    found = _literal(text)
    return found if isinstance(found, tuple) and all(type(each) is int and each > 0 for each in found) else ()


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
