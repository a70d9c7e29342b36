"""Attributes, arguments and methods that are not taken in a release, and the edits that mend them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kerasmagic
from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

WORLD = TargetWorld(Target.parse("tensorflow==2.16.2,keras==3.15.1"), RULES)


def test_no_rule_that_reads_cells_is_left_out():
    assert {entry.on_cell for entry in RULES.all() if entry.on_cell} == {
        entry.on_cell for entry in RULES.of_cells(live=True)
    }


def test_attributes_of_instances_outside_of_keras_are_no_errors_unless_a_release_had_them() -> None:
    """tf.Variable makes objects of another class, Checkpoint and Module take any attribute."""
    cell = (
        "import tensorflow as tf\nv = tf.Variable(1.0)\nv.numpy()\nsaved = tf.train.Checkpoint(step=v)\n"
        "saved.step.assign_add(1)\ndata = tf.data.Dataset(v)\ndata.make_one_shot_iterator()\n"
    )
    problems = check_cell(cell, WORLD)
    assert [problem.reference for problem in problems] == ["tensorflow.data.Dataset.make_one_shot_iterator"]


def test_the_rules_about_what_is_installed_import_no_reader_of_code():
    program = (
        "import sys; from kerasmagic.rules import RULES; RULES.of_environments();"
        "print(sorted(set(sys.modules) & {f'kerasmagic.{n}' for n in ('source.references', 'catalog.target',"
        "'diagnosis.resolve.world', 'diagnosis.evidence.failure', 'diagnosis.evidence.cell')}))"
    )
    root = str(Path(kerasmagic.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root)
    assert done.stdout == "[]\n", done.stderr


def test_what_a_package_hides_from_dir_is_there() -> None:
    world = TargetWorld(Target.parse("tensorflow==2.16.2,keras==3.5.0"), RULES)
    assert not check_cell("import keras\nkeras.src.saving", world)


def test_a_loaded_module_that_is_no_attribute_was_taken_away() -> None:
    cell = "import tensorflow as tf\ntf.python.client.device_lib.list_local_devices()\ntf.keras.layers.noise.Nothing"
    (problem, _) = check_cell(cell, TargetWorld(Target.parse("tensorflow==2.12.1"), RULES))
    assert problem.severity == "error" and problem.fixes[0].verified
    assert "from tensorflow.python.client.device_lib import list_local_devices" in (problem.fixes[0].source or "")
