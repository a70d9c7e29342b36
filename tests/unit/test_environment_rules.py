"""The environment rules, on site-packages directories made for each test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from test_kernel_facts import module, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES
from kerasmagic.rules.saved import km113_pickles

ENVIRONMENT = RULES.of_environments()


def problems(*path: Path, modules=None, **environment):
    snapshot = take_snapshot(list(map(str, path)), modules or {}, {"HOME": "/nowhere", **environment})
    return [problem for rule in ENVIRONMENT if rule.on_environment for problem in rule.on_environment(snapshot)]


def only(code, *path, **given):
    (found,) = [problem for problem in problems(*path, **given) if problem.rule == code]
    return found


def commands(problem):
    return [command for fix in problem.fixes for command in fix.commands]


def test_codes_are_unique_and_lessons_told():
    assert len({rule.code for rule in ENVIRONMENT}) == len(ENVIRONMENT) > 20
    assert all(rule.lesson.what and rule.lesson.why for rule in ENVIRONMENT)
    codes = {rule.code for rule in ENVIRONMENT}
    assert all(set(filter(lambda code: code.startswith("KE"), rule.lesson.related)) <= codes for rule in ENVIRONMENT)


@pytest.mark.parametrize("tensorflow, keras", [("2.15.1", "2.15.0"), ("2.10.1", "2.10.0"), ("2.19.1", "3.5.0")])
def test_nothing_is_told_of_a_set_that_fits(site, tensorflow, keras):
    first, second = tensorflow.split(".")[:2]
    wants = f"keras<{first}.{int(second) + 1},>={first}.{second}" if keras.startswith("2") else "keras>=3.5.0"
    put(site, "tensorflow", tensorflow, wants, "numpy<2.0.0,>=1.23.5")
    put(site, "keras", keras, "numpy")
    put(site, "numpy", "1.26.4")
    assert problems(site) == []


MISFITS = {
    "KE101": ([("tensorflow", "2.15.1", "wrapt<1.15,>=1.11.0"), ("wrapt", "1.17.0")], "wrapt>=1.11.0,<1.15"),
    "KE102": ([("tensorflow", "2.10.1", "keras<2.11,>=2.10.0"), ("keras", "2.11.0")], "keras>=2.10.0,<2.11"),
    "KE103": ([("tensorflow", "2.15.1", "keras<2.16,>=2.15.0"), ("keras", "3.5.0")], "keras>=2.15.0,<2.16"),
    "KE104": ([("tensorflow", "2.17.1"), ("tf_keras", "2.15.1", "tensorflow<2.16,>=2.15")], "tf_keras>=2.17,<2.18"),
    "KE105": (
        [("tensorflow", "2.19.1", "keras>=3.5"), ("keras", "3.5.0"), ("keras-hub", "0.22", "keras>=3.8")],
        "keras>=3.8",
    ),
    "KE106": (
        [("tensorflow", "2.15.1", "protobuf<5,>=3.20.3"), ("protobuf", "3.19.6")],
        "protobuf>=3.20.3,<5",
    ),
    "KE107": ([("tensorflow", "2.11.1", "numpy>=1.20"), ("numpy", "2.2.6")], "numpy>=1.20,<2"),
    "KE108": ([("tensorflow", "2.15.1", "ml-dtypes~=0.3.1"), ("ml-dtypes", "0.5.4")], "ml-dtypes~=0.3.1"),
    "KE109": ([("tensorflow", "2.4.4", "h5py~=2.10.0"), ("h5py", "3.11.0")], "h5py~=2.10.0"),
}


@pytest.mark.parametrize("code", MISFITS)
def test_packages_that_do_not_fit(site, code):
    installed, pin = MISFITS[code]
    for name, version, *requires in installed:
        put(site, name, version, *requires)
    (problem,) = problems(site)
    assert problem.rule == code
    assert commands(problem)[0] == f'%pip install "{pin}"'
    assert "you have" in problem.cause


def test_one_command_mends_all_that_does_not_fit(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0", "numpy<2.0.0,>=1.23.5")
    put(site, "keras", "3.5.0")
    put(site, "numpy", "2.1.0")
    assert {pin for problem in problems(site) for pin in commands(problem)[0].split('"')[1::2]} == {
        "keras>=2.15.0,<2.16",
        "numpy>=1.23.5,<2.0.0",
    }


def test_requirements_that_exclude_each_other_are_left_to_pip(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras-hub", "0.19.0", "keras>=3.5")
    put(site, "keras", "2.15.0")
    problem = only("KE105", site)
    assert commands(problem) == ['%pip install --upgrade "tensorflow>=2.16" keras keras-hub']


def test_a_missing_package_is_installed_beside_the_tensorflow_that_is_here(site):
    put(site, "tensorflow", "2.19.1", "protobuf<6")
    put(site, "protobuf", "5.29.6")
    put(site, "keras-cv", "0.6.4", "tensorflow-datasets")
    assert commands(only("KE101", site)) == ['%pip install "tensorflow==2.19.1" "tensorflow-datasets"']


def test_keras_hub_needs_keras_3_before_it_says_so(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras", "2.15.0")
    put(site, "keras-hub", "0.18.1")
    assert [problem.rule for problem in problems(site)] == ["KE105"]


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


@pytest.mark.parametrize(
    ("tensorflow", "protobuf", "severity"),
    [("2.10.1", "4.25.3", "error"), ("2.15.1", "3.19.6", "error"), ("2.15.1", "6.33.0", "warning")],
)
def test_only_a_protobuf_that_breaks_the_import_is_an_error(site, tensorflow, protobuf, severity):
    put(site, "tensorflow", tensorflow, "protobuf<3.20" if tensorflow < "2.12" else "protobuf<5,>=3.20.3")
    put(site, "protobuf", protobuf)
    assert only("KE106", site).severity == severity


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


def test_transformers_without_tf_keras(site):
    for name, version in (("tensorflow", "2.17.1"), ("keras", "3.5.0"), ("transformers", "4.46.3")):
        put(site, name, version)
    assert commands(only("KE110", site)) == ['%pip install "tf_keras>=2.17,<2.18"']
    put(site, "tf_keras", "2.17.0", "tensorflow<2.18,>=2.17")
    assert problems(site) == []


def test_a_stale_module_wants_a_restart(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.8.0")
    problem = only("KE111", site, modules={"keras": module("keras", __version__="3.5.0")})
    assert "3.5.0 is in memory, 3.8.0 is installed" in problem.title
    assert [fix.kind for fix in problem.fixes] == ["restart"]


def test_two_variants_of_tensorflow(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow-cpu", "2.15.1")
    assert only("KE112", site).severity == "info"


def test_two_versions_of_tensorflow_in_one_folder(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow-cpu", "2.16.2")
    assert only("KE112", site).severity == "error"


def test_the_variant_that_tensorflow_itself_requires_is_no_second_one(site):
    put(site, "tensorflow", "2.15.1", "tensorflow-intel==2.15.1")
    put(site, "tensorflow-intel", "2.15.1")
    assert problems(site) == []


def test_installed_twice(site, tmp_path):
    other = tmp_path / "other" / "site-packages"
    other.mkdir(parents=True)
    put(site, "tensorflow", "2.15.1")
    put(other, "tensorflow", "2.16.2")
    assert "2.15.1, 2.16.2" in only("KE113", site, other).title


def test_two_records_in_one_folder(site):
    put(site, "tensorflow", "2.15.1")
    put(site, "tensorflow", "2.16.2")
    assert commands(only("KE113", site)) == ["%pip uninstall -y tensorflow"] * 2 + ['%pip install "tensorflow"']


def test_a_copy_on_pythonpath_wins(site, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.mkdir()
    put(mine, "tensorflow", "2.10.0", package=False)
    put(site, "tensorflow", "2.15.1")
    monkeypatch.setenv("PYTHONPATH", str(mine))
    problem = only("KE114", mine, site)
    assert "2.10.0 from PYTHONPATH hides 2.15.1" in problem.title


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("~ensorflow", "moved aside"),
        ("~ensorflow-2.4.0.dist-info", "moved aside"),
        ("tf_keras", "no installed package owns"),
    ],
)
def test_folders_left_over(site, name, said):
    put(site, "tensorflow", "2.19.1")
    (site / name).mkdir()
    assert said in only("KE115", site).title


def test_metadata_without_its_package(site):
    put(site, "tensorflow", "2.19.1", package=False)
    assert commands(only("KE115", site)) == ['%pip install --force-reinstall --no-deps "tensorflow==2.19.1"']


def test_a_package_without_its_init_file_is_not_whole(site):
    put(site, "tensorflow", "2.19.1")
    (site / "tensorflow" / "__init__.py").unlink()
    assert commands(only("KE115", site)) == ['%pip install --force-reinstall --no-deps "tensorflow==2.19.1"']


@pytest.mark.parametrize("lost", ["METADATA", "RECORD"])
def test_a_record_that_is_damaged(site, lost):
    put(site, "keras", "3.5.0")
    put(site, "tensorflow", "2.19.1")
    (site / "keras-3.5.0.dist-info" / lost).unlink()
    assert commands(only("KE115", site)) == ['%pip install --ignore-installed --no-deps "keras==3.5.0"']


def test_causes_come_first(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "tensorflow-cpu", "2.14.1", "ml-dtypes==0.2.0", "keras<2.15,>=2.14")
    put(site, "ml-dtypes", "0.3.2")
    put(site, "keras", "2.12.0")
    found = environment_problems(take_snapshot([str(site)], {}, {"HOME": "/nowhere"}), RULES)
    assert [problem.rule for problem in found] == ["KE112", "KE102"]


def test_the_variant_that_tensorflow_requires_is_asked_what_it_needs(site):
    put(site, "tensorflow", "2.15.1", "tensorflow-intel==2.15.1")
    put(site, "tensorflow-intel", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras", "2.14.0")
    assert [problem.rule for problem in problems(site)] == ["KE102"]


def test_pip_over_conda(site, tmp_path, monkeypatch):
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta" / "numpy-1.26.4-py311h64a7726_0.json").write_text("{}")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    put(site, "tensorflow", "2.19.1")
    put(site, "numpy", "2.1.0")
    assert "numpy (conda: 1.26.4, on disk: 2.1.0)" in only("KE116", site).title


@pytest.mark.parametrize("name", ["keras.py", "numbers.py", "tensorflow/__init__.py"])
def test_a_local_file_shadows(site, tmp_path, name):
    notebooks = tmp_path / "notebooks"
    (notebooks / name).parent.mkdir(parents=True)
    (notebooks / name).write_text("")
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert "comes first on sys.path" in only("KE117", notebooks, site).cause


def test_local_files_with_other_names_do_not(site, tmp_path):
    notebooks = tmp_path / "notebooks"
    (notebooks / "optimizers").mkdir(parents=True)
    for name in ("test.py", "model.py", "optimizers/__init__.py"):
        (notebooks / name).write_text("")
    put(site, "tensorflow", "2.19.1")
    assert problems(notebooks, site) == []


def test_pip_of_another_python(site, tmp_path):
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text("#!/nowhere/bin/python3.5\n")
    pip.chmod(0o755)
    put(site, "tensorflow", "2.19.1")
    assert "/nowhere/bin/python3.5" in only("KE118", site, PATH=str(pip.parent)).cause


def test_a_half_loaded_module(site):
    put(site, "tensorflow", "2.19.1")
    problem = only("KE119", site, modules={"tensorflow.python.framework": module("tensorflow.python.framework")})
    assert "failed" in problem.title


def test_no_tensorflow(site):
    assert only("KE120", site).severity == "info"


def test_no_wheel_for_this_python(site, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.14.0")
    assert "no wheel for Python 3.14" in only("KE120", site).title


def test_legacy_keras_without_tf_keras(site):
    put(site, "tensorflow", "2.15.1")
    problem = only("KE121", site, TF_USE_LEGACY_KERAS="1")
    assert commands(problem)[0] == '%pip install "tf_keras>=2.15,<2.16"'


def test_legacy_keras_means_nothing_to_an_older_tensorflow(site):
    put(site, "tensorflow", "2.12.1")
    assert problems(site, TF_USE_LEGACY_KERAS="1") == []


def test_a_setting_after_the_import(site):
    put(site, "tensorflow", "2.19.1")
    modules = {"keras.src.backend.config": module("keras.src.backend.config", _BACKEND="tensorflow")}
    problem = only("KE122", site, modules=modules, KERAS_BACKEND="torch")
    assert commands(problem)[-1] == "os.environ[\"KERAS_BACKEND\"] = 'torch'"


@pytest.mark.parametrize(("backend", "said"), [("jax", "is not installed"), ("cntk", "is not a backend")])
def test_a_backend_that_is_not_there(site, backend, said):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert said in only("KE123", site, KERAS_BACKEND=backend).title


def test_a_backend_is_installed_beside_the_tensorflow_that_is_here(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    assert commands(only("KE123", site, KERAS_BACKEND="jax"))[0] == '%pip install "tensorflow==2.19.1" jax'


def test_keras_json_decides(site, tmp_path):
    put(site, "tensorflow", "2.19.1")
    (tmp_path / "keras.json").write_text('{"image_data_format": "channels_first", "floatx": "float32"}')
    problem = only("KE124", site, KERAS_HOME=str(tmp_path))
    assert problem.title == "keras.json sets image_data_format = channels_first"


def fail(source):
    """Run a cell, and read its failure as the watcher does."""
    namespace: dict = {}
    try:
        exec(compile(source, "<ipython-input-1>", "exec"), namespace)
    except BaseException as error:
        failure = Failure(error, source, namespace)
        return [
            problem
            for rule in ENVIRONMENT
            if rule.on_failure
            for problem in rule.on_failure(failure, KernelWorld(RULES, namespace))
        ]
    raise AssertionError("the cell did not fail")


def test_a_failure_inside_a_package_is_told_by_the_requirement_that_is_not_met(kernel):
    put(kernel, "tf_keras", "2.15.1", "tensorflow<2.16,>=2.15")
    put(kernel, "tensorflow", "2.17.1")
    (kernel / "tf_keras" / "__init__.py").write_text("import tensorflow\ntensorflow.register_load_context_function\n")
    (problem,) = fail("import tf_keras")
    assert problem.rule == "KE104"


@pytest.mark.parametrize(
    "source",
    ["import json\njson.loads('{')", "import tf_keras.nonsense", "1 / 0", "import tf_keras\ntf_keras.fit('shape')"],
)
def test_other_failures_are_none_of_our_business(kernel, source):
    put(kernel, "tensorflow", "2.15.1", "protobuf<5")
    put(kernel, "tf_keras", "2.15.1")
    put(kernel, "protobuf", "5.0", package=False)
    (kernel / "tf_keras" / "__init__.py").write_text("def fit(x):\n    raise ValueError('shapes do not match')\n")
    assert fail(source) == []


def test_the_lazy_loader_that_finds_no_tf_keras(kernel, monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    put(kernel, "tensorflow", "2.21.0")
    loader = "def __getattr__(name):\n    return __getattr__(name)\n"
    (kernel / "tensorflow" / "lazy_loader.py").write_text(loader)
    (kernel / "tensorflow" / "__init__.py").write_text("from . import lazy_loader as keras\n")
    (problem,) = fail("import tensorflow as tf\ntf.keras.layers")
    assert problem.rule == "KE121"


def test_a_local_file_in_the_traceback(kernel, tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "keras.py").write_text("import tensorflow\n")
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "keras", "3.5.0")
    (kernel / "tensorflow" / "__init__.py").write_text("from keras import layers\n")
    monkeypatch.setattr(sys, "path", [str(notebooks), *sys.path])
    (problem,) = fail("import keras")
    assert problem.rule == "KE117"


def test_a_part_of_a_package_that_is_missing(kernel):
    put(kernel, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(kernel, "keras", "2.10.0")
    (kernel / "tensorflow" / "__init__.py").write_text("import keras.api\n")
    (problem,) = fail("import tensorflow")
    assert (problem.rule, commands(problem)) == (
        "KE125",
        ['%pip install --force-reinstall --no-deps "keras==2.10.0"'],
    )


def test_transformers_says_that_keras_3_is_not_supported(kernel):
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "transformers", "4.46.3")
    text = "Your currently installed version of Keras is Keras 3, but this is not yet supported in Transformers."
    (kernel / "transformers" / "__init__.py").write_text(f"raise RuntimeError({text!r})\n")
    assert [problem.rule for problem in fail("import transformers")] == ["KE110"]


def test_old_keras_decodes_what_h5py_3_gives(kernel, monkeypatch):
    put(kernel, "keras", "2.3.1")
    put(kernel, "h5py", "3.11.0")
    (kernel / "keras" / "saving.py").write_text("def load(path):\n    return path.decode('utf8')\n")
    assert [problem.rule for problem in fail("import keras.saving\nkeras.saving.load('x.h5')")] == ["KE109"]


def test_a_backend_that_is_missing_ends_the_import_of_keras(kernel, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setitem(sys.modules, "jax", None)
    put(kernel, "keras", "3.5.0")
    (kernel / "keras" / "backend.py").write_text("import jax\n")
    (kernel / "keras" / "__init__.py").write_text("from . import backend\n")
    assert [problem.rule for problem in fail("import keras")] == ["KE123"]


def test_a_package_whose_files_are_gone(kernel):
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "tf_keras", "2.19.0", "tensorflow<2.20,>=2.19", package=False)
    assert [problem.rule for problem in fail("import tf_keras")] == ["KE115"]


@pytest.mark.parametrize(
    ("module", "first"),
    [
        ("pkg_resources", '%pip install --upgrade "tensorflow==2.17.1" "setuptools<82" tensorflow-hub'),
        ("imp", '%pip install --upgrade "tensorflow==2.17.1" tensorflow-hub'),
    ],
)
def test_a_module_that_python_removed(kernel, monkeypatch, module, first):
    monkeypatch.setitem(sys.modules, module, None)
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "tensorflow-hub", "0.15.0")
    (kernel / "tensorflow_hub" / "__init__.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{module}'\")\n"
    )
    (problem,) = fail("import tensorflow_hub")
    assert (problem.rule, commands(problem)[0]) == ("KE127", first)


def test_a_package_that_asks_for_legacy_keras_itself(kernel, monkeypatch):
    """tensorflow_model_optimization sets the variable after TensorFlow has read it once."""
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "keras", "3.5.0")
    loader = "def load():\n    raise ImportError('Keras cannot be imported. Check that it is installed.')\n"
    (kernel / "tensorflow" / "lazy_loader.py").write_text(loader)
    (kernel / "tensorflow" / "__init__.py").write_text(
        "from . import lazy_loader\n_tf_uses_legacy_keras = False\nkeras = lazy_loader.load\n"
    )
    (problem,) = fail("import tensorflow as tf\ntf.keras()")
    assert problem.rule == "KE121"


def test_names_that_numpy_removed(kernel, monkeypatch):
    put(kernel, "numpy", "1.24.0")
    put(kernel, "scipy", "1.10.0", "numpy>=1.19.5,<1.27")
    (kernel / "tfjs_graph_converter").mkdir()
    (kernel / "tfjs_graph_converter" / "__init__.py").write_text(
        "raise AttributeError(\"module 'numpy' has no attribute 'bool'\")\n"
    )
    monkeypatch.setattr(sys, "version_info", (3, 10, 0, "final", 0))
    (problem,) = fail("import tfjs_graph_converter")
    assert (problem.rule, commands(problem)) == ("KE107", ['%pip install "numpy>=1.19.5,<1.24"'])


def test_tensorflow_addons_has_no_release_for_keras_3(site):
    put(site, "tensorflow", "2.16.2", "keras>=3")
    put(site, "keras", "3.5.0")
    put(site, "tensorflow-addons", "0.23.0")
    (fix,) = only("KE101", site).fixes
    assert fix.kind == "manual" and "2.15" in fix.title


def test_a_keras_of_tensorflow_1_under_tensorflow_2(kernel):
    """Its metadata names no TensorFlow; keras 2.2.4 and 2.3.1 import, and fail in compile or fit."""
    put(kernel, "tensorflow", "2.4.4")
    put(kernel, "keras", "2.2.4")
    (kernel / "keras" / "models.py").write_text("import tensorflow\ndef fit():\n    tensorflow.get_default_graph()\n")
    (problem,) = fail("import keras.models\nkeras.models.fit()")
    assert (problem.rule, commands(problem)) == ("KE102", ['%pip install "keras>=2.4,<2.6"'])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "DLL load failed while importing _pywrap_tensorflow_internal: A dynamic link library (DLL) initialization "
            "routine failed.",
            "Redistributable",
        ),
        ("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.27' not found (required by _pywrap_x.so)", "system"),
        ("dlopen(_pywrap_tensorflow_internal.so): incompatible architecture (have 'x86_64', need 'arm64')", "arm64"),
    ],
)
def test_the_compiled_part_does_not_load(kernel, message, said):
    put(kernel, "tensorflow", "2.18.0")
    (kernel / "tensorflow" / "__init__.py").write_text(f"raise ImportError({message!r})\n")
    (problem,) = fail("import tensorflow")
    assert problem.rule == "KE126" and said in problem.fixes[0].title


@pytest.mark.parametrize(
    "source", ["import tensorflow as tf\ntf.keras", "from tensorflow import keras", "import tensorflow.keras"]
)
def test_an_empty_package_is_told_and_no_line_is_corrected(kernel, source):
    put(kernel, "tensorflow", "2.15.1")
    put(kernel, "keras", "2.15.0")
    (kernel / "tensorflow" / "__init__.py").unlink()
    namespace: dict = {}
    with pytest.raises((AttributeError, ImportError)) as raised:
        exec(compile(source, "<ipython-input-1>", "exec"), namespace)
    found = diagnose(Failure(raised.value, source, namespace), KernelWorld(RULES))
    assert [problem.rule for problem in found] == ["KE115"]


@pytest.mark.parametrize("content", ["answer = 42", "from keras.layers import Dense"])
def test_a_file_by_the_name_of_a_package_is_told_and_no_line_is_corrected(kernel, tmp_path, monkeypatch, content):
    (tmp_path / "keras.py").write_text(content)
    put(kernel, "keras", "3.5.0")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    namespace: dict = {}
    with pytest.raises(ImportError) as raised:
        exec(compile("from keras.layers import Dense", "<ipython-input-1>", "exec"), namespace)
    found = diagnose(Failure(raised.value, "from keras.layers import Dense", namespace), KernelWorld(RULES))
    assert [problem.rule for problem in found] == ["KE117"]


def test_a_package_whose_import_ends_in_another_variant(kernel):
    put(kernel, "tensorflow", "2.15.1")
    put(kernel, "tensorflow-cpu", "2.14.1")
    (kernel / "tensorflow" / "__init__.py").write_text("raise TypeError('Unable to convert function return value')\n")
    assert [problem.rule for problem in fail("import tensorflow")] == ["KE112"]


def test_a_failure_in_the_package_that_is_asked_for(kernel):
    """Only keras is in the traceback; the message names tensorflow."""
    put(kernel, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(kernel, "keras", "2.11.0")
    (kernel / "keras" / "__init__.py").write_text(
        "raise AttributeError(\"module 'tensorflow' has no attribute 'x'\")\n"
    )
    assert [problem.rule for problem in fail("import keras")] == ["KE102"]


def test_a_lazy_import_inside_a_package(kernel):
    put(kernel, "tensorflow", "2.12.1", "keras<2.13,>=2.12.0")
    put(kernel, "keras", "3.5.0")
    load = "def load():\n    import importlib\n    return importlib.import_module('keras.api')\n"
    (kernel / "tensorflow" / "__init__.py").write_text(load)
    assert [problem.rule for problem in fail("import tensorflow as tf\ntf.load()")] == ["KE103"]


REPORTED = {
    "TensorFlow 2.6 from a distributor that left keras out": (
        [("tensorflow", "2.6.0", "keras~=2.6")],
        ("tensorflow", "ModuleNotFoundError(\"No module named 'keras'\", name='keras')"),
        "KE101",
        '%pip install "tensorflow==2.6.0" "keras~=2.6"',
    ),
    "protobuf 4 under files of protobuf 3": (
        [("tensorflow", "2.8.0", "protobuf>=3.9.2"), ("protobuf", "4.21.1")],
        ("tensorflow", "TypeError('Descriptors cannot be created directly.')"),
        "KE106",
        '%pip install "protobuf>=3.9.2,<3.21"',
    ),
    "numpy 2 under TensorFlow 2.17": (
        [("tensorflow", "2.17.0", "numpy<2.0.0,>=1.26.0"), ("numpy", "2.0.0")],
        ("tensorflow", "AttributeError('_ARRAY_API not found')"),
        "KE107",
        '%pip install "numpy>=1.26.0,<2.0.0"',
    ),
    "a keras that is newer than TensorFlow, met inside transformers": (
        [("tensorflow", "2.8.0", "keras<2.9,>=2.8"), ("keras", "2.11.0"), ("transformers", "4.25.1")],
        ("keras", "ImportError(\"cannot import name 'dtensor' from 'tensorflow.compat.v2.experimental'\")"),
        "KE102",
        '%pip install "keras>=2.8,<2.9"',
    ),
    "tf_keras under a nightly TensorFlow": (
        [
            ("tf-nightly", "2.16.0.dev20231101", "numpy"),
            ("tf_keras", "2.15.0", "tensorflow<2.16,>=2.15"),
            ("numpy", "1.26.4"),
        ],
        ("tf_keras", "AttributeError(\"module 'tensorflow' has no attribute 'register_load_context_function'\")"),
        "KE104",
        '%pip install "tf_keras>=2.16,<2.17"',
    ),
    "an upgrade of keras-nlp that brought Keras 3 to TensorFlow 2.15": (
        [("tensorflow", "2.15.0.post1", "keras<2.16,>=2.15.0"), ("keras", "3.0.3")],
        ("keras", "ImportError('tensorflow')"),
        "KE103",
        '%pip install "keras>=2.15.0,<2.16"',
    ),
}


@pytest.mark.parametrize("case", REPORTED)
def test_what_people_reported_and_no_kernel_here_can_show(kernel, case):
    installed, (broken, error), rule, command = REPORTED[case]
    for name, version, *requires in installed:
        put(kernel, name, version, *requires)
    (kernel / broken / "__init__.py").write_text(f"raise {error}\n")
    problem = fail(f"import {broken}")[0]
    assert (problem.rule, commands(problem)[0]) == (rule, command)


@pytest.mark.parametrize("module", ["keras.preprocessing.text", "keras.src"])
def test_a_pickle_of_another_keras(module):
    source = "import pickle\ntokenizer = pickle.load(open('tokenizer.pickle', 'rb'))"
    error = ModuleNotFoundError(f"No module named '{module}'", name=module)
    (problem,) = km113_pickles.on_failure(Failure(error, source, {}), KernelWorld(RULES))
    assert module in problem.title and problem.fixes[-1].kind == "manual"
