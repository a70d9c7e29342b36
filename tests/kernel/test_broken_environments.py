"""Environments that are broken on purpose, in a real kernel: the cause is told, first, with the fix.

The folder ``site-packages`` beside the notebook comes before the installed packages, as a target of ``pip install -t``
does; what lies in it has the metadata of real distributions. Nothing is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import ContextManager, Mapping, NamedTuple

import pytest
from driver import Kernel, Reply, started

pytestmark = pytest.mark.slow


def version(*names: str) -> str:
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


TENSORFLOW, KERAS = version("tensorflow", "tensorflow-cpu"), version("keras")
MAJOR, MINOR = (int(part) for part in TENSORFLOW.split(".")[:2])
# tf_keras requires "tensorflow": beside tensorflow-cpu, pip would bring a second TensorFlow with it.
WITHOUT_TENSORFLOW = "" if version("tensorflow") else "--no-deps "
TF_KERAS_THAT_FITS = f'%pip install {WITHOUT_TENSORFLOW}"tf_keras>={MAJOR}.{MINOR},<{MAJOR}.{MINOR + 1}"'
SITE = "site-packages"


def distribution(name: str, release: str, *requires: str, **files: str) -> dict[str, str]:
    """The files of an installed distribution; each keyword is a module and its content, dots as double underscores."""
    info = f"{SITE}/{name.replace('-', '_')}-{release}.dist-info"
    headers = [f"Name: {name}", f"Version: {release}", *(f"Requires-Dist: {text}" for text in requires)]
    made = {f"{info}/METADATA": "\n".join(headers), f"{info}/INSTALLER": "pip", f"{info}/RECORD": ""}
    made.update({f"{SITE}/{module.replace('__', '/')}.py": content for module, content in files.items()})
    return made


def package(name: str, content: str) -> dict[str, str]:
    return {f"{SITE}/{name}/__init__.py": content}


class Broken(NamedTuple):
    files: Mapping[str, str]
    cell: str
    rule: str
    fix: str
    """A part of the first fix: of its commands, or of its title where it has none."""
    environment: Mapping[str, str] = {}


CASES = {
    "a file called tensorflow.py": Broken(
        {"tensorflow.py": "import tensorflow as tf\ntf.constant(1)"},
        "import tensorflow",
        "KE117",
        "Rename tensorflow.py",
    ),
    "a file called keras.py": Broken(
        {"keras.py": "answer = 42"}, "from keras.layers import Dense", "KE117", "Rename keras.py"
    ),
    "a file by the name of a library module": Broken(
        {"unittest.py": "one = 1"}, "import tensorflow", "KE117", "Rename unittest.py"
    ),
    "a package whose files are gone": Broken(
        distribution("keras-hub", "0.19.0"),
        "import keras_hub",
        "KE115",
        '%pip install --force-reinstall --no-deps "keras-hub==0.19.0"',
    ),
    "a package without its __init__": Broken(
        {**distribution("keras-hub", "0.19.0"), f"{SITE}/keras_hub/models/__init__.py": ""},
        "import keras_hub\nkeras_hub.layers",
        "KE115",
        '%pip install --force-reinstall --no-deps "keras-hub==0.19.0"',
    ),
    "an extension that needs another Keras": Broken(
        {
            **distribution("keras-cv", "0.9.0", "keras-core>=0.1", "tensorflow<2.4"),
            **package("keras_cv", "import keras_core"),
        },
        "import keras_cv",
        "KE101",
        "%pip install",
    ),
    "an extension of another TensorFlow": Broken(
        {
            **distribution("tensorflow-text", "1.15.0", "tensorflow==1.15.*"),
            **package("tensorflow_text", "raise ImportError('undefined symbol in tensorflow_text')"),
        },
        "import tensorflow_text",
        "KE101",
        f'%pip install {WITHOUT_TENSORFLOW}"tensorflow-text',
    ),
    "tf_keras of another minor release": Broken(
        {
            **distribution("tf_keras", "2.3.0", "tensorflow<2.4,>=2.3"),
            **package("tf_keras", "raise AttributeError(\"module 'tensorflow' has no attribute 'x'\")"),
        },
        "import tf_keras",
        "KE104",
        TF_KERAS_THAT_FITS,
    ),
    "transformers without tf_keras": Broken(
        {
            **distribution("transformers", "4.46.3"),
            **package(
                "transformers",
                "raise ValueError('Your currently installed version of Keras is Keras 3, but this is not yet "
                "supported in Transformers. Please install the backwards-compatible tf-keras package')",
            ),
        },
        "import transformers",
        "KE110",
        TF_KERAS_THAT_FITS,
    ),
}

CASES["a module that was changed on disk after its import"] = Broken(
    {
        **distribution("keras", "9.9.0", keras__layers=""),
        **package("keras", "__version__ = '9.8.0'\nfrom . import layers"),
    },
    "from keras.layers import Dense",
    "KE111",
    # With a Keras 2 in TensorFlow a restart alone does not help: it wants another Keras than this one.
    "Restart the kernel" if MINOR >= 16 else '%pip install "keras>=',
)
CASES["a package of which a file was cut off"] = Broken(
    {
        **distribution("keras-hub", "0.19.0", keras_hub__src=""),
        **package("keras_hub", "from .src import models"),
        f"{SITE}/keras_hub-0.19.0.dist-info/RECORD": "keras_hub/src.py,sha256=abc,5000",
    },
    "import keras_hub",
    "KE125",
    '%pip install --force-reinstall --no-deps "keras-hub==0.19.0"',
)

if KERAS:
    CASES["a copy of one's own that wins"] = Broken(
        {**distribution("keras", "2.0.1"), **package("keras", "raise ImportError('keras wants theano')")},
        "import keras",
        "KE114" if MINOR < 16 else "KE103",
        "PYTHONPATH",
    )
if version("tf_keras"):  # the copy that the folder hides fits: leaving the folder out helps, another install does not
    CASES["tf_keras of another minor release"] = CASES["tf_keras of another minor release"]._replace(
        rule="KE114", fix="PYTHONPATH"
    )
if KERAS.startswith("3."):
    del CASES["a copy of one's own that wins"]
    CASES["a backend that is not installed"] = Broken(
        {}, "import keras", "KE123", " openvino", {"KERAS_BACKEND": "openvino"}
    )
    CASES["tf.keras with a backend that is not installed"] = Broken(
        {},
        "import tensorflow as tf\ntf.keras.layers.Dense(1)",
        "KE123",
        " openvino",
        {"KERAS_BACKEND": "openvino"},
    )
    CASES["a backend that is none"] = Broken(
        {}, "import keras", "KE123", 'os.environ["KERAS_BACKEND"] = "tensorflow"', {"KERAS_BACKEND": "theano"}
    )


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def kernel_in(folder: Path, environment: Mapping[str, str] | None = None) -> ContextManager[Kernel]:
    return started(Kernel(folder, [folder / SITE], {"TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})}))


def told(reply: Reply) -> list[str]:
    return [problem["rule"] for shown in reply.shown for problem in shown["problems"]]


@pytest.mark.parametrize("case", CASES)
def test_the_cause_is_told_first_with_its_fix(tmp_path, case):
    broken = CASES[case]
    write(tmp_path, broken.files)
    with kernel_in(tmp_path, broken.environment) as kernel:
        reply = kernel.run(broken.cell)
    assert reply.status == "error"
    assert told(reply)[:1] == [broken.rule], reply.error
    fix = reply.hints[0]["problems"][0]["fixes"][0]
    assert broken.fix in "\n".join(fix["commands"] or [fix["title"]])


def test_a_renamed_file_no_longer_shadows(tmp_path):
    write(tmp_path, CASES["a file called keras.py"].files)
    with kernel_in(tmp_path) as kernel:
        assert told(kernel.run("from keras.layers import Dense")) == ["KE117"]
    (tmp_path / "keras.py").rename(tmp_path / "mine.py")
    with kernel_in(tmp_path) as kernel:
        assert "KE117" not in told(kernel.run("%keras_env"))


def test_what_lies_around_is_told_by_keras_env(tmp_path):
    write(
        tmp_path,
        {
            f"{SITE}/~eras/__init__.py": "",
            f"{SITE}/tensorflow_hub/__init__.py": "",
            **distribution("keras-tuner", "1.4.7", keras_tuner=""),
            **distribution("keras-tuner", "1.4.6"),
        },
    )
    (tmp_path / SITE / "keras_tuner-1.4.6.dist-info" / "RECORD").unlink()
    with kernel_in(tmp_path) as kernel:
        (shown,) = kernel.run("%keras_env").shown
    titles = {problem["title"] for problem in shown["problems"] if problem["rule"] in ("KE113", "KE115")}
    assert any("~eras" in title or "keras is half removed" in title for title in titles)
    assert any("tensorflow_hub" in title for title in titles)
    assert any(title.startswith("keras-tuner is installed 2 times") for title in titles)


def test_an_install_that_fails_is_answered_below_what_pip_says(tmp_path):
    with kernel_in(tmp_path, {"PIP_REQUIRE_VIRTUALENV": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}) as kernel:
        reply = kernel.run("%pip install --no-index tensorflow==2.1.0")
        assert "No matching distribution found" in reply.text()
        assert reply.story[-1] == "hint"
        assert told(reply) == ["KE131"]
        assert told(kernel.run("%pip install --no-index packaging")) == []
        assert told(kernel.run("%pip install --no-index no-such-package-here")) == []


@pytest.mark.skipif(os.name == "nt", reason="the scripts of other Pythons are no shell scripts there")
def test_pip_of_another_python_is_told(tmp_path):
    write(tmp_path, {"bin/pip": "#!/usr/bin/python2.7\n"})
    (tmp_path / "bin" / "pip").chmod(0o755)
    search_path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    with kernel_in(tmp_path, {"PATH": search_path}) as kernel:
        assert "KE118" in told(kernel.run("%keras_env"))
        executable = subprocess.list2cmdline([sys.executable])
        assert executable in kernel.run("import sys; print(sys.executable)").text()


def test_a_failed_import_leaves_a_kernel_that_needs_a_restart(tmp_path):
    write(tmp_path, {"unittest.py": "one = 1"})
    with kernel_in(tmp_path) as kernel:
        assert kernel.run("import tensorflow").status == "error"
        causes = [code for code in told(kernel.run("%keras_env")) if code != "KE118"]  # which pip is found first
    assert causes[:2] == ["KE117", "KE119"]
