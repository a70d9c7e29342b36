"""``%keras_env`` in a real kernel with the TensorFlow that is installed: what it tells is what Python itself says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata

import pytest
from driver import Kernel

KERAS_3 = any(
    found.metadata["Name"] == "keras" and found.version.startswith("3.") for found in metadata.distributions()
)


def plain_script(code: str, **environment: str) -> dict:
    """What a plain Python says, without kerasmagic."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
    )
    return json.loads(done.stdout.splitlines()[-1])


def environment(kernel: Kernel) -> dict:
    reply = kernel.run("%keras_env")
    assert reply.status == "ok", reply.error
    (shown,) = reply.shown
    return shown


@pytest.fixture(scope="module")
def truth():
    """What ``tf.keras`` is, from a plain script that imports it."""
    return plain_script(
        "import json, tensorflow as tf\n"
        "try:\n    import keras\nexcept ImportError:\n    keras = None\n"
        "print(json.dumps({'tensorflow': tf.__version__, 'module': tf.keras.Model.__module__,"
        " 'keras': keras and keras.__version__, 'same': keras and keras.Model is tf.keras.Model}))"
    )


@pytest.fixture
def kernel(tmp_path):
    kernel = Kernel(tmp_path, environment={"TF_CPP_MIN_LOG_LEVEL": "3"})
    assert kernel.run("%load_ext kerasmagic").status == "ok"
    yield kernel
    kernel.stop()


def told_of(facts: dict, truth: dict) -> None:
    package = {"tensorflow": "tensorflow", "keras": "keras", "tf_keras": "tf_keras"}[truth["module"].partition(".")[0]]
    assert facts["keras"]["tf.keras"]["package"] == package
    assert facts["keras"]["keras"]["version"] == (truth["keras"] or "")
    if truth["keras"]:
        assert {"names": ["keras", "tf.keras"], "same": truth["same"]} in facts["keras"]["same"]


def test_it_loads_nothing_and_predicts_what_loading_gives(kernel, truth):
    facts = environment(kernel)
    loaded = kernel.run(
        "import sys; print([name for name in ('tensorflow', 'keras', 'tf_keras') if name in sys.modules])"
    )
    assert loaded.text().strip() == "[]"
    assert facts["devices"] is None
    assert not any(facts["keras"][name]["live"] for name in ("keras", "tf.keras", "tf_keras"))
    told_of(facts, truth)


def test_it_reads_what_is_loaded(kernel, truth):
    assert kernel.run("import tensorflow as tf\nmodel = tf.keras.Sequential()").status == "ok"
    facts = environment(kernel)
    told_of(facts, truth)
    assert facts["keras"]["tf.keras"]["live"] is True
    assert facts["devices"][0]["kind"] == "CPU"
    (module,) = [module for module in facts["modules"] if module["name"] == "tensorflow"]
    assert (module["version"], module["stale"], module["partial"]) == (truth["tensorflow"], False, False)


def test_it_does_not_resolve_the_lazy_loader(kernel):
    assert kernel.run("import sys, tensorflow as tf; before = type(vars(tf)['keras'])").status == "ok"
    environment(kernel)
    assert kernel.run("print(type(vars(tf)['keras']) is before)").text().strip() == "True"


def test_versions_are_those_of_the_installed_metadata(kernel):
    facts = {found["name"]: found["version"] for found in environment(kernel)["distributions"]}
    installed = {name.lower().replace("_", "-"): metadata.version(name) for name in ("numpy", "h5py", "protobuf")}
    assert {name: facts[name] for name in installed} == installed
    assert any(name.startswith(("tensorflow", "tf-nightly")) for name in facts)


def test_a_module_that_is_older_than_the_disk_is_told(kernel):
    """The upgrade itself is not made: the loaded module says that it is another version."""
    assert kernel.run("import numpy; numpy.__version__ = '1.0.0'").status == "ok"
    problems = environment(kernel)["problems"]
    assert [problem["reference"] for problem in problems if problem["rule"] == "KE111"] == ["numpy"]


def test_legacy_keras_without_tf_keras_is_told_before_and_after(tmp_path):
    kernel = Kernel(tmp_path, environment={"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"})
    try:
        kernel.run("%load_ext kerasmagic")
        facts = environment(kernel)
        told = [problem["rule"] for problem in facts["problems"] if problem["rule"] == "KE121"]
        reply = kernel.run("import tensorflow as tf\ntf.keras.layers.Dense")
        assert [problem["rule"] for hint in reply.hints for problem in hint["problems"]] == told
        assert (reply.status == "error") is bool(told)
    finally:
        kernel.stop()


@pytest.mark.parametrize("backend", ["jax" if KERAS_3 else "tensorflow"])
def test_a_backend_set_after_the_import_is_told(kernel, backend):
    imported = kernel.run("import os, keras" if KERAS_3 else "import os, tensorflow")
    assert imported.status == "ok"
    kernel.run(f"os.environ['KERAS_BACKEND'] = {backend!r}")
    facts = environment(kernel)
    assert facts["settings"]["KERAS_BACKEND"]["effective"] == "tensorflow"
    assert facts["settings"]["KERAS_BACKEND"]["late"] is KERAS_3
    assert [problem["reference"] for problem in facts["problems"] if problem["rule"] == "KE122"] == (
        ["KERAS_BACKEND"] if KERAS_3 else []
    )


def test_the_text_holds_the_facts_and_the_report_no_paths(kernel, tmp_path):
    text = kernel.run("%keras_env").text()
    assert sys.executable in text
    report = kernel.run("%keras_env --report").text()
    assert "| Python |" in report
    assert str(tmp_path) not in report
    assert sys.prefix not in report
