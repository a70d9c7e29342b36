"""The kernel's facts, from site-packages directories made for each test."""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path
from unittest import mock

import pytest
from environments import module, put

from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.display.environment import environment_report, environment_result
from kerasmagic.kernel.distributions import Installed, installed_on
from kerasmagic.kernel.interpreter import find_pip
from kerasmagic.kernel.modules import differs, loaded, read_modules
from kerasmagic.kernel.places import PYTHONPATH, USER_SITE, place
from kerasmagic.kernel.requirements import pins, unmet_requirements
from kerasmagic.kernel.settings import read_settings
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES


def snapshot(site, modules=None, environment=None, path=()):
    return take_snapshot([*path, str(site)], {} if modules is None else modules, environment or {"HOME": "/nowhere"})


def test_distributions_are_read_from_their_headers(site):
    put(site, "tensorflow", "2.15.1", "keras (<2.16,>=2.15.0)", "jax ; extra == 'jax'")
    put(site, "tf_keras", "2.15.0")
    installed = Installed([str(site)])
    assert [(one.name, one.version, one.installer) for one in installed.stack()] == [
        ("tensorflow", "2.15.1", "pip"),
        ("tf-keras", "2.15.0", "pip"),
    ]
    assert installed.get("TF.Keras").module == "tf_keras"
    assert installed.get("keras") is None


def test_egg_info_of_older_installers_is_read(site):
    (site / "keras-2.2.4-py3.8.egg-info").mkdir()
    (site / "keras-2.2.4-py3.8.egg-info" / "PKG-INFO").write_text("Name: Keras\nVersion: 2.2.4\n")
    (site / "keras-2.2.4-py3.8.egg-info" / "requires.txt").write_text("numpy>=1.9.1\n[visualize]\npydot>=1.2.4\n")
    keras = Installed([str(site)]).get("keras")
    assert keras.version == "2.2.4"
    assert keras.requires == ("numpy>=1.9.1", 'pydot>=1.2.4; extra == "visualize"')


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00broken", b"Name: keras\n\nno version"])
def test_unreadable_metadata_costs_its_details_only(site, content):
    put(site, "tensorflow", "2.15.1")
    info = site / "keras-2.15.0.dist-info"
    info.mkdir()
    if content is not None:
        (info / "METADATA").write_bytes(content)
    facts = snapshot(site).to_dict()["distributions"]
    keras = next(one for one in facts if one["name"] == "keras")
    assert keras["version"] == "2.15.0"
    assert keras["unreadable"]


def test_a_change_on_disk_is_seen(site):
    put(site, "keras", "2.15.0")
    before = installed_on([str(site)])
    assert installed_on([str(site)]) is before
    put(site, "tensorflow", "2.15.1")
    assert installed_on([str(site)]).version("tensorflow") == "2.15.1"


def test_odd_search_paths_and_modules_are_survived(site, tmp_path):
    class Raises:
        def __getattr__(self, name):
            raise RuntimeError(name)

        def __eq__(self, other):
            raise RuntimeError("compared")

        __hash__ = object.__hash__

    put(site, "keras", "3.5.0")
    (tmp_path / "archive.zip").write_bytes(b"not a zip")
    path = [None, 3, b"bytes", tmp_path, "", "/nowhere/at/all", str(tmp_path / "archive.zip"), "null\0byte", str(site)]
    path += [f"/nowhere/{number}" for number in range(5000)]
    modules = {"tensorflow": None, "keras": Raises(), "numpy": 3, 7: module("seven"), "torch": module("torch")}
    found = take_snapshot(path, modules, {"HOME": str(tmp_path)})
    assert found.installed.version("keras") == "3.5.0"
    assert json.dumps(environment_result(found, []).to_dict())


def test_five_hundred_distributions(site):
    for number in range(500):
        put(site, f"package-{number}", "1.0", "numpy>=1.20", package=False)
    put(site, "numpy", "1.26.4")
    found = snapshot(site)
    assert len(found.installed.names()) == 501
    assert [one.name for one in found.distributions] == ["numpy"]


def test_reading_a_module_triggers_nothing():
    class Lazy(types.ModuleType):
        def __getattr__(self, name):
            raise AssertionError(f"asked for {name}")

    lazy = Lazy("keras")
    lazy.__dict__["__version__"] = "3.5.0"
    modules = {"keras": lazy, "tensorflow": module("tensorflow", __version__="2.16.2", keras=Lazy("tf.keras"))}
    assert loaded("keras", modules)["__version__"] == "3.5.0"
    assert [one.version for one in read_modules(Installed([]), modules)] == ["2.16.2", "3.5.0"]


