"""What is told to the journal comes back, is on the disk in time, and is small."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from odoo_ingestion import external_ids
from odoo_ingestion.errors import JournalError
from odoo_ingestion.journal import (
    BatchState,
    FileEntry,
    FileJournal,
    Journal,
    OutcomeEntry,
    RunEntry,
)
from odoo_ingestion.journal.landings import rows_on_their_way
from odoo_ingestion.journal.ranges import compress, expand
from odoo_ingestion.records import Action, Category, Outcome, Problem, Row

FILE = FileEntry("/a.csv", "partners", "res.partner", 10, "f00d")
RUN = RunEntry(
    "r1", 1.0, "running", {"type": "partners"}, ("a.csv",), "u", "d", "ann", "19.0", files=(FILE,)
)
PROBLEMS = (
    Problem(Category.VALIDATION, "no such country: Frankreich é", "Land", "Correct the name."),
    Problem(Category.DUPLICATE, "row 3 is the same", None, None, 3),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def row(number: int) -> Row:
    return Row(number, number + 1, {})


def resumed(journal: Journal) -> FileJournal:
    """Return the file of the run, taken up after a break."""
    file = FileJournal(journal, {"res.partner"})
    file.enter(journal.history.file_numbers("r1")[0], resumed=True)
    return file


def test_a_run_comes_back_as_it_was_told(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(RUN)
        assert journal.history.run("r1") == RUN
        assert journal.history.open_runs("u", "d") == [RUN]
        journal.end("r1", "completed", {"read": 3})
        assert journal.history.open_runs("u", "d") == []
        last = journal.history.last_run("u", "d")
        assert last is not None
        assert last.summary == {"read": 3}


def test_a_run_is_found_by_the_beginning_of_its_id_if_no_other_begins_so(path: Path) -> None:
    with Journal(path) as journal:
        for name in ("20261120-a", "20261120-b", "2026"):
            journal.begin(RunEntry(name, 1.0, "running", {}))
        found = journal.history.run("20261120-a")
        assert found is not None
        assert journal.history.run("20261120") is None
        exact = journal.history.run("2026")
        assert exact is not None
        assert exact.run_id == "2026"
        assert journal.history.run("x") is None


@pytest.mark.parametrize(
    "outcome",
    [
        OutcomeEntry(1, Action.CREATED, "m.n", 7),
        OutcomeEntry(1, Action.FAILED, problems=PROBLEMS),
        OutcomeEntry(1, Action.UPDATED, None, 7, not_kept=("phone", "zip")),
    ],
)
def test_an_outcome_comes_back_whole(path: Path, outcome: OutcomeEntry) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        journal.settle(number, outcome)
    with Journal(path) as journal:
        assert journal.outcome(number, 1) == outcome
        assert journal.outcome(number, 2) is None
        assert journal.history.errors("r1") == (
            {"validation": 1} if outcome.action is Action.FAILED else {}
        )


def test_an_intent_is_on_the_disk_before_the_call(path: Path) -> None:
    with Journal(path) as journal, Journal(path) as other:
        (number,) = journal.begin(RUN)
        journal.settle(number, OutcomeEntry(1, Action.UNCHANGED))
        journal.sending(number, "res.partner", {Action.CREATED: [2, 3], Action.UPDATED: [5]})
        on_their_way = rows_on_their_way(other.calls(number), other.history.settled(number))
        assert on_their_way == {
            2: Action.CREATED,
            3: Action.CREATED,
            5: Action.UPDATED,
        }
        # What had an outcome by then has it on the disk as well.
        assert other.outcome(number, 1) is not None


def test_only_what_may_have_been_carried_out_is_open(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        for numbers, state in (([1], BatchState.REFUSED), ([2], BatchState.UNKNOWN)):
            call = journal.sending(number, "res.partner", {Action.CREATED: numbers})
            journal.answered(call, state)
        call = journal.sending(number, "res.partner", {Action.CREATED: [3, 4]})
        journal.answered(call, BatchState.ACKNOWLEDGED)
        journal.settle(number, OutcomeEntry(3, Action.CREATED))
        journal.flush()
        open_rows = rows_on_their_way(journal.calls(number), journal.history.settled(number))
    assert open_rows == {2: Action.CREATED, 4: Action.CREATED}


def test_records_that_are_no_rows_own_are_counted_once_over_all_breaks(path: Path) -> None:
    created, updated = Action.CREATED, Action.UPDATED
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)

        def send(model: str, beside: dict[Action, list[str]], state: BatchState | None) -> None:
            call = journal.sending(number, model, {}, beside)
            if state is not None:
                journal.answered(call, state)

        send("tag", {created: ["a", "b"]}, BatchState.UNKNOWN)
        send("tag", {created: ["a"]}, BatchState.ACKNOWLEDGED)
        send("tag", {created: ["b"]}, BatchState.REFUSED)
        send("tag", {created: ["c", "d"]}, None)  # broken off: c had landed, d had not
        send("tag", {created: ["d"]}, BatchState.ACKNOWLEDGED)
        send("product", {updated: [".id 7"]}, BatchState.ACKNOWLEDGED)
        send("product", {updated: [".id 7"]}, BatchState.ACKNOWLEDGED)
        journal.sending(number, "account", {created: [1, 2]})
        journal.settle(number, OutcomeEntry(2, Action.FAILED, problems=PROBLEMS))
        journal.sending(number, "res.partner", {created: [1, 2]})
        file = resumed(journal)
        counted = file.records(Counter({("res.partner", created): 5, ("tag", created): 1}))
        assert counted == {
            ("res.partner", created): 5,
            ("tag", created): 3,
            ("product", updated): 1,
            ("account", created): 1,
        }


def test_rows_of_one_record_are_written_together(path: Path) -> None:
    with Journal(path) as journal, Journal(path) as other:
        (number,) = journal.begin(RUN)
        file = FileJournal(journal, {"res.partner"})
        file.enter(number)
        for first in range(1, 2_999, 3):
            file.settle(*(Outcome(row(first + n), Action.CREATED) for n in range(3)))
            assert other.history.counts(number).get("created", 0) % 3 == 0
        assert other.history.counts(number)["created"] > 0


def test_a_row_on_its_way_counts_as_what_it_was_to_become(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        journal.sending(number, "res.partner", {Action.CREATED: [1, 2, 3], Action.UPDATED: [4]})
        journal.settle(number, OutcomeEntry(5, Action.CREATED, "m.n", 7))
        journal.flush()
        file = resumed(journal)
        assert file.final(Outcome(row(1), Action.UNCHANGED)).action is Action.CREATED
        assert file.final(Outcome(row(2), Action.CREATED)).action is Action.CREATED
        failed = Outcome(row(3), Action.FAILED, problems=PROBLEMS)
        assert file.final(failed) == failed
        assert file.final(Outcome(row(4), Action.UNCHANGED)).action is Action.UPDATED
        assert file.final(Outcome(row(5), Action.UNCHANGED)) == Outcome(
            row(5), Action.CREATED, "m.n", 7
        )
        assert file.final(Outcome(row(6), Action.UNCHANGED)).action is Action.UNCHANGED
        assert file.may_have_created(1)
        assert not file.may_have_created(4)
        assert file.knows([5])
        assert not file.knows([5, 6])


def test_a_first_run_takes_every_outcome_as_it_comes(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        file = FileJournal(journal, {"res.partner"})
        file.enter(number)
        outcome = Outcome(row(1), Action.UNCHANGED)
        file.sending("res.partner", {Action.CREATED: [1]})
        assert file.final(outcome) == outcome
        assert not file.knows([1])


def test_row_numbers_are_short_and_come_back() -> None:
    assert compress([3, 1, 2, 7, 9, 8, 7]) == "1-3,7-9"
    assert list(expand("1-3,7,9-10")) == [1, 2, 3, 7, 9, 10]
    assert list(expand(compress([]))) == []


@pytest.mark.parametrize("failing", [False, True])
def test_a_row_takes_less_than_200_bytes(path: Path, failing: bool) -> None:
    rows = 5_000
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        for first in range(0, rows, 100):
            numbers = range(first, first + 100)
            journal.sending(number, "res.partner", {Action.CREATED: numbers})
            for each in numbers:
                name = external_ids.derive("res.partner", ("ref",), (f"CUST-{each:06}",), None)
                problem = Problem(
                    Category.MISSING_RELATION,
                    f"no country is named 'Frankreich {each}', and none has that code either",
                    "country_id",
                    "Correct the name, or create the country in Odoo first: " + "x" * 200,
                )
                outcome = OutcomeEntry(each, Action.CREATED, name, 100_000 + each)
                if failing:
                    outcome = OutcomeEntry(each, Action.FAILED, problems=(problem,))
                journal.settle(number, outcome)
    size = sum(file.stat().st_size for file in path.parent.glob("journal.sqlite*"))
    assert size / rows < 200


def test_texts_that_are_no_unicode_are_kept_as_escapes(path: Path) -> None:
    entry = FileEntry("/b\udce9.csv", None, "res.partner")
    outcome = OutcomeEntry(
        1, Action.FAILED, "m.\udce9", problems=(Problem(Category.FILE, "\udce9", "\udce9"),)
    )
    with Journal(path) as journal:
        run = RunEntry("r2", 1.0, "running", {"lang": "\udce9"}, ("b\udce9.csv",), files=(entry,))
        (number,) = journal.begin(run)
        journal.settle(number, outcome)
        journal.flush()
        found = journal.history.run("r2")
        assert found is not None
        assert found.paths == ("b\udce9.csv",)
        assert found.options == {"lang": "\udce9"}
        assert found.files[0].path == "/b\\udce9.csv"
        kept = journal.outcome(number, 1)
        assert kept is not None
        assert kept.problems[0].message == "\udce9"


def test_a_journal_that_is_full_says_so_once_and_is_closed_all_the_same(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        journal.flush()
        database = journal.history._database  # what a small disk does to it
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(JournalError, match="full"):
            for each in range(1, 20_000):
                journal.settle(number, OutcomeEntry(each, Action.CREATED, "m.n" * 20, each))
    with Journal(path) as journal:
        assert journal.history.counts(number) == {}


def test_many_outcomes_written_together_come_back_and_the_last_of_a_row_counts(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(RUN)
        outcomes = [OutcomeEntry(n, Action.CREATED, f"m.é{n}", n) for n in range(1, 951)]
        outcomes += [OutcomeEntry(n, Action.FAILED, problems=PROBLEMS) for n in range(1, 11)]
        journal.settle(number, *outcomes)
    with Journal(path) as journal:
        assert journal.history.counts(number) == {"created": 940, "failed": 10}
        assert journal.outcome(number, 950) == OutcomeEntry(950, Action.CREATED, "m.é950", 950)
        assert journal.outcome(number, 3) == OutcomeEntry(3, Action.FAILED, problems=PROBLEMS)
