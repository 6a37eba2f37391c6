"""A real connection on which calls fail before or after the server carried them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from odoo_ingestion.ports import Odoo

Hook = Callable[[str, str, tuple[Any, ...]], None]


def nothing(model: str, method: str, args: tuple[Any, ...]) -> None:
    """Let a call be."""


class TroubledOdoo:
    """Hands calls on; ``before`` and ``after`` see each, and may raise."""

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        self.before: Hook = nothing
        self.after: Hook = nothing
        self.calls: list[tuple[str, str, tuple[Any, ...]]] = []

    @property
    def version(self) -> str:
        return self._odoo.version

    @property
    def uid(self) -> int:
        return self._odoo.uid

    @property
    def context(self) -> Mapping[str, Any]:
        return self._odoo.context

    def with_context(self, **context: Any) -> TroubledOdoo:
        return TroubledOdoo(self._odoo.with_context(**context))

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        self.calls.append((model, method, args))
        self.before(model, method, args)
        answer = self._odoo.call(
            model, method, *args, repeatable=repeatable, timeout=timeout, **kwargs
        )
        self.after(model, method, args)
        return answer

    def loads(self) -> list[tuple[str, int]]:
        """Return the model and the number of rows of each load() with rows, in order."""
        return [
            (model, len(args[1]))
            for model, method, args in self.calls
            if method == "load" and args[1]
        ]
