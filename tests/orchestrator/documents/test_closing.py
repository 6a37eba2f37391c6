"""Confirming the documents of a file: lists, refusals, what the server sets anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from odoo_ingestion.documents import FileDocument, rules_for
from odoo_ingestion.errors import ConnectionFailed, UnknownFate, UntellableAnswer, ValidationRefused
from odoo_ingestion.orchestrator.documents.book import DocumentBook, LandedDocument
from odoo_ingestion.orchestrator.documents.checks import CheckedDocument
from odoo_ingestion.orchestrator.documents.closing import DocumentCloser
from odoo_ingestion.orchestrator.documents.records import PlannedDocument
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Draft, Outcome, Problem, Record, Row

RULES = rules_for("sale.order")
NOW = "2026-11-20 12:00:00"


class Orders:
    """A scripted Odoo that holds orders and confirms them, but for those that it refuses."""

    def __init__(self, count: int) -> None:
        self.held = {
            n: {"id": n, "state": "draft", "date_order": f"day {n}"} for n in range(1, count + 1)
        }
        self.refused: set[int] = set()
        self.after: Exception | None = None
        self.lost = False
        self.lists: list[list[int]] = []

    def with_context(self, **_: Any) -> Orders:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        assert model == "sale.order"
        if self.lost and method == "action_confirm":
            raise ConnectionFailed("gone")
        return getattr(self, method)(*args, **kwargs)

    def search_read(self, domain: Sequence[Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        [(_, _, ids)] = domain
        return [dict(self.held[i]) for i in ids if i in self.held]

    def write(self, ids: Sequence[int], values: Mapping[str, Any]) -> bool:
        for record_id in ids:
            self.held[record_id] |= values
        return True

    def action_confirm(self, ids: Sequence[int], *, repeatable: bool) -> Any:
        assert not repeatable
        self.lists.append(list(ids))
        if self.refused & set(ids):
            raise ValidationRefused("Some orders cannot be confirmed.")
        for record_id in ids:
            assert self.held[record_id]["state"] == "draft"
            self.held[record_id] |= {"state": "sale", "date_order": NOW}
        if self.after is not None:
            raise self.after
        return True


class Book:
    """What a DocumentBook is told."""

    def __init__(self) -> None:
        self.settled: dict[int, Action] = {}
        self.failed: dict[int, Problem] = {}

    def settle(self, landed: LandedDocument, *, keep: bool = True) -> None:
        number = landed.planned.record.row.number
        assert number not in self.settled and number not in self.failed
        self.settled[number] = landed.outcome.action

    def fail_whole(self, planned: PlannedDocument, problem: Problem) -> None:
        self.failed[planned.record.row.number] = problem


class Ledger:
    """What a Ledger is told; ``stop`` is raised when it is asked whether to go on."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.stop: BaseException | None = None
        self.intended: list[int] = []

    def intend(self, model: str, rows: Sequence[int]) -> None:
        assert model == "sale.order"
        self.intended += rows

    def final(self, outcome: Outcome) -> Outcome:
        return outcome

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def check_stop(self) -> None:
        if self.stop is not None:
            raise self.stop


def landed(number: int, *, gives_date: bool = True) -> LandedDocument:
    row = Row(number, None, {})
    values = {"date_order": "2024-01-02"} if gives_date else {}
    record = Record(row, "sale.order", Action.CREATED, f"x.o{number}", None, values)
    checked = CheckedDocument(FileDocument((row,), row), Draft(row, {}), (), values, (), {}, ())
    outcome = Outcome(row, Action.UNCHANGED, f"x.o{number}", number)
    return LandedDocument(PlannedDocument(checked, record, None), outcome, ())


Closing = Callable[..., tuple[DocumentCloser, Book, Ledger]]


@pytest.fixture
def closing() -> Iterator[Closing]:
    closers = []

    def make(odoo: Orders, *documents: LandedDocument) -> tuple[DocumentCloser, Book, Ledger]:
        book, ledger = Book(), Ledger()
        assert RULES.closing is not None
        closer = DocumentCloser(
            _as(Odoo, odoo), RULES, RULES.closing, _as(DocumentBook, book), _as(Any, ledger)
        )
        for document in documents:
            closer.take(document)
        closers.append(closer)
        return closer, book, ledger

    yield make
    for closer in closers:
        closer.release()


