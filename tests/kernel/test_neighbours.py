"""Beside what else people load, set and start in a kernel: their things work as before, and the hint comes once."""

from __future__ import annotations

import pytest

IMPORT = "from keras.layers.core import Dense\n"

NEIGHBOURS = {
    "autoreload": ("%load_ext autoreload\n%autoreload 2", "%autoreload 0"),
    "plain tracebacks": ("%xmode Plain", "%xmode Context"),
    "verbose tracebacks": ("%xmode Verbose", "%xmode Context"),
    "minimal tracebacks": ("%xmode Minimal", "%xmode Context"),
    "a handler for ImportError, as in Colab": (
        "def handler(shell, kind, error, trace, tb_offset=None):\n"
        "    shell.showtraceback((kind, ImportError('wrapped'), trace))\n"
        "get_ipython().set_custom_exc((ImportError,), handler)",
        "get_ipython().set_custom_exc((), None)",
    ),
    "another showtraceback, as of rich": (
        "shell = get_ipython()\nplain = shell.showtraceback\n"
        "shell.showtraceback = lambda *given, **more: (print('mine'), plain(*given, **more))[1]",
        "shell.showtraceback = plain",
    ),
    "another excepthook": (
        "import sys\nhook = sys.excepthook\nsys.excepthook = lambda *given: print('mine')",
        "sys.excepthook = hook",
    ),
    "another watcher of cells that fails": (
        "def neighbour(result):\n    raise RuntimeError('not kerasmagic')\n"
        "get_ipython().events.register('post_run_cell', neighbour)",
        "get_ipython().events.unregister('post_run_cell', neighbour)",
    ),
}


@pytest.mark.parametrize(("begin", "end"), NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
def test_the_hint_comes_once_beside(kernel, begin, end):
    kernel.run(begin)
    reply = kernel.run(IMPORT)
    works = kernel.run("1 + 1")
    kernel.run(end)
    assert reply.status == "error"
    assert len(reply.hints) == 1
    assert "hint" not in works.story and "result" in works.story


ELSEWHERE = {
    "thread": "import threading\nthread = threading.Thread(target=lambda: __import__('keras.layers.core'))\n"
    "thread.start()\nthread.join()",
    "task": "import asyncio\nasync def work():\n    import keras.layers.core\n"
    "task = asyncio.ensure_future(work())\nawait asyncio.sleep(0.1)",
    "callback of a widget": "import ipywidgets\nbutton = ipywidgets.Button()\n"
    "button.on_click(lambda _: __import__('keras.layers.core'))",
}


@pytest.mark.parametrize("cell", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_what_fails_beside_a_cell_is_not_taken_for_the_cell(kernel, cell):
    assert kernel.run(cell).status == "ok"
    assert "hint" not in kernel.run("1 / 0").story
    assert kernel.run(IMPORT).story == ["error", "hint"]


def test_it_can_be_loaded_and_unloaded_in_the_middle_of_a_cell(kernel):
    assert not kernel.run("%unload_ext kerasmagic\n" + IMPORT).hints
    assert len(kernel.run("%load_ext kerasmagic\n" + IMPORT).hints) == 1
    assert len(kernel.run("%reload_ext kerasmagic\n" + IMPORT).hints) == 1


def test_who_interrupts_the_hint_gets_the_next_cell(kernel):
    kernel.run(
        "import time, kerasmagic.diagnosis.engine as engine\ndiagnose = engine.diagnose\n"
        "engine.diagnose = lambda *given: time.sleep(10)"
    )
    reply = kernel.run(IMPORT, interrupt_after=2)
    kernel.run("engine.diagnose = diagnose")
    assert reply.status == "error"
    assert reply.story == ["error", "stderr"]
    assert "kerasmagic failed while looking at a failed cell: KeyboardInterrupt" in reply.text()
    assert kernel.run(IMPORT).story == ["error", "hint"]
