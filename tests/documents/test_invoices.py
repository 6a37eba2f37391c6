"""Invoices, bills and refunds, on the real Odoo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.documents.invoices import INVOICE, InvoiceCheck
from odoo_ingestion.records import Action, Category, Record, Row
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import counts, problems

Import = Callable[..., RunResult]


class _Held:
    """Answers what type the invoices in Odoo have."""

    version = "19.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def __init__(self, types: Mapping[int, str]) -> None:
        self._types = types
        self.calls = 0

    def with_context(self, **context: Any) -> _Held:
        raise AssertionError(context)

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        ids, fields = args
        assert (model, method, fields) == ("account.move", "read", ["move_type"])
        assert repeatable and timeout is None and not kwargs
        self.calls += 1
        return [{"id": i, "move_type": self._types[i]} for i in ids if i in self._types]


def _invoice(move_type: str | None, database_id: int | None = None) -> Record:
    values = {} if move_type is None else {"move_type": move_type}
    action = Action.UPDATED if database_id else Action.CREATED
    return Record(Row(1, 2, {}), "account.move", action, "shop.i1", database_id, values)


@pytest.mark.parametrize("said", [None, "entry"])
def test_a_new_invoice_has_to_say_what_it_is(said: str | None) -> None:
    odoo = _Held({})
    [[problem]] = InvoiceCheck(odoo).check([_invoice(said)], [{}])
    assert (problem.category, problem.field) == (Category.VALIDATION, "move_type")
    assert "Vendor Bill" in (problem.hint or "")
    assert odoo.calls == 0


def test_an_invoice_cannot_become_a_refund() -> None:
    odoo = _Held({7: "out_invoice", 8: "out_refund"})
    asked = [
        _invoice("out_refund", 7),
        _invoice("out_refund", 8),
        _invoice(None, 7),
        _invoice("in_invoice"),
    ]
    found = InvoiceCheck(odoo).check(asked, [{}] * 4)
    assert [len(problems) for problems in found] == [1, 0, 0, 0]
    assert found[0][0].category is Category.PROTECTED
    assert "out_invoice" in found[0][0].message
    assert odoo.calls == 1


def test_only_drafts_are_changed_and_posting_is_told_before() -> None:
    assert INVOICE.is_open("draft") and not INVOICE.is_open("posted")
    assert "credit note" in INVOICE.advice_for("posted")
    assert INVOICE.closing is not None
    assert "cannot be undone" in INVOICE.closing.warning


# --- on the real Odoo -----------------------------------------------------------------------

HEADER = "Invoice Number,Type,Partner,Invoice Date,Due Date,Product,Qty,Unit Price,Taxes\n"


@pytest.fixture(scope="module")
def database(module_database: OdooReader) -> OdooReader:
    """A database with a customer, a vendor and two products."""
    partners = [{"name": "Deco", "ref": "C-1"}, {"name": "Litware", "ref": "V-1"}]
    module_database.call("res.partner", "create", partners)
    products = [{"name": "Tea", "default_code": "TEA"}, {"name": "Pot", "default_code": "POT"}]
    module_database.call("product.product", "create", products)
    return module_database


@pytest.fixture
def importing(database: OdooReader, tmp_path: Path) -> Import:
    """Import the text of a CSV file as invoices."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "invoices.csv"
        path.write_text(text, encoding="utf-8")
        importer = OdooImporter(config_for(database))
        return importer.import_file(
            path, type="invoices", failed_dir=tmp_path / "failed", **options
        )

    return run


def _held(reader: OdooReader, field: str, value: str) -> dict[str, Any]:
    [found] = reader.search_read(
        "account.move",
        [(field, "=", value)],
        ["name", "ref", "state", "move_type", "amount_total", "invoice_line_ids", "invoice_date"],
    )
    lines = reader.search_read(
        "account.move.line",
        [("id", "in", found["invoice_line_ids"])],
        ["name", "quantity", "price_unit", "tax_ids", "display_type"],
        order="sequence, id",
    )
    return {**found, "lines": lines}


