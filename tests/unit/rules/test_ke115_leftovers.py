"""KE115: leftovers of a broken install."""

from __future__ import annotations

import pytest
from environments import commands, fail, only, problems, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES


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
    if name == "tf_keras":
        (site / name / "__init__.py").write_text("")
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


def test_a_package_whose_files_are_gone(kernel):
    put(kernel, "tensorflow", "2.19.1")
    put(kernel, "tf_keras", "2.19.0", "tensorflow<2.20,>=2.19", package=False)
    assert [problem.rule for problem in fail("import tf_keras")] == ["KE115"]


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


@pytest.mark.parametrize(("file", "is_whole"), [("kerastuner/__init__.py", True), ("keras_tuner/__init__.py", False)])
def test_a_release_whose_module_had_another_name_is_whole(site, file, is_whole):
    put(site, "keras-tuner", "1.0.1", package=False)
    (site / "kerastuner").mkdir()
    (site / "kerastuner" / "__init__.py").write_text("")
    (site / "keras_tuner-1.0.1.dist-info" / "RECORD").write_text(f"{file},sha256=abc,0\n")
    assert ("KE115" not in [problem.rule for problem in problems(site)]) is is_whole


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf\nfrom tensorflow.keras.layers import Dense",
        "import tensorflow as tf\ntf.__version__",
        "import tensorflow as tf\ntf.constant(1)",
        "from tensorflow import keras",
    ],
)
def test_only_a_folder_is_left_of_tensorflow(kernel, source):
    put(kernel, "keras", "3.5.0")
    (kernel / "tensorflow" / "python").mkdir(parents=True)
    namespace: dict = {}
    with pytest.raises((AttributeError, ImportError)) as raised:
        exec(compile(source, "<ipython-input-1>", "exec"), namespace)
    (problem,) = diagnose(Failure(raised.value, source, namespace), KernelWorld(RULES, namespace))
    assert problem.title == "TensorFlow is not installed: there is only a folder tensorflow, left over"
    assert (problem.rule, commands(problem)) == ("KE115", ['%pip install "tensorflow"'])


def test_only_a_folder_is_left_of_keras(kernel):
    put(kernel, "tensorflow-cpu", "2.16.2", "keras>=3.0.0")
    (kernel / "keras" / "src").mkdir(parents=True)
    problem = fail("from keras.models import Sequential")[-1]
    assert problem.title == "keras is not installed: there is only a folder keras, left over"
    assert commands(problem) == ['%pip install "tensorflow-cpu==2.16.2" "keras>=3.0.0"']
    assert only("KE115", kernel).severity == "error"
    identity = take_snapshot([str(kernel)], {"keras": __import__("keras")}, {}).keras
    assert identity.keras.missing.startswith("keras is not installed")
    assert identity.advice.line == "" and "keras ," not in " ".join(identity.advice.reasons)


def test_a_folder_that_a_distribution_of_another_name_lists_is_no_leftover(site):
    """TensorFlow 2.8.0 brings tf-estimator-nightly."""
    put(site, "tensorflow-cpu", "2.8.0")
    put(site, "tf-estimator-nightly", "2.8.0.dev2021122109", package=False)
    (site / "tensorflow_estimator").mkdir()
    record = site / "tf_estimator_nightly-2.8.0.dev2021122109.dist-info" / "RECORD"
    record.write_text("tensorflow_estimator/__init__.py,sha256=abc,12\n")
    assert "KE115" not in [problem.rule for problem in problems(site)]


def moved_aside(site):
    """As pip leaves an upgrade that was interrupted."""
    put(site, "tensorflow-cpu", "2.19.1")
    (site / "tensorflow").rename(site / "~ensorflow")
    (site / "tensorflow_cpu-2.19.1.dist-info").rename(site / "~ensorflow_cpu-2.19.1.dist-info")


def test_what_was_moved_aside_is_installed_again_under_its_name(kernel):
    moved_aside(kernel)
    told = [problem for problem in problems(kernel) if problem.severity == "error"]
    assert [problem.rule for problem in told] == ["KE115"]
    assert told[0].title.startswith("tensorflow-cpu 2.19.1 is half removed")
    assert commands(fail("import tensorflow")[0]) == ['%pip install "tensorflow-cpu==2.19.1"']


def test_what_was_moved_aside_is_no_more_than_a_leftover_where_it_was_replaced(site):
    moved_aside(site)
    put(site, "tensorflow", "2.20.0")
    assert [problem.severity for problem in problems(site) if problem.rule == "KE115"] == ["info"]
