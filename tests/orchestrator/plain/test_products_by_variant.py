"""New simple products go in with their variants, and are the same as those that do not."""

from __future__ import annotations

import base64
import csv
import re
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult, external_ids
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.records import Outcome
from tests.connections import config_for
from tests.images.pictures import png
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]
TEMPLATE, VARIANT = "product.template", "product.product"

OF_ONE_RECORD = frozenset(
    {
        *("id", "create_date", "write_date", "product_tmpl_id"),
        *("product_variant_id", "product_variant_ids"),
    }
)
"""Fields that hold a record's own ids and times, which no two records share."""

COUNTED = frozenset({"message_ids", "message_follower_ids", "website_message_ids"})
"""Records of which each product has its own: there must be as many of them."""


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import rows as a CSV file into the module's database."""

    def run(rows: Sequence[Mapping[str, str]], **options: Any) -> RunResult:
        path = tmp_path / "products.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, "products", **options)

    return run


def picture(color: bytes) -> str:
    """Return a small image in base64."""
    return base64.b64encode(png(color=color)).decode()


def rows_of(mark: str, digit: str) -> list[dict[str, str]]:
    """Return products that between them fill every canonical column; mark and digit tell twins."""
    every = {
        "type": "Consumable",
        "categ_id": "Goods",
        "uom_id": "kg",
        "list_price": "4.9",
        "standard_price": "2.125",
        "weight": "1.2345",
        "volume": "0.5",
        "taxes_id": "",
        "description": "<p>Inside</p>",
        "description_sale": "To customers",
        "description_purchase": "To vendors",
        "sale_ok": "0",
        "purchase_ok": "1",
        "sequence": "7",
        "product_tag_ids": "Fresh,Local",
        "tracking": "lot",
        "invoice_policy": "delivery",
        "expense_policy": "cost",
        "sale_delay": "3",
        "active": "1",
        "is_favorite": "1",
        "color": "4",
        "company_id": "My Company",
    }
    given: Sequence[Mapping[str, str]] = (
        {},
        every,
        {**every, "weight": "2", "is_favorite": "0", "description_sale": "Others, in one call"},
        {"type": "Storable", "list_price": "0", "standard_price": "0"},
        {"type": "Service", "list_price": "12", "description_sale": "Hours"},
        {"active": "0", "weight": "3"},
        {"image_1920": picture(b"\x00\x00\xff"), "standard_price": "1"},
        {"image_1920": picture(b"\xff\x00\x00"), "standard_price": "2"},
    )
    return [
        {
            "default_code": f"{mark}-{number}",
            "name": f"Product {number}",
            "barcode": f"{digit}00000000000{number}",
            **cells,
        }
        for number, cells in enumerate(given)
    ]


def held(reader: OdooReader, model: str, mark: str) -> list[dict[str, Any]]:
    """Return every field of the products of a mark, without what no two records share."""
    context = {"active_test": False, "bin_size": False}
    rows = reader.search_read(
        VARIANT,
        [("default_code", "=like", f"{mark}-%")],
        ["product_tmpl_id"],
        order="default_code",
        context=context,
    )
    ids = [row["product_tmpl_id"][0] if model == TEMPLATE else row["id"] for row in rows]
    names = sorted(reader.call(model, "fields_get", [], ["type"]).keys() - OF_ONE_RECORD)
    found = reader.call(model, "read", ids, names, load="", context=context)
    return [{name: _alike(name, row[name]) for name in names} for row in found]


def _alike(name: str, value: Any) -> Any:
    """Return a value as it is in both of two twins."""
    if name in COUNTED:
        return len(value)
    if name == "barcode":
        return value[1:]
    return re.sub(r"\b[A-Z]-(?=[0-9])", "", value) if isinstance(value, str) else value


def product(code: str, **cells: str) -> dict[str, str]:
    """Return a row of a simple product."""
    return {"default_code": code, "name": "Tea", **cells}


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """Return where the outcomes of runs are put down."""
    outcomes: list[Outcome] = []
    settle = Ledger.settle

    def note(ledger: Ledger, *settled: Outcome, keep: bool = True) -> None:
        outcomes.extend(settled)
        settle(ledger, *settled, keep=keep)

    monkeypatch.setattr(Ledger, "settle", note)
    return outcomes


def counts(result: RunResult) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    return {name: result.count(name) for name in names if result.count(name)}


def ids_by_name(reader: OdooReader, code: str) -> dict[str, tuple[str, int]]:
    """Return the derived external ids of a product and its variant, each with what it names."""
    rows = reader.search_read(
        "ir.model.data",
        [("name", "like", f"product_template_default_code_{code}%")],
        ["name", "model", "res_id"],
    )
    return {row["name"]: (row["model"], row["res_id"]) for row in rows}


def _of(names: Mapping[str, int], code: str) -> list[str]:
    return [name for name in names if f".product_template_default_code_{code}_" in name]


