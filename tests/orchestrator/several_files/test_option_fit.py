"""Options that only some types know: used where they fit, refused where nothing takes them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.data_models import IMPORT_TYPES
from odoo_ingestion.errors import UsageError
from odoo_ingestion.orchestrator.several_files.option_fit import fit_options
from odoo_ingestion.records import ImportKind
from odoo_ingestion.runs import ImportOptions

CUSTOMERS = IMPORT_TYPES["customers"]
ORDERS = replace(CUSTOMERS, name="orders", kind=ImportKind.DOCUMENTS)
INVOICES = replace(ORDERS, name="invoices")
INVENTORY = replace(CUSTOMERS, name="inventory", kind=ImportKind.INVENTORY)
VARIANTS = replace(CUSTOMERS, name="variants", kind=ImportKind.VARIANTS)

SPECIAL: list[tuple[dict[str, Any], str, Any]] = [
    ({"confirm": True}, "--confirm", ORDERS),
    ({"post": True}, "--post", INVOICES),
    ({"apply": True}, "--apply", INVENTORY),
    ({"delete_missing_lines": True}, "--delete-missing-lines", ORDERS),
    ({"pricelist": "Shop"}, "--pricelist", VARIANTS),
]


@pytest.mark.parametrize(("given", "spelled", "taker"), SPECIAL)
def test_an_option_goes_to_the_files_that_know_it(
    given: dict[str, Any], spelled: str, taker: Any
) -> None:
    options = ImportOptions(max_errors=3, **given)
    plain, special, generic = fit_options(options, [CUSTOMERS, taker, None])
    assert plain == generic == ImportOptions(max_errors=3)
    assert special == options, spelled


@pytest.mark.parametrize(("given", "spelled", "taker"), SPECIAL)
def test_an_option_that_does_nothing_is_refused(
    given: dict[str, Any], spelled: str, taker: Any
) -> None:
    with pytest.raises(UsageError, match=f"^{spelled} is for .*; it does nothing for customers"):
        fit_options(ImportOptions(**given), [CUSTOMERS, CUSTOMERS])
    assert taker is not CUSTOMERS


def test_a_model_without_a_type_takes_none_of_them() -> None:
    with pytest.raises(UsageError, match="does nothing for a model"):
        fit_options(ImportOptions(confirm=True), [None])
