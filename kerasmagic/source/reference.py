"""What a piece of code asks TensorFlow or Keras for."""

from __future__ import annotations

from typing import NamedTuple

from .position import Range
from .values import Instance


class Passed(NamedTuple):
    """An object whose class is evident, as an argument of a call or in a list that is one."""

    keyword: str
    """The keyword; for a positional argument its number, "0"."""
    value: Instance
    """The very object: what is passed twice by the same name is one."""
    range: Range


class Reference(NamedTuple):
    """One thing that a cell asks for, with its position in the cell as typed.

    Names are canonical: aliases are followed (``K.foo`` after ``import keras.backend as K`` is ``keras.backend.foo``;
    ``tf.keras`` is ``tensorflow.keras``), so that they can be asked of a kernel or a release as they are.
    """

    kind: str
    """``import`` (``import a.b``), ``from`` (``from a.b import c``), ``attribute`` (``a.b.c`` through bound names),
    ``call`` (a call of a name that is known), ``method`` (``x.fit`` where the class of ``x`` is evident; ``name`` is
    ``keras.Model.fit``), ``string`` (an identifier that Keras resolves, such as ``optimizer="adam"``), ``setting``
    (``os.environ["KERAS_BACKEND"] = …``) or ``install`` (``!pip install keras``)."""
    name: str
    """The canonical dotted name, ``keras.utils.np_utils.to_categorical``; for a string ``optimizer:adam``; for a
    setting ``KERAS_BACKEND``; for an install the requirement as typed."""
    range: Range
    """The last component for an attribute chain's ``member``; the whole expression otherwise."""
    written: str
    """The expression as typed: ``K.image_dim_ordering``."""
    module: str = ""
    """For ``import`` and ``from``: the module that is imported."""
    member: str = ""
    """For ``from``: the imported name (``*`` for a star import)."""
    bound: str = ""
    """For ``import`` and ``from``: the name that the statement binds in the cell."""
    positional: int = 0
    """For ``call``: the number of positional arguments (without a starred one)."""
    keywords: tuple[str, ...] = ()
    """For ``call``: the keyword names, in order."""
    open_ended: bool = False
    """For ``call``: ``*args`` or ``**kwargs`` are passed, so that more may arrive than is written."""
    value: str | None = None
    """For ``setting``: the value as typed, where it is a literal."""
    passes: tuple[Passed, ...] = ()
    """For ``call`` and ``method``: the objects that are passed, as far as they are known."""
    guarded: bool = False
    """Inside ``try … except ImportError/AttributeError``, a version test or a ``hasattr`` test: not certain to run."""
