"""Which packaging has which barcode: Odoo gives none of them to a product."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from odoo_ingestion.errors import AccessRefused, ModelMissing
from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds, read_all
from odoo_ingestion.records import ModelSchema

_FIELDS = ["barcode", "display_name"]
_FILLED: list[Any] = [("barcode", "!=", False)]


class PackagingBarcodes:
    """Looks up barcodes of packagings, all at once where there are few and ``may_prefetch``.

    Where the app is not installed, or the user may not see packagings, none is found: the server
    itself checks again when the row is sent.
    """

    def __init__(self, odoo: Odoo, schema: ModelSchema, *, may_prefetch: bool) -> None:
        self._odoo = odoo
        self._model = "product.uom" if schema.version >= "19" else "product.packaging"
        self._all = Prefetch(self._exceeds, self._read_all) if may_prefetch else None

    def find(self, barcodes: Collection[str]) -> dict[str, str]:
        """Return the names of the packagings that have one of the barcodes, by barcode.

        Raises RetryableError or ConnectionFailed.
        """
        if not barcodes:
            return {}
        held = self._all.get(len(barcodes)) if self._all else None
        if held is None:
            held = self._ask(barcodes)
        return {barcode: held[barcode] for barcode in barcodes if barcode in held} if held else {}

    def _ask(self, barcodes: Collection[str]) -> dict[str, str]:
        domain = [("barcode", "in", sorted(barcodes))]
        try:
            return _labels(self._odoo.call(self._model, "search_read", domain, _FIELDS))
        except (AccessRefused, ModelMissing):
            return {}

    def _exceeds(self, number: int) -> bool:
        try:
            return exceeds(self._odoo, self._model, _FILLED, number)
        except (AccessRefused, ModelMissing):
            return False

    def _read_all(self) -> dict[str, str]:
        try:
            return _labels(read_all(self._odoo, self._model, _FILLED, _FIELDS))
        except (AccessRefused, ModelMissing):
            return {}


def _labels(found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {data["barcode"]: data["display_name"] for data in found}
