"""What follows the records of rows, against processors that only take note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from odoo_ingestion.orchestrator.plain.following import Following
from odoo_ingestion.orchestrator.plain.translating import Texts
from odoo_ingestion.orchestrator.processors import OpenProcessor
from odoo_ingestion.records import Action, Category, Draft, Outcome, Problem, Record, Row

FRENCH, DUTCH = "fr_FR", "nl_BE"


class Desk:
    """A processor that settles when flushed, as it is told."""

    def __init__(self, on_outcomes: Callable[[list[Outcome]], None]) -> None:
        self.on_outcomes = on_outcomes
        self.taken: list[Record] = []
        self.answer: Callable[[Record], Outcome] = lambda r: Outcome(r.row, Action.UNCHANGED)
        self.retries = {"busy": 2}

    def submit(self, record: Record) -> None:
        self.taken.append(record)

    def flush(self) -> None:
        taken, self.taken = self.taken, []
        for record in taken:
            self.on_outcomes([self.answer(record)])


class World:
    """Texts in two languages and a note that follow records, their desks, and what was settled."""

    def __init__(self, *, dry_run: bool = False) -> None:
        self.settled: list[Outcome] = []
        self.counted: Counter[tuple[str, Action]] = Counter()
        self.desks: dict[str, Desk] = {}
        names = {FRENCH: "Nom", DUTCH: "Naam"}
        texts = [
            Texts(lang, "x.model", {"name": name}, self._opener(lang), dry_run)
            for lang, name in names.items()
        ]
        self.notes = Notes(self._opener("notes"))
        self.following = Following(
            [*texts, self.notes],
            "x.model",
            self.settled.append,
            lambda model, action: self.counted.update([(model, action)]),
            _nothing,
            dry_run=dry_run,
        )

    def _opener(self, lang: str) -> Any:
        @contextmanager
        def opener(on_outcomes: Any, on_notice: Any) -> Iterator[Desk]:
            self.desks[lang] = Desk(on_outcomes)
            yield self.desks[lang]

        return opener


class Notes:
    """A follower of another model, which refuses the rows that it is told to."""

    what, model = "its note", "x.note"

    def __init__(self, opener: OpenProcessor) -> None:
        self.open_processor = opener
        self.refused: set[int] = set()
        self.asked: list[int] = []

    def wants(self, draft: Draft, landed: Outcome) -> bool:
        return draft.following is not None

    def records(self, rows: Sequence[tuple[Draft, Outcome]]) -> list[Record | tuple[Problem, ...]]:
        self.asked.append(len(rows))
        return [
            (Problem(Category.MISSING_RELATION, "no such pen", "pen"),)
            if draft.row.number in self.refused
            else Record(draft.row, self.model, Action.CREATED, "x.note", None, {"of": "7"})
            for draft, _ in rows
        ]

    def column(self, name: str) -> str:
        return f"notes/{name}"


def _nothing(_: str) -> None:
    return None


def row(number: int) -> Row:
    return Row(number, number + 1, {})


def expect(world: World, number: int, *languages: str) -> None:
    texts = {lang: {"name": f"{lang} {number}"} for lang in languages}
    world.following.expect(Draft(row(number), {}, translations=texts))


def expect_note(world: World, number: int, **texts: str) -> None:
    translations = {lang: {"name": text} for lang, text in texts.items()}
    note = Draft(row(number), {})
    world.following.expect(Draft(row(number), {}, translations=translations, following=note))


def landed(number: int, action: Action = Action.UNCHANGED, record_id: int | None = 7) -> Outcome:
    return Outcome(row(number), action, "x.a", record_id)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with made.following:
        yield made


def test_a_row_without_translations_is_left_to_others(world: World) -> None:
    expect(world, 1)
    assert not world.following.take(landed(1))
    assert not world.following.take(landed(2))


@pytest.mark.parametrize("action", [Action.FAILED, Action.SKIPPED])
def test_what_did_not_land_has_no_translations_sent(world: World, action: Action) -> None:
    expect(world, 1, FRENCH)
    problems = (Problem(Category.SERVER, "no"),) if action is Action.FAILED else ()
    assert not world.following.take(Outcome(row(1), action, problems=problems))


def test_a_record_that_a_dry_run_would_create_is_left_to_others() -> None:
    world = World(dry_run=True)
    with world.following:
        expect(world, 1, FRENCH)
        assert not world.following.take(landed(1, Action.CREATED, None))


def test_texts_go_by_the_external_id_where_the_number_could_not_be_learnt(world: World) -> None:
    expect(world, 1, FRENCH)
    assert world.following.take(landed(1, Action.CREATED, None))
    world.following.send()
    (sent,) = world.desks[FRENCH].taken
    assert (sent.database_id, sent.external_id, sent.action) == (None, "x.a", Action.UPDATED)


def test_each_language_gets_its_texts_for_the_record_that_landed(world: World) -> None:
    expect(world, 1, FRENCH, DUTCH)
    assert world.following.take(landed(1, Action.CREATED, 42))
    world.following.send()
    (sent,) = world.desks[DUTCH].taken
    assert (sent.database_id, sent.external_id, sent.action) == (42, None, Action.UPDATED)
    assert sent.values == {"name": "nl_BE 1"}
    assert world.settled == []
    world.following.flush()
    assert world.settled == [landed(1, Action.CREATED, 42)]
    assert world.following.retries == {"busy": 6}


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
    world.following.take(landed(1, first))
    world.desks[FRENCH].answer = lambda r: Outcome(r.row, second, not_kept=("name",))
    world.following.flush()
    (outcome,) = world.settled
    assert outcome.action is result
    assert outcome.not_kept == ("Nom",)


def test_a_refused_translation_fails_the_row_and_says_that_the_record_landed(
    world: World,
) -> None:
    expect(world, 1, FRENCH, DUTCH)
    expect(world, 2, FRENCH)
    world.following.take(landed(1))
    world.following.take(landed(2))
    refused = Problem(Category.VALIDATION, "too long", "name", "Cut it.")
    world.desks[FRENCH].answer = lambda r: (
        Outcome(r.row, Action.FAILED, problems=(refused,))
        if r.row.number == 1
        else Outcome(r.row, Action.UPDATED)
    )
    world.following.flush()
    by_row = {outcome.row.number: outcome for outcome in world.settled}
    (problem,) = by_row[1].problems
    assert by_row[1].action is Action.FAILED
    assert problem.message == ("the record landed (id 7), and its text in fr_FR did not: too long")
    assert (problem.field, problem.hint) == ("Nom", "Cut it.")
    assert by_row[2].action is Action.UPDATED


def test_when_the_run_ends_early_every_row_is_settled_once_and_says_what_is_missing() -> None:
    world = World()
    with pytest.raises(KeyError), world.following:
        expect(world, 1, FRENCH, DUTCH)
        expect(world, 2, DUTCH)
        world.following.take(landed(1))
        world.following.take(landed(2, Action.CREATED))
        world.following.send()
        world.desks[FRENCH].flush()
        raise KeyError
    assert [outcome.row.number for outcome in world.settled] == [1, 2]
    for outcome in world.settled:
        assert outcome.action is Action.FAILED
        assert outcome.database_id == 7
        assert "before its text in nl_BE was sent" in outcome.problems[0].message


# --- records of another model ---------------------------------------------------------------


def test_a_row_is_as_strong_as_its_strongest_part_and_each_record_is_counted(world: World) -> None:
    expect_note(world, 1, fr_FR="un")
    expect_note(world, 2)
    world.following.take(landed(1))
    world.following.take(landed(2, Action.UPDATED))
    world.desks["notes"].answer = lambda r: Outcome(r.row, Action.CREATED, not_kept=("ink",))
    world.desks[FRENCH].answer = lambda r: Outcome(r.row, Action.UPDATED)
    world.following.flush()
    by_row = {outcome.row.number: outcome for outcome in world.settled}
    assert {number: one.action for number, one in by_row.items()} == {
        1: Action.CREATED,
        2: Action.CREATED,
    }
    assert by_row[2].not_kept == ("notes/ink",)
    assert world.notes.asked == [2]
    assert world.counted == {
        ("x.model", Action.UPDATED): 2,
        ("x.note", Action.CREATED): 2,
    }


def test_a_part_that_cannot_be_made_fails_its_row_alone(world: World) -> None:
    for number in (1, 2):
        expect_note(world, number)
        world.following.take(landed(number, Action.CREATED))
    world.notes.refused = {1}
    world.following.flush()
    by_row = {outcome.row.number: outcome for outcome in world.settled}
    (problem,) = by_row[1].problems
    assert problem.message == "the record landed (id 7), and its note did not: no such pen"
    assert problem.field == "notes/pen"
    assert by_row[2].action is Action.CREATED
    # The record of the failed row is in Odoo all the same.
    assert world.counted["x.model", Action.CREATED] == 2


def test_a_dry_run_judges_what_follows_a_record_that_it_would_create() -> None:
    world = World(dry_run=True)
    with world.following:
        expect_note(world, 1, fr_FR="un")
        assert world.following.take(landed(1, Action.CREATED, None))
        world.notes.refused = {1}
        world.following.flush()
    ((problem,),) = [outcome.problems for outcome in world.settled]
    assert problem.message == "the record would land, and its note would not: no such pen"