def test_each_kind_of_invoice_takes_the_taxes_of_its_own_side(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + (
        "K-1,Customer Invoice,C-1,2024-01-05,2024-02-05,TEA,2,10,15%\n"
        "K-2,Customer Credit Note,C-1,2024-01-06,2024-02-05,TEA,1,10,15%\n"
        "K-3,Vendor Bill,V-1,2024-01-07,2024-02-05,TEA,2,10,15%\n"
        "K-4,Vendor Credit Note,V-1,2024-01-08,2024-02-05,TEA,1,10,15%\n"
    )
    assert counts(importing(text)) == {"created": 4}
    uses = {tax["id"]: tax["type_tax_use"] for tax in _taxes(database)}
    found = {}
    for name in ("K-1", "K-2", "K-3", "K-4"):
        held = _held(database, "name", name)
        [tax] = held["lines"][0]["tax_ids"]
        found[held["move_type"]] = (uses[tax], held["amount_total"], held["state"])
    assert found == {
        "out_invoice": ("sale", 23, "draft"),
        "out_refund": ("sale", 11.5, "draft"),
        "in_invoice": ("purchase", 23, "draft"),
        "in_refund": ("purchase", 11.5, "draft"),
    }
    assert counts(importing(text)) == {"unchanged": 4}


def test_a_bill_is_known_by_its_vendor_and_the_vendors_number(
    importing: Import, database: OdooReader
) -> None:
    text = (
        "Type,Vendor,Bill Reference,Invoice Date,Product,Description,Qty,Unit Price,Display Type\n"
        "Vendor Bill,V-1,B-77,2024-01-05,TEA,,2,10,\n"
        ",,,,,Work,1,5,\n"
        ",,,,,Thanks,,,Note\n"
    )
    assert counts(importing(text)) == {"created": 3}
    held = _held(database, "ref", "B-77")
    assert [(line["name"], line["quantity"], line["display_type"]) for line in held["lines"]] == [
        ("[TEA] Tea", 2, "product"),
        ("Work", 1, "product"),
        ("Thanks", 0, "line_note"),
    ]
    assert counts(importing(text)) == {"unchanged": 3}
    assert _held(database, "ref", "B-77") == held


def test_posting_is_asked_for_happens_once_and_keeps_the_number(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + "P-1,out_invoice,C-1,2024-01-05,2024-02-05,TEA,2,10,\n"
    planned = importing(text, post=True, dry_run=True)
    assert any("1 invoices would be posted" in notice for notice in planned.notices)
    assert database.count("account.move", [("name", "=", "P-1")]) == 0

    assert counts(importing(text, post=True)) == counts(planned) == {"created": 1}
    held = _held(database, "name", "P-1")
    assert held["state"] == "posted"
    assert counts(importing(text, post=True)) == {"unchanged": 1}
    assert _held(database, "name", "P-1") == held

    changed = text.replace(",2,10", ",3,10")
    refused = importing(changed)
    assert dict(refused.errors) == {"protected": 1}
    assert "credit note" in problems(refused)[1]["hint"]
    assert counts(importing(changed, dry_run=True)) == {"failed": 1}
    assert _held(database, "name", "P-1") == held


def test_what_odoo_refuses_to_post_stays_a_draft_and_the_rest_is_posted(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + (
        "R-1,in_invoice,V-1,2024-01-05,2024-02-05,TEA,2,10,\n"
        "R-2,in_invoice,V-1,,2024-02-05,TEA,2,10,\n"
    )
    result = importing(text, post=True)
    assert counts(result) == {"created": 1, "failed": 1}
    assert "date is required" in problems(result)[2]["message"]
    assert [_held(database, "name", name)["state"] for name in ("R-1", "R-2")] == [
        "posted",
        "draft",
    ]


def test_a_draft_takes_changes_line_by_line(importing: Import, database: OdooReader) -> None:
    first = HEADER + "D-1,out_invoice,C-1,2024-01-05,2024-02-05,TEA,2,10,\n"
    assert counts(importing(first + ",,,,,POT,1,20,\n")) == {"created": 2}
    before = _held(database, "name", "D-1")
    second = first.replace(",2,10", ",5,10")
    told = importing(second)
    assert counts(told) == {"updated": 1}
    # Odoo's own lines for taxes and what is due are none of the file's business.
    assert any("in Odoo: 1 line in 1 invoice (" in notice for notice in told.notices)
    after = _held(database, "name", "D-1")
    assert after["invoice_line_ids"] == before["invoice_line_ids"]
    assert [line["quantity"] for line in after["lines"]] == [5, 1]
    importing(second, delete_missing_lines=True)
    assert len(_held(database, "name", "D-1")["lines"]) == 1


def test_a_file_without_types_is_told_what_to_do(importing: Import, database: OdooReader) -> None:
    text = "Invoice Number,Partner,Product,Qty,Price\nN-1,C-1,TEA,1,3\n"
    refused = importing(text)
    assert counts(refused) == {"failed": 1}
    assert "--set move_type=out_invoice" in problems(refused)[1]["hint"]
    made = importing(text, set_values={"move_type": "out_invoice"})
    assert counts(made) == {"created": 1}
    assert _held(database, "name", "N-1")["move_type"] == "out_invoice"
    refund = importing(text, set_values={"move_type": "out_refund"})
    assert dict(refund.errors) == {"protected": 1}


def _taxes(reader: OdooReader) -> list[dict[str, Any]]:
    return reader.search_read("account.tax", [], ["type_tax_use"])
