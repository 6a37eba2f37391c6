"""Of new documents and their lines a part is read back, and all that is doubtful."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings
from odoo_ingestion.batch_processor.sampling import FULLY_CHECKED, ONE_IN, Sampler
from odoo_ingestion.records import (
    Action,
    FieldSpec,
    Line,
    LineOutcome,
    ModelSchema,
    Outcome,
    Record,
    Row,
)

ORDER, LINE = "sale.order", "sale.order.line"
LINES = 3
SCHEMAS = {
    ORDER: ModelSchema(
        ORDER,
        "19.0",
        {
            "client_order_ref": FieldSpec("client_order_ref", "char"),
            "order_line": FieldSpec(
                "order_line", "one2many", relation=LINE, relation_field="order_id"
            ),
        },
    ),
    LINE: ModelSchema(
        LINE,
        "19.0",
        {
            "name": FieldSpec("name", "text"),
            "price_unit": FieldSpec("price_unit", "float", digits=(16, 2)),
            "note": FieldSpec("note", "char"),
        },
    ),
}


def order(number: int, lines: int = LINES, **more: str) -> Record:
    """Return a new order; ``more`` are cells of its last line."""
    first = number * LINES
    cells: list[dict[str, str]] = [{"name": f"L {n}", "price_unit": "5.5"} for n in range(lines)]
    cells[-1] |= more
    return Record(
        Row(first, None, {}),
        ORDER,
        Action.CREATED,
        f"t.o{number}",
        None,
        {"client_order_ref": f"R {number}"},
        lines_field="order_line",
        lines=tuple(
            Line(Row(first + place, None, {}), Action.CREATED, f"t.o{number}_{place}", None, values)
            for place, values in enumerate(cells)
        ),
    )


class OdooWithOrders:
    """Takes orders with lines by load() and tells what it holds; ``keep`` alters a line's cells."""

    def __init__(self) -> None:
        self.keep: Callable[[Mapping[str, str]], Mapping[str, Any]] = lambda cells: cells
        self.held: dict[str, dict[int, dict[str, Any]]] = {ORDER: {}, LINE: {}}
        self.names: dict[int, str] = {}
        self.read_of: Counter[str] = Counter()
        self._lock = threading.Lock()

    version = property(lambda self: "19.0")
    uid = property(lambda self: 2)
    context = property(lambda self: {})

    def with_context(self, **context: Any) -> OdooWithOrders:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            if method == "load":
                return self._load(*args)
            if method == "read":
                self.read_of[model] += len(args[0])
                return [
                    {"id": n, **{name: self.held[model][n][name] for name in args[1]}}
                    for n in args[0]
                ]
            assert (model, method) == (LINE, "get_metadata")
            return [{"id": number, "xmlid": self.names[number]} for number in args[0]]

    def _load(self, columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
        ids = []
        for row in rows:
            cells = dict(zip(columns, row, strict=True))
            if cells["id"]:
                ids.append(len(self.held[ORDER]) + 1)
                ref = cells["client_order_ref"]
                self.held[ORDER][ids[-1]] = {"client_order_ref": ref, "order_line": []}
            of_line = {
                column.removeprefix("order_line/"): cell
                for column, cell in cells.items()
                if column.startswith("order_line/")
            }
            number = len(self.held[LINE]) + 1
            self.names[number] = of_line.pop("id")
            kept = {"note": "", **self.keep(of_line)}
            self.held[LINE][number] = {**kept, "price_unit": round(float(kept["price_unit"]), 2)}
            self.held[ORDER][ids[-1]]["order_line"].append(number)
        return {"ids": ids, "messages": [], "nextrow": 0}


def load(odoo: OdooWithOrders, records: list[Record]) -> tuple[list[Outcome], list[str]]:
    """Load orders in calls of 100 of them; return the outcomes and what was told."""
    outcomes: list[Outcome] = []
    notices: list[str] = []
    settings = BatchSettings(batch_size=100 * LINES, workers=1)
    processor = BatchProcessor(
        odoo, SCHEMAS, settings, on_outcomes=outcomes.extend, on_notice=notices.append
    )
    with processor:
        for record in records:
            processor.submit(record)
        processor.flush()
    assert Counter(each.action for each in outcomes) == {Action.CREATED: len(records)}
    return outcomes, notices


def lines_of(outcomes: list[Outcome]) -> list[LineOutcome]:
    return [line for outcome in outcomes for line in outcome.lines]


def test_a_longer_run_reads_a_part_of_its_orders_back_and_fewer_of_their_lines() -> None:
    odoo = OdooWithOrders()
    outcomes, (told,) = load(odoo, [order(n) for n in range(2_000)])
    assert FULLY_CHECKED <= odoo.read_of[ORDER] <= FULLY_CHECKED + 700
    assert FULLY_CHECKED <= odoo.read_of[LINE] <= FULLY_CHECKED + 2_100
    assert {line.action for line in lines_of(outcomes)} == {Action.CREATED}
    assert len(lines_of(outcomes)) == 6_000
    found = re.search(r"for ([\d,]+) of 2,000 new records and ([\d,]+) of 6,000 new lines", told)
    assert found
    assert int(found[2].replace(",", "")) == odoo.read_of[LINE]


def test_the_lines_that_were_read_back_have_their_database_ids() -> None:
    odoo = OdooWithOrders()
    outcomes, _ = load(odoo, [order(n) for n in range(1_000)])
    known = [line for line in lines_of(outcomes) if line.database_id is not None]
    assert len(known) == odoo.read_of[LINE]
    assert all(odoo.names[line.database_id or 0] == line.line.external_id for line in known)


def test_a_field_that_is_never_kept_is_named_for_every_line() -> None:
    odoo = OdooWithOrders()
    odoo.keep = lambda cells: {**cells, "name": "[P] other"}
    outcomes, _ = load(odoo, [order(n) for n in range(1_500)])
    assert {line.not_kept for line in lines_of(outcomes)} == {("name",)}


def test_a_price_that_odoo_rounds_is_named_wherever_it_stands() -> None:
    rounded = order(1_234, price_unit="5.555")
    records = [order(n) for n in range(1_500) if n != 1_234]
    records.insert(1_234, rounded)
    outcomes, _ = load(OdooWithOrders(), records)
    named = [line.line.external_id for line in lines_of(outcomes) if line.not_kept]
    assert named == [rounded.lines[-1].external_id]


def sampler() -> Sampler:
    return Sampler(SCHEMAS)


def chosen(known: Sampler, records: list[Record]) -> list[Record]:
    return known.chosen_by_lines(records, {id(record): record.lines for record in records})


def test_every_line_is_looked_at_until_its_columns_are_known() -> None:
    known = sampler()
    seen = [len(chosen(known, [order(n) for n in range(50)])) for _ in range(5)]
    assert seen == [50, 50, 50, 50, 0]
    assert known.looked_at == ((0, 0), (600, 750))


def test_of_the_lines_after_that_one_batch_in_ten_is_looked_at() -> None:
    known = sampler()
    chosen(known, [order(n) for n in range(FULLY_CHECKED)])
    seen = [len(chosen(known, [order(0), order(1)])) for _ in range(2 * ONE_IN)]
    assert seen == [*[0] * (ONE_IN - 1), 2] * 2


def test_lines_with_a_column_that_few_fill_are_looked_at_alone() -> None:
    known = sampler()
    chosen(known, [order(n) for n in range(FULLY_CHECKED)])
    rare = order(1, note="x")
    assert chosen(known, [order(0), rare, order(2)]) == [rare]


def test_once_a_field_of_lines_was_not_kept_all_lines_that_fill_it_are_looked_at() -> None:
    known = sampler()
    noted = [order(n, lines=1, note="x") for n in range(FULLY_CHECKED)]
    chosen(known, noted)
    chosen(known, [order(n) for n in range(FULLY_CHECKED)])
    known.found(LINE, ["note"])
    assert chosen(known, [order(0), noted[0]]) == [noted[0]]


def test_orders_without_lines_have_none_to_look_at() -> None:
    bare = Record(
        Row(1, None, {}), ORDER, Action.CREATED, "t.o", None, {}, lines_field="order_line"
    )
    assert chosen(sampler(), [bare]) == []
