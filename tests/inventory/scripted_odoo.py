"""An Odoo that answers from a script: for what a real one does only when things go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[..., Any]


@dataclass
class ScriptedOdoo:
    """Answers calls by ``model.method``; an exception is raised, a function is called.

    ``calls`` lists what was asked, in order.
    """

    answers: Mapping[str, Any]
    version: str = "19.0"
    uid: int = 2
    context: Mapping[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def with_context(self, **context: Any) -> ScriptedOdoo:
        merged = {**self.context, **context}
        return ScriptedOdoo(self.answers, self.version, self.uid, merged, self.calls)

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        self.calls.append((f"{model}.{method}", args, {**kwargs, "repeatable": repeatable}))
        answer = self.answers[f"{model}.{method}"]
        if callable(answer):
            answer = answer(*args, **kwargs)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def called(self, name: str) -> list[tuple[Any, ...]]:
        """Return the arguments of the calls of one method."""
        return [args for called, args, _ in self.calls if called == name]
