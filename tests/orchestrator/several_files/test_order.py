"""What others refer to goes in first; else the order given is kept."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from odoo_ingestion.data_models import IMPORT_TYPES
from odoo_ingestion.orchestrator.several_files.order import order_by_dependency
from odoo_ingestion.records import ImportType

NOTHING: frozenset[str] = frozenset()


def ordered(*names: str, named: dict[str, set[str]] | None = None) -> list[str]:
    """Return the names of types (or of models without one) in the order found."""
    kinds = [IMPORT_TYPES.get(name) for name in names]
    models = [kind.model if kind else name for kind, name in zip(kinds, names, strict=True)]
    mentions = [frozenset((named or {}).get(name, ())) for name in names]
    return [names[i] for i in order_by_dependency(kinds, models, mentions, IMPORT_TYPES)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("orders", "products", "customers"), ["products", "customers", "orders"]),
        (("users", "products"), ["users", "products"]),
        (("products", "users", "categories"), ["users", "categories", "products"]),
        # a customer may have a pricelist, and a pricelist names products
        (("customers", "pricelists", "products"), ["products", "pricelists", "customers"]),
        (("orders", "variants", "attributes"), ["attributes", "variants", "orders"]),
        # orders require products, and over them categories, also where no file has products
        (("orders", "categories"), ["categories", "orders"]),
        # partners may hold the customers of the orders
        (("orders", "partners"), ["partners", "orders"]),
        (("customers", "customers"), ["customers", "customers"]),
        # products with vendors are products too, and their vendors go in before them
        (("product-vendors", "suppliers"), ["suppliers", "product-vendors"]),
        (("product-vendors", "partners"), ["partners", "product-vendors"]),
        (("product-vendors", "products"), ["products", "product-vendors"]),
        (("inventory", "product-vendors", "units"), ["units", "product-vendors", "inventory"]),
        (("orders", "product-vendors"), ["product-vendors", "orders"]),
    ],
)
def test_types_go_in_behind_what_they_require(given: tuple[str, ...], expected: list[str]) -> None:
    assert ordered(*given) == expected


def test_a_model_without_a_type_goes_in_before_what_names_it_and_behind_what_it_names() -> None:
    named = {"partners": {"res.partner.category"}, "res.partner.category": {"res.company"}}
    files = ("partners", "res.partner.category", "res.company")
    assert ordered(*files, named=named) == ["res.company", "res.partner.category", "partners"]


def test_contacts_of_companies_go_in_behind_the_companies() -> None:
    named = {"partners": {"res.partner"}}
    assert ordered("partners", "customers", named=named) == ["customers", "partners"]


def test_types_that_require_each_other_keep_the_order_given() -> None:
    one = ImportType("one", "a", (), {}, {}, "", requires=("two",))
    two = replace(one, name="two", model="b", requires=("one",))
    known = {"one": one, "two": two}
    assert order_by_dependency([two, one], ["b", "a"], [NOTHING, NOTHING], known) == [0, 1]
