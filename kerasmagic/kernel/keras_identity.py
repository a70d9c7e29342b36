"""What ``keras``, ``tf.keras`` and ``tf_keras`` are in this kernel, and which of them are the same.

Read from the live modules where they are loaded, predicted from the installed versions where they are not, by the
rule TensorFlow itself follows: its own copy up to 2.5; the keras package from 2.6; tf_keras where TF_USE_LEGACY_KERAS
says so (tensorflow/python/util/lazy_loader.py, ``KerasLazyLoader``).
"""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple

from .distributions import Distribution, Installed
from .modules import loaded, loaded_version
from .release import release
from .settings import Settings, keras_module_name
from .stack import KERAS_VARIANTS, TENSORFLOW_VARIANTS, TF_KERAS_VARIANTS

FIRST_WITHOUT_BUNDLED_KERAS = (2, 6)
"""From TensorFlow 2.6 on, ``tf.keras`` is the keras package; before, a copy inside TensorFlow."""

FIRST_THAT_KNOWS_KERAS_3 = (2, 15)
"""From TensorFlow 2.15 on, ``tf.keras`` may be Keras 3; 2.12.1 with keras 3.15.1 finds no module keras.api."""

# Two modules count as the same Keras if they share this class; each of them has it.
_PROBE = "Model"


class Face(NamedTuple):
    """One name under which Keras can be had."""

    name: str
    """``keras``, ``tf.keras`` or ``tf_keras``."""
    package: str
    """The package that is behind it: ``keras``, ``tf_keras``, ``tensorflow`` (its own copy); empty: there is none."""
    version: str
    module: str
    """The module's own name where it is known: ``keras.api._v2.keras``, ``keras._tf_keras.keras``."""
    live: bool
    """Read from the loaded module; False: predicted from what is installed."""
    missing: str = ""
    """Where there is none: why."""

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


class Advice(NamedTuple):
    """The import that serves this kernel."""

    line: str
    """``import keras`` or ``from tensorflow import keras``; empty where neither works."""
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"line": self.line, "reasons": list(self.reasons)}


class KerasIdentity(NamedTuple):
    keras: Face
    tf_keras_attribute: Face
    """``tf.keras``."""
    tf_keras: Face
    """The package ``tf_keras``."""
    same: tuple[tuple[str, str, bool], ...]
    """Pairs of names that both exist, and whether they give the same classes: ("keras", "tf.keras", True)."""
    backend: str
    advice: Advice

    @property
    def faces(self) -> tuple[Face, Face, Face]:
        return self.keras, self.tf_keras_attribute, self.tf_keras

    def to_dict(self) -> dict[str, Any]:
        return {
            **{face.name: face.to_dict() for face in self.faces},
            "same": [{"names": [one, other], "same": same} for one, other, same in self.same],
            "backend": self.backend,
            "advice": self.advice.to_dict(),
        }


def read_keras(installed: Installed, settings: Settings, modules: Mapping[Any, Any] | None = None) -> KerasIdentity:
    keras = _package_face("keras", installed.first(KERAS_VARIANTS), modules)
    tf_keras = _package_face("tf_keras", installed.first(TF_KERAS_VARIANTS), modules)
    attribute = _attribute_face(installed, settings, keras, tf_keras, modules)
    faces = keras, attribute, tf_keras
    return KerasIdentity(
        *faces,
        same=tuple(
            (one.name, other.name, _same(one, other, modules))
            for index, one in enumerate(faces)
            for other in faces[index + 1 :]
            if one.package and other.package
        ),
        backend=settings.backend.effective,
        advice=_advice(keras, attribute, settings),
    )


def _package_face(name: str, distribution: Distribution | None, modules: Mapping[Any, Any] | None) -> Face:
    """``keras`` or ``tf_keras``, the packages."""
    contents = loaded(name, modules)
    if contents is not None and _is_a_folder(contents):
        why = f"{name} is not installed, and only a folder without __init__.py is there"
        return Face(name, "", "", "", live=False, missing=why)
    if contents is not None:
        return Face(name, name, loaded_version(name, modules), name, live=True)
    if distribution is None:
        return Face(name, "", "", "", live=False, missing=f"{name} is not installed")
    return Face(name, name, distribution.version, name, live=False)


def _is_a_folder(contents: Mapping[str, Any]) -> bool:
    """Whether what is loaded is an empty namespace: Python makes one of every folder that it finds by a name."""
    return "__path__" in contents and not contents.get("__file__") and "__version__" not in contents


def _attribute_face(
    installed: Installed, settings: Settings, keras: Face, tf_keras: Face, modules: Mapping[Any, Any] | None
) -> Face:
    """``tf.keras``."""
    contents = loaded("tensorflow", modules)
    if contents is not None:
        module = keras_module_name(contents.get("keras"))
        if module:
            return _live_attribute(module, loaded_version("tensorflow", modules), modules)
    distribution = installed.first(TENSORFLOW_VARIANTS)
    version = loaded_version("tensorflow", modules) or (distribution.version if distribution else "")
    if not version:
        return Face("tf.keras", "", "", "", live=False, missing="tensorflow is not installed")
    return _predicted_attribute(version, settings.legacy_keras.effective == "tf_keras", keras, tf_keras)


