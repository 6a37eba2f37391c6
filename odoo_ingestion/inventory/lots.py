"""Lots and serial numbers by product and name: found, or made where a row needs one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from odoo_ingestion.errors import ServerRefused, UnknownFate
from odoo_ingestion.inventory.refusals import problem_of
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Action, Problem
from odoo_ingestion.versions import model_name

NO_LOT = 0


class LotName(NamedTuple):
    """A lot as rows name it."""

    product_id: int
    name: str


class Lots:
    """Finds lots of a company and creates those that are missing; nothing is remembered."""

    def __init__(
        self, odoo: Odoo, company_id: int | None, recorder: Recorder | None = None
    ) -> None:
        """``recorder`` is told of lots before they are made."""
        self._odoo = odoo
        self._company_id = company_id
        self._recorder = recorder
        self.model = model_name("stock.lot", odoo.version)
        self.created = 0

    def find(self, names: Collection[LotName]) -> dict[LotName, list[int]]:
        """Return the ids of the lots of each name: one call.

        Lots without a company belong to all (Odoo 18 and 19).
        """
        found: dict[LotName, list[int]] = {name: [] for name in names}
        if not found:
            return found
        domain = [
            ("product_id", "in", sorted({lot.product_id for lot in names})),
            ("name", "in", sorted({lot.name for lot in names})),
            ("company_id", "in", [False, self._company_id]),
        ]
        for data in self._odoo.call(self.model, "search_read", domain, ["name", "product_id"]):
            lot = LotName(data["product_id"][0], data["name"])
            if lot in found:
                found[lot].append(data["id"])
        return found

    def create(self, names: Iterable[LotName]) -> dict[LotName, int | Problem]:
        """Create lots and return their ids, or why Odoo refuses one.

        A lot is unique by product, name and company, so that repeating a call of unknown fate
        never makes two: what exists by then is found first.
        """
        wanted = list(names)
        if not wanted:
            return {}
        try:
            made = self._create(wanted)
        except UnknownFate:
            return self._recover(wanted)
        except ServerRefused as error:
            if len(wanted) == 1:
                return {wanted[0]: problem_of(error, "lot_id")}
            half = len(wanted) // 2
            return self.create(wanted[:half]) | self.create(wanted[half:])
        self.created += len(made)
        return dict(zip(wanted, made, strict=True))

    def _create(self, names: Sequence[LotName]) -> list[int]:
        values = [
            {"name": lot.name, "product_id": lot.product_id, "company_id": self._company_id}
            for lot in names
        ]
        if self._recorder is None:
            return self._made(values)
        marks = [f"{lot.product_id} {lot.name}" for lot in names]
        call = self._recorder.sending(self.model, {}, {Action.CREATED: marks})
        try:
            made = self._made(values)
        except ServerRefused:
            self._recorder.answered(call, landed=False)
            raise
        self._recorder.answered(call, landed=True)
        return made

    def _made(self, values: Sequence[Mapping[str, Any]]) -> list[int]:
        made: list[int] = self._odoo.call(self.model, "create", values, repeatable=False)
        return made

    def _recover(self, names: list[LotName]) -> dict[LotName, int | Problem]:
        found = self.find(names)
        left = [lot for lot in names if not found[lot]]
        self.created += len(names) - len(left)
        result: dict[LotName, int | Problem] = {lot: ids[0] for lot, ids in found.items() if ids}
        made = self._create(left) if left else []
        self.created += len(made)
        return result | dict(zip(left, made, strict=True))
