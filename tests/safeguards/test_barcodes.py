"""No two rows of a file get the same barcode, nor one that a row gives up."""

from __future__ import annotations

from odoo_ingestion.records import Action, Problem, Record, Row
from odoo_ingestion.safeguards.barcodes import Barcodes, Holders


def record(number: int, barcode: str, database_id: int | None = None) -> Record:
    action = Action.UPDATED if database_id else Action.CREATED
    row = Row(number, None, {})
    return Record(row, "product.template", action, None, database_id, {"barcode": barcode})


def problem_of(
    barcodes: Barcodes, record: Record, holders: Holders, held: str = ""
) -> Problem | None:
    """Return what is wrong with a record that comes alone; ``held`` is the barcode it has now."""
    before = {record.database_id: held} if record.database_id and held else {}
    return barcodes.problems([record], holders, before).get(0)


def test_the_second_row_of_a_barcode_names_the_first() -> None:
    barcodes = Barcodes()
    assert problem_of(barcodes, record(1, "400"), {}) is None
    assert problem_of(barcodes, record(2, "401"), {}) is None
    assert problem_of(barcodes, record(3, ""), {}) is None
    problem = problem_of(barcodes, record(4, "400"), {})
    assert problem is not None and "row 1 of this file" in problem.message


def test_a_barcode_that_another_record_has_is_taken_and_ones_own_is_not() -> None:
    barcodes = Barcodes()
    holders = {"400": [(7, "Tea (id 7)")]}
    assert problem_of(barcodes, record(1, "400", 7), holders, "400") is None
    problem = problem_of(Barcodes(), record(2, "400", 8), holders)
    assert problem is not None and "Tea (id 7)" in problem.message


def test_a_barcode_that_a_row_gives_up_stays_taken_for_the_others() -> None:
    barcodes = Barcodes()
    assert problem_of(barcodes, record(1, "500", 7), {}, "400") is None
    problem = problem_of(barcodes, record(2, "400", 8), {})
    assert problem is not None and "the record of row 1 of this file" in problem.message
