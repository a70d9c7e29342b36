"""A kernel that is used for days: cells leave nothing behind, of whatever kind they are."""

from __future__ import annotations

import gc
import weakref

import pytest

pytestmark = pytest.mark.slow

KINDS = {
    "failing": [
        "from keras.layers.core import Dense",
        "from keras.layers.core import Dense{i}",
        "import keras\nkeras.layers.Dennse{i}",
        "import keras\nlayer = keras.layers.Dense(2, input_dim={i})",
        "1 / 0",
        "undefined_{i}",
        "x = = {i}",
        "raise ValueError('keras says {i}')",
        "%%capture\nfrom keras.optimizers import Adam{i}",
        "try:\n    1 / 0\nexcept Exception as error:\n    raise ImportError('keras {i}') from error",
    ],
    "working": ["x = {i}", "import keras", "y = [keras for _ in range({i})]"],
    "asking": [
        "%keras_env",
        "%keras_explain KI101",
        "%keras_fix",
        "%keras_optimizer adam --target tensorflow==2.15.1",
        "%%keras_check\nx = {i}",
        "%%keras_check --dry-run --target tensorflow==2.15.1\nfrom keras.layers.core import Dense{i}",
    ],
    "loading": ["%unload_ext kerasmagic", "%load_ext kerasmagic", "%reload_ext kerasmagic"],
}


@pytest.mark.parametrize(("kind", "rounds"), [("failing", 10), ("working", 50), ("asking", 5), ("loading", 50)])
def test_cells_leave_nothing_behind(shell, keras, capsys, kind, rounds):
    shell.display_pub.publish = lambda data, *rest, **more: None  # IPython 9 keeps what is shown

    def run():
        for i in range(rounds):
            for cell in KINDS[kind]:
                shell.run_cell(cell.replace("{i}", str(i)))
        capsys.readouterr()
        gc.collect()
        return len(gc.get_objects())

    run()
    before = run()
    # A failing cell alone leaves a tuple or two; an exception would bring its traceback, frames and their variables.
    # What a cache takes on once comes and goes: the least of three rounds is what stays.
    assert min(run() for _ in range(3)) - before < 3 * rounds * len(KINDS[kind])


def test_what_a_failed_cell_held_is_let_go(shell, keras):
    shell.run_cell("class Large: pass")
    shell.run_cell("import keras\nlarge = Large()\nkeras.layers.Dennse(large)")
    held = weakref.ref(shell.user_ns.pop("large"))
    shell.run_cell("1 / 0")  # IPython itself keeps the last traceback
    gc.collect()
    assert held() is None
