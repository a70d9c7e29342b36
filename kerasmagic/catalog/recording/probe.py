# Runs on Python 3.6, untyped, in environments where anything may fail in any way.
# ruff: noqa
# mypy: ignore-errors
"""What an installed TensorFlow or Keras offers, read by introspection and written as JSON.

A self-contained script that runs inside the environment it describes (Python 3.6 and later, nothing but the standard
library), as ``python probe.py OUTPUT ROOT [ROOT ...]``: the first root is the package that is imported (``tensorflow``,
``keras``, ``tf_keras``), the others are packages that belong to the same record (``tensorflow_estimator``).

Modules and classes are the nodes of a graph, and a member of a node is an edge or a leaf. A module is named by its file
(``tensorflow._api.v2.math`` however it is reached), so that recursive name spaces such as ``tf.compat.v1.compat.v2``
stay small and exact. There are two stages: what is visible by attribute access after ``import ROOT`` alone, then
everything that an import statement can reach.
"""

import ast
import enum
import importlib
import importlib.machinery
import inspect
import json
import logging
import os
import pkgutil
import re
import subprocess
import sys
import types

# Every module has these; they tell nothing.
IMPLICIT = {
    "__name__", "__doc__", "__file__", "__path__", "__package__", "__loader__", "__spec__", "__builtins__",
    "__cached__", "__dict__", "__annotations__", "__class__",
}  # fmt: skip
FAMILY = (
    "tensorflow",
    "keras",
    "tf_keras",
    "keras_preprocessing",
    "keras_applications",
    "tensorflow_estimator",
    "tsl",
    "xla",
)
# tf.summary is, in a part, a module of tensorboard.
SUMMARY = "tensorboard.summary._tf"
NO_SUCH_NAME = "kerasmagic_no_such_name"
# Modules that are tests, programs or generated tables: nothing that a notebook imports, and costly to run.
NOT_IMPORTED = re.compile(
    r"^tensorflow\.(compiler|core|dtensor|examples|include|lite|tools)(\.|$)|(_test|_test_lib|_test_util|_benchmark|_main|__main__)$|\.(tests?|testing|integration_tests?|benchmarks?|tpu\.profiler"
    r"|microfrontend|lite\.(tools|toco|examples|micro|testing)|autograph\.pyct\.testing|compiler\.tf2tensorrt)(\.|$)"
)
PLAIN_VALUES = (int, float, str, bytes, bool, complex, tuple, list, dict, set, frozenset, type(None))


def normal(name):
    """TensorFlow 1.15 to 2.1 live in ``tensorflow_core``, behind a forwarding ``tensorflow``: one package to users."""
    if name == "tensorflow_core" or name.startswith("tensorflow_core."):
        return "tensorflow" + name[len("tensorflow_core") :]
    return name


def in_family(name):
    """Whether something belongs to these packages or to what they are made of: of others nothing is recorded."""
    return normal(name).split(".")[0] in FAMILY or name.startswith(SUMMARY)


def dotted(path):
    """The dotted name of a module's file, relative to the entry of ``sys.path`` it comes from; None where it has none."""
    if not path or not path.endswith(".py"):
        return None
    path = os.path.abspath(path)
    for entry in sorted(map(os.path.abspath, sys.path), key=len, reverse=True):
        if path.startswith(entry + os.sep):
            parts = path[len(entry) + 1 : -3].split(os.sep)
            if parts[-1] == "__init__":
                parts.pop()
            return normal(".".join(parts))
    return None


def load(module):
    """The module behind a lazy one, where it can be loaded."""
    if hasattr(type(module), "_load"):
        try:
            return module._load()
        except BaseException:  # a lazy module that fails is recorded by the way it fails
            return module
    return module


def dict_get(module, name):
    """A module's attribute without waking a lazy module or running a module's ``__getattr__``."""
    try:
        return object.__getattribute__(module, name)
    except AttributeError:
        return None


def canonical(module):
    return dotted(dict_get(module, "__file__")) or normal(str(dict_get(module, "__name__") or "?"))