@pytest.mark.parametrize(
    ("in_memory", "on_disk", "expected"),
    [
        ("2.15.0", "2.15.1", True),
        ("2.15.0", "2.15.0.post1", False),
        ("2.1.0", "2.1.0+cu121", False),
        ("2.18.0-dev20240901", "2.18.0.dev20240901", False),
        ("2.18.0", "2.18.0rc1", True),
        ("3.0", "3.0.0", False),
    ],
)
def test_versions_differ_only_where_the_release_does(in_memory, on_disk, expected):
    assert differs(in_memory, on_disk) is expected


def test_a_module_left_half_loaded_is_partial(site):
    put(site, "tensorflow", "2.15.1")
    (found,) = read_modules(Installed([str(site)]), {"tensorflow.python": module("tensorflow.python")})
    assert (found.name, found.partial) == ("tensorflow", True)


@pytest.mark.parametrize(
    ("tensorflow", "keras", "legacy", "package", "name"),
    [
        ("2.4.4", None, None, "tensorflow", "tensorflow.keras"),
        ("2.10.1", "2.10.0", None, "keras", "keras.api._v2.keras"),
        ("2.13.1", "2.13.1", "1", "keras", "keras.api._v2.keras"),
        ("2.15.1", "2.15.0", "1", "tf_keras", "tf_keras.api._v2.keras"),
        ("2.15.1", "3.5.0", None, "keras", "keras._tf_keras.keras"),
        ("2.12.1", "3.5.0", None, "", ""),
        ("2.19.1", "3.5.0", None, "keras", "keras._tf_keras.keras"),
        ("2.19.1", "3.5.0", "true", "tf_keras", "tf_keras.api._v2.keras"),
        ("2.19.1", "3.5.0", "yes", "keras", "keras._tf_keras.keras"),
        ("2.19.1", None, None, "", ""),
    ],
)
def test_what_tf_keras_will_be(site, tensorflow, keras, legacy, package, name):
    put(site, "tensorflow", tensorflow)
    put(site, "tf_keras", "2.15.0")
    if keras:
        put(site, "keras", keras)
    environment = {"HOME": "/nowhere", **({"TF_USE_LEGACY_KERAS": legacy} if legacy else {})}
    face = snapshot(site, environment=environment).keras.tf_keras_attribute
    assert (face.package, face.module, face.live) == (package, name, False)


def test_the_same_class_under_two_names_is_the_same_keras(site):
    class Model:
        pass

    modules = {
        "keras": module("keras", __version__="3.5.0", Model=Model),
        "keras._tf_keras.keras": module("keras._tf_keras.keras", Model=Model),
        "tf_keras": module("tf_keras", __version__="2.19.0", Model=object),
    }
    modules["tensorflow"] = module("tensorflow", __version__="2.19.1", keras=modules["keras._tf_keras.keras"])
    assert set(snapshot(site, modules).keras.same) == {
        ("keras", "tf.keras", True),
        ("keras", "tf_keras", False),
        ("tf.keras", "tf_keras", False),
    }


def test_settings_as_set_and_as_in_effect(site, tmp_path):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.5.0")
    installed = Installed([str(site)])
    modules = {
        "tensorflow": module("tensorflow", __version__="2.19.1", _tf_uses_legacy_keras=False),
        "keras.src.backend.config": module("config", _BACKEND="tensorflow"),
    }
    environment = {"HOME": str(tmp_path), "TF_USE_LEGACY_KERAS": "1", "KERAS_BACKEND": "jax"}
    before, after = read_settings(installed, {}, environment), read_settings(installed, modules, environment)
    assert (before.legacy_keras.effective, before.legacy_keras.late) == ("tf_keras", False)
    assert (before.backend.effective, before.backend.source) == ("jax", "environment")
    assert (after.legacy_keras.effective, after.legacy_keras.late) == ("keras", True)
    assert (after.backend.effective, after.backend.source, after.backend.late) == ("tensorflow", "live", True)


