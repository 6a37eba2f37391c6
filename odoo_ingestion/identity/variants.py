"""Products that are known by the external id of their variant alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.external_ids import TEMPLATE, VARIANT
from odoo_ingestion.ports import Odoo


def names_of_variants(model: str, names: Iterable[str]) -> list[str]:
    """Return the external ids of the variants that products of derived ids are made with."""
    if model != TEMPLATE:
        return []
    return external_ids.of_variants(names)


def templates_of_variants(
    odoo: Odoo, names: Sequence[str], known: Mapping[str, external_ids.Target]
) -> dict[str, int]:
    """Return the products whose own external id is gone from Odoo while their variant's is there.

    A new product of that name would be loaded by its variant's id, and so be written over the
    product. ``known`` are the external ids that exist; one call, where there is any such product.
    """
    if all(target.model != VARIANT for target in known.values()):
        return {}
    variants = {
        name: target.record_id
        for name in names
        if name not in known
        and (target := known.get(external_ids.of_variant(name) or "")) is not None
        and target.model == VARIANT
    }
    if not variants:
        return {}
    found = odoo.with_context(active_test=False).call(
        VARIANT,
        "search_read",
        [("id", "in", sorted(set(variants.values())))],
        ["product_tmpl_id"],
    )
    templates = {data["id"]: data["product_tmpl_id"][0] for data in found}
    return {name: templates[number] for name, number in variants.items() if number in templates}