def test_every_field_is_what_it_is_by_way_of_the_template(
    importing: Import, module_database: OdooReader
) -> None:
    options: dict[str, Any] = {"create_missing": ("product_tag_ids",), "tracking": True}
    assert counts(importing(rows_of("V", "1"), **options)) == {"created": 8}
    by_template = [{"id": f"shop.{row['default_code']}", **row} for row in rows_of("T", "2")]
    assert counts(importing(by_template, **options)) == {"created": 8}
    for model in (TEMPLATE, VARIANT):
        ours, theirs = held(module_database, model, "V"), held(module_database, model, "T")
        assert [one["default_code"] for one in ours] == [str(number) for number in range(8)]
        for one, other in zip(ours, theirs, strict=True):
            assert one == other
    own = ids_by_name(module_database, "v_0")
    flags = module_database.search_read("ir.model.data", [("name", "in", list(own))], ["noupdate"])
    assert [flag["noupdate"] for flag in flags] == [True, True]
    assert sorted(model for model, _ in own.values()) == [VARIANT, TEMPLATE]
    [variant] = [name for name, (model, _) in own.items() if model == VARIANT]
    assert own[f"{variant}_product_template"][0] == TEMPLATE
    for archived_or_pictured in ("v_5", "v_6", "v_7"):
        names = ids_by_name(module_database, archived_or_pictured)
        assert [model for model, _ in names.values()] == [TEMPLATE]
    assert not ids_by_name(module_database, "t_")
    assert counts(importing(rows_of("V", "1"))) == {"unchanged": 8}


@pytest.fixture
def numbers_apart(module_database: OdooReader) -> None:
    """Let no product have the number of its variant: one that is refused takes a number, too."""
    [made] = module_database.call(TEMPLATE, "create", [{"name": "Once"}])
    with pytest.raises(xmlrpc.client.Fault):
        module_database.call(VARIANT, "create", [{"product_tmpl_id": made}])


@pytest.mark.usefixtures("numbers_apart")
def test_the_dry_run_agrees_and_the_outcomes_name_the_products(
    importing: Import, module_database: OdooReader, noted: list[Outcome]
) -> None:
    rows = [product(f"DRY-{n}", barcode="" if n else "9400") for n in range(3)]
    rows += [product("DRY-3", barcode="9400"), product("DRY-4", company_id="Nobody")]
    for how in ({"dry_run": True}, {"dry_run": True, "dry_run_server": True}, {}):
        noted.clear()
        assert counts(importing(rows, **how)) == {"created": 3, "failed": 2}
    made = {str(o.external_id): o.database_id for o in noted if o.database_id}
    names = module_database.xids(TEMPLATE)
    assert len(made) == 3
    assert made == {name: names[name] for name in made}
    variants = module_database.xids(VARIANT)
    assert all(made[f"{name}_product_template"] != variants[name] for name in _of(variants, "dry"))
    assert len(_of(variants, "dry")) == 3
    changed = [{**row, "list_price": "8", "weight": "2"} for row in rows[:2]]
    assert counts(importing([*changed, rows[2]])) == {"updated": 2, "unchanged": 1}
    [read] = module_database.search_read(VARIANT, [("barcode", "=", "9400")], ["weight"])
    assert read["weight"] == 2.0


def test_products_of_earlier_runs_and_adopted_ones_stay_as_they_are(
    importing: Import, module_database: OdooReader
) -> None:
    name = external_ids.derive(TEMPLATE, ("default_code",), ("OLD-1",), 1)
    answer = module_database.call(
        TEMPLATE, "load", ["id", "default_code", "name"], [[name, "OLD-1", "Tea"]]
    )
    made = module_database.call(TEMPLATE, "create", [{"default_code": "OLD-2", "name": "Tea"}])
    rows = [product("OLD-1"), product("OLD-2")]
    assert counts(importing(rows)) == {"unchanged": 2}
    for code, record in (("old_1", answer["ids"][0]), ("old_2", made[0])):
        assert list(ids_by_name(module_database, code).values()) == [(TEMPLATE, record)]


def test_a_product_that_lost_its_external_id_is_known_by_its_variants(
    importing: Import, module_database: OdooReader
) -> None:
    importing([product("LOST-1")])
    own = {
        model: (name, number)
        for name, (model, number) in ids_by_name(module_database, "lost_1").items()
    }
    name, number = own[TEMPLATE]
    lost = module_database.call("ir.model.data", "search", [("name", "=", name)])
    module_database.call("ir.model.data", "unlink", lost)
    module_database.call(TEMPLATE, "write", [number], {"default_code": "LOST-2"})
    assert counts(importing([product("LOST-1", list_price="5")])) == {"updated": 1}
    assert ids_by_name(module_database, "lost_1")[name] == (TEMPLATE, number)
    [read] = module_database.call(TEMPLATE, "read", [number], ["default_code", "list_price"])
    assert (read["default_code"], read["list_price"]) == ("LOST-1", 5.0)


@pytest.fixture
def no_purchase_of_variants(module_database: OdooReader) -> Iterator[None]:
    module_database.call("ir.default", "set", VARIANT, "purchase_ok", False)
    yield
    mine = [("field_id.model", "=", VARIANT), ("field_id.name", "=", "purchase_ok")]
    found = module_database.call("ir.default", "search", mine)
    module_database.call("ir.default", "unlink", found)


@pytest.mark.usefixtures("no_purchase_of_variants")
def test_where_a_variant_would_get_other_defaults_products_stay_with_their_own_model(
    importing: Import, module_database: OdooReader
) -> None:
    assert counts(importing([product("DEF-1")])) == {"created": 1}
    [read] = module_database.search_read(
        TEMPLATE, [("default_code", "=", "DEF-1")], ["purchase_ok"]
    )
    assert read["purchase_ok"] is True
    [(model, _)] = ids_by_name(module_database, "def_1").values()
    assert model == TEMPLATE