def error_text(error):
    return "%s: %s" % (type(error).__name__, error)


def default_text(value):
    """A default as it would be typed, without addresses or anything else that changes from run to run."""
    if isinstance(value, (types.FunctionType, type)):
        return value.__name__
    try:
        text = repr(value)
    except BaseException:
        return "..."
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    return text if len(text) <= 60 and "\n" not in text else text.split("\n")[0][:57] + "..."


def signature_text(function):
    """One parameter a line: ``/positional-only``, ``name=default``, ``*args``, ``&keyword-only``, ``**kwargs``."""
    if isinstance(function, enum.EnumMeta):
        return None  # that of an enumeration is Python's, and each release of Python has another
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except BaseException:
        return None
    marks = {0: "/", 1: "", 2: "*", 3: "&", 4: "**"}
    lines = []
    for parameter in parameters:
        line = marks[int(parameter.kind)] + parameter.name
        if parameter.default is not parameter.empty:
            line += "=" + default_text(parameter.default)
        lines.append(line)
    return "\n".join(lines)


def stored_attributes(function):
    """Names of attributes that a function's byte code sets: what its class's instances have besides their class's.

    A decorator keeps the method in its closure, and a method may set attributes in a function inside it.
    """
    import opcode

    store, extended = opcode.opmap["STORE_ATTR"], opcode.opmap["EXTENDED_ARG"]
    found = set()
    for code in codes_of(function):
        high, raw = 0, code.co_code
        for position in range(0, len(raw), 2):
            operation, argument = raw[position], raw[position + 1] | high
            high = argument << 8 if operation == extended else 0
            if operation == store and argument < len(code.co_names):
                found.add(code.co_names[argument])
    return found


def codes_of(function):
    """The code of a function, of those in its closure, and of those that are defined inside them.

    Four decorators one behind the other are as many as there are; from further on, closures lead everywhere.
    """
    waiting, seen = [(function, 4)], {}
    while waiting:
        item, further = waiting.pop()
        if isinstance(item, types.CodeType):
            if id(item) not in seen:
                seen[id(item)] = item
                waiting += [(constant, 0) for constant in item.co_consts if isinstance(constant, types.CodeType)]
        elif isinstance(item, types.FunctionType) and id(item.__code__) not in seen:
            waiting.append((item.__code__, 0))
            for cell in (item.__closure__ or ()) if further else ():
                try:
                    waiting.append((cell.cell_contents, further - 1))
                except ValueError:  # not bound yet
                    continue
    return list(seen.values())


# How a release says that something is deprecated: in a paragraph of a docstring, or in a text of the code.
SAID = re.compile(r"deprecated|instructions for updating|not recommended for new code|superseded by", re.I)
WARNED = re.compile(r"deprecated|no longer (supported|available)|(is|was|be|been) removed|not supported in Keras")
# TensorFlow marks the first line of a docstring so, and says more below.
MARK = re.compile(r"\(deprecated[^)]*\)", re.I)
# Of single arguments, exceptions and examples a docstring tells there.
SECTION = re.compile(r"\s*(Args|Arguments|Raises|Returns|Attributes|Example|Examples|Usage):")
COMPATIBILITY = re.compile(r"@compatibility\(TF2\)(.*?)@end_compatibility", re.S)
LONGEST_NOTE = 600


def note_of(value):
    """What a class, a function or a property says itself about its deprecation; None where it says nothing."""
    if isinstance(value, type):
        own = value.__dict__
        makers = [own[name] for name in ("__init__", "__new__") if name in own]
    else:
        own, makers = None, [getattr(value, "fget", None) or value]
    makers = [getattr(maker, "__func__", maker) for maker in makers]
    texts = ([own.get("__doc__")] if own is not None else []) + [getattr(maker, "__doc__", None) for maker in makers]
    said = [paragraph for text in texts if isinstance(text, str) for paragraph in said_in(text)]
    said = said or [text for maker in makers for text in warned_in(maker)]
    text = " ".join(" ".join(dict.fromkeys(said)).split())
    if len(text) > LONGEST_NOTE:
        text = text[:LONGEST_NOTE].rpartition(" ")[0] + " ..."
    return text or None


