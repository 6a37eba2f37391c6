"""External ids that exist are read at once where they are few, instead of row after row."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from odoo_ingestion.external_ids import Target, derived_start, find
from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds, read_all

_IDS = "ir.model.data"


class ExternalIds:
    """Looks up external ids, those of a module all at once where they are few.

    Of derived ids those of the rows' model count: their names begin with it.
    """

    def __init__(self, odoo: Odoo, model: str, *, may_read: bool, may_prefetch: bool) -> None:
        self._odoo = odoo
        self._derived = derived_start(model)
        self._may_read = may_read
        self._may_prefetch = may_prefetch and may_read
        self._read: dict[str, Prefetch[dict[str, Target]]] = {}

    def find(self, names: Sequence[str]) -> dict[str, Target]:
        """Return what complete external ids point to; those that do not exist are absent."""
        if not self._may_prefetch:
            return find(self._odoo, names, may_read=self._may_read)
        found: dict[str, Target] = {}
        left: list[str] = []
        for beginning, some in self._groups_of(names):
            held = self._held(beginning, len(some))
            if held is None:
                left += some
            elif held:
                found |= {name: held[name] for name in some if name in held}
        return found | find(self._odoo, left, may_read=True) if left else found

    def _groups_of(self, names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield the ids that are read together, with what they begin with; most are derived."""
        derived = [name for name in names if name.startswith(self._derived)]
        if derived:
            yield self._derived, derived
        if len(derived) == len(names):
            return
        others: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if not name.startswith(self._derived):
                others[f"{name.partition('.')[0]}."].append(name)
        yield from others.items()

    def _held(self, beginning: str, asked: int) -> dict[str, Target] | None:
        if beginning not in self._read:
            self._read[beginning] = self._prefetch(beginning)
        return self._read[beginning].get(asked)

    def _prefetch(self, beginning: str) -> Prefetch[dict[str, Target]]:
        module, _, tail = beginning.partition(".")
        domain: list[Any] = [("module", "=", module)]
        if tail:
            domain.append(("name", "=like", f"{tail}%"))

        def read() -> dict[str, Target]:
            found = read_all(self._odoo, _IDS, domain, ["name", "model", "res_id"])
            return {
                f"{module}.{data['name']}": Target(sys.intern(data["model"]), data["res_id"])
                for data in found
            }

        return Prefetch(lambda number: exceeds(self._odoo, _IDS, domain, number), read)
