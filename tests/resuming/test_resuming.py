"""A run that breaks off at a known place goes on there, and ends as if it had never been broken."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.cli.app import run as run_command
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.errors import ConnectionFailed, JournalError, RunLocked
from odoo_ingestion.files import open_source
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.records import Mode
from odoo_ingestion.runs import RunResult
from tests.hostile.bad_files import WRITERS
from tests.odoo_reader import OdooReader
from tests.reliability.files import make_goods
from tests.resuming.runs import Place, check, last_run, options, resume, write_partners

ROWS = 40


@pytest.fixture
def place(shared_place: Place) -> Place:
    return shared_place


@pytest.fixture
def break_off(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, bool], None]:
    """Lets the connection go at the n-th load(), before or after Odoo has carried it out."""

    def break_at(number: int, after: bool) -> None:
        real = OdooConnection.call
        calls = 0

        def call(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
            nonlocal calls
            calls += method == "load"
            if method != "load" or calls < number:
                return real(self, model, method, *arguments, **more)
            if after:
                real(self, model, method, *arguments, **more)
            raise ConnectionFailed("the server is gone")

        monkeypatch.setattr(OdooConnection, "call", call)

    return break_at


def mend(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    """Let the connection come back."""
    monkeypatch.undo()
    monkeypatch.chdir(place.folder)


def import_(place: Place, path: Path, **changes: Any) -> RunResult:
    return OdooImporter(place.config).run([str(path)], options(place, **{"workers": 1, **changes}))


@pytest.mark.parametrize(
    ("mode", "after"), [(Mode.UPSERT, False), (Mode.UPSERT, True), (Mode.CREATE, True)]
)
def test_what_was_on_its_way_counts_as_created_once(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
    after: bool,
    mode: Mode,
) -> None:
    path = place.folder / f"way-{mode}-{after}.csv"
    write_partners(path, ROWS)
    break_off(3, after)
    broken = import_(place, path, mode=mode)
    mend(monkeypatch, place)
    assert broken.status == "failed"
    assert 0 < broken.count("created") < ROWS // 2
    result = resume(place)
    check(path, ROWS, result, module_database)
    assert result.run_id == broken.run_id


def test_updates_count_as_updates(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = place.folder / "up.csv"
    path.write_text("ref,name,city\n" + "".join(f"U{n},N{n},Gent\n" for n in range(20)))
    import_(place, path)
    path.write_text(path.read_text().replace("Gent", "Namur"))
    break_off(2, True)
    import_(place, path)
    mend(monkeypatch, place)
    result = resume(place)
    assert (result.count("updated"), result.count("unchanged")) == (20, 0)
    assert (
        module_database.count("res.partner", [("ref", "=like", "U%"), ("city", "=", "Namur")]) == 20
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_failed_records_file_of_a_resumed_run_is_complete(
    place: Place, module_database: OdooReader, kind: str
) -> None:
    path = place.folder / f"stopped.{kind}"
    rows = [{"ref": f"{kind}{n}", "name": "" if n % 3 else f"N{n}"} for n in range(1_650)]
    path.write_bytes(WRITERS[kind](rows))
    stop = threading.Event()
    importer = OdooImporter(
        place.config,
        stop=stop,
        on_progress=lambda now: stop.set() if now.failed else None,
    )
    broken = importer.run([str(path)], options(place, batch_size=100))
    assert broken.status == "interrupted"
    assert 0 < broken.count("failed") < 1_100
    result = resume(place)
    assert (result.count("created"), result.count("failed")) == (550, 1_100)
    (failed,) = result.failed_files
    with open_source(failed) as source:
        stored = list(source)
    assert [row.values["ref"] for row in stored] == [f"{kind}{n}" for n in range(1_650) if n % 3]
    assert module_database.count("res.partner", [("ref", "=like", f"{kind}%")]) == 550
    # What the broken run had begun is kept, under a name that nobody takes for the last word.
    (begun,) = broken.failed_files
    assert not Path(begun).exists()
    assert Path(f"{begun}.replaced").exists()
    assert any(Path(failed).name in told and ".replaced" in told for told in result.notices)
    left = [one.name for one in (place.folder / "failed").glob(f"stopped.*.failed.{kind}*")]
    assert sorted(name for name in left if not name.endswith(".replaced")) == [
        Path(failed).name,
        f"{Path(failed).name}.meta.json",
    ]


def test_a_run_goes_on_from_another_folder(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = place.folder / "elsewhere.csv"
    write_partners(path, ROWS)
    break_off(3, False)
    broken = import_(place, Path(path.name), failed_dir=Path("failed here"))
    mend(monkeypatch, place)
    other = place.folder / "other"
    other.mkdir()
    (other / path.name).write_text("ref,name\nX,Not this one\n")
    monkeypatch.chdir(other)
    result = resume(place)
    check(path, ROWS, result, module_database)
    assert result.run_id == broken.run_id
    assert [Path(file).parent for file in result.failed_files] == [place.folder / "failed here"]
    assert [file.name for file in other.iterdir()] == [path.name]


def test_resume_without_a_journal_says_where_it_looked(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("url", "database", "username"):
        monkeypatch.setenv(f"ODOO_{name.upper()}", getattr(place, name))
    monkeypatch.setenv("ODOO_API_KEY", place.password)
    monkeypatch.delenv("ODOO_JOURNAL")
    assert run_command(("resume",)) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert str(place.folder / "data" / "journal.sqlite") in said
    assert "the folder in which the import was started" in said
    assert not (place.folder / "data").exists()


@pytest.mark.parametrize("after", [False, True])
def test_orders_are_taken_up_whole(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
    after: bool,
) -> None:
    mark = f"SO{after}"
    customers, products = place.folder / "c.csv", place.folder / "p.csv"
    customers.write_text("ref,name\nC1,Ann\n")
    products.write_text("default_code,name,list_price\nA,Tea,3\nB,Coffee,4\n")
    import_(place, customers)
    import_(place, products, type="products")
    path = place.folder / "orders.csv"
    lines = "".join(f"{mark}-{n},C1,{code},2\n" for n in range(12) for code in ("A", "B"))
    path.write_text("name,partner_id,product_id,product_uom_qty\n" + lines)
    whole = import_(place, path, type="orders", dry_run=True)
    break_off(3, after)
    broken = import_(place, path, type="orders", batch_size=6)
    mend(monkeypatch, place)
    assert broken.status == "failed", broken
    result = resume(place)
    assert (result.count("created"), result.count("failed")) == (24, 0), result
    assert result.records == whole.records
    assert module_database.count("sale.order", [("name", "=like", f"{mark}-%")]) == 12
    assert module_database.count("sale.order.line", [("order_id.name", "=like", f"{mark}-%")]) == 24


def test_an_order_without_its_last_lines_is_completed(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_goods(module_database)
    path = place.folder / "half.csv"
    lines = [f"HALF-{n // 2},BUYER,GOOD-1,{n + 1},{5 * (n % 2) or ''}\n" for n in range(8)]
    header = "name,partner_id,product_id,product_uom_qty,discount\n"
    path.write_text(header + "".join(lines))
    break_off(3, False)  # the first judges the lines, the second makes the orders
    broken = import_(place, path, type="orders", batch_size=50)
    mend(monkeypatch, place)
    assert (broken.status, broken.count("failed")) == ("failed", 8)
    assert "without all of its lines" in broken.examples["server"]
    result = resume(place)
    assert (result.count("created"), result.count("failed"), result.errors) == (8, 0, {}), result
    assert result.failed_files == ()
    assert module_database.count("sale.order", [("name", "=like", "HALF-%")]) == 4
    assert module_database.count("sale.order.line", [("order_id.name", "=like", "HALF-%")]) == 8


def test_a_changed_file_is_refused_unless_forced(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = place.folder / "edit.csv"
    write_partners(path, ROWS)
    break_off(3, False)
    import_(place, path)
    mend(monkeypatch, place)
    text = path.read_bytes()
    path.write_bytes(text + b"more,More,\n")
    with pytest.raises(JournalError, match=r"has changed since run .* bytes and has"):
        resume(place)
    path.write_bytes(text.replace(b"edit 1,", b"edit X,"))
    with pytest.raises(JournalError, match=r"still has .* bytes, but other ones"):
        resume(place)
    assert resume(place, force=True).count("created") == ROWS - ROWS // 10


def test_an_import_of_an_unfinished_file_offers_to_resume(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = place.folder / "offer.csv"
    write_partners(path, ROWS)
    break_off(3, False)
    broken = import_(place, path)
    mend(monkeypatch, place)
    told: list[str] = []
    importer = OdooImporter(place.config, on_start=lambda start: told.extend(start.notices))
    result = importer.run([str(path)], options(place))
    assert any(f"odoo-ingestion resume {broken.run_id}" in notice for notice in told)
    assert result.run_id != broken.run_id
    told.clear()
    importer.run([str(path)], options(place))
    assert not any("resume" in notice for notice in told)


def test_a_second_import_at_the_same_time_is_refused(
    place: Place, module_database: OdooReader
) -> None:
    path = place.folder / "two.csv"
    write_partners(path, ROWS)
    refused: list[RunLocked] = []

    def import_meanwhile(_: Any) -> None:
        if not refused:
            with pytest.raises(RunLocked, match="another import of partners") as told:
                import_(place, path)
            refused.append(told.value)

    OdooImporter(place.config, on_start=import_meanwhile).run([str(path)], options(place))
    assert len(refused) == 1


# --- the commands ---------------------------------------------------------------------------


def test_the_commands_tell_and_resume_runs(
    place: Place,
    module_database: OdooReader,
    break_off: Callable[[int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def say(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.chdir(place.folder)
        for name in ("url", "database", "username"):
            monkeypatch.setenv(f"ODOO_{name.upper()}", getattr(place, name))
        monkeypatch.setenv("ODOO_API_KEY", place.password)
        monkeypatch.setenv("ODOO_JOURNAL", str(place.config.journal))
        code = run_command(words)
        return code, *capsys.readouterr()

    assert say("runs", "--json")[:2] == (0, "[]\n")
    assert say("resume")[0] == 2
    write_partners(place.folder / "cli.csv", ROWS)
    break_off(4, True)
    words = ("cli.csv", "--type", "partners", "--batch-size", "5", "--workers", "1")
    code, _, err = say("import", *words, "--metrics-file", "a.prom")
    run = last_run(place)
    assert code == 3
    assert 'status="failed",type="partners"} 1.0' in Path("a.prom").read_text()
    assert f"resume {run.run_id}" in err
    mend(monkeypatch, place)
    (listed,) = json.loads(say("runs", "--json")[1])
    assert (listed["status"], listed["can_resume"]) == ("failed", True)

    code, out, _ = say("resume", "--json", "--metrics-file", "a.prom")
    assert code == 1
    assert 'status="completed_with_failures",type="partners"} 1.0' in Path("a.prom").read_text()
    first = RunResult.from_dict(json.loads(out))
    check(Path("cli.csv"), ROWS, first, module_database)
    code, out, err = say("resume", "--json")
    assert code == 1
    assert "nothing to go on with" in err
    assert RunResult.from_dict(json.loads(out)) == replace(first, seconds=round(first.seconds, 3))
    (listed,) = json.loads(say("runs", run.run_id, "--json")[1])
    assert listed["status"] == "completed_with_failures"
    assert (listed["read"], listed["errors"]) == (ROWS, {"validation": ROWS // 10})
    assert run.run_id in say("runs")[1]
    assert f"{ROWS // 10} validation" in say("runs", run.run_id[:17])[1]
    assert say("runs", "nothing")[0] == 2
