"""How a dataset of tf.data was put together: it holds the dataset that each of its steps was made from."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple

from ..evidence import session

_MOST = 50


class Step(NamedTuple):
    kind: str
    """"Batch", "Shuffle", "TensorSlice"; the same in all releases."""
    dataset: Any

    def number(self, name: str) -> int | None:
        """A number that it was made with: that of ``_batch_size``."""
        value = session.own(self.dataset, name)
        if not session.is_exactly(value, "tensorflow", "EagerTensor"):
            return None
        return int(value.numpy()) if not value.shape.rank else None


def steps(dataset: Any) -> Iterator[Step]:
    """The steps of a dataset, the last first."""
    for _ in range(_MOST):
        if session.root(dataset) != "tensorflow":
            return
        name = session.class_name(dataset).lstrip("_")
        yield Step(name[: name.index("Dataset")] if "Dataset" in name else name, dataset)
        dataset = session.own(dataset, "_input_dataset")


class Batches(NamedTuple):
    size: int | None
    """0 for single samples; None where it is not known."""
    in_order: bool
    """Whether the samples come as they are in the data, once each."""


_IN_ORDER = ("Map", "ParallelMap", "Cache", "Prefetch", "Batch", "ParallelBatch", "Options")


def batches_of(dataset: Any) -> Batches:
    """The size of its batches, and whether two such datasets go together."""
    found = [*steps(dataset)]
    plain = bool(found) and found[-1].kind == "TensorSlice" and all(step.kind in _IN_ORDER for step in found[:-1])
    sizes = [step.number("_batch_size") for step in found if step.kind in ("Batch", "ParallelBatch")]
    size = sizes[0] if len(sizes) == 1 else 0 if plain and not sizes else None
    return Batches(size, plain)


def smaller_batch(dataset: Any) -> int | None:
    """The size of the last batch where that is smaller than the others; None where it is not, or not known."""
    found = [*steps(dataset)]
    for step, source in zip(found, found[1:]):
        size = step.number("_batch_size")
        if size and step.kind in ("Batch", "ParallelBatch"):
            left = (_elements(source) or 0) % size
            return left if left and not step.number("_drop_remainder") else None
    return None


class Emptied(NamedTuple):
    """The step of a dataset after which nothing is left."""

    step: Step
    before: int | None
    """How many elements came to it; None for the first step of all, or where that is not known."""


def emptied(dataset: Any) -> Emptied | None:
    """Where a dataset loses all that it has; None where it has elements, or that is not known."""
    found = [*steps(dataset)]
    if not found or _elements(found[0]) != 0:
        return None
    for step, source in zip(found, found[1:]):
        before = _elements(source)
        if before != 0:
            return Emptied(step, before)
    return Emptied(found[-1], None)


def _elements(step: Step) -> int | None:
    """The number of elements; None where it is not known, or they have no end. TensorFlow computes it from the steps,
    and runs none of them."""
    ask = session.attribute(step.dataset, "cardinality")
    count = ask() if ask is not None else None
    if count is None or not session.is_exactly(count, "tensorflow", "EagerTensor"):
        return None
    return int(count.numpy()) if count.numpy() >= 0 else None
