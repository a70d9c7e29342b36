"""What a recorded release answers: nothing is loaded, and nothing needs to be installed."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from ...catalog.signature import Call, Signature
from ...catalog.target import Target
from ..model.registry import Rules
from .world import Answer, World, is_keras_3, product_of


class TargetWorld:
    """A release, or a set of releases, of which the catalog holds a record.

    Arguments:
        target: the releases.
        rules: what is known of the names they lack.
        before: the releases that the code was written for, where that is known.
    """

    def __init__(self, target: Target, rules: Rules, before: World | None = None) -> None:
        self._target = target
        self.rules = rules
        self.searches: dict[str, Any] = {}
        self.before = before
        self._answers: dict[Any, Any] = {}  # a record does not change, and notebooks ask the same again and again

    def _asked(self, question: Callable[..., Any], *arguments: Any) -> Any:
        key = (question.__name__, arguments)
        if key not in self._answers:
            self._answers[key] = question(*arguments)
        return self._answers[key]

    @property
    def name(self) -> str:
        return self._target.name

    @property
    def target(self) -> Target | None:
        return self._target

    def covers(self, dotted: str) -> bool:
        return self._target.covers(dotted)

    def import_module(self, module: str) -> Answer:
        answer: Answer = self._asked(self._target.import_module, module)
        return answer

    def import_from(self, module: str, member: str) -> Answer:
        answer: Answer = self._asked(self._target.import_from, module, member)
        return answer

    def attribute(self, dotted: str, imported: frozenset[str] = frozenset()) -> Answer:
        answer: Answer = self._asked(self._target.attribute, dotted, imported)
        return answer

    def loads(self, module: str) -> bool:
        return self._target.loads(module)

    def method(self, name: str, member: str) -> Answer:
        answer: Answer = self._asked(self._target.method, name, member)
        return answer

    def names(self, name: str) -> tuple[str, ...]:
        return self._target.names(name)

    def accepts(self, name: str, positional: int, keywords: Sequence[str]) -> tuple[str, ...]:
        refused: tuple[str, ...] = self._asked(self._target.accepts, name, positional, tuple(keywords))
        return refused

    def bind(self, name: str, positional: int, keywords: Sequence[str]) -> Call | None:
        call: Call | None = self._asked(self._target.bind, name, positional, tuple(keywords))
        return call

    def ignored(self, name: str, keywords: Sequence[str]) -> tuple[str, ...]:
        answer: tuple[str, ...] = self._asked(self._target.ignored, name, tuple(keywords))
        return answer

    def parameters(self, name: str) -> Signature | None:
        signature: Signature | None = self._asked(self._target.parameters, name)
        return signature

    def version(self, root: str) -> str | None:
        return self._target.releases.get(root)

    @property
    def keras_3(self) -> bool:
        return is_keras_3(self)

    def product(self, name: str) -> str:
        return product_of(name, self)

    def where(self, name: str) -> str:
        root = product_of(name, self)
        return f"in the record of {root} {self.version(root) or self._target.name}"
