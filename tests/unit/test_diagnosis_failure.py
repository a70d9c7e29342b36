"""What an exception says is missing: by its attributes, and by its message where it has none."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.evidence.failure import Failure, Wanted, once

UNDERSTOOD = [
    pytest.param(
        ModuleNotFoundError("No module named 'keras.layers.core'"),
        Wanted("module", "", ("keras.layers.core",)),
        id="module",
    ),
    pytest.param(
        ModuleNotFoundError("No module named 'keras.backend.x'; 'keras.backend' is not a package"),
        Wanted("module", "", ("keras.backend.x",)),
        id="module below a module",
    ),
    pytest.param(
        ImportError("cannot import name 'Merge' from 'keras.layers' (/x/__init__.py)"),
        Wanted("name", "keras.layers", ("Merge",)),
        id="name with its module",
    ),
    pytest.param(ImportError("cannot import name save_img"), Wanted("name", "", ("save_img",)), id="name, old form"),
    pytest.param(
        AttributeError("module 'tensorflow' has no attribute 'log'"),
        Wanted("attribute", "tensorflow", ("log",)),
        id="attribute",
    ),
    pytest.param(
        AttributeError("'Sequential' object has no attribute 'predict_classes'"),
        Wanted("attribute", "Sequential", ("predict_classes",)),
        id="method",
    ),
    pytest.param(
        AttributeError("`dense` is not available with Keras 3."),
        Wanted("attribute", "", ("dense",)),
        id="not with Keras 3",
    ),
    pytest.param(
        TypeError("fit() got an unexpected keyword argument 'nb_epoch'"),
        Wanted("keyword", "fit", ("nb_epoch",)),
        id="keyword",
    ),
    pytest.param(
        TypeError(("Keyword argument not understood:", "border_mode")),
        Wanted("keyword", "", ("border_mode",)),
        id="TF keyword",
    ),
    pytest.param(
        TypeError("Dense.__init__() missing 1 required positional argument: 'units'"),
        Wanted("required", "Dense.__init__", ("units",)),
        id="lacking argument",
    ),
    pytest.param(
        ValueError("Arguments not recognized: {'max_q_size': 3, 'show_accuracy': True}"),
        Wanted("keyword", "", ("max_q_size", "show_accuracy")),
        id="keyword of evaluate",
    ),
    pytest.param(
        TypeError("Invalid keyword arguments: ['show_accuracy']"),
        Wanted("keyword", "", ("show_accuracy",)),
        id="keyword of evaluate in Keras 2",
    ),
    pytest.param(
        ValueError("Argument(s) not recognized: {'lr': 0.002}"), Wanted("keyword", "", ("lr",)), id="optimizer keyword"
    ),
    pytest.param(
        ValueError("Unrecognized keyword arguments passed to Embedding: {'weights': [1], 'input_length': 25}"),
        Wanted("keyword", "Embedding", ("weights", "input_length")),
        id="layer keywords",
    ),
    pytest.param(
        ValueError("decay is deprecated in the new Keras optimizer, please check the docstring"),
        Wanted("keyword", "", ("decay",)),
        id="decay",
    ),
    pytest.param(
        ValueError("Unknown activation function:LeakyReLU"),
        Wanted("value", "activation", ("LeakyReLU",)),
        id="activation",
    ),
    pytest.param(NameError("name 'Conv2D' is not defined"), Wanted("variable", "", ("Conv2D",)), id="variable"),
    pytest.param(KeyError("val_acc"), Wanted("key", "", ("val_acc",)), id="key"),
]


@pytest.mark.parametrize("exception, wanted", UNDERSTOOD)
def test_understood(exception: BaseException, wanted: Wanted) -> None:
    assert Failure(exception).wanted == wanted


@pytest.mark.parametrize(
    "exception",
    [
        ZeroDivisionError("division by zero"),
        ValueError("could not convert string to float"),
        OSError(2, "x"),
        KeyError(3),
    ],
    ids=lambda exception: type(exception).__name__,
)
def test_not_understood(exception: BaseException) -> None:
    assert Failure(exception).wanted is None


def test_the_attributes_of_an_import_error_win_over_its_message() -> None:
    error = ImportError("cannot import name 'x' from 'y'", name="keras.layers")
    assert Failure(error).wanted == Wanted("name", "keras.layers", ("x",))


def test_where_a_traceback_ends() -> None:
    namespace: dict = {"__name__": "__main__"}
    try:
        exec(compile("import json\njson.loads('{')", "<cell>", "exec"), namespace)
    except ValueError as error:
        failure = Failure(error, "import json\njson.loads('{')", namespace)
    places = [frame.place for frame in failure.frames if frame.path == "<cell>" or "json" in frame.path]
    assert places[0] == "cell" and places[-1] == "package"
    assert failure.end is not None and failure.end.module == "json.decoder"


def test_what_follows_from_a_failure_is_read_once_for_each() -> None:
    reads = []

    @once
    def read(failure: Failure, word: str) -> str:
        reads.append(failure)
        return f"{failure.source} {word}"

    first, second = Failure(ValueError(), "a"), Failure(ValueError(), "b")
    assert [read(first, "x"), read(first, "x"), read(second, "x")] == ["a x", "a x", "b x"]
    assert reads == [first, second]
