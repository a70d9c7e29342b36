"""KE101: a package that fails in use with another one, by measurement and not by its metadata."""

from __future__ import annotations

import sys

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


ESTIMATOR = """import sklearn, scikeras
sklearn.fit(scikeras.Wrapper())"""


def install_scikit_learn(site, version, scikeras="0.13.0"):
    """scikit-learn asks an estimator of scikeras for its tags, in code of its own."""
    put(site, "tensorflow", "2.20.0")
    put(site, "scikit-learn", version, package=False)
    put(site, "scikeras", scikeras, "scikit-learn>=1.4.2")
    (site / "sklearn").mkdir()
    (site / "sklearn" / "__init__.py").write_text(
        "class Mixin:\n    def tags(self):\n        return super().__sklearn_tags__()\n\n"
        "def fit(estimator):\n    return estimator.tags()\n"
    )
    (site / "scikeras" / "__init__.py").write_text("import sklearn\nclass Wrapper(sklearn.Mixin): pass\n")


@pytest.mark.parametrize("scikeras", ["0.12.0", "0.13.0"])
def test_a_package_whose_objects_took_part_is_told_with_what_fits_it(kernel, scikeras):
    install_scikit_learn(kernel, "1.6.1", scikeras)
    (problem,) = fail(ESTIMATOR)
    assert problem.title == f"scikit-learn 1.6.1 does not fit scikeras {scikeras}"
    assert commands(problem) == ['%pip install "scikit-learn>=1.4.2,<1.6"']


@pytest.mark.parametrize(
    ("version", "cell"),
    [("1.5.2", ESTIMATOR), ("1.6.1", "import sklearn, scikeras\nclass Own(sklearn.Mixin): pass\nsklearn.fit(Own())")],
)
def test_silent_where_they_fit_or_only_one_took_part(kernel, version, cell):
    install_scikit_learn(kernel, version)
    assert fail(cell) == []


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
        '%pip install "tensorflow==2.10.1" "numpy==1.26.4" jax',
        "%pip install --upgrade tensorflow jax numpy",
    ]


def test_a_package_of_another_tensorflow_moves_and_tensorflow_stays(site):
    put(site, "tensorflow", "2.17.1", "keras>=3.2.0")
    put(site, "keras", "3.5.0")
    put(site, "tensorflow-text", "2.16.1", "tensorflow<2.17,>=2.16.1")
    assert commands(only("KE101", site))[0] == '%pip install "tensorflow-text>=2.17,<2.18"'


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


SIZE_CHANGED = "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88"


def imports_pandas(kernel):
    """Keras imports pandas where it is installed, and is prepared only for an ImportError."""
    put(kernel, "tensorflow-cpu", "2.18.1", "numpy<2.1.0,>=1.26.0")
    put(kernel, "numpy", "2.0.2")
    put(kernel, "contourpy", "1.4.0", "numpy>=2.0")
    put(kernel, "matplotlib", "3.10.0", "contourpy")
    put(kernel, "pandas", "2.1.4", "numpy<2,>=1.26.0")
    (kernel / "pandas" / "__init__.py").write_text(f"raise ValueError({SIZE_CHANGED!r})\n")
    (kernel / "tensorflow" / "__init__.py").write_text("import pandas\n")


