"""Runs of the importer whose every row is looked at, and the database before and after."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.records import Action, Category, Outcome
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Cells = Mapping[str, Any]

MODELS = ("res.partner", "product.template", "product.product", "product.category")
"""The models of which every record is compared field by field."""

AROUND = (
    *(
        "res.users",
        "res.company",
        "res.partner.category",
        "res.partner.bank",
        "res.partner.industry",
    ),
    *("res.country", "res.country.state", "res.currency", "res.lang", "uom.uom"),
    *("account.tax", "mail.message"),
    *("account.payment.term", "account.account", "product.tag", "product.pricelist", "product.uom"),
    *("product.attribute.value", "product.template.attribute.line", "product.supplierinfo"),
    *("stock.quant", "stock.move", "stock.location", "stock.route", "ir.sequence", "ir.default"),
    *("ir.attachment", "ir.config_parameter", "ir.cron", "mail.mail", "mail.activity"),
)
"""Models around them, of which the number of records and the latest change are compared."""


@dataclass(frozen=True)
class Run:
    """A run and what became of each row, by its number in the file."""

    result: RunResult
    outcomes: Mapping[int, Outcome]

    @property
    def verdicts(self) -> dict[int, tuple[Action, Category | None]]:
        """What became of each row, and for those that failed, of which kind the problem is."""
        return {
            number: (outcome.action, outcome.problems[0].category if outcome.problems else None)
            for number, outcome in sorted(self.outcomes.items())
        }

    def failures(self) -> dict[int, str]:
        """The messages of the rows that failed."""
        return {
            number: "; ".join(problem.message for problem in outcome.problems)
            for number, outcome in sorted(self.outcomes.items())
            if outcome.action is Action.FAILED
        }


def run(reader: OdooReader, path: Path, **options: Any) -> Run:
    """Import a file into the reader's database and note the outcome of every row."""
    options.setdefault("failed_dir", path.parent / "failed")
    with _noting_outcomes() as outcomes:
        result = OdooImporter(config_for(reader)).import_file(path, **options)
    assert len(outcomes) == result.count("read"), "every row has one outcome"
    return Run(result, outcomes)


def run_text(reader: OdooReader, folder: Path, text: str, **options: Any) -> Run:
    """Import a text as a CSV file."""
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return run(reader, path, **options)


@contextmanager
def _noting_outcomes() -> Iterator[dict[int, Outcome]]:
    """Note what the summary only counts: the outcome of each row."""
    outcomes: dict[int, Outcome] = {}
    settle = Ledger.settle

    def note(self: Ledger, *settled: Outcome, keep: bool = True) -> None:
        for outcome in settled:
            assert outcome.row.number not in outcomes, "a row has two outcomes"
            outcomes[outcome.row.number] = outcome
        settle(self, *settled, keep=keep)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "settle", note)
        yield outcomes


# --- files ----------------------------------------------------------------------------------


def write_file(
    path: Path, columns: Sequence[str], rows: Sequence[Cells], encoding: str = "utf-8"
) -> None:
    """Write rows as CSV, JSON Lines or XLSX, as the path's ending says."""
    filled = [[row.get(column, "") for column in columns] for row in rows]
    if path.suffix == ".jsonl":
        lines = [json.dumps(dict(row), ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding=encoding)
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in [list(columns), *filled]:
            sheet.append(line)
        book.save(path)
    else:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=";" if encoding != "utf-8" else ",").writerows(
                [columns, *filled]
            )


# --- the database ---------------------------------------------------------------------------


_FILES = ["truth", "odoo_ingestion", "__import__"]
_OF_FILES = [("module", "in", _FILES)]
_OF_ODOO = [("module", "not in", _FILES)]


class Snapshot:
    """What a database holds: all values of the records of ``MODELS``, counts of those around."""

    def __init__(self, reader: OdooReader) -> None:
        self.records = {model: _values(reader, model) for model in MODELS}
        self.around = {model: _extent(reader, model) for model in AROUND}
        # Odoo's own thousands of external ids are counted; those of these files are compared.
        self.around["ir.model.data"] = _extent(reader, "ir.model.data", _OF_ODOO)
        self.external_ids = _values(reader, "ir.model.data", _OF_FILES)

    def changes_since(self, before: Snapshot) -> dict[str, tuple[set[int], set[int], set[int]]]:
        """Return the ids that are new, changed and gone, by model, where there are any."""
        result = {}
        pairs = [(model, before.records[model], self.records[model]) for model in MODELS]
        pairs.append(("ir.model.data", before.external_ids, self.external_ids))
        for model, old, new in pairs:
            changed = {number for number in old.keys() & new.keys() if old[number] != new[number]}
            found = (new.keys() - old.keys(), changed, old.keys() - new.keys())
            if any(found):
                result[model] = (set(found[0]), found[1], set(found[2]))
        return result


def _values(
    reader: OdooReader, model: str, domain: Sequence[Any] = ()
) -> dict[int, dict[str, Any]]:
    facts = reader.call(model, "fields_get", [], ["type", "store", "groups"])
    names = [
        name
        for name, fact in facts.items()
        if fact["store"] and fact["type"] not in ("one2many", "binary")
    ]
    context = {"active_test": False, "bin_size": True}
    rows = reader.call(model, "search_read", list(domain), names, load="", context=context)
    return {row["id"]: row for row in rows}


def _extent(reader: OdooReader, model: str, domain: Sequence[Any] = ()) -> tuple[int, str]:
    [group] = reader.call(
        model,
        "formatted_read_group",
        list(domain),
        [],
        ["__count", "write_date:max"],
        context={"active_test": False},
    )
    return group["__count"], str(group["write_date:max"])
