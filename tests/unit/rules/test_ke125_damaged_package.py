"""KE125: files of an installed package are gone, or not what was installed."""

from __future__ import annotations

import struct
import types

import pytest
from environments import commands, fail, put
from environments import only as only_here
from environments import problems as problems_here

FILES = {"__init__.py": "from .src import layers\n", "src/__init__.py": "", "src/layers.py": "class Dense:\n    pass\n"}
REINSTALL = ['%pip install --force-reinstall --no-deps "keras==3.5.0"']


def install(site, **changed):
    """Keras as pip installs it; then files of it change."""
    put(site, "keras", "3.5.0")
    lines = [f"keras/{name},sha256=abc,{len(text)}" for name, text in FILES.items()]
    (site / "keras-3.5.0.dist-info" / "RECORD").write_text("\n".join([*lines, "keras-3.5.0.dist-info/RECORD,,"]))
    for name, text in FILES.items():
        path = site / "keras" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for name, text in changed.items():
        path = site / "keras" / "src" / f"{name}.py"
        path.write_text(text) if text is not None else path.unlink()


def test_silent_where_it_is_whole_or_nothing_is_recorded(site, kernel):
    install(site)
    assert "KE125" not in [problem.rule for problem in problems_here(site)]
    assert fail("from keras.src.layers import Dens") == []
    (site / "keras-3.5.0.dist-info" / "RECORD").write_text("")
    (site / "keras" / "src" / "layers.py").write_text("")
    assert "KE125" not in [problem.rule for problem in problems_here(site)]


@pytest.mark.parametrize(
    ("text", "state"), [(None, "is gone"), ("", "has another size"), ("class Dense", "has another size")]
)
def test_told_before_the_import(site, text, state):
    install(site, layers=text)
    problem = only_here("KE125", site)
    assert problem.title.startswith(f"keras 3.5.0 is damaged: keras/src/layers.py {state}")
    assert commands(problem) == REINSTALL


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (None, "import keras"),
        ("class Dense(\n", "import keras"),
        ("from . import nothing_at_all\n", "import keras"),
    ],
)
def test_told_after_it(kernel, text, cell):
    install(kernel, layers=text)
    (problem,) = fail(cell)
    assert (problem.rule, commands(problem)) == ("KE125", REINSTALL)


NO_LIBRARY = "lib{}.so.2: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("code", "is_gone"),
    [
        (f"raise ImportError('{NO_LIBRARY.format('keras_own')}')", True),
        ("from keras import _errors", True),
        (f"raise ImportError('{NO_LIBRARY.format('cudart')}')", False),
    ],
)
def test_a_compiled_part_that_is_gone(kernel, code, is_gone):
    install(kernel)
    (kernel / "keras" / "__init__.py").write_text(code)
    lines = [f"keras/__init__.py,sha256=abc,{len(code)}", *(["keras/libkeras_own.so.2,sha256=abc,9"] * is_gone)]
    (kernel / "keras-3.5.0.dist-info" / "RECORD").write_text("\n".join(lines))
    told = [(problem.title, commands(problem)) for problem in fail("import keras") if problem.rule == "KE125"]
    assert told == [("keras 3.5.0 is damaged: keras/libkeras_own.so.2 is gone", REINSTALL)] * is_gone


