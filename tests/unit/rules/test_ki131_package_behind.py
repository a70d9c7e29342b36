"""KI131: package written for another Keras."""

from __future__ import annotations

import types

import pytest
from checked import KERAS_3, failed
from environments import put

from kerasmagic.catalog.target import Missing
from kerasmagic.diagnosis.engine import TargetWorld

MISSING = "module 'keras.utils' has no attribute 'generic_utils'"


def raised_in(module: str, path: str, message: str = MISSING) -> BaseException:
    """The exception as it comes out of a module that is installed there."""
    try:
        exec(compile(f"raise AttributeError({message!r})", path, "exec"), types.ModuleType(module).__dict__)
    except AttributeError as error:
        return error
    raise AssertionError


SILENT = [
    pytest.param("efficientnet.keras", "/home/me/efficientnet/keras.py", MISSING, id="a file of one's own"),
    pytest.param("keras.src.utils", "/x/site-packages/keras/src/utils.py", MISSING, id="Keras itself"),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'keras.layers' has no attribute 'Dense'",
        id="a name that is there",
    ),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'numpy' has no attribute 'bool'",
        id="a name of others",
    ),
]


@pytest.mark.parametrize(("module", "path", "message"), SILENT)
def test_nothing_is_said(module, path, message):
    found = failed(KERAS_3, "import efficientnet.keras", raised_in(module, path, message))
    assert "KI131" not in [problem.rule for problem in found]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed distributions that the kernel looks into."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def commands(target, error, package="rl"):
    (problem,) = failed(target, "import rl.agents", error)
    assert problem.rule == "KI131" and f"{package} uses keras.utils.generic_utils" in problem.title
    return [fix.commands[0] for fix in problem.fixes if fix.commands]


def test_an_upgrade_is_offered_of_the_distribution_that_is_installed_and_keras_2_where_this_is_keras_3(site):
    brought_by(site, "deep-rl", "1.0.5")
    error = raised_in("rl.agents", "/x/site-packages/rl/agents.py")
    assert commands(KERAS_3, error) == ["%pip install --upgrade deep-rl", '%pip install "tf_keras~=2.21.0"']
    assert commands("tensorflow==2.15.1", error) == ["%pip install --upgrade deep-rl"]


def brought_by(site, name, version, module="rl"):
    put(site, name, version, package=False)
    (site / f"{name.replace('-', '_')}-{version}.dist-info" / "top_level.txt").write_text(f"{module}\n")


@pytest.mark.parametrize(
    ("before", "cell", "offered"),
    [
        ("", "!pip install -q deep-rl\nimport rl.agents", False),
        ("%pip install Deep_RL", "import rl.agents", False),
        ("!pip install deep-rl==1.0.5", "import rl.agents", True),
    ],
)
def test_what_a_cell_has_just_installed_is_the_newest_there_is(site, before, cell, offered):
    brought_by(site, "deep-rl", "1.0.5")
    error = raised_in("rl.agents", "/x/site-packages/rl/agents.py")
    (problem,) = failed("tensorflow==2.15.1", cell, error, {"In": ["", before]})
    assert any("--upgrade" in str(fix.commands) for fix in problem.fixes) is offered


def told_of_keras_rl2(site, numpy="1.26.4", module="rl"):
    brought_by(site, "ktrain" if module == "ktrain" else "keras-rl2", "0.40" if module == "ktrain" else "1.0.5", module)
    put(site, "numpy", numpy)
    says = "module 'tensorflow.keras.models' has no attribute 'model_from_config'"
    error = raised_in(f"{module}.agents", f"/x/site-packages/{module}/agents.py", says)
    (problem,) = failed(KERAS_3, "import rl.agents", error)
    return problem


def test_of_a_last_release_it_is_told_what_makes_it_run_and_no_upgrade(site):
    problem = told_of_keras_rl2(site)
    assert problem.title == "rl is written for Keras 2, and this kernel has Keras 3"
    (fix,) = problem.fixes
    assert "import rl.agents" in fix.commands[-1] and fix.commands[-2].endswith('["TF_USE_LEGACY_KERAS"] = "1"')
    assert "tensorflow.keras.optimizers.legacy" in fix.evidence and "keras-rl2 1.0.5, the last release" in fix.evidence


@pytest.mark.parametrize(("version", "offered"), [("1.1.1", False), ("1.0.0", True)])
def test_no_upgrade_is_offered_of_what_is_the_last_release_already(site, version, offered):
    brought_by(site, "efficientnet", version, "efficientnet")
    error = raised_in("efficientnet.model", "/x/site-packages/efficientnet/model.py")
    assert ("%pip install --upgrade efficientnet" in commands(KERAS_3, error, "efficientnet")) is offered


