"""The two names of one metric: up to Keras 2.2, compile's accuracy was recorded as acc; since then, by its own name."""

from __future__ import annotations

OTHER_NAME = {"acc": "accuracy", "val_acc": "val_accuracy", "accuracy": "acc", "val_accuracy": "val_acc"}


def of_training(name: str) -> str:
    """The metric itself: "accuracy" for "val_accuracy"."""
    return name.replace("val_", "")
