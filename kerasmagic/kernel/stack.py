"""Which distributions matter here, and which module each of them brings."""

from __future__ import annotations

import re

# The variants all bring the module `tensorflow`; installed side by side they overwrite each other's files.
TENSORFLOW_VARIANTS: tuple[str, ...] = (
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tensorflow-intel",
    "tensorflow-macos",
    "tensorflow-rocm",
    "tensorflow-cpu-aws",
    "intel-tensorflow",
    "tf-nightly",
    "tf-nightly-cpu",
    "tf-nightly-gpu",
)
KERAS_VARIANTS: tuple[str, ...] = ("keras", "keras-nightly")
TF_KERAS_VARIANTS: tuple[str, ...] = ("tf-keras", "tf-keras-nightly")
VARIANTS: tuple[tuple[str, ...], ...] = (TENSORFLOW_VARIANTS, KERAS_VARIANTS, TF_KERAS_VARIANTS)

MODULES: dict[str, str] = {
    **dict.fromkeys(TENSORFLOW_VARIANTS, "tensorflow"),
    **dict.fromkeys(KERAS_VARIANTS, "keras"),
    **dict.fromkeys(TF_KERAS_VARIANTS, "tf_keras"),
    "keras-core": "keras_core",
    "keras-hub": "keras_hub",
    "keras-nlp": "keras_nlp",
    "keras-cv": "keras_cv",
    "keras-tuner": "keras_tuner",
    "keras-applications": "keras_applications",
    "keras-preprocessing": "keras_preprocessing",
    "keras-contrib": "keras_contrib",
    "scikeras": "scikeras",
    "autokeras": "autokeras",
    "transformers": "transformers",
    "tensorflow-addons": "tensorflow_addons",
    "tensorflow-datasets": "tensorflow_datasets",
    "tensorflow-decision-forests": "tensorflow_decision_forests",
    "tensorflow-estimator": "tensorflow_estimator",
    "tensorflow-hub": "tensorflow_hub",
    "tensorflow-io": "tensorflow_io",
    "tensorflow-io-gcs-filesystem": "tensorflow_io_gcs_filesystem",
    "tensorflow-metal": "tensorflow-plugins",
    "tensorflow-model-optimization": "tensorflow_model_optimization",
    "tensorflow-probability": "tensorflow_probability",
    "tensorflow-recommenders": "tensorflow_recommenders",
    "tensorflow-text": "tensorflow_text",
    "tensorflowjs": "tensorflowjs",
    "tensorboard": "tensorboard",
    "tf2onnx": "tf2onnx",
    "numpy": "numpy",
    "protobuf": "google.protobuf",
    "h5py": "h5py",
    "ml-dtypes": "ml_dtypes",
    "scipy": "scipy",
    "jax": "jax",
    "jaxlib": "jaxlib",
    "torch": "torch",
    "openvino": "openvino",
}
"""Normalised distribution name -> the module it brings."""

_IMPORTED = """
    absl astunparse flatbuffers gast google grpc namex opt_einsum optree packaging requests rich six termcolor
    typing_extensions wrapt
"""
IMPORTED = frozenset(_IMPORTED.split())
"""What TensorFlow and Keras import besides: a file of this name beside the notebook stops them."""

BACKENDS: dict[str, str] = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch", "openvino": "openvino"}
"""KERAS_BACKEND -> the module it needs (the numpy backend needs what Keras needs anyway)."""


def normalize(name: str) -> str:
    """The name of a distribution as package indexes compare it: ``TF_Keras`` is ``tf-keras``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_in(requirement: str) -> str:
    """The distribution that a requirement asks for: numpy of ``numpy>=1.26,<2``; empty for what is none."""
    found = re.match(r"[\w.-]+", requirement)
    return normalize(found[0]) if found else ""


def module_of(name: str) -> str:
    """The module that a distribution brings; its own name where neither the stack nor what it asks for names it.

    Arguments:
        name: normalised.
    """
    return MODULES.get(name) or _OTHERS.get(name) or name.replace("-", "_")


def names_of(module: str) -> tuple[str, ...]:
    """The distributions that bring a top-level module, the likelier first: ``PIL`` is of pillow."""
    named = [name for name, brings in (*MODULES.items(), *_OTHERS.items()) if brings.partition(".")[0] == module]
    return (*named, normalize(module))


_OTHERS = {
    "absl-py": "absl",
    "google-pasta": "pasta",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "python-dateutil": "dateutil",
    "pyyaml": "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
}
"""Those whose modules have other names, of what the stack asks for."""


def variants(name: str) -> tuple[str, ...]:
    """The distributions that bring the same module as this one, itself included."""
    for group in VARIANTS:
        if name in group:
            return group
    return (name,)