def _as(_: Any, double: Any) -> Any:
    """Return a double where its model is wanted."""
    return double


def test_orders_are_confirmed_in_lists_and_keep_the_dates_that_the_file_gives(
    closing: Closing,
) -> None:
    odoo = Orders(120)
    documents = [landed(n, gives_date=n != 7) for n in range(1, 121)]
    closer, book, ledger = closing(odoo, *documents)
    closer.close_all()
    closer.release()
    assert [len(ids) for ids in odoo.lists] == [50, 50, 20]
    assert book.settled == dict.fromkeys(range(1, 121), Action.UPDATED)
    assert odoo.held[8]["date_order"] == "day 8"
    assert odoo.held[7]["date_order"] == NOW
    assert ledger.notices == ["120 orders confirmed"]


def test_one_that_is_refused_fails_alone(closing: Closing) -> None:
    odoo = Orders(20)
    odoo.refused = {13}
    closer, book, ledger = closing(odoo, *(landed(n) for n in range(1, 21)))
    closer.close_all()
    closer.release()
    assert sorted(book.settled) == [n for n in range(1, 21) if n != 13]
    assert list(book.failed) == [13]
    assert (
        "but Odoo did not confirm it: Some orders cannot be confirmed." in book.failed[13].message
    )
    assert odoo.held[13]["state"] == "draft"
    assert ledger.notices == ["19 orders confirmed"]


def test_those_confirmed_already_are_left_alone(closing: Closing) -> None:
    odoo = Orders(2)
    odoo.held[1]["state"] = "sale"
    closer, book, ledger = closing(odoo, landed(1), landed(2))
    closer.close_all()
    assert odoo.lists == [[2]]
    assert ledger.intended == [2]
    assert book.settled == {1: Action.UNCHANGED, 2: Action.UPDATED}
    assert odoo.held[1]["date_order"] == "day 1"


@pytest.mark.parametrize("error", [UntellableAnswer("None"), UnknownFate("no answer")])
def test_an_answer_that_was_lost_after_the_work_is_no_failure(
    closing: Closing, error: Exception
) -> None:
    odoo = Orders(3)
    odoo.after = error
    closer, book, _ = closing(odoo, landed(1), landed(2), landed(3))
    closer.close_all()
    assert len(odoo.lists) == 1
    assert set(book.settled.values()) == {Action.UPDATED}
    assert odoo.held[2]["date_order"] == "day 2"


def test_documents_that_odoo_passes_over_without_a_word_fail(
    closing: Closing, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = Orders(2)
    wizard = {"type": "ir.actions.act_window"}
    monkeypatch.setattr(odoo, "action_confirm", lambda _, *, repeatable: wizard)
    closer, book, _ = closing(odoo, landed(1), landed(2))
    closer.close_all()
    assert sorted(book.failed) == [1, 2]
    assert "it did not say why" in book.failed[1].message


def test_a_date_that_cannot_be_put_back_fails_its_rows(
    closing: Closing, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = Orders(1)

    def refuse(*_: Any) -> bool:
        raise ValidationRefused("It is locked.")

    monkeypatch.setattr(odoo, "write", refuse)
    closer, book, _ = closing(odoo, landed(1))
    closer.close_all()
    assert "date_order could not be set to what it was (day 1): It is locked." in (
        book.failed[1].message
    )


def test_a_run_that_ends_early_settles_every_document_once(closing: Closing) -> None:
    odoo = Orders(60)
    odoo.lost = True
    closer, book, ledger = closing(odoo, *(landed(n) for n in range(1, 61)))
    with pytest.raises(ConnectionFailed):
        closer.close_all()
    closer.release()
    assert book.settled == dict.fromkeys(range(1, 61), Action.UNCHANGED)
    assert ledger.notices[0].startswith("60 orders are in Odoo and were not confirmed")


def test_a_stop_between_two_lists_leaves_the_rest_unconfirmed(closing: Closing) -> None:
    odoo = Orders(60)
    closer, book, ledger = closing(odoo, *(landed(n) for n in range(1, 61)))
    ledger.stop = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        closer.close_all()
    closer.release()
    assert len(book.settled) == 60
    assert ledger.notices[0] == "50 orders confirmed"
    assert ledger.notices[1].startswith("10 orders are in Odoo and were not confirmed")
