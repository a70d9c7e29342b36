"""Programs that build a graph of their own need no switch to static graphs; others do."""

from __future__ import annotations

import pytest
from checked import problems

START = "import tensorflow as tf\n"
OWN_GRAPH = [
    pytest.param("with tf.Graph().as_default():\n    x = tf.placeholder(tf.float32)", id="graph"),
    pytest.param("g = tf.Graph()\nwith g.as_default():\n    x = tf.placeholder(tf.float32)", id="graph by its name"),
    pytest.param("with detection_graph.as_default():\n    s = tf.Session()", id="graph of an earlier cell"),
    pytest.param(
        "with tf.Graph().as_default(), tf.Session() as s:\n    x = tf.placeholder(tf.float32)", id="two items"
    ),
    pytest.param("with tf.Session(graph=g) as s:\n    x = tf.placeholder(tf.float32)", id="session of a graph"),
    pytest.param("s = tf.Session(config=c, graph=g)", id="session without with"),
    pytest.param(
        "def layer():\n    return tf.placeholder(tf.float32)\ndef net():\n    return layer()\n"
        "with tf.Graph().as_default():\n    x = net()",
        id="functions that are called there",
    ),
    pytest.param(
        "class Net:\n    def __init__(self):\n        self.graph = tf.Graph()\n        with self.graph.as_default():\n"
        "            self._build()\n    def _build(self):\n        self.x = tf.placeholder(tf.float32)",
        id="method",
    ),
]
SWITCH = [
    pytest.param("x = tf.placeholder(tf.float32)", id="nowhere"),
    pytest.param("with tf.Session() as s:\n    s.run(x)", id="session of the default graph"),
    pytest.param("with sess.as_default():\n    x = tf.placeholder(tf.float32)", id="session as default"),
    pytest.param("with graph_writer.as_default():\n    x = tf.placeholder(tf.float32)", id="writer as default"),
    pytest.param("with tf.Graph().as_default():\n    pass\nx = tf.placeholder(tf.float32)", id="behind it"),
    pytest.param(
        "def net():\n    return tf.placeholder(tf.float32)\nwith tf.Graph().as_default():\n    x = net()\ny = net()",
        id="function that is called elsewhere, too",
    ),
    pytest.param("def net():\n    return tf.placeholder(tf.float32)", id="function that is not called"),
]


@pytest.mark.parametrize("cell", OWN_GRAPH)
@pytest.mark.parametrize("target", ["tensorflow==2.15.1", "tensorflow==2.20.0"])
def test_new_names_are_enough_in_a_graph_of_its_own(target, cell):
    fixes = [each.fixes[0] for each in problems(target, START + cell)]
    assert {fix.applicability for fix in fixes} == {"verified"}
    assert not any("disable_v2_behavior" in fix.source for fix in fixes)


@pytest.mark.parametrize("cell", SWITCH)
def test_elsewhere_the_graph_is_switched_on(cell):
    fixes = [each.fixes[0] for each in problems("tensorflow==2.20.0", START + cell)]
    assert any("disable_v2_behavior" in fix.source and fix.applicability == "check the result" for fix in fixes)
