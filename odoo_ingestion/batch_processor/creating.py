"""Through which model new records go in: simple products by way of their variants.

load() of product.product makes the template as well, in about a quarter of the time of the other
way round, where Odoo makes the variant of each template and then writes the variant's fields again
(``product.template.create``). It gives the template the variant's external id with
``_product_template`` behind it (``_load_records``, Odoo 14 to 19): the ending of our derived ids.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from odoo_ingestion import external_ids
from odoo_ingestion.batch_processor.comparing import TRUE_TEXTS, field_of
from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.external_ids import TEMPLATE, VARIANT
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, ModelSchema, Record

TEMPLATE_FIELD = "product_tmpl_id"

OWN_FIELDS = frozenset({"active", "barcode", "default_code", "standard_price", "volume", "weight"})
"""Fields that a variant has of its own and that a template writes on, or reads from, its only one
(``product.template._set_product_variant_field``, Odoo 14 to 19).

Not the image: of several variants in one call only the first one's reaches its template
(``_set_template_field``; seen on Odoo 19)."""

_NOT_DELEGATED = frozenset({"one2many", "properties", "properties_definition"})


class CreationWay:
    """Tells which new templates go in as product.product: those that end up the same either way.

    That needs a derived external id, and columns that the variant has from its template
    (``related`` of ``fields_get``) or is known to keep for it; a product that is archived from the
    start stays a template's, for Odoo would archive the variant alone. ``by_variant`` false keeps
    all records in their own model. Asks the server once for each column; thread-safe.
    """

    def __init__(self, odoo: Odoo, schemas: Mapping[str, ModelSchema], *, by_variant: bool) -> None:
        self._odoo = odoo
        self._schemas = schemas
        self._by_variant = by_variant
        self._fitting: dict[str, bool] = {}
        self._same_defaults: bool | None = None
        self._lock = threading.Lock()

    def split(self, records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
        """Return records that fill the same columns by the model that they are loaded into."""
        first = records[0]
        if not self._by_variant or first.model != TEMPLATE or first.action is not Action.CREATED:
            return [(first.model, list(records))]
        named = [record for record in records if _may_be_a_variant(record)]
        if not named or not self._fits(first):
            return [(TEMPLATE, list(records))]
        others = [record for record in records if not _may_be_a_variant(record)]
        return [(model, some) for model, some in ((VARIANT, named), (TEMPLATE, others)) if some]

    def _fits(self, record: Record) -> bool:
        names = [field_of(column) for column in record.values]
        with self._lock:
            unknown = sorted({*names} - self._fitting.keys())
            if unknown:
                self._fitting.update(self._ask(unknown))
            if self._same_defaults is None:
                self._same_defaults = self._compare_defaults()
            return self._same_defaults and all(self._fitting[name] for name in names)

    def _ask(self, names: Sequence[str]) -> dict[str, bool]:
        try:
            described = self._odoo.call(
                VARIANT, "fields_get", list(names), attributes=["type", "readonly", "related"]
            )
        except ServerRefused:
            described = {}
        return {name: _is_fitting(name, described.get(name)) for name in names}

    def _compare_defaults(self) -> bool:
        """Tell whether what a row leaves open is filled in alike.

        Users may set defaults (``ir.default``) for either of the two models.
        """
        names = sorted(
            spec.name
            for spec in self._schemas[TEMPLATE].fields.values()
            if not spec.readonly and spec.type not in _NOT_DELEGATED
        )
        try:
            defaults = [fetch_defaults(self._odoo, model, names) for model in (TEMPLATE, VARIANT)]
        except ServerRefused:
            return False
        template, variant = ({n: found.get(n) or False for n in names} for found in defaults)
        return template == variant


def with_variants(schemas: Mapping[str, ModelSchema]) -> dict[str, ModelSchema]:
    """Return the schemas with the one of product.product where templates are sent.

    A variant has all fields of its template, of the same types (``_inherits``).
    """
    if TEMPLATE not in schemas:
        return dict(schemas)
    return {VARIANT: replace(schemas[TEMPLATE], model=VARIANT), **schemas}


def _is_fitting(name: str, described: dict[str, Any] | None) -> bool:
    if described is None or described["readonly"]:
        return False
    if described["type"] in _NOT_DELEGATED:
        return False
    related = described.get("related") or ""
    path = related if isinstance(related, str) else ".".join(related)  # a list in Odoo 14
    return name in OWN_FIELDS or path == f"{TEMPLATE_FIELD}.{name}"


def _may_be_a_variant(record: Record) -> bool:
    if record.lines_field or external_ids.of_variant(record.external_id or "") is None:
        return False
    return record.values.get("active", "1").lower() in TRUE_TEXTS
