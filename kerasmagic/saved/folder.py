"""TensorFlow's SavedModel: a folder with saved_model.pb, and from 2.5 on, if ``model.save`` made it, keras_metadata.pb.

The field numbers are those of tensorflow/core/protobuf/{saved_model,meta_graph,saved_object_graph}.proto and
keras/protobuf/saved_metadata.proto.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import config
from .model import FOLDER, Component, SavedModel, SavedModelError
from .wire import WireError, messages, text

_BYTES = 512_000_000
_META_GRAPHS, _META_INFO, _TENSORFLOW_VERSION, _SIGNATURES, _OBJECT_GRAPH = 2, 1, 5, 5, 7
_OPERATION_LIST, _OPERATION, _OPERATION_NAME = 2, 1, 1
_NODES, _SLOT_VARIABLES, _USER_OBJECT = 1, 3, 4
_USER_IDENTIFIER, _USER_METADATA = 1, 3
_KERAS_IDENTIFIER, _KERAS_METADATA = 4, 5
_MAP_KEY, _MAP_VALUE = 1, 2
_SIGNATURE_INPUTS = 1


def read_folder(path: str) -> SavedModel:
    """Raises SavedModelError."""
    try:
        graph = _graph(Path(path) / "saved_model.pb")
        objects = [node for tree in messages(graph, _OBJECT_GRAPH) for node in messages(tree, _NODES)]
        described = _keras_objects(Path(path) / "keras_metadata.pb") or _embedded(objects)
        signatures = {text(entry, _MAP_KEY): _inputs(entry) for entry in messages(graph, _SIGNATURES)}
        info = next(messages(graph, _META_INFO), memoryview(b""))
        version = text(info, _TENSORFLOW_VERSION)
        listed = [entry for found in messages(info, _OPERATION_LIST) for entry in messages(found, _OPERATION)]
        operations = tuple(text(entry, _OPERATION_NAME) for entry in listed)
        slots = any(True for node in objects for _ in messages(node, _SLOT_VARIABLES))
    except WireError:
        raise SavedModelError("Its saved_model.pb or keras_metadata.pb is damaged: copy the folder again.") from None
    root = described[0] if described else {}
    settings = root.get("training_config")
    settings = settings if isinstance(settings, dict) else {}
    name, family = config.optimizer(settings)
    return SavedModel(
        path=path,
        format=FOLDER,
        keras_version=str(root.get("keras_version") or ""),
        tensorflow_version=version,
        backend="tensorflow",
        model_class=str(root.get("class_name") or ""),
        components=_components(root, settings),
        optimizer=name,
        optimizer_family=family,
        losses=config.losses(settings),
        metrics=config.metrics(settings),
        settings=settings,
        compiled=bool(settings),
        endpoints=tuple(name for name in signatures if not name.startswith("__")),
        inputs=signatures,
        operations=operations,
        keras_metadata=bool(described),
        slot_variables=slots,
    )


def _inputs(entry: memoryview) -> tuple[str, ...]:
    """What a signature takes, by name."""
    taken = [each for signature in messages(entry, _MAP_VALUE) for each in messages(signature, _SIGNATURE_INPUTS)]
    return tuple(sorted(text(each, _MAP_KEY) for each in taken))


def _components(root: dict[str, Any], settings: dict[str, Any]) -> tuple[Component, ...]:
    """Of the model, and of the loss that ``compile`` was given."""
    return config.components([{key: root.get(key) for key in ("class_name", "config")}, {"loss": settings.get("loss")}])


def _graph(file: Path) -> memoryview:
    for graph in messages(_content(file), _META_GRAPHS):
        return graph
    raise SavedModelError("Its saved_model.pb holds no graph: the folder is damaged or incomplete.")


def _content(file: Path) -> memoryview:
    if file.stat().st_size > _BYTES:
        raise SavedModelError(f"Its {file.name} is larger than {_BYTES // 1_000_000} MB, so it was not read.")
    return memoryview(file.read_bytes())


def _keras_objects(file: Path) -> list[dict[str, Any]]:
    """The descriptions in keras_metadata.pb, the model's own first."""
    if not file.is_file():
        return []
    nodes = [(text(node, _KERAS_IDENTIFIER), text(node, _KERAS_METADATA)) for node in messages(_content(file), _NODES)]
    return _parsed(nodes)


def _embedded(objects: list[memoryview]) -> list[dict[str, Any]]:
    """Before TensorFlow 2.5 the descriptions are in the object graph itself."""
    users = [user for node in objects for user in messages(node, _USER_OBJECT)]
    return _parsed([(text(user, _USER_IDENTIFIER), text(user, _USER_METADATA)) for user in users])


def _parsed(nodes: list[tuple[str, str]]) -> list[dict[str, Any]]:
    found = []
    for identifier, metadata in nodes:
        if identifier.startswith("_tf_keras") and metadata:
            try:
                value = json.loads(metadata)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found.append(value)
    return found
