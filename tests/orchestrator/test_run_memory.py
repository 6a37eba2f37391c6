"""What is kept of a run for the rows behind: only what Odoo cannot tell."""

from __future__ import annotations

import tracemalloc

import pytest

from odoo_ingestion.orchestrator.run_memory import FileMemory, RunMemory
from odoo_ingestion.records import Action, Category, Outcome, Problem, Row
from odoo_ingestion.runs import RunRecord

ROW = Row(3, 4, {})
PROBLEM = Problem(Category.VALIDATION, "bad")


def outcome(action: Action) -> Outcome:
    problems = (PROBLEM,) if action is Action.FAILED else ()
    return Outcome(ROW, action, problems=problems)


def kept(memory: RunMemory, model: str, *keys: str) -> list[RunRecord]:
    return list(memory.named(model, keys))


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_failed_row_is_known_by_every_name_and_by_its_external_id(dry_run: bool) -> None:
    memory = RunMemory(dry_run=dry_run)
    file = FileMemory(memory, "customers.csv")
    cells = {"ref": "C1", "name": "Ann  Azure", "phone": "12"}
    file.remember(3, "res.partner", cells, external_id="ann")
    file.settle(outcome(Action.FAILED))
    [found] = kept(memory, "res.partner", "c1", "ann azure")
    assert (found.failed, found.token) == ("row 3 of customers.csv", "")
    assert found.cells == {"ref": "C1", "name": "Ann  Azure"}
    assert memory.by_external_id("__import__.ann") is found
    assert kept(memory, "res.users", "c1") == []


def test_a_dry_run_keeps_what_it_would_create_and_change() -> None:
    memory = RunMemory(dry_run=True)
    file = FileMemory(memory, "a,b.csv")
    file.remember(3, "res.partner", {"name": "New", "city": "Gent"})
    file.settle(outcome(Action.CREATED))
    file.remember(3, "res.partner", {"name": "Renamed"}, database_id=7)
    file.settle(outcome(Action.UPDATED))
    [new] = kept(memory, "res.partner", "new")
    assert new.token == file.token(3) == "new:a_b.csv:3"
    assert memory.planned(new.token) == {"name": "New", "city": "Gent"}
    change = memory.changed("res.partner", 7)
    assert change is not None
    assert change.cells == {"name": "Renamed"}
    assert memory.changed("res.partner", 8) is None
    assert memory.planned("new:else:1") == {}


@pytest.mark.parametrize("action", [Action.CREATED, Action.UPDATED, Action.UNCHANGED])
def test_a_real_run_keeps_nothing_of_rows_that_landed(action: Action) -> None:
    memory = RunMemory(dry_run=False)
    file = FileMemory(memory, "customers.csv")
    file.remember(3, "res.partner", {"name": "Ann"}, database_id=7)
    file.settle(outcome(action))
    assert kept(memory, "res.partner", "ann") == []
    assert memory.changed("res.partner", 7) is None


def test_a_new_template_is_a_variant_too_and_a_path_is_found_however_it_is_spelt() -> None:
    memory = RunMemory(dry_run=True)
    file = FileMemory(memory, "p.csv")
    file.remember(3, "product.template", {"default_code": "TEA", "name": "Tea"})
    file.remember(3, "product.category", {"complete_name": "All / Tea"})
    file.settle(outcome(Action.CREATED))
    [variant] = kept(memory, "product.product", "tea")
    assert variant.model == "product.product"
    assert len(kept(memory, "product.category", "all/tea")) == 1


def test_the_last_word_on_a_record_counts() -> None:
    memory = RunMemory(dry_run=True)
    file = FileMemory(memory, "p.csv")
    file.remember(3, "res.partner", {"name": "As read"})
    file.remember(3, "res.partner", {"name": "As sent", "parent_id/.id": "4"})
    file.settle(outcome(Action.CREATED))
    assert kept(memory, "res.partner", "as read") == []
    assert kept(memory, "res.partner", "as sent")[0].cells["parent_id/.id"] == "4"


def test_the_last_file_asks_and_keeps_nothing() -> None:
    memory = RunMemory(dry_run=True)
    first, last = FileMemory(memory, "a.csv"), FileMemory(memory, "b.csv", keeps=False)
    for file in (first, last):
        file.remember(3, "res.partner", {"name": "Ann", "city": "Gent"})
        file.settle(outcome(Action.CREATED))
    assert [record.token for record in kept(memory, "res.partner", "ann")] == ["new:a.csv:3"]
    assert not last.wanted
    assert last.planned("new:a.csv:3") == {"name": "Ann", "city": "Gent"}


def test_without_a_memory_nothing_is_kept() -> None:
    file = FileMemory(file="p.csv")
    file.remember(3, "res.partner", {"name": "Ann"})
    file.settle(outcome(Action.FAILED))
    assert not file.wanted
    assert file.planned("new:p.csv:3") == {}
    assert file.token(3) == "new:p.csv:3"


def test_a_row_that_is_kept_takes_about_two_kilobytes() -> None:
    memory = RunMemory(dry_run=True)
    file = FileMemory(memory, "customers.csv")
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    rows = 2_000
    for number in range(rows):
        cells = {
            "ref": f"C-{number:06}",
            "name": f"Customer number {number}",
            "email": f"customer.{number}@shop.example",
            "street": f"Long street {number}",
            "country_id/.id": "233",
        }
        file.remember(number, "res.partner", cells, external_id=f"odoo_ingestion.c_{number}")
        file.settle(Outcome(Row(number, None, {}), Action.CREATED))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / rows < 2_500