def _live_attribute(module: str, tensorflow_version: str, modules: Mapping[Any, Any] | None) -> Face:
    package = module.partition(".")[0]
    if package == "tensorflow":
        # `tensorflow.keras` up to 2.5, and `tensorflow.python.keras…`: TensorFlow's own copy.
        contents = loaded(module, modules) or {}
        version = contents.get("__version__")
        return Face("tf.keras", "tensorflow", version if isinstance(version, str) else tensorflow_version, module, True)
    return Face("tf.keras", package, loaded_version(package, modules), module, live=True)


def _predicted_attribute(tensorflow_version: str, legacy: bool, keras: Face, tf_keras: Face) -> Face:
    if release(tensorflow_version) < FIRST_WITHOUT_BUNDLED_KERAS:
        return Face("tf.keras", "tensorflow", tensorflow_version, "tensorflow.keras", live=False)
    package = tf_keras if legacy else keras
    if not package.package:
        why = f"TensorFlow {tensorflow_version} takes it from {package.name}, which is not installed"
        return Face("tf.keras", "", "", "", live=False, missing=why)
    if release(package.version) >= (3,) and release(tensorflow_version) < FIRST_THAT_KNOWS_KERAS_3:
        why = f"TensorFlow {tensorflow_version} looks for keras.api, which keras {package.version} does not have"
        return Face("tf.keras", "", "", "", live=False, missing=why)
    module = "keras._tf_keras.keras" if release(package.version) >= (3,) else f"{package.name}.api._v2.keras"
    return Face("tf.keras", package.name, package.version, module, live=False)


def _same(one: Face, other: Face, modules: Mapping[Any, Any] | None) -> bool:
    """Whether two names give the same classes; compared by a class where both are loaded."""
    classes = [(loaded(face.module, modules) or {}).get(_PROBE) for face in (one, other) if face.live]
    if len(classes) == 2 and None not in classes:
        return classes[0] is classes[1]
    return one.package == other.package


def _advice(keras: Face, attribute: Face, settings: Settings) -> Advice:
    """Which import serves this kernel, and why."""
    if not keras.package and not attribute.package:
        return Advice("", (f"{keras.missing}, and {attribute.missing}.",))
    if not keras.package:
        return Advice("from tensorflow import keras", (f"tf.keras is here ({_told(attribute)}); {keras.missing}.",))
    if not attribute.package:
        return Advice("import keras", (f"keras {keras.version} is here; tf.keras is not: {attribute.missing}.",))
    if attribute.package == "tf_keras":
        return Advice(
            "from tensorflow import keras",
            (
                f"TF_USE_LEGACY_KERAS is in effect, so tf.keras is {_told(attribute)}, while `import keras` gives "
                f"keras {keras.version}: objects of the two do not work together.",
                "`import tf_keras as keras` says the same without depending on the setting.",
            ),
        )
    if attribute.package == "tensorflow":
        return Advice(
            "from tensorflow import keras",
            (
                f"tf.keras is TensorFlow's own copy ({attribute.version}); the separate keras {keras.version} is "
                "another package, and objects of the two do not work together.",
            ),
        )
    if release(keras.version) >= (3,):
        return _advice_for_keras_3(keras, settings.backend.effective)
    return _advice_for_keras_2(keras)


def _advice_for_keras_2(keras: Face) -> Advice:
    """Measured by comparing the names of both in 2.10.1, 2.11.1, 2.12.1, 2.13.1, 2.14.0 and 2.15.1."""
    numbers = release(keras.version)[:2]
    why = f"tf.keras and `import keras` are the same package here, keras {keras.version}"
    if numbers >= (2, 13):
        why += ", with the same names; the TensorFlow spelling is the documented one for Keras 2."
        return Advice("from tensorflow import keras", (why,))
    reasons = [
        f"{why}, but only tf.keras has all of its public names: keras.preprocessing lacks "
        "image_dataset_from_directory, keras.utils lacks pack_x_y_sample_weight."
    ]
    if numbers >= (2, 11):
        reasons.append("keras.optimizers.Adam is the old optimizer, tf.keras.optimizers.Adam the new one.")
    return Advice("from tensorflow import keras", tuple(reasons))


def _advice_for_keras_3(keras: Face, backend: str) -> Advice:
    if backend != "tensorflow":
        why = f"The backend is {backend}; Keras 3 with another backend than TensorFlow is used through `import keras`."
        return Advice("import keras", (why,))
    return Advice(
        "import keras",
        (
            f"Keras {keras.version} is one package under both names; `import keras` works with every backend.",
            "Only tf.keras has ImageDataGenerator, Tokenizer, TimeseriesGenerator and most of the old backend "
            "functions: for those, `from tensorflow import keras`.",
        ),
    )


def _told(face: Face) -> str:
    if face.package == "tensorflow":
        return f"TensorFlow's own copy, {face.version}"
    return f"{face.package} {face.version}"
