"""What a saved model file says about itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Mapping, NamedTuple

ZIP, HDF5, FOLDER = "keras", "h5", "saved_model"
"""The three formats: the .keras archive, HDF5, and TensorFlow's SavedModel folder."""


class SavedModelError(Exception):
    """A file cannot be read as a saved model; the message is one sentence for the user."""


class Component(NamedTuple):
    """One object of the model that loading has to make again."""

    class_name: str
    module: str
    """As the file says it: "keras.layers"; empty where it says none (all HDF5 files, custom objects)."""
    registered_name: str
    """ "my_package>Double"; empty for what belongs to Keras."""
    arguments: tuple[str, ...]
    """The names of the constructor's stored arguments."""
    role: str = ""
    """``layer``, ``optimizer``, ``loss``, ``function`` or empty."""
    activation: str = ""
    """Of a layer whose activation is stored by name: the name."""

    @property
    def custom(self) -> bool:
        """Certain to be the author's own. In HDF5 files an unregistered class cannot be told from one of Keras."""
        if ">" in self.registered_name or ">" in self.class_name:
            return not self.class_name.startswith("Custom>")
        if self.role == "function":
            return True
        return bool(self.registered_name)

    @property
    def key(self) -> str:
        """The key in ``custom_objects=`` that Keras looks for."""
        return self.registered_name or self.class_name

    @property
    def name(self) -> str:
        """The Python name: "Double" of "my_package>Double"."""
        return self.class_name.rpartition(">")[2]


class SavedModel(NamedTuple):
    path: str
    format: str
    """``keras`` (zip), ``h5`` or ``saved_model``, by the content and not by the name."""
    weights_only: bool = False
    """No architecture in it: for ``load_weights``, not for ``load_model``."""
    keras_version: str = ""
    """Of the Keras that wrote it; empty where the file does not say."""
    tensorflow_version: str = ""
    backend: str = ""
    saved_on: str = ""
    model_class: str = ""
    components: tuple[Component, ...] = ()
    optimizer: str = ""
    optimizer_family: str = ""
    """``legacy`` (the classes that are ``optimizers.legacy`` since 2.11), ``Keras 2`` (new in 2.11) or ``Keras 3``."""
    old_schedule: bool = False
    """The optimizer has a learning rate schedule that names its class without a module."""
    losses: tuple[str, ...] = ()
    """Losses that are stored by name."""
    metrics: tuple[str, ...] = ()
    """Metrics that are functions, or stored by name."""
    settings: Mapping[str, Any] = MappingProxyType({})
    """What ``compile`` was given, as the file stores it."""
    compiled: bool = False
    endpoints: tuple[str, ...] = ()
    """Of a SavedModel: the signatures that can be called."""
    inputs: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Of a SavedModel: the names of what each signature takes."""
    operations: tuple[str, ...] = ()
    """Of a SavedModel: TensorFlow's operations that its graph is made of."""
    keras_metadata: bool = False
    """Of a SavedModel: it was written by ``model.save``, so that Keras 2 can make a Keras model of it again."""
    slot_variables: bool = False
    """Of a SavedModel: it holds the state of a legacy optimizer."""

    @property
    def major(self) -> int | None:
        """2 or 3: the generation of Keras that wrote it; None where that cannot be known. Keras 1 counts as itself."""
        head = self.keras_version.partition(".")[0]
        return int(head) if head.isdigit() else None

    @property
    def minor(self) -> tuple[int, ...]:
        """(2, 15) of "2.15.0"; () where unknown."""
        parts = self.keras_version.replace("-", ".").split(".")[:2]
        return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) and len(parts) == 2 else ()

    @property
    def writer(self) -> str:
        """The package that wrote it, where the file tells: "tf_keras" or "keras"."""
        tf_keras = any(part.module.partition(".")[0] == "tf_keras" for part in self.components)
        return "tf_keras" if tf_keras else "keras"

    @property
    def custom(self) -> tuple[Component, ...]:
        """The author's own classes and functions that loading needs, each once."""
        found = {part.key: part for part in self.components if part.custom and part.role != "lambda"}
        return tuple(found.values())

    @property
    def lambdas(self) -> int:
        """Lambda layers whose function is stored as Python byte code."""
        return sum(part.role == "lambda" for part in self.components)

    @property
    def layers(self) -> tuple[Component, ...]:
        return tuple(part for part in self.components if part.role == "layer")

    def to_dict(self) -> dict[str, Any]:
        data = self._asdict()
        data.pop("components")
        data.pop("settings")
        data["inputs"] = {name: list(taken) for name, taken in self.inputs.items()}
        data["layers"] = len(self.layers)
        data["custom_objects"] = [part.key for part in self.custom]
        data["lambdas"] = self.lambdas
        data.update({name: list(getattr(self, name)) for name in ("losses", "metrics", "endpoints", "operations")})
        return data