def said_in(text):
    """The paragraphs of a docstring that tell of a deprecation, and what it says of TensorFlow 2."""
    paragraphs = re.split(r"\n\s*\n", COMPATIBILITY.sub("", text))
    found = [p for p in paragraphs if SAID.search(MARK.sub("", p)) and not SECTION.match(p)]
    for block in COMPATIBILITY.findall(text):
        found.append(re.split(r"\n\s*\n\s*(?:\*\*|#|```)", block)[0])
    return found


def warned_in(function):
    """The sentences in a function's code that tell of a deprecation."""
    for _ in range(20):  # a decorator says which function it stands before
        function = getattr(function, "__wrapped__", function)
    waiting, texts = [getattr(function, "__code__", None)], []
    while waiting:
        for constant in getattr(waiting.pop(), "co_consts", ()):
            if isinstance(constant, types.CodeType):
                waiting.append(constant)
            elif isinstance(constant, str):
                texts.append(constant)
    doc = getattr(function, "__doc__", None)
    return sorted({t for t in texts if t != doc and 20 < len(t) < 1000 and " " in t.strip() and WARNED.search(t)})


def optional_names(path):
    """The names in a module that depend on which other packages are there, with what each stands for.

    They are bound by an import that may fail (``try: from PIL import Image as pil_image``), beside it as a part of what
    it brings (``pil_image.Resampling``), or under a condition about one of these; the last stand for ``""``.
    """
    try:
        with open(path, "rb") as stream:
            source = stream.read()
        tree = ast.parse(source) if b"ImportError" in source or b"ModuleNotFoundError" in source else None
    except (OSError, SyntaxError, ValueError, TypeError):
        tree = None
    found = {}
    waiting = [(statement, False) for statement in reversed(tree.body)] if tree is not None else []
    while waiting:
        statement, may_fail = waiting.pop()
        if isinstance(statement, ast.Try):
            fails = any(handler.type is None or "Error" in ast.dump(handler.type) for handler in statement.handlers)
            below = [(each, may_fail or fails) for each in statement.body]
            below += [(each, may_fail) for each in statement.orelse + statement.finalbody]
        elif isinstance(statement, ast.If):
            named = {node.id for node in ast.walk(statement.test) if isinstance(node, ast.Name)}
            about = "" if named & set(found) else None
            below = [(each, may_fail) for each in statement.body + statement.orelse]
            for node in ast.walk(statement) if about is not None else ():
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    found.setdefault(node.id, about)
        else:
            below = []
            for bound, stands_for in brought(statement, found) if may_fail else ():
                found.setdefault(bound, stands_for)
        waiting.extend(reversed(below))
    return found


def brought(statement, known):
    """The names that a statement takes from other packages, with what each stands for.

    ``known`` are such names before it: what one of them holds is from there, too.
    """
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        module = getattr(statement, "module", None)
        for alias in statement.names if getattr(statement, "level", 0) == 0 else ():
            source = module + "." + alias.name if module else alias.name
            if not in_family(source):
                bound = alias.asname or alias.name.split(".")[0]
                yield bound, source if alias.asname or module else bound
    elif isinstance(statement, ast.Assign):
        value, path = statement.value, ""
        while isinstance(value, ast.Attribute):
            value, path = value.value, "." + value.attr + path
        source = known.get(value.id) if isinstance(value, ast.Name) else None
        for target in statement.targets if source else ():
            if isinstance(target, ast.Name):
                yield target.id, source + path