@pytest.mark.parametrize(("numpy", "needed"), [("2.1.3", True), ("1.26.4", False)])
def test_what_only_numpy_2_needs(site, numpy, needed):
    fix = told_of_keras_rl2(site, numpy, "ktrain").fixes[0]
    assert ("np.Inf" in str(fix.commands)) is needed


def test_a_module_that_no_installed_distribution_names_stands_in_no_install_line():
    """``rl`` is another project on the index."""
    assert commands("tensorflow==2.15.1", raised_in("rl.agents", "/x/site-packages/rl/agents.py")) == []


def test_keras_2_comes_first_where_it_has_what_the_package_asks_for():
    says = "module 'tensorflow.keras.models' has no attribute 'model_from_config'"
    (problem,) = failed(KERAS_3, "import rl.agents", raised_in("rl.agents", "/x/site-packages/rl/agents.py", says))
    assert problem.fixes[0].commands[-1] == 'import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"'
    assert "has models.model_from_config" in problem.fixes[0].evidence


def test_a_package_that_asks_tf_keras_for_its_version(monkeypatch):
    says = "module 'tensorflow.keras' has no attribute '__version__'"
    error = raised_in("rl.callbacks", "/x/site-packages/rl/callbacks.py", says)
    assert failed("tensorflow==2.15.1", "import rl", error) == [], "no record has it"
    missing = Missing("tensorflow.keras.__version__", "tensorflow.keras", "__version__", f"AttributeError: {says}")
    monkeypatch.setattr(TargetWorld, "attribute", lambda *given: missing)
    (problem,) = failed("tensorflow==2.15.1", "import rl", error)
    (line,) = problem.fixes[0].commands
    assert line == "import keras, tensorflow.keras; tensorflow.keras.__version__ = keras.__version__"


@pytest.mark.parametrize(
    ("path", "told"),
    [("/x/site-packages/deepctr/layers.py", ["KI131"]), ("/home/me/deepctr/layers.py", ["KA105"])],
)
def test_layers_of_a_package_that_are_written_for_keras_2(path, told):
    says = "Layer.add_weight() got multiple values for argument 'shape'"
    try:
        exec(compile(f"raise TypeError({says!r})", path, "exec"), types.ModuleType("deepctr.layers").__dict__)
    except TypeError as error:
        found = failed(KERAS_3, "DeepFM(columns)", error)
    assert [problem.rule for problem in found] == told


def test_a_legacy_optimizer_in_a_package_is_no_line_of_the_cell():
    says = "`keras.optimizers.legacy` is not supported in Keras 3."
    try:
        exec(
            compile(f"raise ImportError({says!r})", "/x/site-packages/ktrain/utils.py", "exec"), {"__name__": "ktrain"}
        )
    except ImportError as error:
        (problem,) = failed(KERAS_3, "import ktrain", error)
    assert problem.rule == "KI131" and "restart the kernel, run this first" in problem.fixes[0].title


@pytest.mark.parametrize(("package", "told"), [("keras_bert", ["KI131"]), ("numpy", [])])
def test_only_a_package_that_knows_keras_was_written_for_one(package, told):
    inside = {"__name__": f"{package}.embedding"}
    if told:
        inside["tf"] = types.ModuleType("tensorflow")
    says = "Iterating over a symbolic KerasTensor is not supported."
    try:
        exec(compile(f"raise NotImplementedError({says!r})", f"/x/site-packages/{package}/e.py", "exec"), inside)
    except NotImplementedError as error:
        found = failed(KERAS_3, "f(x)", error)
    assert [problem.rule for problem in found if problem.rule == "KI131"] == told


MASKED = "def call(self, inputs, mask=None):\n    raise ValueError('None values not supported.')"


@pytest.mark.parametrize(("mask", "told"), [([None, None], ["KI131"]), ([True, None], []), (None, [])])
def test_a_package_that_expects_no_mask_where_there_is_none(mask, told):
    inside = {"__name__": "spektral.layers"}
    exec(compile(MASKED, "/x/site-packages/spektral/layers.py", "exec"), inside)
    try:
        inside["call"](None, [1, 2], mask)
    except ValueError as error:
        found = failed(KERAS_3, "GCNConv(4)([x, a])", error)
    assert [problem.rule for problem in found] == told


