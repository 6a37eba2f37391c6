"""The journal's file: laid out, migrated, refused, set aside."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from odoo_ingestion.errors import JournalError
from odoo_ingestion.journal import FileEntry, Journal, RunEntry, storage
from odoo_ingestion.records import Action
from tests.hostile.conftest import WITHOUT_POWERS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "journal.sqlite"


def run_named(run_id: str) -> RunEntry:
    return RunEntry(run_id, 1.0, "running", {}, ("a.csv",), "http://x", "db", "ann", "19.0")


def layout(path: Path) -> int:
    database = sqlite3.connect(path)
    number: int = database.execute("PRAGMA user_version").fetchone()[0]
    database.close()
    return number


def execute(path: Path, statement: str) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(statement)
    database.close()


def test_a_new_journal_is_laid_out_and_kept(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(run_named("r1"))
        assert journal.notice is None
    assert layout(path) == storage.LAYOUT
    with Journal(path) as journal:
        assert [run.run_id for run in journal.history.runs()] == ["r1"]


def test_it_is_written_ahead_so_that_others_can_read(path: Path) -> None:
    with Journal(path) as writing, Journal(path) as reading:
        writing.begin(run_named("r1"))
        assert reading.history.run("r1") is not None
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_a_later_layout_is_refused_and_left_alone(path: Path) -> None:
    Journal(path).close()
    execute(path, f"PRAGMA user_version={storage.LAYOUT + 1}")
    with pytest.raises(JournalError, match="later version"):
        Journal(path)
    assert layout(path) == storage.LAYOUT + 1


def test_an_older_layout_is_migrated_step_by_step(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(path) as journal:
        journal.begin(run_named("r1"))

    def add_column(database: sqlite3.Connection) -> None:
        database.execute("ALTER TABLE runs ADD COLUMN note TEXT")

    layout_before = storage.LAYOUT
    monkeypatch.setattr(storage, "LAYOUT", layout_before + 1)
    monkeypatch.setattr(storage, "MIGRATIONS", {layout_before: add_column})
    with Journal(path) as journal:
        assert journal.history.run("r1") is not None
    assert layout(path) == layout_before + 1


def test_a_journal_of_the_first_layout_goes_on(path: Path) -> None:
    with Journal(path) as journal:
        (number,) = journal.begin(replace(run_named("r1"), files=(FileEntry("/a", None, "m"),)))
    for new in ("batches DROP COLUMN beside", "runs DROP COLUMN folder"):
        execute(path, f"ALTER TABLE {new}")
    execute(path, "ALTER TABLE files DROP COLUMN failed_files")
    execute(path, "INSERT INTO batches VALUES (1, 1, 'm', '{\"created\":\"1-2\"}', 'sent')")
    execute(path, "PRAGMA user_version=1")
    with Journal(path) as journal:
        journal.sending(number, "m", {Action.CREATED: [3]}, {Action.CREATED: ["x.y"]})
        journal.failed_file_begun(number, "/b.csv")
        first, second = journal.calls(number)
        run = journal.history.run("r1")
        assert run is not None
        assert run.folder is None
        assert journal.history.failed_files(number) == ["/b.csv"]
    assert (first.rows, first.beside) == ({Action.CREATED: (1, 2)}, {})
    assert list(second.beside) == [Action.CREATED]


def test_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(path).close()

    def break_off(database: sqlite3.Connection) -> None:
        database.execute("DROP TABLE outcomes")
        raise sqlite3.OperationalError("broken")

    before = storage.LAYOUT
    monkeypatch.setattr(storage, "LAYOUT", before + 1)
    monkeypatch.setattr(storage, "MIGRATIONS", {before: break_off})
    with pytest.raises(JournalError):
        Journal(path)
    monkeypatch.undo()
    with Journal(path) as journal:
        assert journal.history.counts(1) == {}


def overwrite_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 300)


def overwrite_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = os.urandom(4096)
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


@pytest.mark.parametrize("damage", [overwrite_head, overwrite_middle, cut_off])
def test_a_damaged_journal_is_set_aside_and_said(
    path: Path, damage: Callable[[Path], None]
) -> None:
    with Journal(path) as journal:
        journal.begin(run_named("r1"))
    damage(path)
    before = path.read_bytes()
    with Journal(path) as journal:
        assert journal.notice is not None
        assert "was damaged" in journal.notice
        assert journal.history.runs() == []
        journal.begin(run_named("r2"))
    (aside,) = path.parent.glob("journal.sqlite.damaged-*")
    assert aside.name in journal.notice
    assert aside.read_bytes() == before


def test_a_journal_that_another_process_keeps_locked_stops_with_advice(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOCK_SECONDS", 0.05)
    with Journal(path) as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="in use by another process") as told:
            journal.begin(run_named("r1"))
        other.close()
        journal.begin(run_named("r1"))
    assert "ODOO_JOURNAL" in str(told.value.hint)


def test_a_full_disk_stops_with_advice_and_loses_nothing(path: Path) -> None:
    with Journal(path) as journal:
        journal.begin(run_named("r1"))
        pages = journal._database.execute("PRAGMA page_count").fetchone()[0]
        journal._database.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(JournalError, match="full"):
            journal.begin(RunEntry("r2", 1.0, "running", {"a": "x" * 20_000}))
        journal._database.execute("PRAGMA max_page_count=1000000")
        assert [run.run_id for run in journal.history.runs()] == ["r1"]


def test_a_folder_that_cannot_be_written_stops_with_advice(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    code = (
        "import sys; from pathlib import Path; from odoo_ingestion.journal import Journal\n"
        "from odoo_ingestion.errors import JournalError\n"
        "try: Journal(Path(sys.argv[1]))\n"
        "except JournalError as e: print(e.message, e.hint)"
    )
    for place in (folder / "journal.sqlite", folder / "data" / "journal.sqlite"):
        words = [*WITHOUT_POWERS, sys.executable, "-c", code, str(place)]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert "cannot be written" in said
        assert "ODOO_JOURNAL" in said