# Keywords that were or are taken through ``**kwargs`` somewhere in the history of Keras.
KEYWORDS = [
    "activity_regularizer",
    "autocast",
    "batch_input_shape",
    "batch_size",
    "border_mode",
    "clipnorm",
    "clipvalue",
    "decay",
    "dim_ordering",
    "dtype",
    "dynamic",
    "epsilon",
    "ema_momentum",
    "ema_overwrite_frequency",
    "global_clipnorm",
    "gradient_accumulation_steps",
    "init",
    "input_dim",
    "input_dtype",
    "input_length",
    "input_shape",
    "input_spec",
    "is_legacy_optimizer",
    "jit_compile",
    "learning_rate",
    "loss_scale_factor",
    "lr",
    "momentum",
    "name",
    "nb_col",
    "nb_epoch",
    "nb_filter",
    "nb_row",
    "output_dim",
    "p",
    "ragged",
    "reduction",
    "samples_per_epoch",
    "sparse",
    "subsample",
    "trainable",
    "transform_fn",
    "use_ema",
    "W_regularizer",
    "b_regularizer",
    "bias",
    "weight_decay",
    "weights",
    "time_major",
    "implementation",
    "unroll",
    "period",
    "save_freq",
    "batch_shape",
    "shape",
    "constants",
    "axis",
    "activation",
    "seed",
    "options",
    "embeddings_freq",
]
# Plausible arguments for parameters without a default.
ARGUMENTS = {
    "rate": 0.5, "stddev": 0.5, "rank": 1, "pool_size": 2, "input_dim": 3, "output_dim": 2, "axes": 1, "axis": -1,
    "target_shape": (1,), "dims": (1,), "mask_value": 0.0, "height": 8, "width": 8, "factor": 0.1, "lr": 0.1,
    "learning_rate": 0.1, "filepath": "model.keras", "schedule": abs, "function": abs, "activation": "relu", "fn": abs,
    "num_tokens": 3, "num_classes": 2, "num_bins": 3, "bin_boundaries": [0.0], "vocabulary": ["a"], "recall": 0.5,
    "precision": 0.5, "sensitivity": 0.5, "specificity": 0.5, "target_class_ids": [0], "name": "kerasmagic",
    "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "boundaries": [1], "values": [0.1, 0.2],
    "end_learning_rate": 0.01, "min_value": 0.1, "max_value": 1.0, "tensor": None, "num_heads": 2, "key_dim": 2,
}  # fmt: skip


def complaint(make, arguments, keyword, value):
    """What a constructor says to a keyword; None where it takes it."""
    try:
        make(**dict(arguments, **{keyword: value}))
    except BaseException as error:
        return error_text(error)
    return None


def refused(make, arguments, keyword, impossible):
    """Whether a constructor refuses a keyword: it says of it what it says of one that cannot exist, or that it is gone.

    ``impossible`` keeps what was said of the keyword that cannot exist, by the value that it was given.
    """
    value = SAMPLES.get(keyword, 1)
    said = complaint(make, arguments, keyword, value)
    if said is None:
        return False
    if "`%s`" % keyword in said and ("deprecated" in said or "removed" in said):
        return True
    if keyword + " is deprecated" in said:
        return True
    if repr(value) not in impossible:
        impossible[repr(value)] = complaint(make, arguments, NO_SUCH_NAME, value)
    other = impossible[repr(value)]
    return other is not None and said == other.replace(NO_SUCH_NAME, keyword)


class Messages(logging.Handler):
    """What is warned about while an object is made, by the warnings module or in the logs of absl and TensorFlow."""

    def __init__(self):
        logging.Handler.__init__(self)
        self.texts = []

    def emit(self, entry):
        try:
            self.texts.append(entry.getMessage())
        except BaseException:
            pass

    def of(self, make, arguments):
        """The object and the messages."""
        import warnings

        self.texts = []
        loggers = [logging.getLogger(name) for name in (None, "absl", "tensorflow")]
        for logger in loggers:
            logger.addHandler(self)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                made = make(**arguments)
        finally:
            for logger in loggers:
                logger.removeHandler(self)
        return made, self.texts + [str(warning.message) for warning in caught]


