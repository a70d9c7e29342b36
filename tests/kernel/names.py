"""Prints what attribute access reaches after ``import ROOT``, as ``python names.py ROOT``: one JSON list a line.

``["module", path, real name]`` for each module that is looked at, then for each of its public names ``["name", path,
first, parameters, members, whole]``: ``first`` is the path under which the same module, class or function was found
before (else the path itself); parameters are names with the marks of their kind, or null where there are none; members
are the public names that a class has from classes of these packages, and whole says that it has no others: what it has
from Python's own classes is another matter in each release of Python. Every module object is looked at once, under the
shortest path to it: with ``first`` that says all that any path can reach.
"""

import importlib
import inspect
import json
import sys
import types
import warnings
from collections import deque
from enum import EnumMeta

PACKAGES = ("tensorflow", "keras", "tf_keras", "tensorflow_estimator")


def loaded(module):
    """The module behind one of TensorFlow's lazy modules; None where it cannot be loaded."""
    try:
        return module._load() if hasattr(type(module), "_load") else module
    except Exception:
        return None


def package_of(module):
    """Whose module it is; tf.summary is, in a part, one of tensorboard."""
    name = module.__name__
    return "tensorflow" if name.startswith("tensorboard.summary._tf") else name.partition(".")[0]


def parameters(value):
    if isinstance(value, EnumMeta):
        return None  # that of an enumeration is Python's, and each release of Python has another
    try:
        return [f"{parameter.kind.name} {parameter.name}" for parameter in inspect.signature(value).parameters.values()]
    except Exception:
        return None


def public(names):
    return sorted({name for name in names if not name.startswith("_")})


def is_theirs(each):
    return str(getattr(each, "__module__", "")).partition(".")[0] in PACKAGES


def members_of(value):
    """Names in a class, its bases and its metaclass, and whether all of these are theirs."""
    classes = [each for each in (*value.__mro__, *type(value).__mro__) if each not in (object, type)]
    names = {name for each in filter(is_theirs, classes) for name in vars(each)}
    return public(names), all(map(is_theirs, classes))


def walk(root):
    module = loaded(importlib.import_module(root))
    first = {id(module): root}
    # To look at a lazy module loads others, which then are members of what was loaded before.
    visible = {id(each): public(dir(each)) for name, each in list(sys.modules.items()) if name.startswith(f"{root}.")}
    kept = []  # an id says who an object is only as long as it lives
    queue = deque([(module, root)])
    while queue:
        module, path = queue.popleft()
        print(json.dumps(["module", path, module.__name__]))
        for name in visible.get(id(module)) or public(dir(module)):
            try:
                value = getattr(module, name)
            except Exception:
                continue
            here = f"{path}.{name}"
            if isinstance(value, types.ModuleType):
                value = loaded(value)
            if not isinstance(value, (types.ModuleType, type)) and not inspect.isroutine(value):
                print(json.dumps(["name", here, here, None, None, True]))
                continue
            kept.append(value)
            is_new = first.setdefault(id(value), here) == here
            if isinstance(value, types.ModuleType):
                print(json.dumps(["name", here, first[id(value)], None, None, True]))
                package = package_of(value)
                # TensorFlow is a walk of its own; Keras modules hold it under names like ``tf``.
                if is_new and package in PACKAGES and (package == root or package != "tensorflow"):
                    queue.append((value, here))
            else:
                ours = is_new and is_theirs(value)
                is_class = isinstance(value, type) and not issubclass(value, type)
                members, whole = members_of(value) if ours and is_class else (None, True)
                taken = parameters(value) if ours else None
                print(json.dumps(["name", here, first[id(value)], taken, members, whole]))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10000)
    walk(sys.argv[1])
