"""Rows with translations, against processors that only take note."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from odoo_ingestion.orchestrator.plain.translating import Translator
from odoo_ingestion.records import Action, Category, Draft, Outcome, Problem, Record, Row

FRENCH, DUTCH = "fr_FR", "nl_BE"


class Desk:
    """A processor that settles when flushed, as it is told."""

    def __init__(self, on_outcome: Callable[[Outcome], None]) -> None:
        self.on_outcome = on_outcome
        self.taken: list[Record] = []
        self.answer: Callable[[Record], Outcome] = lambda r: Outcome(r.row, Action.UNCHANGED)
        self.retries = 2

    def submit(self, record: Record) -> None:
        self.taken.append(record)

    def flush(self) -> None:
        taken, self.taken = self.taken, []
        for record in taken:
            self.on_outcome(self.answer(record))


class World:
    """A translator into two languages, its desks, and what it settled."""

    def __init__(self) -> None:
        self.settled: list[Outcome] = []
        self.desks: dict[str, Desk] = {}
        columns = {(FRENCH, "name"): "Nom", (DUTCH, "name"): "Naam"}
        openers = {lang: self._opener(lang) for lang in (FRENCH, DUTCH)}
        self.translator = Translator(openers, columns, "x.model", self.settled.append, _nothing)

    def _opener(self, lang: str) -> Any:
        @contextmanager
        def opener(on_outcome: Any, on_notice: Any) -> Iterator[Desk]:
            self.desks[lang] = Desk(on_outcome)
            yield self.desks[lang]

        return opener


def _nothing(_: str) -> None:
    return None


def row(number: int) -> Row:
    return Row(number, number + 1, {})


def expect(world: World, number: int, *languages: str) -> None:
    texts = {lang: {"name": f"{lang} {number}"} for lang in languages}
    world.translator.expect(Draft(row(number), {}, translations=texts))


def landed(number: int, action: Action = Action.UNCHANGED, record_id: int | None = 7) -> Outcome:
    return Outcome(row(number), action, "x.a", record_id)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with made.translator:
        yield made


def test_a_row_without_translations_is_left_to_others(world: World) -> None:
    expect(world, 1)
    assert not world.translator.take(landed(1))
    assert not world.translator.take(landed(2))


@pytest.mark.parametrize("action", [Action.FAILED, Action.SKIPPED])
def test_what_did_not_land_has_no_translations_sent(world: World, action: Action) -> None:
    expect(world, 1, FRENCH)
    problems = (Problem(Category.SERVER, "no"),) if action is Action.FAILED else ()
    assert not world.translator.take(Outcome(row(1), action, problems=problems))


def test_a_record_that_a_dry_run_would_create_is_left_to_others(world: World) -> None:
    expect(world, 1, FRENCH)
    assert not world.translator.take(landed(1, Action.CREATED, None))


def test_each_language_gets_its_texts_for_the_record_that_landed(world: World) -> None:
    expect(world, 1, FRENCH, DUTCH)
    assert world.translator.take(landed(1, Action.CREATED, 42))
    world.translator.send()
    (sent,) = world.desks[DUTCH].taken
    assert (sent.database_id, sent.external_id, sent.action) == (42, None, Action.UPDATED)
    assert sent.values == {"name": "nl_BE 1"}
    assert world.settled == []
    world.translator.flush()
    assert world.settled == [landed(1, Action.CREATED, 42)]
    assert world.translator.retries == 4


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (Action.UNCHANGED, Action.UNCHANGED, Action.UNCHANGED),
        (Action.UNCHANGED, Action.UPDATED, Action.UPDATED),
        (Action.UPDATED, Action.UNCHANGED, Action.UPDATED),
        (Action.CREATED, Action.UPDATED, Action.CREATED),
    ],
)
def test_a_changed_translation_is_a_change_of_the_row(
    world: World, first: Action, second: Action, result: Action
) -> None:
    expect(world, 1, FRENCH, DUTCH)
    world.translator.take(landed(1, first))
    world.desks[FRENCH].answer = lambda r: Outcome(r.row, second, not_kept=("name",))
    world.translator.flush()
    (outcome,) = world.settled
    assert outcome.action is result
    assert outcome.not_kept == ("Nom",)


def test_a_refused_translation_fails_the_row_and_says_that_the_record_landed(
    world: World,
) -> None:
    expect(world, 1, FRENCH, DUTCH)
    expect(world, 2, FRENCH)
    world.translator.take(landed(1))
    world.translator.take(landed(2))
    refused = Problem(Category.VALIDATION, "too long", "name", "Cut it.")
    world.desks[FRENCH].answer = lambda r: (
        Outcome(r.row, Action.FAILED, problems=(refused,))
        if r.row.number == 1
        else Outcome(r.row, Action.UPDATED)
    )
    world.translator.flush()
    by_row = {outcome.row.number: outcome for outcome in world.settled}
    (problem,) = by_row[1].problems
    assert by_row[1].action is Action.FAILED
    assert problem.message == ("the record landed (id 7), and its text in fr_FR did not: too long")
    assert (problem.field, problem.hint) == ("Nom", "Cut it.")
    assert by_row[2].action is Action.UPDATED


def test_when_the_run_ends_early_every_row_is_settled_once_and_says_what_is_missing() -> None:
    world = World()
    with pytest.raises(KeyError), world.translator:
        expect(world, 1, FRENCH, DUTCH)
        expect(world, 2, DUTCH)
        world.translator.take(landed(1))
        world.translator.take(landed(2, Action.CREATED))
        world.translator.send()
        world.desks[FRENCH].flush()
        raise KeyError
    assert [outcome.row.number for outcome in world.settled] == [1, 2]
    for outcome in world.settled:
        assert outcome.action is Action.FAILED
        assert outcome.database_id == 7
        assert "before its texts in nl_BE were sent" in outcome.problems[0].message
