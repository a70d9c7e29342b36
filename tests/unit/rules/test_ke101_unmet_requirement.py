"""KE101: a package that fails in use with another one, by measurement and not by its metadata."""

from __future__ import annotations

import pytest
from environments import commands, fail, only, problems, put

from kerasmagic.kernel.stack import module_of

CELL = "import scikeras\nscikeras.fit()"


def install(site, scikeras, keras):
    put(site, "tensorflow", "2.20.0", "keras>=3.10.0")
    put(site, "keras", keras)
    put(site, "scikeras", scikeras)
    (site / "keras" / "__init__.py").write_text("def get(name):\n    raise ValueError(f'Could not interpret {name}')\n")
    (site / "scikeras" / "__init__.py").write_text("import keras\n\ndef fit():\n    keras.get('loss')\n")


def test_silent_where_they_fit(kernel):
    install(kernel, "0.13.0", "3.13.2")
    assert fail(CELL) == []


@pytest.mark.parametrize("cell", ["import scikeras\nint('x')", "import keras\nkeras.get('los')"])
def test_silent_where_only_one_of_them_took_part(kernel, cell):
    install(kernel, "0.12.0", "3.13.2")
    assert fail(cell) == []


def test_told_with_the_release_that_fits(kernel):
    install(kernel, "0.12.0", "3.13.2")
    (problem,) = fail(CELL)
    assert problem.title == "keras 3.13.2 does not fit scikeras 0.12.0"
    assert commands(problem) == ['%pip install "tensorflow==2.20.0" "scikeras>=0.13"']


def test_the_package_that_does_not_fit_is_told_with_what_fits(site):
    put(site, "tensorflow", "2.15.1", "wrapt<1.15,>=1.11.0")
    put(site, "wrapt", "1.17.0")
    (problem,) = problems(site)
    assert problem.rule == "KE101" and "you have" in problem.cause
    assert commands(problem)[0] == '%pip install "wrapt>=1.11.0,<1.15"'


def test_a_missing_package_is_installed_beside_the_tensorflow_that_is_here(site):
    put(site, "tensorflow", "2.19.1", "protobuf<6")
    put(site, "protobuf", "5.29.6")
    put(site, "keras-cv", "0.6.4", "tensorflow-datasets")
    assert commands(only("KE101", site)) == ['%pip install "tensorflow==2.19.1" "tensorflow-datasets"']


def test_no_version_fits_all(site):
    put(site, "tensorflow", "2.10.1")
    put(site, "numpy", "1.26.4")
    put(site, "jax", "0.6.0", "numpy>=2.0.0")
    assert commands(only("KE101", site)) == [
        '%pip install "tensorflow==2.10.1" "numpy<2" jax numpy',
        "%pip install --upgrade tensorflow jax numpy",
    ]


def test_a_package_of_another_tensorflow_moves_and_tensorflow_stays(site):
    put(site, "tensorflow", "2.17.1", "keras>=3.2.0")
    put(site, "keras", "3.5.0")
    put(site, "tensorflow-text", "2.16.1", "tensorflow<2.17,>=2.16.1")
    assert commands(only("KE101", site))[0] == '%pip install "tensorflow==2.17.1" tensorflow-text'


def test_a_numpy_that_is_newer_than_asked_for_is_no_numpy_2_under_an_older_tensorflow(site):
    put(site, "tensorflow", "2.19.1", "numpy<2.2.0,>=1.26.0")
    put(site, "numpy", "2.5.0")
    assert only("KE101", site).severity == "warning"


def test_what_the_kernel_itself_needs_is_left_alone(site):
    put(site, "tensorflow", "2.12.1", "typing-extensions<4.6.0,>=3.6.6")
    put(site, "ipython", "8.23.0", 'typing-extensions ; python_version < "3.12"')
    put(site, "jupyter-client", "8.10.0", "typing-extensions>=4.13.0")
    put(site, "typing-extensions", "4.14.0")
    (fix,) = only("KE101", site).fixes
    assert (fix.kind, fix.commands) == ("manual", ())


def test_tensorflow_addons_has_no_release_for_keras_3(site):
    put(site, "tensorflow", "2.16.2", "keras>=3")
    put(site, "keras", "3.5.0")
    put(site, "tensorflow-addons", "0.23.0")
    (fix,) = only("KE101", site).fixes
    assert fix.kind == "manual" and "2.15" in fix.title