@pytest.mark.parametrize(("name", "told"), [("output_names", ["KI131"]), ("output_nmaes", [])])
def test_a_package_that_asks_a_model_for_what_it_had_in_keras_2(name, told):
    layer = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    made = type("Sequential", (layer,), {"__module__": "keras.src.models", "_api_export_path": ("keras.Sequential",)})()
    error = AttributeError(f"'Sequential' object has no attribute '{name}'")
    inside = {"__name__": "vis.modifiers", "error": error}
    exec(compile("def modify(model):\n    raise error", "/x/site-packages/vis/modifiers.py", "exec"), inside)
    error.obj = made
    try:
        inside["modify"](made)
    except AttributeError as raised:
        found = [each for each in failed(KERAS_3, "modify(model)", raised) if each.rule == "KI131"]
    assert [problem.rule for problem in found] == told


def installed(tmp_path, line: str) -> BaseException:
    """What a package raises whose first line this is."""
    path = tmp_path / "site-packages" / "tensorflow_addons" / "types.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)
    try:
        raises = 'raise ModuleNotFoundError("No module named \'keras.src.engine\'", name="keras.src.engine")'
        exec(compile(raises, str(path), "exec"), types.ModuleType("tensorflow_addons.types").__dict__)
    except ImportError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("line", "helps"), [("from keras.src.engine import x", False), ("found = import_module(name)", True)]
)
def test_a_package_that_imports_keras_itself_does_not_get_keras_2_by_a_setting(tmp_path, line, helps):
    (problem,) = failed(KERAS_3, "import tensorflow_addons", installed(tmp_path, line))
    assert ("TF_USE_LEGACY_KERAS" in str([fix.commands for fix in problem.fixes])) is helps


def test_of_a_package_that_ended_no_upgrade_is_offered(kernel):
    put(kernel, "tensorflow-addons", "0.23.0")
    (kernel / "tensorflow_addons-0.23.0.dist-info" / "top_level.txt").write_text("tensorflow_addons\n")
    error = raised_in("tensorflow_addons.rnn", "/x/site-packages/tensorflow_addons/rnn.py")
    (problem,) = failed("tensorflow==2.15.1", "import tensorflow_addons", error)
    assert not any(fix.commands for fix in problem.fixes)
    assert problem.fixes[0].title.startswith("Use what Keras has by now")


@pytest.fixture
def two_doors(site):
    brought_by(site, "imagenets", "1.0.0", "imagenets")
    for file in ("__init__", "keras", "tfkeras"):
        (site / "imagenets").mkdir(exist_ok=True)
        (site / "imagenets" / f"{file}.py").write_text("" if file == "__init__" else "def B0(): ...\ndef B1(): ...\n")


def through_a_door(cell, namespace=None):
    error = raised_in("imagenets.keras", "/x/site-packages/imagenets/keras.py")
    (problem,) = failed("tensorflow==2.15.1", cell, error, namespace)
    return problem.fixes


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("import imagenets.keras as nets\nnets.B0()", "import imagenets.tfkeras as nets\nnets.B0()"),
        ("import imagenets.keras\nimagenets.keras.B0()", "import imagenets.tfkeras\nimagenets.tfkeras.B0()"),
        ("from imagenets.keras import B0, B1 as b", "from imagenets.tfkeras import B0, B1 as b"),
        ("from imagenets import keras as nets\nnets.B1()", "from imagenets import tfkeras as nets\nnets.B1()"),
        ("from imagenets import keras\nkeras.B1()", "from imagenets import tfkeras as keras\nkeras.B1()"),
    ],
)
def test_a_package_with_a_module_for_tf_keras_is_imported_by_that_one(two_doors, cell, works):
    fix = through_a_door(cell)[0]
    assert (fix.source, fix.verified) == (works, True)


def test_an_import_of_an_earlier_cell_is_corrected_there(two_doors):
    cells = {"In": ["", "import imagenets.keras as nets", "nets.B0()"], "_i1": "import imagenets.keras as nets"}
    fix = through_a_door("nets.B0()", {**cells, "_i2": "nets.B0()"})[0]
    assert (fix.source, fix.cell) == ("import imagenets.tfkeras as nets", 1)


@pytest.mark.parametrize("cell", ["from imagenets.keras import B9", "import helpers_of_mine"])
def test_what_cannot_be_edited_is_told(two_doors, cell):
    assert [fix.title for fix in through_a_door(cell)] == [
        "Import imagenets.tfkeras in place of imagenets.keras: it has the same for tf.keras."
    ]
