"""A whole set of files into a real Odoo: found, ordered, and tried before as it then goes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import ImportOptions, OdooImporter, RunResult
from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.records import Action, Outcome
from odoo_ingestion.runs import FileStart
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Verdicts = dict[tuple[str, int], tuple[str, str]]

SET = {
    "orders.csv": (
        "Order,Customer,Order Date,SKU,Quantity,Unit Price\n"
        "SF-1,SFC-1,2024-03-01,SF-TEA,2,3.00\n"
        "SF-1,,,SF-CUP,1,5.50\n"
        "SF-2,dave@sf.example,2024-03-02,SF-TEA,1,3.00\n"
        "SF-3,SFC-3,2024-03-02,SF-TEA,1,3.00\n"
        "SF-4,SFC-1,2024-03-02,SF-BAD,1,3.00\n"
        "SF-5,Nobody Known,2024-03-02,SF-TEA,1,3.00\n"
    ),
    "products.csv": (
        "default_code,name,categ_id,list_price,type\n"
        "SF-TEA,Green tea,SF Goods / Tea,3,Consumable\n"
        "SF-CUP,Cup,sf goods/cups,5.5,Consumable\n"
        "SF-BAD,Bad price,SF Goods,dear,Consumable\n"
        "SF-LOST,Lost,SF Goods / Nowhere,1,Consumable\n"
    ),
    "contacts.csv": (
        "ref,name,parent_id,street,category_id\n"
        'SFP-1,Desk of Ann,SFC-1,,"SF VIP"\n'
        "SFP-2,Below nobody,SFC-3,,\n"
        "SFP-3,Elsewhere,SFC-1,Other street 9,\n"
        "SFP-4,Below by name,Dave & Co,,SF Lost\n"
    ),
    "customers.csv": (
        "ref,name,email,street\n"
        "SFC-1,Ann & Co,ann@sf.example,Main street 1\n"
        "SFC-2,Dave & Co,dave@sf.example,\n"
        "SFC-3,,nameless@sf.example,\n"
    ),
    "res.partner.category.csv": "id,name\nshop.sf_vip,SF VIP\n",
    "categories.csv": "complete_name\nSF Goods / Tea\nSF Goods\nSF Goods / Cups\nNo / Such / Way\n",
}

ORDER = ["categories", "products", "res.partner.category", "customers", "contacts", "orders"]


def write(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Write the files and return their paths."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in texts]


class Run:
    """A run of several files: its result, what was told before each, and every row's verdict."""

    def __init__(
        self, reader: OdooReader, paths: list[str], monkeypatch: pytest.MonkeyPatch, **options: Any
    ) -> None:
        self.verdicts: Verdicts = {}
        self.messages: dict[tuple[str, int], str] = {}
        self.starts: list[FileStart] = []
        settle = Ledger.settle

        def note(ledger: Ledger, *outcomes: Outcome, keep: bool = True) -> None:
            path = Path(ledger._source.facts.path).name
            for outcome in outcomes:
                self._note(path, outcome)
            settle(ledger, *outcomes, keep=keep)

        options.setdefault("failed_dir", Path(paths[0]).parent / "failed")
        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "settle", note)
            importer = OdooImporter(config_for(reader), on_start=self.starts.append)
            self.result: RunResult = importer.run(paths, ImportOptions(**options))

    def _note(self, path: str, outcome: Outcome) -> None:
        place = path, outcome.row.number
        assert place not in self.verdicts, "a row has two outcomes"
        problem = outcome.problems[0] if outcome.problems else None
        self.verdicts[place] = str(outcome.action), str(problem.category) if problem else ""
        if problem:
            self.messages[place] = problem.message

    @property
    def order(self) -> list[str]:
        """The files in the order in which they went in, without their endings."""
        return [Path(start.file).name.removesuffix(".csv") for start in self.starts]


