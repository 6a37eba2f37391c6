"""Who has which barcode in Odoo: products, variants and packagings, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds, read_all
from odoo_ingestion.records import ModelSchema, Record
from odoo_ingestion.safeguards.barcodes import Holders, barcodes_of
from odoo_ingestion.safeguards.packagings import PackagingBarcodes

_VARIANT = "product.product"
_FIELDS = ["barcode", "product_tmpl_id"]
_FILLED: list[Any] = [("barcode", "!=", False)]


class Owners(Struct, frozen=True):
    """Records of the imported model by barcode, and the barcode of each."""

    by_barcode: Mapping[str, Sequence[int]]
    barcodes: Mapping[int, str]


class ProductBarcodes:
    """Looks up the barcodes of a chunk, of each kind all at once where Odoo holds few.

    ``may_prefetch`` says that nothing but the rows themselves changes barcodes during the run.
    """

    def __init__(self, odoo: Odoo, schema: ModelSchema, *, may_prefetch: bool) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._by_template = schema.model == "product.template"
        self._terse = terse(schema.version)
        self._packagings = PackagingBarcodes(self._odoo, schema, may_prefetch=may_prefetch)
        self._all: Prefetch[Owners] | None = None
        if may_prefetch:
            self._all = Prefetch(self._exceeds, self._read_all)

    def look_up(self, records: Sequence[Record]) -> tuple[Holders, Mapping[int, str]]:
        """Return who else has the barcodes that records ask for, and those that they have now.

        Names are asked for only where a barcode is taken. Raises RetryableError, ServerRefused or
        ConnectionFailed.
        """
        barcodes = barcodes_of(records)
        wanted = set(filter(None, barcodes))
        asking = _ids_of(records, barcodes)
        if not wanted and not asking:
            return {}, {}
        owners = self._all.get(len(barcodes) - barcodes.count(None)) if self._all else None
        if owners is None:
            owners = self._ask(wanted, asking)
        holders = self._named(_taken(records, barcodes, owners))
        for barcode, label in self._packagings.find(wanted).items():
            holders[barcode].append((0, f"the packaging {label}"))
        held = owners.barcodes
        return holders, {i: held[i] for i in asking if i in held} if held else {}

    def _ask(self, wanted: Collection[str], asking: Sequence[int]) -> Owners:
        """Return who has the barcodes, and what some records have."""
        domain: list[Any] = [("barcode", "in", sorted(wanted))]
        if asking:
            theirs = ("product_tmpl_id" if self._by_template else "id", "in", asking)
            domain = ["|", *domain, "&", *_FILLED, theirs]
        found = self._odoo.call(_VARIANT, "search_read", domain, _FIELDS, **self._terse)
        return self._owners(found)

    def _exceeds(self, number: int) -> bool:
        return exceeds(self._odoo, _VARIANT, _FILLED, number)

    def _read_all(self) -> Owners:
        return self._owners(read_all(self._odoo, _VARIANT, _FILLED, _FIELDS, **self._terse))

    def _owners(self, found: Iterable[Mapping[str, Any]]) -> Owners:
        by_barcode: dict[str, tuple[int, ...]] = {}
        barcodes: dict[int, str] = {}
        for data in found:
            owner = self._owner(data)
            by_barcode[data["barcode"]] = (*by_barcode.get(data["barcode"], ()), owner)
            barcodes[owner] = data["barcode"]
        return Owners(by_barcode, barcodes)

    def _owner(self, data: Mapping[str, Any]) -> int:
        return id_of(data["product_tmpl_id" if self._by_template else "id"])

    def _named(self, barcodes: Collection[str]) -> dict[str, list[tuple[int, str]]]:
        """Return who has the barcodes, by the names of the products."""
        result: dict[str, list[tuple[int, str]]] = defaultdict(list)
        if barcodes:
            domain = [("barcode", "in", sorted(barcodes))]
            for data in self._odoo.call(_VARIANT, "search_read", domain, _FIELDS):
                owner = self._owner(data)
                label = f"{data['product_tmpl_id'][1]} (id {owner})"
                result[data["barcode"]].append((owner, label))
        return result


def _ids_of(records: Sequence[Record], barcodes: Sequence[str | None]) -> list[int]:
    """Return the ids of the records that exist and whose rows say something of their barcode."""
    ids = [record.database_id for record in records]
    return [i for i, barcode in zip(ids, barcodes, strict=True) if i and barcode is not None]


def _taken(records: Sequence[Record], barcodes: Sequence[str | None], owners: Owners) -> set[str]:
    """Return the barcodes that a record asks for and another one has."""
    held = owners.by_barcode
    if not held:
        return set()
    return {
        barcode
        for record, barcode in zip(records, barcodes, strict=True)
        if barcode
        and barcode in held
        and any(owner != record.database_id for owner in held[barcode])
    }


def terse(version: str) -> dict[str, Any]:
    """Return the option of ``search_read`` for ids alone where a relation is read.

    Odoo works out a name for each of them, which takes longer than all the rest. Until Odoo 15
    there is no such option.
    """
    return {"load": ""} if version >= "16" else {}


def id_of(value: Any) -> int:
    """Return the id in a relation as Odoo reads it: alone, or with a name beside it."""
    return int(value[0] if isinstance(value, list | tuple) else value)
