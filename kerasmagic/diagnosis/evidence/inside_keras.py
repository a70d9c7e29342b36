"""Where a training failed: in Keras's own comparison of labels with answers, or in a function of the user's that Keras
called.

What does not fit in a loss, in a metric or in the weighing of samples is no tensor of the user's lines: it is the
labels, the model's answers, a mask or the weights. Three things tell of the place: the traceback, of which Keras keeps
few steps; the steps that TensorFlow writes into the message; and the name of the operation, which begins with the scope
that it was made in.
"""

from __future__ import annotations

import re
from types import FunctionType
from typing import Iterator, NamedTuple

from .failed_cell import python_frames
from .failure import CONVERTED, Failure

_STEP = re.compile(r"^ +(?:File \"(.+?)\", line \d+, in (\w+)|(\S+\.py|<[^>\n]+>):\d+ (\w+))", re.MULTILINE)
"""A step in a message; up to TensorFlow 2.5 in the second form."""
_COMPARES = re.compile(
    r"/(?:tf_)?keras/(?:\w+/)*(?:losses|metrics|losses_utils|metrics_utils|compile_utils)(?:/|\.py$)"
)
_KERAS = re.compile(r"/(?:tf_)?keras/")
_INSTALLED = re.compile(r"(?:site|dist)-packages/|/lib/python3|^<frozen")
_PACKAGE = re.compile(r"(?:site|dist)-packages/(\w+)/")
_OURS = (
    "keras",
    "tf_keras",
    "tensorflow",
    "numpy",
    "IPython",
    "ipykernel",
    "tree",
    "optree",
    "wrapt",
    "absl",
    "ml_dtypes",
)
_AROUND = ("wrapper", "inner", "inner_f")
"""What decorators put around the functions of a package."""
_NODE = re.compile(r"(?:\{\{|\[\[)node ([\w./-]+)|^Detected at node '?([\w./-]+)", re.MULTILINE)
_SCOPE = re.compile(
    r"(?:^|/)(?:compile_loss|weighted_loss|confusion_matrix)/"
    r"|^(?:gradient_tape/)?(?:mean_(?:squared|absolute)\w*|mse|mae|mape|msle|\w*cross_?entropy|huber\w*|log_?cosh|hinge"
    r"|kl_divergence|kld|poisson|cosine_similarity)(?:_\d+)?/"
)
"""The scopes of losses, and of the metrics that have one."""


class Step(NamedTuple):
    path: str
    function: str


def compares(failure: Failure) -> bool:
    """Whether Keras's own loss, metric or weighing failed; a function of the user's there is the user's."""
    found = ""
    for step in _steps_in_keras(failure):
        if _COMPARES.search(step.path):
            found = "keras"
        elif _is_of_the_user(step):
            found = "user"
    return found == "keras" or (not found and _is_named_so(failure))


def called_functions(failure: Failure) -> list[str]:
    """The names of the user's functions that Keras called on the way, the last one first."""
    names = [step.function for step in _steps_in_keras(failure) if _is_of_the_user(step)]
    return [_plain(name) for name in reversed(names)]


def scopes_of_the_gradient(failure: Failure) -> list[str]:
    """The scopes of the operation of a gradient that failed, the innermost first: ``dice`` of ``gradient_tape/
    compile_loss/dice/mul``. TensorFlow tells no steps there."""
    names = _operations(failure)
    return [scope for name in names if name.startswith("gradient_tape/") for scope in reversed(name.split("/"))]


def _operations(failure: Failure) -> list[str]:
    """The operations of a graph at which it failed, with their scopes."""
    return [one or other for one, other in _NODE.findall(str(failure.exception))]


class Foreign(NamedTuple):
    """A function of another package that Keras, or a function of the user's, called with tensors."""

    name: str
    package: str
    caller: str
    """The name of the user's function that calls it; empty where Keras does."""


def foreign_function(failure: Failure) -> Foreign | None:
    """The first function of a package, neither Keras nor TensorFlow nor NumPy, on the way to the error."""
    caller = ""
    for step in _steps_in_keras(failure):
        package = _PACKAGE.search(step.path)
        if package is not None and package[1] not in _OURS and step.function not in _AROUND:
            return Foreign(_plain(step.function), package[1], caller)
        if _is_of_the_user(step):
            caller = _plain(step.function)
    return None


def _plain(name: str) -> str:
    return name[len("tf__") :] if name.startswith("tf__") else name


def _is_of_the_user(step: Step) -> bool:
    return not _INSTALLED.search(step.path) and CONVERTED not in step.path


def _steps_in_keras(failure: Failure) -> Iterator[Step]:
    """The steps from the first one of Keras on: of a graph's error those that made its operation."""
    message = str(failure.exception)
    steps = [Step(one or other, name or same) for one, name, other, same in _STEP.findall(message)]
    if "Detected at node" not in message:
        codes = (frame.f_code for frame in python_frames(failure))
        steps = [*(Step(code.co_filename, code.co_name) for code in codes), *steps]
    inside = False
    for step in steps:
        step = step._replace(path=step.path.replace("\\", "/"))
        inside = inside or bool(_KERAS.search(step.path))
        if inside:
            yield step


def _is_named_so(failure: Failure) -> bool:
    """Whether the operation that failed is one of a loss, or stands in no layer's scope, as those of metrics do."""
    names = _operations(failure)
    of_a_dataset = "IteratorGetNext" in names or "IteratorGetNext]]" in str(failure.exception)
    if of_a_dataset or not _in_training(failure):
        return False  # a function of a dataset, or a line of the user's
    return any(_SCOPE.search(name) or "/" not in name for name in names)


def _in_training(failure: Failure) -> bool:
    """Whether fit or the like was called: Keras leaves it in the traceback, or the wrapper that took it out."""
    for frame in python_frames(failure):
        called = frame.f_locals.get("fn") if frame.f_code.co_name == "error_handler" else None
        name = called.__name__ if type(called) is FunctionType else frame.f_code.co_name
        if name in _TRAINING:
            return True
    return False


_TRAINING = ("fit", "evaluate", "train_on_batch", "test_on_batch", "fit_generator", "evaluate_generator")