def test_a_dry_run_of_a_whole_set_says_of_every_row_what_the_real_run_then_does(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write(tmp_path, SET)
    dry = Run(module_database, paths, monkeypatch, dry_run=True)
    assert module_database.count("res.partner", [("ref", "like", "SF%")]) == 0
    real = Run(module_database, paths, monkeypatch)
    assert dry.verdicts == real.verdicts
    assert dry.messages == real.messages
    assert sorted(dry.order) == sorted(ORDER)
    for before, after in [
        ("categories", "products"),
        ("res.partner.category", "contacts"),
        ("customers", "contacts"),
        ("products", "orders"),
        ("contacts", "orders"),
    ]:
        assert dry.order.index(before) < dry.order.index(after)

    failed = {place for place, (action, _) in real.verdicts.items() if action == "failed"}
    assert failed == {
        *(("products.csv", row) for row in (3, 4)),
        *(("contacts.csv", row) for row in (2, 3, 4)),
        ("customers.csv", 3),
        ("categories.csv", 4),
        *(("orders.csv", row) for row in (4, 5, 6)),
    }
    assert real.messages["orders.csv", 4] == "'SFC-3' is row 3 of customers.csv, which failed"
    assert real.messages["orders.csv", 5] == "'SF-BAD' is row 3 of products.csv, which failed"
    assert real.messages["contacts.csv", 2] == "'SFC-3' is row 3 of customers.csv, which failed"
    assert "SF Lost" in real.messages["contacts.csv", 4]

    orders = module_database.search_read(
        "sale.order", [("name", "like", "SF-%")], ["name", "partner_id", "amount_untaxed"]
    )
    told = {order["name"]: (order["partner_id"][1], order["amount_untaxed"]) for order in orders}
    assert told == {"SF-1": ("Ann & Co", 11.5), "SF-2": ("Dave & Co", 3.0)}

    again = Run(module_database, paths, monkeypatch)
    assert {action for action, _ in again.verdicts.values()} == {"unchanged", "failed"}
    assert {p for p, (action, _) in again.verdicts.items() if action == "failed"} == failed


def test_what_was_found_is_told_before_each_file_and_in_the_result(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write(
        tmp_path, {"orders.csv": SET["orders.csv"], "customers.csv": SET["customers.csv"]}
    )
    run = Run(module_database, paths, monkeypatch, dry_run=True)
    first, second = run.starts
    assert (first.type, second.type) == ("customers", "orders")
    assert "the files go in by what they refer to: customers.csv, orders.csv" in first.notices
    assert any("taken as customers (res.partner): its name says so" in n for n in first.notices)
    told = run.result.as_dict()
    assert (told["type"], told["model"]) == (None, None)
    assert [f["type"] for f in told["file_results"]] == ["customers", "orders"]
    assert [f["model"] for f in told["file_results"]] == ["res.partner", "sale.order"]
    assert told["file_results"][0]["read"] == 3
    assert all(
        example.startswith(("customers.csv: ", "orders.csv: "))
        for example in told["examples"].values()
    )


def test_a_dry_run_knows_the_names_that_it_would_change(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write(tmp_path, {"customers.csv": "ref,name\nRN-1,Old name\nRN-2,Twin\n"})
    Run(module_database, before, monkeypatch)
    paths = write(
        tmp_path,
        {
            "customers.csv": "ref,name\nRN-1,New name\nRN-3,Twin\n",
            "contacts.csv": (
                "ref,name,parent_id\nRNP-1,A,New name\nRNP-2,B,Old name\nRNP-3,C,Twin\n"
            ),
        },
    )
    dry = Run(module_database, paths, monkeypatch, dry_run=True)
    real = Run(module_database, paths, monkeypatch)
    assert dry.verdicts == real.verdicts
    assert [real.verdicts["contacts.csv", row] for row in (1, 2, 3)] == [
        ("created", ""),
        ("failed", "missing_relation"),
        ("failed", "ambiguous_relation"),
    ]


def test_external_ids_of_earlier_rows_are_known(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "customers.csv": "id,name,street\nshop.xi1,One,Main street 1\nshop.xi2,,\n",
        "contacts.csv": (
            "ref,name,parent_id/id,street,category_id/id\n"
            "XI-1,A,shop.xi1,,\nXI-2,B,shop.xi2,,\nXI-3,C,shop.xi3,,\n"
            "XI-4,D,shop.xi1,Side street,\nXI-5,E,shop.xi1,Main street 1,\nXI-6,F,,,shop.xi1\n"
        ),
    }
    paths = write(tmp_path, texts)
    dry = Run(module_database, paths, monkeypatch, dry_run=True)
    real = Run(module_database, paths, monkeypatch)
    assert dry.verdicts == real.verdicts
    assert dry.order[-1] == "contacts"
    assert "street differs from the parent's" in real.messages["contacts.csv", 4]
    assert ("contacts.csv", 5) not in real.messages
    assert real.messages["contacts.csv", 2] == "'shop.xi2' is row 2 of customers.csv, which failed"
    assert "nothing in Odoo has the external id 'shop.xi3'" in real.messages["contacts.csv", 3]
    assert "is of a record of res.partner" in real.messages["contacts.csv", 6]
    assert dry.messages == real.messages


def test_rows_may_name_other_rows_of_the_same_file_in_any_order(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        "default_code,name,optional_product_ids\n"
        'SM-1,Set,"SM-2,SM-3"\n'
        "SM-2,Part,SM-3\n"
        "SM-3,Screw,\n"
        "SM-4,Names a bad one,SM-5\n"
        "SM-5,,\n"
        "SM-6,Loop,SM-7\n"
        "SM-7,Pool,SM-6\n"
    )
    paths = write(tmp_path, {"products.csv": text})
    dry = Run(module_database, paths, monkeypatch, dry_run=True)
    real = Run(module_database, paths, monkeypatch)
    assert dry.verdicts == real.verdicts
    assert dry.messages == real.messages
    assert [real.verdicts["products.csv", row][0] for row in range(1, 8)] == [
        *["created"] * 3,
        *["failed"] * 4,
    ]
    assert real.messages["products.csv", 4] == "'SM-5' is row 5 of products.csv, which failed"
    assert "name each other" in real.messages["products.csv", 6]
    [made] = module_database.search_read(
        "product.template", [("default_code", "=", "SM-1")], ["optional_product_ids"]
    )
    assert len(made["optional_product_ids"]) == 2
    again = Run(module_database, paths, monkeypatch)
    assert {again.verdicts["products.csv", row][0] for row in (1, 2, 3)} == {"unchanged"}


def test_a_row_that_failed_is_not_made_from_its_name(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "name,color,parent_id\nNM Below,1,NM Bad\nNM Bad,purple,\nNM New,1,NM Made\n"
    paths = write(tmp_path, {"res.partner.category.csv": text})
    dry = Run(module_database, paths, monkeypatch, create_missing=("parent_id",), dry_run=True)
    real = Run(module_database, paths, monkeypatch, create_missing=("parent_id",))
    assert dry.verdicts == real.verdicts
    assert [action for action, _ in real.verdicts.values()].count("failed") == 2
    tags = module_database.search_read("res.partner.category", [("name", "like", "NM ")], ["name"])
    assert sorted(tag["name"] for tag in tags) == ["NM Made", "NM New"]


def test_a_retry_knows_the_type_that_was_found(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write(tmp_path, {"customers.csv": "ref,name\nRT-1,\n", "products.csv": "name\nRT\n"})
    run = Run(module_database, paths, monkeypatch)
    [failed] = run.result.failed_files
    sidecar = json.loads(Path(f"{failed}.meta.json").read_text("utf-8"))
    assert (sidecar["options"]["type"], sidecar["options"]["model"]) == ("customers", None)


def test_a_type_for_all_files_keeps_the_order_given(
    module_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"b.csv": "ref,name\nTA-1,B\n", "a.csv": "ref,name\nTA-2,A\n"}
    run = Run(module_database, write(tmp_path, texts), monkeypatch, type="suppliers", dry_run=True)
    assert run.order == ["b", "a"]
    assert [start.type for start in run.starts] == ["suppliers", "suppliers"]
    assert run.result.type == "suppliers"
    assert {action for action, _ in run.verdicts.values()} == {str(Action.CREATED)}


@pytest.mark.parametrize(
    ("texts", "options", "said"),
    [
        (
            {"customers.csv": "ref,name\nU,U\n", "products.csv": "name,bogus\nU,1\n"},
            {},
            r"products\.csv: column 'bogus' is not",
        ),
        (
            {"customers.csv": "ref,name\nU,U\n", "products.csv": "name\nU\n"},
            {"set_values": {"customer_rank": "1"}},
            r"products\.csv: .*customer_rank",
        ),
        (
            {"customers.csv": "ref,name\nU,U\n", "products.csv": "name\nU\n"},
            {"confirm": True},
            "--confirm is for orders and purchase-orders; it does nothing for customers, products",
        ),
        ({"rows.csv": "id,name,parent_id\nu,U,\n"}, {}, "do not say clearly"),
    ],
)
def test_what_does_not_fit_one_of_the_files_is_refused_before_anything_is_sent(
    module_database: OdooReader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    texts: Mapping[str, str],
    options: Mapping[str, Any],
    said: str,
) -> None:
    paths = write(tmp_path, texts)
    with pytest.raises((UsageError, ColumnError), match=said):
        Run(module_database, paths, monkeypatch, **options)
    assert module_database.count("res.partner", [("ref", "=", "U")]) == 0


def test_without_a_server_types_are_found_too(tmp_path: Path) -> None:
    paths = write(tmp_path, {"products.csv": "name\nOff\n", "customers.csv": "name\nOff\n"})
    options = ImportOptions(dry_run=True, offline=True, failed_dir=tmp_path)
    result = OdooImporter().run(paths, options)
    assert [(f.type, f.created) for f in result.files] == [("products", 1), ("customers", 1)]
