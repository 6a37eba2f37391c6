"""Failed rows are stored as they fail, beside them what a retry needs."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from odoo_ingestion.error_handler import (
    ErrorHandler,
    Sidecar,
    advice,
    error_cells,
    input_stem,
    read_sidecar,
)
from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.records import (
    ERROR_COLUMNS,
    Action,
    Category,
    Outcome,
    Problem,
    Row,
    SourceFacts,
)
from odoo_ingestion.runs import ImportOptions

NOON = datetime(2026, 11, 20, 12, 0, 5)


class LineWriter:
    """A writer of one JSON line a row, flushed at once."""

    def __init__(
        self, path: Path, facts: SourceFacts, header: Sequence[str], extra: Sequence[str]
    ) -> None:
        self.path = path
        self.columns = (*header, *extra)
        self.closed = False
        self._file = path.open("x", encoding="utf-8", buffering=1)

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        self._file.write(json.dumps({**row.values, **extra}) + "\n")

    def close(self) -> None:
        self._file.close()


def handler(
    folder: Path,
    *,
    path: str = "in/products.csv",
    options: ImportOptions | None = None,
    open_writer: Callable[..., LineWriter] = LineWriter,
) -> ErrorHandler:
    sidecar = Sidecar(
        options or ImportOptions(type="products"),
        SourceFacts(path, "csv", "utf-8", ","),
        url="https://odoo.example.com",
        database="shop",
    )
    return ErrorHandler(sidecar, ("name", "price"), folder, ".csv", open_writer, now=lambda: NOON)


def bad_price(number: int) -> tuple[Row, tuple[Problem, ...]]:
    row = Row(number, number + 1, {"name": f"p{number}", "price": "x"})
    return row, (Problem(Category.VALIDATION, "'x' is not a number.", "price", "Write 12.50."),)


def test_nothing_is_written_while_no_row_fails(tmp_path: Path) -> None:
    with handler(tmp_path / "failed") as errors:
        assert errors.path is None
    assert not (tmp_path / "failed").exists()
    assert errors.category_counts == {}


def test_a_failed_row_is_on_disk_at_once_under_a_name_that_tells_where_it_came_from(
    tmp_path: Path,
) -> None:
    errors = handler(tmp_path / "a" / "failed")
    errors.store(*bad_price(3))

    assert errors.path == tmp_path / "a" / "failed" / "products.20261120-120005.failed.csv"
    assert json.loads(errors.path.read_text()) == {
        "name": "p3",
        "price": "x",
        "_error_row": "3",
        "_error_category": "validation",
        "_error_field": "price",
        "_error_message": "'x' is not a number.",
        "_error_hint": "Write 12.50.",
    }
    errors.close()


def test_the_writer_gets_the_header_and_the_error_columns(tmp_path: Path) -> None:
    writers: list[LineWriter] = []

    def open_writer(*words: object) -> LineWriter:
        writers.append(LineWriter(*words))  # type: ignore[arg-type]  # passed through as given
        return writers[0]

    with handler(tmp_path, open_writer=open_writer) as errors:
        errors.store(*bad_price(1))
        errors.store(*bad_price(2))

    assert [writer.columns for writer in writers] == [("name", "price", *ERROR_COLUMNS)]


@pytest.mark.parametrize(
    "options", [ImportOptions(dry_run=True), ImportOptions(dry_run_server=True)]
)
def test_a_dry_run_says_so_in_the_name(tmp_path: Path, options: ImportOptions) -> None:
    with handler(tmp_path, options=options) as errors:
        errors.store(*bad_price(1))
    assert errors.path == tmp_path / "products.20261120-120005.dry-run.failed.csv"


def test_an_earlier_file_is_never_overwritten(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        with handler(tmp_path) as errors:
            errors.store(*bad_price(number))
            paths.append(errors.path)

    assert [path.name for path in paths if path] == [
        "products.20261120-120005.failed.csv",
        "products.20261120-120005-2.failed.csv",
        "products.20261120-120005-3.failed.csv",
    ]
    assert ['"p0"' in path.read_text() for path in paths if path] == [True, False, False]


def test_two_runs_of_the_same_second_get_files_of_their_own(tmp_path: Path) -> None:
    handlers = [handler(tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=errors.store, args=bad_price(1)) for errors in handlers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for errors in handlers:
        errors.close()

    assert len({errors.path for errors in handlers}) == 8
    assert not list(tmp_path.glob(".*"))


def test_the_sidecar_is_there_before_the_first_row(tmp_path: Path) -> None:
    seen: list[Sidecar | None] = []

    def open_writer(path: Path, *words: object) -> LineWriter:
        seen.append(read_sidecar(path))
        return LineWriter(path, *words)  # type: ignore[arg-type]  # passed through as given

    with handler(tmp_path, open_writer=open_writer) as errors:
        errors.store(*bad_price(1))

    assert seen[0] is not None
    assert (seen[0].options.type, seen[0].database) == ("products", "shop")
    assert seen[0].created == "2026-11-20T12:00:05"


def test_a_file_system_without_hard_links_does_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for _ in range(2):
        with handler(tmp_path) as errors:
            errors.store(*bad_price(1))
    # A name whose sidecar alone is there is taken too.
    (tmp_path / "products.20261120-120005-3.failed.csv.meta.json").touch()
    with handler(tmp_path) as errors:
        errors.store(*bad_price(1))

    assert errors.path == tmp_path / "products.20261120-120005-4.failed.csv"
    assert read_sidecar(errors.path) is not None


def test_failed_rows_are_counted_once_each(tmp_path: Path) -> None:
    row, problems = bad_price(1)
    missing = Problem(Category.MISSING_RELATION, "no such unit", "uom")
    with handler(tmp_path) as errors:
        errors.store(row, (*problems, missing))
        errors.store(row, (missing,))
        errors.store_outcome(Outcome(row, Action.FAILED, problems=(missing, *problems)))

    assert errors.category_counts == {"validation": 1, "missing_relation": 2}


def test_several_problems_are_joined_and_nothing_is_said_twice() -> None:
    problems = (
        Problem(Category.VALIDATION, "bad date", "date", "Write 2026-11-20."),
        Problem(Category.VALIDATION, "bad number", "price"),
        Problem(Category.MISSING_RELATION, "no such unit", None, "Write 2026-11-20."),
    )
    assert error_cells(Row(7, 9, {}), problems) == {
        "_error_row": "7",
        "_error_category": "validation | missing_relation",
        "_error_field": "date | price",
        "_error_message": "bad date | bad number | no such unit",
        "_error_hint": "Write 2026-11-20.",
    }


def test_a_failure_without_a_reason_or_after_the_end_is_a_bug_of_the_caller(tmp_path: Path) -> None:
    errors = handler(tmp_path)
    with pytest.raises(ValueError, match="row 5 failed without a problem"):
        errors.store(Row(5, None, {}), ())
    errors.close()
    with pytest.raises(ValueError, match="closed"):
        errors.store(*bad_price(1))


class FullDisk(LineWriter):
    """A disk that is full after one row."""

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        if row.number > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(row, extra)

    def close(self) -> None:
        super().close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_with_the_file_and_what_to_do(tmp_path: Path) -> None:
    errors = handler(tmp_path, open_writer=FullDisk)
    errors.store(*bad_price(1))
    with pytest.raises(OutputFileError, match=r"failed\.csv: No space left") as told:
        errors.store(*bad_price(2))
    assert told.value.hint is not None
    assert "--failed-dir" in told.value.hint
    assert errors.category_counts == {"validation": 1}
    with pytest.raises(OutputFileError, match="No space left"):
        errors.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        handler(tmp_path / "file" / "failed") as errors,
        pytest.raises(OutputFileError, match="cannot be written to"),
    ):
        errors.store(*bad_price(1))


def test_a_writer_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    def refuse(*_: object) -> LineWriter:
        raise PermissionError(errno.EACCES, "Permission denied")

    with (
        handler(tmp_path, open_writer=refuse) as errors,
        pytest.raises(OutputFileError, match="Permission denied"),
    ):
        errors.store(*bad_price(1))


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/in/products.csv", "products"),
        ("products.v2.csv.gz", "products.v2"),
        ("products", "products"),
        (".csv", ".csv"),
        ("-", "stdin"),
        ("data/failed/products.20261120-120005.failed.csv", "products"),
        ("data/failed/products.20261120-120005-2.dry-run.failed.xlsx", "products"),
        ("data/failed/products.20261120-120005.failed.parquet.partial.jsonl", "products"),
        ("products.failed.csv", "products"),
        ("é" * 120 + ".csv", "é" * 60),
    ],
)
def test_files_are_named_after_the_first_input(path: str, stem: str) -> None:
    assert input_stem(path) == stem


@pytest.mark.parametrize("category", Category)
def test_there_is_advice_for_every_category(category: Category) -> None:
    assert advice(category).endswith(".")
