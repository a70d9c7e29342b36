"""KE164: package that Keras can do without."""

from __future__ import annotations

import pytest
from environments import commands, put

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES
from kerasmagic.rules.failures.ke164_optional_packages import on_failure

IMPORTS = """
try:
    import {module} as thing
    from {module} import part
except ImportError:
    pass
else:
    pass
"""


def told(kernel, module, body, tensorflow="tensorflow-cpu", version="2.15.1"):
    """What is said of a Keras that can do without a package, and needs it now."""
    put(kernel, tensorflow, version)
    put(kernel, "keras", "2.15.0")
    code = f"{IMPORTS.format(module=module)}\nnothing = None\n\ndef use():\n    {body}\n"
    (kernel / "keras" / "__init__.py").write_text(code)
    namespace: dict = {}
    try:
        exec(compile("import keras\nkeras.use()", "<ipython-input-1>", "exec"), namespace)
    except Exception as error:
        return list(on_failure(Failure(error, "keras.use()", namespace), KernelWorld(RULES, namespace)))
    raise AssertionError("it did not fail")


@pytest.mark.parametrize(
    "body",
    [
        "return thing.linalg",
        "return part.svd()",
        "raise ImportError('Image transformations require No_Such. Install No_Such.')",
        "raise ImportError('You need `no_such`.')",
    ],
)
def test_the_package_is_told_by_the_imports_that_keras_is_prepared_for(kernel, body):
    (problem,) = told(kernel, "no_such", body)
    assert problem.title == "This needs the package no-such, which is not installed"
    assert commands(problem) == ['%pip install "tensorflow-cpu==2.15.1" no-such']
    assert "restart" in problem.fixes[0].title


@pytest.mark.parametrize("body", ["return thin.linalg", "raise ValueError('no_such')", "return nothing.open()"])
def test_silent_of_other_errors_there(kernel, body):
    assert told(kernel, "no_such", body) == []


def test_silent_where_it_is_there(kernel):
    assert told(kernel, "json", "raise ImportError('json is too old')") == []


def test_what_keras_imports_when_it_is_used_is_told_by_its_own_words(kernel):
    says = "raise ImportError('This requires the no_such module. You can install it via `pip install no-such`')"
    (problem,) = told(kernel, "json", says)
    assert commands(problem) == ['%pip install "tensorflow-cpu==2.15.1" no-such']
    assert "restart" not in problem.fixes[0].title


@pytest.mark.parametrize(
    ("version", "lines"), [("2.15.1", ['%pip install --no-deps "tensorflow-io==0.36.0"']), ("2.20.0", [])]
)
def test_what_is_made_for_one_tensorflow_fits_the_one_that_is_here(kernel, version, lines):
    says = "raise ImportError('you should install tensorflow_io. Do `pip install tensorflow-io`.')"
    (problem,) = told(kernel, "json", says, version=version)
    assert commands(problem) == lines
