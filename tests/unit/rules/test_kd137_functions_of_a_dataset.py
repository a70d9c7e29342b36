"""KD137: functions for map and filter of a dataset."""

from __future__ import annotations

from refusals import refused, rules, told

_OF = {"__module__": "tensorflow.python.data.ops.dataset_ops"}
_BASE = type("DatasetV2", (), _OF)
_TAKES = "outer.<locals>.<lambda>() takes 1 positional argument but 2 were given"


def dataset(says, *parts):
    spec = parts if len(parts) > 1 else parts[0]
    return type("Zip", (_BASE,), {**_OF, "map": refused(TypeError(says)), "element_spec": spec})()


def test_a_function_of_one_argument_gets_the_labels_too():
    (problem,) = told("ds = ds.map(lambda x: x / 255.)", ds=dataset(_TAKES, "x", "y"))
    assert problem.rule == "KD137"
    assert problem.title == "The function of map takes 1, and each element of the dataset gives 2 parts"
    assert "lambda x, y: (x / 255., y)" in str(problem.fixes[0])


def test_a_name_that_the_function_uses_is_not_taken_for_the_labels():
    (problem,) = told("ds = ds.map(lambda x: x / y)", ds=dataset(_TAKES, "x", "y"), y=3)
    assert "lambda x, label: (x / y, label)" in str(problem.fixes[0])


def test_a_dataset_without_labels():
    says = "<lambda>() missing 1 required positional argument: 'y'"
    (problem,) = told("ds = ds.map(lambda x, y: x)", ds=dataset(says, "x"))
    assert "gives one thing" in problem.title


def test_plain_python_in_a_graph():
    says = "expected str, bytes or os.PathLike object, not SymbolicTensor"
    (problem,) = told("ds = ds.map(load)", ds=dataset(says, "x"), load=len)
    assert "tf.py_function" in problem.fixes[-1].title


def test_map_of_python_is_not_told():
    assert rules("list(map(lambda a: a, [1], [2]))") == []


def test_what_the_function_calls_is_not_meant():
    says = "helper() takes 1 positional argument but 2 were given"
    assert rules("ds = ds.map(load)", ds=dataset(says, "x", "y"), load=len) == []


def test_the_function_of_a_chain_that_takes_so_many_is_meant():
    line = "ds = ds.map(lambda x: x / 255.).map(lambda x, y: (x, y))"
    (problem,) = told(line, ds=dataset(_TAKES, "x", "y"))
    assert problem.title == "The function of map takes 1, and each element of the dataset gives 2 parts"
    assert "ds.map(lambda x, y: (x / 255., y)).map(lambda x, y: (x, y))" in str(problem.fixes[0])