def test_an_empty_folder_is_more_than_damaged(kernel):
    put(kernel, "tensorflow", "2.19.1")
    install(kernel)
    for path in sorted((kernel / "keras").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (kernel / "tensorflow" / "__init__.py").write_text("import keras.layers\n")
    assert [problem.rule for problem in fail("import tensorflow")] == ["KE115"]


def test_a_part_of_a_package_that_is_missing(kernel):
    put(kernel, "tensorflow", "2.10.1", "keras<2.11,>=2.10.0")
    put(kernel, "keras", "2.10.0")
    (kernel / "tensorflow" / "__init__.py").write_text("import keras.api\n")
    (problem,) = fail("import tensorflow")
    assert (problem.rule, commands(problem)) == (
        "KE125",
        ['%pip install --force-reinstall --no-deps "keras==2.10.0"'],
    )


def test_the_compiled_part_of_tensorflow_is_gone(kernel):
    """As a full disk or a virus scanner leaves it; whatever else does not fit has no part in it."""
    put(kernel, "tensorflow-cpu", "2.16.2", "absl-py<1")
    put(kernel, "absl-py", "2.1.0", package=False)
    gone = "_pywrap_tensorflow_internal.so"
    code = f"raise ImportError('{gone}: cannot open shared object file: No such file or directory')\n"
    (kernel / "tensorflow" / "python").mkdir()
    (kernel / "tensorflow" / "python" / "__init__.py").write_text(code)
    (kernel / "tensorflow" / "__init__.py").write_text("from tensorflow import python\n")
    listed = f"tensorflow/python/__init__.py,sha256=abc,{len(code)}\ntensorflow/python/{gone},sha256=abc,9\n"
    (kernel / "tensorflow_cpu-2.16.2.dist-info" / "RECORD").write_text(listed)
    (problem,) = [each for each in fail("import tensorflow") if each.rule == "KE125"]
    assert problem.title == f"tensorflow-cpu 2.16.2 is damaged: tensorflow/python/{gone} is gone"
    assert commands(problem) == ['%pip install --force-reinstall --no-deps "tensorflow-cpu==2.16.2"']
    half_loaded = {"tensorflow.python": types.ModuleType("tensorflow.python")}
    assert only_here("KE125", kernel, modules=half_loaded).title == problem.title
    assert "KE125" not in [each.rule for each in problems_here(kernel)], "its files are many"


def cut(site, size, installer="pip", recorded=100):
    """TensorFlow whose shared library has another size than recorded."""
    put(site, "tensorflow-cpu", "2.19.1")
    (site / "tensorflow_cpu-2.19.1.dist-info" / "INSTALLER").write_text(installer)
    library = "tensorflow/libtensorflow_framework.so.2"
    (site / "tensorflow_cpu-2.19.1.dist-info" / "RECORD").write_text(f"{library},sha256=abc,{recorded}\n")
    (site / library).write_bytes(b"x" * size)
    return library


AGAIN = ['%pip install --force-reinstall --no-deps "tensorflow-cpu==2.19.1"']


@pytest.mark.parametrize(("size", "state"), [(0, "is empty"), (60, "was cut off")])
def test_a_library_that_was_cut_off_is_told_before_the_import(site, size, state):
    library = cut(site, size)
    problem = only_here("KE125", site)
    assert problem.title == f"tensorflow-cpu 2.19.1 is damaged: {library} {state}"
    assert commands(problem) == AGAIN


@pytest.mark.parametrize(("size", "installer"), [(100, "pip"), (140, "pip"), (60, "conda")])
def test_silent_of_libraries_that_are_whole_or_edited(site, size, installer):
    cut(site, size, installer)
    assert "KE125" not in [problem.rule for problem in problems_here(site)]


@pytest.mark.parametrize(("lacks", "told"), [(0, False), (1, True)])
def test_a_library_without_its_symbols_is_whole(site, lacks, told):
    header = b"\x7fELF\x02\x01".ljust(32, b"\0") + struct.pack("<QQIHHH", 64, 0, 0, 64, 56, 1)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 160, 160, 4096)
    library = cut(site, 0, recorded=200)
    (site / library).write_bytes((header.ljust(64, b"\0") + segment).ljust(160 - lacks, b"x"))
    assert ("KE125" in [problem.rule for problem in problems_here(site)]) == told


@pytest.mark.parametrize(
    "error",
    [
        "ImportError({path!r} + ': file too short')",
        "ImportError({path!r} + ': invalid ELF header')",
        "ImportError('DLL load failed while importing _pywrap_x: %1 is not a valid Win32 application.')",
        "SystemError('initialization of _pywrap_checkpoint_reader raised unreported exception')",
    ],
)
def test_a_library_that_was_cut_off_is_told_after_it(kernel, error):
    cut(kernel, 60)
    path = f"{kernel}/tensorflow/python/platform/../../libtensorflow_framework.so.2"
    (kernel / "tensorflow" / "__init__.py").write_text(f"raise {error.format(path=path)}\n")
    (problem,) = [each for each in fail("import tensorflow") if each.rule == "KE125"]
    assert problem.title == "tensorflow-cpu 2.19.1 is damaged: tensorflow/libtensorflow_framework.so.2 was cut off"
    assert commands(problem) == AGAIN