def test_keras_json_decides_where_nothing_else_does(site, tmp_path):
    put(site, "keras", "3.5.0")
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    settings = read_settings(Installed([str(site)]), {}, {"KERAS_HOME": str(tmp_path)})
    assert (settings.backend.effective, settings.backend.source) == ("torch", "keras.json")
    (tmp_path / "keras.json").write_text("{broken")
    assert read_settings(Installed([]), {}, {"KERAS_HOME": str(tmp_path)}).keras_json.unreadable


def test_unmet_requirements_and_the_pins_that_meet_them(site):
    put(
        site,
        "tensorflow",
        "2.15.1",
        "keras<2.16,>=2.15.0",
        "numpy<2.0.0,>=1.23.5",
        "absl-py",
        "h5py>=2.9.0; extra == 'x'",
    )
    put(site, "keras", "3.5.0", "numpy")
    put(site, "numpy", "2.1.0")
    put(site, "other", "1.0", "numpy>=1.26")
    installed = Installed([str(site)])
    assert [unmet.sentence for unmet in unmet_requirements(installed)] == [
        "tensorflow 2.15.1 has requirement keras<2.16,>=2.15.0, but you have keras 3.5.0.",
        "tensorflow 2.15.1 has requirement numpy<2.0.0,>=1.23.5, but you have numpy 2.1.0.",
        "tensorflow 2.15.1 requires absl-py, which is not installed.",
    ]
    assert pins(["keras", "numpy"], installed) == ("keras>=2.15.0,<2.16", "numpy>=1.26,<2.0.0")


def test_no_pins_where_requirements_exclude_each_other(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "keras-hub", "0.19.0", "keras>=3.5")
    put(site, "keras", "2.15.0")
    assert pins(["keras"], Installed([str(site)])) == ()


def test_a_variant_of_tensorflow_meets_the_requirement(site):
    put(site, "tensorflow-cpu", "2.19.1")
    put(site, "tf_keras", "2.19.0", "tensorflow<2.20,>=2.19")
    assert unmet_requirements(Installed([str(site)])) == ()


def test_what_metadata_leaves_open_is_known_as_measured(site):
    put(site, "tensorflow", "2.10.1", "numpy>=1.20")
    put(site, "numpy", "2.2.6")
    (unmet,) = unmet_requirements(Installed([str(site)]))
    assert (unmet.requirement, unmet.stated) == ("numpy<2", False)