def test_tensorflow_2_6_from_a_distributor_that_left_keras_out(kernel):
    """As people reported it; no kernel here can show it."""
    put(kernel, "tensorflow", "2.6.0", "keras~=2.6")
    (kernel / "tensorflow" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'keras'\", name='keras')\n"
    )
    problem = fail("import tensorflow")[0]
    assert (problem.rule, commands(problem)[0]) == ("KE101", '%pip install "tensorflow==2.6.0" "keras~=2.6"')


@pytest.mark.parametrize(("missing", "severity"), [("keras", "error"), ("h5py", "error"), ("wrapt", "warning")])
def test_only_what_every_import_needs_is_an_error_where_it_is_missing(site, missing, severity):
    put(site, "tensorflow", "2.19.1", f"{missing}>=1.0")
    assert only("KE101", site).severity == severity


def test_what_keras_lacks_is_told_of_the_package_that_promised_it(kernel):
    """Keras 2 has no requirements of its own; TensorFlow asks for h5py in its place."""
    put(kernel, "tensorflow", "2.15.1", "h5py>=2.9.0")
    put(kernel, "keras", "2.15.0")
    (kernel / "keras" / "__init__.py").write_text("def save():\n    raise ImportError('`save` requires h5py.')\n")
    (problem,) = fail("import keras\nkeras.save()")
    assert problem.title == "tensorflow 2.15.1 needs h5py, which is not installed"


def test_a_module_that_is_missing_is_told_whatever_the_module_of_its_asker_is_called(kernel):
    put(kernel, "keras", "2.15.0")
    put(kernel, "keras-tuner", "1.0.1", "nowhere_to_be_found", package=False)
    (kernel / "kerastuner").mkdir()
    (kernel / "kerastuner" / "__init__.py").write_text("import nowhere_to_be_found\n")
    (kernel / "keras_tuner-1.0.1.dist-info" / "RECORD").write_text("kerastuner/__init__.py,sha256=abc,28\n")
    (problem,) = fail("import kerastuner")
    assert problem.title == "keras-tuner 1.0.1 needs nowhere-to-be-found, which is not installed"
    assert problem.fixes[0].evidence == ""


def lack(kernel, name, *requires):
    """A package outside of the stack that imports what is not there."""
    put(kernel, "tensorflow", "2.20.0")
    put(kernel, name, "1.0.0", *requires)
    (kernel / name / "__init__.py").write_text("import nowhere_to_be_found\n")
    return fail(f"import {name}")


def test_what_a_package_made_for_keras_lacks_is_told_by_its_distribution(kernel):
    (problem,) = lack(kernel, "efficientnet", "keras-applications<=1.0.8", "nowhere-to-be-found")
    assert problem.title == "efficientnet 1.0.0 needs nowhere-to-be-found, which is not installed"
    assert commands(problem) == ['%pip install "tensorflow==2.20.0" "nowhere-to-be-found"']


def test_packages_that_have_nothing_to_do_with_keras_are_left_alone(kernel):
    assert lack(kernel, "viewer", "nowhere-to-be-found") == []


@pytest.mark.parametrize(
    ("distribution", "module"), [("scikit-image", "skimage"), ("pyyaml", "yaml"), ("tf-keras", "tf_keras")]
)
def test_modules_are_known_by_their_distributions(distribution, module):
    assert module_of(distribution) == module


def test_no_version_fits_all_is_said_plainly(site):
    put(site, "tensorflow", "2.10.1")
    put(site, "numpy", "1.26.4")
    put(site, "jax", "0.6.0", "numpy>=2.0.0")
    first, _ = only("KE101", site).fixes
    assert first.evidence == "No version of numpy fits all that need it here: jax 0.6.0, tensorflow 2.10.1."


@pytest.mark.parametrize(("name", "told"), [("keras.layers", False), ("pruning.core", True)])
def test_a_requirement_with_no_part_in_the_failure_is_not_told(kernel, name, told):
    """tensorflow-model-optimization asks for an absl that is long gone, and fails because of Keras 3."""
    put(kernel, "tensorflow", "2.16.2", "keras>=3.0.0")
    put(kernel, "keras", "3.5.0")
    put(kernel, "absl-py", "2.5.1")
    put(kernel, "tensorflow-model-optimization", "0.7.5", "absl-py~=1.2")
    says = f"module '{name.replace('pruning', 'tensorflow_model_optimization')}' has no attribute 'LocallyConnected1D'"
    (kernel / "tensorflow_model_optimization" / "__init__.py").write_text(f"raise AttributeError({says!r})\n")
    found = fail("import tensorflow_model_optimization as tfmot")
    assert ("KE101" in [problem.rule for problem in found]) is told