def ignored(make, arguments, keyword):
    """Whether a keyword is taken with a warning and changes nothing: the configuration is the one without it."""
    try:
        made, messages = Messages().of(make, dict(arguments, **{keyword: SAMPLES.get(keyword, 1)}))
        if not any(re.search(r"\b%s\b" % re.escape(keyword), text) and IGNORED.search(text) for text in messages):
            return False
        plain, given = make(**arguments).get_config(), made.get_config()
    except BaseException:
        return False
    return repr(dict(plain, name=None)) == repr(dict(given, name=None))


IGNORED = re.compile("ignored|deprecated|no longer")
SAMPLES = {
    "name": "kerasmagic", "trainable": True, "dtype": "float32", "input_shape": (8,), "batch_input_shape": (1, 8),
    "batch_shape": (1, 8), "shape": (8,), "border_mode": "same", "dim_ordering": "tf", "init": "uniform", "weights": None,
    "activation": "relu", "lr": 0.03, "learning_rate": 0.03, "decay": 0.1, "clipnorm": 1.0, "clipvalue": 1.0, "momentum": 0.5,
    "dynamic": False, "seed": 1, "jit_compile": False, "use_ema": False, "activity_regularizer": None,
}  # fmt: skip


MEASURED = (".layers.", ".optimizer", ".losses", ".metrics", ".callbacks", ".initializers", ".regularizers", ".legacy.")


def is_keras(value):
    """Whether a class is a building block of Keras: safe to make, and known by its constructor."""
    names = {"Layer", "Optimizer", "OptimizerV2", "Loss", "Metric", "Callback", "Initializer", "Regularizer"}
    return any(base.__name__ in names for base in value.__mro__) and "keras" in (value.__module__ or "")


