"""Small stand-ins for the objects of Keras that rules about live optimizers read."""

from __future__ import annotations

from typing import Any


def stand_in(name: str, module: str, /, *bases: type, **fields: Any) -> Any:
    cls = type(name, bases, {"__module__": module, "fit": None} if name == "Model" else {"__module__": module})
    made = cls()
    vars(made).update(fields)
    return made


NEW = type("Optimizer", (), {"__module__": "keras.src.optimizers.optimizer"})
LEGACY = type("OptimizerV2", (), {"__module__": "keras.src.optimizers.legacy.optimizer_v2"})


def look(rule: Any, optimizer: Any, model: Any = None, **names: Any) -> list[str]:
    return [problem.severity for problem in rule.RULE.on_optimizer(optimizer, model, names)]