def test_a_package_beside_keras_that_does_not_fit_moves_alone(kernel, monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy", raising=False)  # another one, that other tests have loaded
    imports_pandas(kernel)
    (problem,) = fail("import tensorflow as tf")
    assert problem.title == "numpy 2.0.2 does not fit pandas 2.1.4"
    assert commands(problem)[0] == '%pip install "tensorflow-cpu==2.18.1" "numpy==2.0.2" pandas'
    assert only("KE101", kernel).title == problem.title


def test_what_fails_by_itself_is_told_with_who_needs_another_version(kernel):
    """typing-extensions 4.4.0 on Python 3.12; who needs a newer one has no part in the traceback."""
    put(kernel, "tensorflow", "2.19.1", "typing-extensions>=3.6.6", "grpcio", "absl-py")
    put(kernel, "grpcio", "1.85.1", "typing-extensions~=4.12", package=False)
    put(kernel, "absl-py", "2.5.1", package=False)
    put(kernel, "typing-extensions", "4.4.0", package=False)
    (kernel / "typing_extensions.py").write_text("class TypeVar(bool):\n    pass\n")
    (kernel / "tensorflow" / "__init__.py").write_text("import sys\nsys.modules.pop('typing_extensions', None)\n")
    (kernel / "tensorflow" / "__init__.py").open("a").write("import typing_extensions\n")
    (problem,) = fail("import tensorflow")
    assert problem.title == "typing-extensions 4.4.0 does not fit grpcio 1.85.1"
    assert commands(problem) == ['%pip install "typing-extensions>=3.6.6,~=4.12"']


NO_SYMBOL = "unable to open file: libtensorflow_io.so, from paths: ['{0}']\ncaused by: ['{0}: undefined symbol: _ZN3']"


def uses_tensorflow_io(kernel, tensorflow, name="tensorflow-cpu"):
    put(kernel, name, tensorflow)
    made_for = 'tensorflow<2.17.0,>=2.16.0; extra == "tensorflow"'
    put(kernel, "tensorflow-io", "0.37.1", made_for, made_for.replace("tensorflow", "tensorflow-rocm"))
    put(kernel, "tensorflow-io-gcs-filesystem", "0.37.1", made_for)
    says = NO_SYMBOL.format(kernel / "tensorflow_io" / "python" / "libtensorflow_io.so")
    code = f"def resample(x):\n    raise NotImplementedError({says!r})\n"
    (kernel / "tensorflow_io" / "__init__.py").write_text(code)
    return fail("import tensorflow_io as tfio\ntfio.resample(1)")


@pytest.mark.parametrize(
    ("tensorflow", "line"),
    [
        ("2.18.1", '%pip install "tensorflow-cpu>=2.16,<2.17"'),
        ("2.15.1", '%pip install --no-deps "tensorflow-io==0.36.0"'),
    ],
)
def test_a_compiled_part_of_another_tensorflow_that_is_loaded_late(kernel, tensorflow, line):
    (problem,) = uses_tensorflow_io(kernel, tensorflow)
    assert problem.title == f"tensorflow-cpu {tensorflow} does not fit tensorflow-io 0.37.1"
    assert commands(problem) == [line]
    assert commands(only("KE101", kernel)) == [line]


def test_silent_where_it_is_made_for_the_tensorflow_that_is_here(kernel):
    assert uses_tensorflow_io(kernel, "2.16.2") == [] == problems(kernel)


@pytest.mark.parametrize(
    ("name", "version", "wants", "line"),
    [
        ("tensorflow-text", "2.18.1", "tensorflow<2.19,>=2.18.0", '--no-deps "tensorflow-text>=2.16,<2.17"'),
        (
            "tensorflow-decision-forests",
            "1.11.0",
            "tensorflow==2.18.0",
            '--no-deps "tensorflow-decision-forests==1.9.2"',
        ),
    ],
)
def test_no_second_tensorflow_comes_with_a_package_that_wants_another_one(site, name, version, wants, line):
    put(site, "tensorflow-cpu", "2.16.2")
    put(site, name, version, wants)
    assert commands(only("KE101", site)) == [f"%pip install {line}"]


def test_where_no_release_is_known_pip_chooses_beside_the_tensorflow_that_it_knows(site):
    put(site, "tensorflow-cpu", "2.16.2")
    put(site, "tensorflowjs", "4.0", "tensorflow>=2.18")
    lines = ["%pip uninstall -y tensorflow-cpu", '%pip install "tensorflow==2.16.2" tensorflowjs']
    assert commands(only("KE101", site)) == lines
