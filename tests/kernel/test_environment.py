"""``%keras_env`` in a real kernel with the TensorFlow that is installed: what it tells is what Python itself says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata

import pytest
from driver import Kernel, started

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


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One session, in the order of the tests that take it: nothing is imported, then TensorFlow."""
    with started(Kernel(tmp_path_factory.mktemp("session"), environment={"TF_CPP_MIN_LOG_LEVEL": "3"})) as kernel:
        yield kernel


def told_of(facts: dict, truth: dict) -> None:
    package = {"tensorflow": "tensorflow", "keras": "keras", "tf_keras": "tf_keras"}[truth["module"].partition(".")[0]]
    assert facts["keras"]["tf.keras"]["package"] == package
    assert facts["keras"]["keras"]["version"] == (truth["keras"] or "")
    if truth["keras"]:
        assert {"names": ["keras", "tf.keras"], "same": truth["same"]} in facts["keras"]["same"]


def test_it_loads_nothing_and_predicts_what_loading_gives(session, truth):
    facts = environment(session)
    loaded = session.run(
        "import sys; print([name for name in ('tensorflow', 'keras', 'tf_keras') if name in sys.modules])"
    )
    assert loaded.text().strip() == "[]"
    assert facts["devices"] is None
    assert not any(facts["keras"][name]["live"] for name in ("keras", "tf.keras", "tf_keras"))
    told_of(facts, truth)


def test_versions_are_those_of_the_installed_metadata(session):
    facts = {found["name"]: found["version"] for found in environment(session)["distributions"]}
    installed = {name.lower().replace("_", "-"): metadata.version(name) for name in ("numpy", "h5py", "protobuf")}
    assert {name: facts[name] for name in installed} == installed
    assert any(name.startswith(("tensorflow", "tf-nightly")) for name in facts)


def test_the_text_holds_the_facts_and_the_report_no_paths(session):
    text = session.run("%keras_env").text()
    assert sys.executable in text
    report = session.run("%keras_env --report").text()
    folder = session.run("import os; print(os.getcwd())").text().strip()
    assert "| Python |" in report
    assert folder not in report
    assert sys.prefix not in report


def test_it_does_not_resolve_the_lazy_loader(session):
    assert session.run("import sys, tensorflow as tf; before = type(vars(tf)['keras'])").status == "ok"
    environment(session)
    assert session.run("print(type(vars(tf)['keras']) is before)").text().strip() == "True"


def test_it_reads_what_is_loaded(real_kernel, truth):
    cell = "import tensorflow as tf\nmodel = tf.keras.Sequential()\nnumber = tf.constant(1)"
    assert real_kernel.run(cell).status == "ok"
    facts = environment(real_kernel)
    told_of(facts, truth)
    assert facts["keras"]["tf.keras"]["live"] is True
    assert facts["devices"][0]["kind"] == "CPU"
    (module,) = [module for module in facts["modules"] if module["name"] == "tensorflow"]
    assert (module["version"], module["stale"], module["partial"]) == (truth["tensorflow"], False, False)


def test_a_module_that_is_older_than_the_disk_is_told(real_kernel):
    """The upgrade itself is not made: the loaded module says that it is another version."""
    real_kernel.run("import numpy\nversion = numpy.__version__\nnumpy.__version__ = '1.0.0'")
    problems = environment(real_kernel)["problems"]
    assert real_kernel.run("numpy.__version__ = version").status == "ok"
    assert [problem["reference"] for problem in problems if problem["rule"] == "KE111"] == ["numpy"]


def test_legacy_keras_without_tf_keras_is_told_before_and_after(tmp_path):
    environ = {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with started(Kernel(tmp_path, environment=environ)) as kernel:
        facts = environment(kernel)
        told = [problem["rule"] for problem in facts["problems"] if problem["rule"] == "KE121"]
        reply = kernel.run("import tensorflow as tf\ntf.keras.layers.Dense")
        assert [problem["rule"] for hint in reply.hints for problem in hint["problems"]] == told
        assert (reply.status == "error") is bool(told)


def test_a_backend_set_after_the_import_is_told(real_kernel):
    backend = "jax" if KERAS_3 else "tensorflow"
    assert real_kernel.run("import os, keras" if KERAS_3 else "import os, tensorflow").status == "ok"
    real_kernel.run(f"os.environ['KERAS_BACKEND'] = {backend!r}")
    facts = environment(real_kernel)
    assert real_kernel.run("del os.environ['KERAS_BACKEND']").status == "ok"
    assert facts["settings"]["KERAS_BACKEND"]["effective"] == "tensorflow"
    assert facts["settings"]["KERAS_BACKEND"]["late"] is KERAS_3
    assert [problem["reference"] for problem in facts["problems"] if problem["rule"] == "KE122"] == (
        ["KERAS_BACKEND"] if KERAS_3 else []
    )
