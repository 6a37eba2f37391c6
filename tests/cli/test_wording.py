"""Numbers, times, commands and paths in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion.cli.summary import outcome_table
from odoo_ingestion.cli.wording import duration, path_for_people, program, quoted, rate, rows
from tests.cli.conftest import file_result


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3_599.7, "1 h 00 min"),
        (7_500, "2 h 05 min"),
    ],
)
def test_times(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_rates_and_rows() -> None:
    assert [rate(value) for value in (0, 3.21, 9.96, 1234.5)] == [
        "0.0 rows/s",
        "3.2 rows/s",
        "10 rows/s",
        "1,234 rows/s",
    ]
    assert [rows(value) for value in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]


def test_a_command_can_be_pasted() -> None:
    assert quoted(["retry", "a b.csv", "$x"]) == "retry 'a b.csv' '$x'"


def test_the_program_is_named_as_it_was_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for called, words in (
        ("/x/odoo_ingestion/__main__.py", ["python", "-m", "odoo_ingestion"]),
        ("odoo-ingestion-test", ["odoo-ingestion"]),
        (str(tmp_path / ".venv/bin/odoo-ingestion"), [".venv/bin/odoo-ingestion"]),
        ("/opt/bin/odoo-ingestion", ["/opt/bin/odoo-ingestion"]),
    ):
        monkeypatch.setattr("sys.argv", [called])
        assert program() == words

    on_path = tmp_path / "bin" / "odoo-ingestion"
    on_path.parent.mkdir()
    on_path.touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(on_path)])
    assert program() == ["odoo-ingestion"]


def test_paths_are_as_short_as_can_be(tmp_path: Path) -> None:
    assert path_for_people(str(tmp_path / "data/a.csv")) == "data/a.csv"
    assert path_for_people("/elsewhere/a.csv") == "/elsewhere/a.csv"
    assert path_for_people("-") == "-"


def test_a_narrow_terminal_gets_lines_in_place_of_a_table() -> None:
    text = str(outcome_table([file_result(created=3, failed=1)], 60, dry_run=True))
    assert text == (
        "products.csv: 4 rows\n  3 would create, 0 would update, 0 unchanged, 1 failed\n"
    )


def test_folders_are_named_only_where_the_names_alone_are_not_clear() -> None:
    clear = str(outcome_table([file_result("a/x.csv"), file_result("b/y.csv")], 60, dry_run=False))
    unclear = str(
        outcome_table([file_result("a/x.csv"), file_result("b/x.csv")], 60, dry_run=False)
    )
    assert "a/" not in clear
    assert "a/x.csv: 0 rows" in unclear
