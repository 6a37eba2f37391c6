"""External ids that exist are read at once where they are few, instead of row after row."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from odoo_ingestion.external_ids import MODULE, Target, find
from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds, read_all

_IDS = "ir.model.data"


class ExternalIds:
    """Looks up external ids, those of a module all at once where they are few.

    Of derived ids those of the rows' model count: their names begin with it.
    """

    def __init__(self, odoo: Odoo, model: str, *, may_read: bool, may_prefetch: bool) -> None:
        self._odoo = odoo
        self._derived = f"{MODULE}.{model.replace('.', '_')}_"
        self._may_read = may_read
        self._may_prefetch = may_prefetch and may_read
        self._groups: dict[str, Prefetch[dict[str, Target]]] = {}

    def find(self, names: Iterable[str]) -> dict[str, Target]:
        """Return what complete external ids point to; those that do not exist are absent."""
        if not self._may_prefetch:
            return find(self._odoo, names, may_read=self._may_read)
        groups: dict[str, list[str]] = defaultdict(list)
        for name in names:
            groups[self._beginning(name)].append(name)
        found: dict[str, Target] = {}
        left: list[str] = []
        for beginning, some in groups.items():
            held = self._held(beginning, len(some))
            if held is None:
                left += some
            else:
                found |= {name: held[name] for name in some if name in held}
        return found | find(self._odoo, left, may_read=True)

    def _beginning(self, name: str) -> str:
        """Return what the ids that are read together with this one begin with."""
        if name.startswith(self._derived):
            return self._derived
        return f"{name.partition('.')[0]}."

    def _held(self, beginning: str, asked: int) -> dict[str, Target] | None:
        if beginning not in self._groups:
            self._groups[beginning] = self._prefetch(beginning)
        return self._groups[beginning].get(asked)

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
