"""A dry run writes nothing, not even a sequence number: seen by the ids that come next."""

from __future__ import annotations

from pathlib import Path

from tests.odoo_reader import OdooReader
from tests.truth.runs import Snapshot, run_text
from tests.truth.worlds import make, partner

SEQUENCES = {
    "res.partner": {"name": "Next"},
    "product.template": {"name": "Next"},
    "product.category": {"name": "Next"},
    "product.tag": {},
    "res.partner.category": {"name": "Next"},
}


def _next_ids(reader: OdooReader, lap: int) -> dict[str, int]:
    """Return the id that each table gives to its next record: PostgreSQL's sequences, as seen."""
    ids = {
        model: make(reader, model, **{**values, "name": f"Next {lap}"})
        for model, values in SEQUENCES.items()
    }
    ids["ir.model.data"] = make(
        reader, "ir.model.data", module="truth", name=f"next_{lap}", model="res.partner", res_id=1
    )
    [message] = reader.search_read("mail.message", [], ["id"], limit=1, order="id desc")
    ids["product.product"] = reader.search_read(
        "product.product", [("product_tmpl_id", "=", ids["product.template"])], ["id"]
    )[0]["id"]
    return {**ids, "mail.message": message["id"]}


def test_a_dry_run_uses_no_sequence_number(fresh_database: OdooReader, tmp_path: Path) -> None:
    reader = fresh_database
    partner(reader, ref="KNOWN", city="Before")
    first, before = _next_ids(reader, 2), Snapshot(reader)
    _run_all_dry(reader, tmp_path)
    assert Snapshot(reader).changes_since(before) == {}
    second = _next_ids(reader, 3)
    third = _next_ids(reader, 4)
    steps = {model: number - first[model] for model, number in second.items()}
    assert steps == {model: number - second[model] for model, number in third.items()}
    assert {steps[model] for model in SEQUENCES} == {1}


def _run_all_dry(reader: OdooReader, folder: Path) -> None:
    """Rows that would create, adopt, update, make tags and categories, and fail."""
    partners = (
        "ref,name,city,category_id,parent_id\nKNOWN,Adopted,After,New tag,\nN1,New,Gent,New tag,\n"
        "N2,Child,,,N1\nN3,,,,\n"
    )
    said = run_text(
        reader, folder, partners, type="partners", dry_run=True, create_missing=("category_id",)
    )
    assert [str(action) for action, _ in said.verdicts.values()] == [
        *("updated", "created", "created", "failed")
    ]
    products = "sku,name,categ_id,product_tag_ids,barcode\nN1,P,New / Deep,fresh,123\n"
    created = ("categ_id", "product_tag_ids")
    said = run_text(reader, folder, products, type="products", dry_run=True, create_missing=created)
    assert said.result.count("created") == 1
    said = run_text(reader, folder, "path\nTop\nTop / Sub\n", type="categories", dry_run=True)
    assert said.result.count("created") == 2


def test_the_dry_run_on_the_server_leaves_nothing_but_gaps(
    fresh_database: OdooReader, tmp_path: Path
) -> None:
    reader = fresh_database
    partner(reader, ref="KNOWN", city="Before")
    before = Snapshot(reader)
    text = "ref,name,city\nKNOWN,Adopted,After\nN1,New,Gent\n"
    said = run_text(reader, tmp_path, text, type="partners", dry_run_server=True)
    assert [str(action) for action, _ in said.verdicts.values()] == ["updated", "created"]
    after = Snapshot(reader)
    assert after.changes_since(before) == {}
    assert after.around == before.around