def keywords_taken(value, text):
    """What a class with ``**kwargs`` really takes through them: a tuple, or None where that cannot be told.

    ``?`` behind a keyword: it is taken with a warning, and ignored.
    """
    arguments = {}
    named = set()
    for line in text.split("\n"):
        name = line.lstrip("/&*").split("=")[0]
        named.add(name)
        if "=" not in line and not line.startswith("*"):
            if name == "layer" or name == "cell":
                return None
            arguments[name] = ARGUMENTS.get(name, 1)
    try:
        value(**arguments)
    except BaseException:
        return None
    impossible = {}
    if not refused(value, arguments, NO_SUCH_NAME, impossible):
        return None
    candidates = set(KEYWORDS)
    for base in value.__mro__:
        for name, function in base.__dict__.items():
            code = getattr(getattr(function, "__func__", function), "__code__", None)
            if code is None or not (name == "__init__" or "kwargs" in code.co_varnames):
                continue
            if name == "__init__":
                candidates.update(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
            # What a method picks out of the keywords that it is handed stands in it as text.
            for constant in code.co_consts:
                strings = constant if isinstance(constant, (tuple, frozenset)) else (constant,)
                candidates.update(s for s in strings if isinstance(s, str) and s.isidentifier() and len(s) < 40)
    candidates -= named | {"self", "cls", "kwargs", "args"}
    taken = [keyword for keyword in sorted(candidates) if not refused(value, arguments, keyword, impossible)]
    return tuple(keyword + "?" * ignored(value, arguments, keyword) for keyword in taken)


class Probe:
    def __init__(self, roots):
        self.roots = roots
        self.modules = {}  # canonical name -> {"missing": message, "members": {name: reference}}
        self.classes = {}  # home -> {"bases", "members", "stores", "open"}
        self.objects = {}  # home -> signature
        self.notes = {}  # home -> what it says about its deprecation
        self.imports = {}  # import name -> canonical name, or {"error": text}
        self.packages = set()  # import names of packages
        self.binaries = set()  # import names of extension modules
        self.loaded = set()  # import names in sys.modules after the first stage
        self.touched = set()  # import names in sys.modules once tf.keras was used, too
        self.optional = {}  # canonical name of a module -> its names that depend on other packages
        self.owner = {}  # id of an object -> home, for objects whose own name says nothing
        self.claimed = {}  # home -> object
        self.kept = []  # keeps what is known by id alive
        self.done = set()  # ids of the modules that were looked at
        self.reached = []  # modules that attribute access led to
        self.values = {}  # id of a value -> its shortest name

    def ours(self, name):
        return normal(name).split(".")[0] in self.roots or name.startswith(SUMMARY)

    def optional_in(self, name):
        """The names in a module that depend on which other packages are there."""
        if name not in self.optional:
            self.optional[name] = optional_names(dict_get(sys.modules.get(name), "__file__"))
        return self.optional[name]

    # The first stage: what attribute access sees.

    def walk(self):
        """Record every module of the roots that is loaded, or that attribute access loads."""
        while True:
            fresh = []
            for module in list(sys.modules.values()) + self.reached:
                if id(module) in self.done or not isinstance(module, types.ModuleType):
                    continue
                self.done.add(id(module))
                self.kept.append(module)
                if self.ours(canonical(module)):
                    fresh.append(module)
            self.reached = []
            if not fresh:
                return
            fresh.sort(key=canonical)
            # All names first: looking at values wakes lazy modules, which add names elsewhere.
            for module, names in [(module, self.names_of(module)) for module in fresh]:
                self.record_module(module, names)

    def names_of(self, module):
        try:
            return sorted(set(n for n in dir(module) if isinstance(n, str)) - IMPLICIT)
        except BaseException:
            return []

    def record_module(self, module, names):
        name = canonical(module)
        node = self.modules.setdefault(name, {"missing": None, "members": {}})
        for member, stands_for in self.optional_in(name).items():
            if stands_for or member not in names:
                node["members"].setdefault(member, ["v", stands_for])
        for member in names:
            if member in node["members"] or (member.startswith("_tfll_")):
                continue
            try:
                value = getattr(module, member)
            except BaseException as error:
                node["members"][member] = ["r", error_text(error)]
                continue
            node["members"][member] = self.reference(value, name, member)
        if node["missing"] is None:
            try:
                getattr(module, NO_SUCH_NAME)
            except BaseException as error:
                text = error_text(error).replace(NO_SUCH_NAME, "{name}")
                if text != "AttributeError: module '%s' has no attribute '{name}'" % name:
                    node["missing"] = text

    # What a member is.

    def reference(self, value, parent, member):
        if isinstance(value, types.ModuleType):
            return self.module_reference(value)
        if isinstance(value, type):
            home = self.home(value, parent, member)
            self.record_class(value, home)
            return ["c", home]
        if inspect.isroutine(value):
            home = self.home(value, parent, member)
            self.record_function(value, home)
            return ["f", home]
        if isinstance(value, PLAIN_VALUES):
            return ["v", "builtins." + type(value).__name__ if type(value) in PLAIN_VALUES else ""]
        return ["v", self.value_home(value, parent, member)]

    def module_reference(self, value):
        module = load(value)
        name = canonical(module)
        if name == "?" or (module is value and hasattr(type(value), "_load")):
            # A lazy module that cannot be loaded: a node of its own, known by how it answers.
            name = "?" + str(dict_get(value, "_tfll_submodule") or dict_get(value, "_tfll_local_name"))
            self.modules.setdefault(name, {"missing": self.missing_text(value), "members": {}})
            return ["m", name]
        if self.ours(name):
            self.reached.append(module)
        return ["m", name]

    @staticmethod
    def missing_text(module):
        try:
            getattr(module, NO_SUCH_NAME)
        except BaseException as error:
            return error_text(error).replace(NO_SUCH_NAME, "{name}")
        return None

    def home(self, value, parent, member):
        """The object's identity: where it says it was made, or the first name it was found by."""
        key = id(value)
        if key in self.owner:
            return self.owner[key]
        module = getattr(value, "__module__", None)
        qualified = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        if isinstance(module, str) and isinstance(qualified, str) and "<" not in qualified:
            home = normal(module) + "." + qualified
        else:
            home = parent + "." + member
        other = home
        count = 1
        # Two objects that claim one origin and differ (a version 1 and a version 2 wrapper) stay two.
        while other in self.claimed and self.claimed[other] is not value:
            same = not isinstance(value, type) and signature_text(self.claimed[other]) == signature_text(value)
            if same:
                break
            count += 1
            other = "%s~%d" % (home, count)
        self.claimed.setdefault(other, value)
        self.owner[key] = other
        self.kept.append(value)
        return other

    def value_home(self, value, parent, member):
        name = parent + "." + member
        best = self.values.get(id(value))
        if best is None:
            self.kept.append(value)
            self.values[id(value)] = name
            if callable(value) and type(value).__module__ != "typing":  # which is another in each Python
                self.record_function(value, name)
            return name
        return best

    def record_function(self, value, home):
        if home not in self.objects:
            self.objects[home] = signature_text(value)
            self.note(home, value)

    def note(self, home, value):
        if home.rpartition(".")[2].startswith("_"):
            return
        try:
            text = note_of(value)
        except BaseException:  # a class that answers to being looked at
            text = None
        if text:
            self.notes[home] = text

    def record_class(self, value, home):
        if home in self.objects:
            return
        self.objects[home] = signature_text(value)
        if not in_family(home):
            return
        self.note(home, value)
        mro = [base for base in value.__mro__[1:] if base is not object]
        own = [base for base in mro if self.ours(str(getattr(base, "__module__", "")))]
        theirs = [base for base in mro if not in_family(str(getattr(base, "__module__", "")))]
        foreign = any(not name.startswith("_") for base in theirs for name in base.__dict__)
        foreign = foreign or any(base.__name__ in self.optional_in(base.__module__) for base in own)
        node = {"bases": [], "members": {}, "stores": [], "open": False, "foreign": foreign}
        self.classes[home] = node
        for base in own:
            base_home = self.home(base, str(base.__module__), base.__name__)
            node["bases"].append(base_home)
            self.record_class(base, base_home)
        stores = set()
        members = dict(value.__dict__)
        for base in reversed(mro):
            if base not in own and base not in theirs:  # another product's: its names are counted as this class's
                members = dict(dict(base.__dict__), **members)
        for name in getattr(value, "__members__", None) or () if isinstance(value, enum.EnumMeta) else ():
            members[name] = None  # how an enumeration keeps its members is another matter in each Python
        for name in dir(type(value)):
            if not name.startswith("_") and name not in members and name != "mro":
                members[name] = None
        for name in sorted(members):
            raw = members[name]
            function = getattr(raw, "__func__", raw)
            if name == "__getattr__" or name == "__getattribute__":
                node["open"] = True
            stores |= stored_attributes(function)
            if name == "fit":
                stores.add("history")  # the callbacks of a training set it
            if name.startswith("__"):
                continue
            node["members"][name] = self.class_member(value, home, name, raw)
        node["stores"] = sorted(s for s in stores if s not in node["members"] and not s.startswith("__"))

    def class_member(self, owner, home, name, raw):
        member = home + "." + name
        if isinstance(raw, (staticmethod, classmethod)):
            self.objects.setdefault(member, signature_text(getattr(owner, name, None)))
            self.note(member, raw)
            return ["s" if isinstance(raw, staticmethod) else "k", member]
        if isinstance(raw, property) or inspect.isdatadescriptor(raw):
            self.note(member, raw)
            return ["p", member]
        if isinstance(raw, type):
            return ["v", ""]
        if inspect.isroutine(raw):
            self.objects.setdefault(member, signature_text(raw))
            self.note(member, raw)
            return ["f", member]
        return ["v", ""]

    # The second stage: what import statements see.

    def import_names(self):
        """Every import name under the roots, with the module it is, found by looking for files, not by importing."""
        for name in sorted(sys.modules):
            module = sys.modules[name]
            if isinstance(module, types.ModuleType) and self.ours(name):
                self.imports[normal(name)] = canonical(module)
                if dict_get(module, "__path__") is not None:
                    self.packages.add(normal(name))
        for root in self.roots:
            if root not in sys.modules:
                continue
            self.look_below(root, list(sys.modules[root].__path__), root, 0)

    def look_below(self, name, path, file_name, depth):
        for entry in pkgutil.iter_modules(path):
            child = name + "." + entry[1]
            spec = importlib.machinery.PathFinder.find_spec(child, path)
            if spec is None:
                continue
            origin = dotted(spec.origin) or normal(child)
            if spec.origin and not spec.origin.endswith(".py"):
                self.binaries.add(normal(child))
            self.imports.setdefault(normal(child), origin)
            if entry[2] and spec.submodule_search_locations:
                self.packages.add(normal(child))
                if origin.split(".")[0] in self.roots and depth < 24 and not NOT_IMPORTED.search(child):
                    module = sys.modules.get(child)
                    below = dict_get(module, "__path__") if module is not None else None
                    self.look_below(child, list(below or spec.submodule_search_locations), origin, depth + 1)

    def import_all(self):
        """Import what is not loaded yet, parents first, and record each module as it is when it appears."""
        for name in sorted(self.imports):
            target = self.imports[name]
            if not isinstance(target, str) or target in self.modules or target != name or NOT_IMPORTED.search(name):
                continue
            if name in self.binaries or not self.ours(name):
                continue  # two extension modules of TensorFlow can abort the process when both are loaded
            try:
                importlib.import_module(name)
            except BaseException as error:
                self.imports[name] = {"error": error_text(error), "is": target}
                continue
            self.walk()
        # Another name of a file that was read above answers as that file does.
        for name in sorted(sys.modules):
            module = sys.modules[name]
            if self.ours(name) and isinstance(module, types.ModuleType):
                self.imports.setdefault(normal(name), canonical(module))

    def measure(self):
        """For classes of Keras whose constructors take ``**kwargs``: append what they take to the signature."""
        import warnings

        warnings.simplefilter("ignore")
        for key, home in sorted(self.owner.items(), key=lambda item: item[1]):
            value = self.claimed.get(home)
            text = self.objects.get(home)
            if not isinstance(value, type) or id(value) != key or not text or "**" not in text:
                continue
            if home not in self.classes or not any(word in home for word in MEASURED) or not is_keras(value):
                continue
            taken = keywords_taken(value, text)
            if taken is not None:
                self.objects[home] = text + "\n!" + " ".join(taken)

    def result(self):
        return {
            "python": "%d.%d.%d" % sys.version_info[:3],
            "roots": self.roots,
            "modules": self.modules,
            "classes": self.classes,
            "objects": self.objects,
            "notes": self.notes,
            "imports": self.imports,
            "packages": sorted(self.packages),
            "loaded": sorted(self.loaded),
            "touched": sorted(self.touched),
        }


def loaded_with_tf_keras(root):
    """What is loaded once ``tf.keras`` was used besides the root, as a fresh process has it."""
    program = "import json, sys, %s, tensorflow; tensorflow.keras.layers; print(json.dumps(sorted(sys.modules)))" % root
    environment = dict(os.environ, **({"TF_USE_LEGACY_KERAS": "1"} if root == "tf_keras" else {}))
    try:
        said = subprocess.check_output([sys.executable, "-c", program], env=environment)
    except (OSError, subprocess.CalledProcessError):
        return []
    return json.loads(said.decode().splitlines()[-1])


def probe(roots):
    """Import the first of the roots and describe it; the others are described as far as they are importable."""
    recorder = Probe(roots)
    importlib.import_module(roots[0])
    loaded = sorted(n for n in sys.modules if recorder.ours(n))
    recorder.loaded = set(map(normal, loaded))
    if roots[0] in ("keras", "tf_keras"):
        recorder.touched = {normal(name) for name in loaded_with_tf_keras(roots[0]) if recorder.ours(name)}
    recorder.walk()
    for root in roots[1:]:
        try:
            importlib.import_module(root)
        except ImportError:
            pass
    recorder.import_names()
    recorder.import_all()
    recorder.measure()
    return recorder.result()


def main():
    output, roots = sys.argv[1], sys.argv[2:]
    result = probe(roots)
    with open(output, "w") as stream:
        json.dump(result, stream, sort_keys=True)


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    main()