def script(path: Path, first_line: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{first_line}\nimport pip\n")
    path.chmod(0o755)
    return path


class TestPip:
    def test_of_the_same_environment(self, tmp_path):
        python = tmp_path / "env" / "bin" / "python"
        script(python.parent / "pip", f"#!{python}3")
        python.write_text("")
        (python.parent / "python3").symlink_to(python)
        pip = find_pip({"PATH": str(python.parent)}, str(python), str(tmp_path / "env"))
        assert pip.installs_here is True

    def test_of_another_environment(self, tmp_path):
        other = tmp_path / "other" / "bin"
        script(other / "pip", f'#!/bin/sh\n\'\'\'exec\' "{other}/python with space" "$0" "$@"')
        (tmp_path / "other" / "pyvenv.cfg").write_text("")
        pip = find_pip({"PATH": str(other)}, str(tmp_path / "env" / "bin" / "python"), str(tmp_path / "env"))
        assert (pip.python, pip.installs_here) == (f"{other}/python with space", False)

    def test_that_cannot_be_told(self, tmp_path):
        script(tmp_path / "pip", "#!/usr/bin/env bash")
        assert find_pip({"PATH": str(tmp_path)}, sys.executable, sys.prefix).installs_here is None

    def test_that_is_not_there(self, tmp_path):
        assert find_pip({"PATH": str(tmp_path)}, sys.executable, sys.prefix) is None


def test_places(tmp_path):
    user = tmp_path / "base" / "lib" / "python3.11" / "site-packages"
    environment = {"PYTHONUSERBASE": str(tmp_path / "base"), "PYTHONPATH": str(tmp_path / "mine")}
    assert place(str(user), environment) == USER_SITE
    assert place(str(tmp_path / "mine"), environment) == PYTHONPATH


def test_the_report_tells_nothing_private(tmp_path):
    home = tmp_path / "Users" / "Ada Lovelace"
    site, share = home / "Analytical Engine" / "site-packages", tmp_path / "mnt" / "babbage" / "site-packages"
    for folder in (site, share, home / "bin", home / ".keras", site / "~umpy", site / "jax"):
        folder.mkdir(parents=True)
    put(site, "keras", "3.5.0", "wrapt @ git+https://ghp_t0kent0ken@github.com/babbage/wrapt.git")
    put(share, "keras", "2.15.0")
    put(share, "numpy", "2.1.0")
    (next(share.glob("numpy-*.dist-info")) / "INSTALLER").write_text("https://ada:pa55word@pypi.babbage.example")
    (home / "bin" / "pip").write_text("#!/opt/babbage tools/python3.9\n")
    (home / "bin" / "pip").chmod(0o755)
    (home / "tensorflow.py").write_text("")
    (home / ".keras" / "keras.json").write_text(
        json.dumps(
            {"floatx": "\\\\engine7\\ada", "backend": "C:\\Users\\Ada Lovelace\\x", "epsilon": "mail@babbage.example"}
        )
    )
    environment = {
        "HOME": str(home),
        "USER": "ada.lovelace",
        "HOSTNAME": "engine7.example.org",
        "HF_TOKEN": "hf_secretsecret",
        "PATH": str(home / "bin"),
        "KERAS_BACKEND": "hf_secretsecret",
        "TF_USE_LEGACY_KERAS": "http://ada:pa55word@proxy.babbage.example:3128",
        "PIP_INDEX_URL": "https://ada:pa55word@pypi.babbage.example/simple",
    }
    modules = {"numpy": module("numpy", __version__="1.0+ada@babbage", __file__="/srv/babbage/numpy/__init__.py")}
    facts = take_snapshot([str(home), str(site), str(share)], modules, environment)
    problems = environment_problems(facts, RULES)
    assert {"KE111", "KE113", "KE115", "KE117", "KE123"} <= {problem.rule for problem in problems}
    with mock.patch.dict(os.environ, environment):
        report = environment_report(facts, problems).lower()
    assert "3.5.0" in report
    for secret in ("ada", "lovelace", "engine", "babbage", "secretsecret", "t0ken", "pa55", "/srv", str(tmp_path)):
        assert secret not in report


def test_hostile_metadata_reaches_neither_terminal_nor_html_raw(site):
    put(site, "keras", "3.5.0")
    info = next(site.glob("keras-*.dist-info"))
    (info / "METADATA").write_text("Name: keras\nVersion: <script>alert(1)</script>\x1b[31m\u202e\n", encoding="utf-8")
    result = environment_result(snapshot(site), [])
    assert "<script" not in result.html
    assert not {"\x1b", "\u202e"} & set(result.html + result.text)


def test_the_executable_is_told_and_left_out_of_a_report(site):
    put(site, "tensorflow", "2.15.1")
    found = snapshot(site)
    assert sys.executable in environment_result(found, ()).text
    assert sys.executable not in environment_report(found, ())


@pytest.mark.parametrize(
    ("tree", "legacy", "package"),
    [
        ("keras/_tf_keras/keras", False, "keras"),
        ("tf_keras/api/_v2/keras", True, "tf_keras"),
        ("tensorflow/keras", False, "tensorflow"),
    ],
)
def test_what_from_tensorflow_keras_import_loads_is_known_by_its_file(site, tree, legacy, package):
    """The module is called tensorflow.keras then, whichever package its code lies in."""
    modules = {
        "keras": module("keras", __version__="3.5.0"),
        "tf_keras": module("tf_keras", __version__="2.19.0"),
        "tensorflow.keras": module("tensorflow.keras", __file__=f"/x/site-packages/{tree}/__init__.py"),
    }
    tensorflow = module("tensorflow", __version__="2.19.1", _tf_uses_legacy_keras=legacy)
    tensorflow.keras = modules["tensorflow.keras"]
    found = snapshot(site, {**modules, "tensorflow": tensorflow})
    assert found.keras.tf_keras_attribute.package == package
    assert found.settings.legacy_keras.effective == ("tf_keras" if legacy else "keras")


def test_a_license_in_the_headers_does_not_hide_the_requirements(site):
    """Of scipy and pandas: its lines go on with spaces, and some have nothing else."""
    put(site, "scipy", "1.18.1")
    metadata = site / "scipy-1.18.1.dist-info" / "METADATA"
    license = "License: Copyright\n         All rights reserved.\n         \n         Name: OpenBLAS"
    metadata.write_text(f"Name: scipy\nVersion: 1.18.1\n{license}\nRequires-Dist: numpy>=2\n\nRequires-Dist: none")
    found = installed_on([str(site)]).get("scipy")
    assert (found.name, found.requires) == ("scipy", ("numpy>=2",))
