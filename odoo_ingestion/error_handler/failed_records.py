"""Stores the rows that failed, as they fail."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from odoo_ingestion.error_handler.sidecar import SIDECAR_SUFFIX, Sidecar
from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.ports import RowWriter
from odoo_ingestion.records import ERROR_COLUMNS, Outcome, Problem, Row, SourceFacts

_logger = logging.getLogger("odoo_ingestion.error_handler")

OpenWriter = Callable[[Path, SourceFacts, Sequence[str], Sequence[str]], RowWriter]
"""Opens a failed-records file: path, facts of the input, its header, the columns to append."""

_BETWEEN = " | "
_LONGEST_STEM = 120
"""Bytes of the input's name that are kept; file systems take 255 for a whole name."""


class ErrorHandler:
    """Stores the failed rows of one input as they fail, and counts them by category.

    The failed-records file is made at the first failure: `<failed_dir>/<input's name>.<date>-
    <time>.failed<suffix>` (`.dry-run.failed` in a dry run), never over another file. ``suffix`` is
    the one of the format that ``open_writer`` writes, ``on_begin`` is told of the file before it
    is there. Safe to share between threads.
    """

    def __init__(
        self,
        sidecar: Sidecar,
        header: Sequence[str],
        failed_dir: Path,
        suffix: str,
        open_writer: OpenWriter,
        *,
        now: Callable[[], datetime] = datetime.now,
        on_begin: Callable[[Path], None] | None = None,
    ) -> None:
        self._sidecar = sidecar
        self._header = tuple(header)
        self._failed_dir = failed_dir
        self._suffix = suffix
        self._open_writer = open_writer
        self._now = now
        self._on_begin = on_begin
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._writer: RowWriter | None = None
        self._closed = False

    def __enter__(self) -> ErrorHandler:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path | None:
        """The failed-records file, None while no row has failed."""
        with self._lock:
            return None if self._writer is None else self._writer.path

    @property
    def category_counts(self) -> dict[str, int]:
        """Failed rows by the category of their first problem: they add up to the rows stored."""
        with self._lock:
            return dict(self._counts)

    def store(self, row: Row, problems: Sequence[Problem]) -> None:
        """Write a failed row and why it failed; raises OutputFileError when that is impossible."""
        if not problems:
            raise ValueError(f"row {row.number} failed without a problem")
        with self._lock:
            if self._closed:
                raise ValueError("the error handler is closed")
            if self._writer is None:
                self._writer = self._open()
            self._write(self._writer, row, problems)
            self._counts[str(problems[0].category)] += 1
        self._log(row, problems)

    def store_outcome(self, outcome: Outcome) -> None:
        """Write the row of a failed outcome, as `store` does."""
        self.store(outcome.row, outcome.problems)

    def close(self) -> None:
        """Complete the failed-records file; raises OutputFileError when that is impossible."""
        with self._lock:
            self._closed = True
            if self._writer is None:
                return
            try:
                self._writer.close()
            except OSError as e:
                raise _cannot_write(self._writer.path, e) from e

    def _write(self, writer: RowWriter, row: Row, problems: Sequence[Problem]) -> None:
        try:
            writer.write(row, error_cells(row, problems))
        except OSError as e:
            raise _cannot_write(writer.path, e) from e

    def _log(self, row: Row, problems: Sequence[Problem]) -> None:
        file = self._sidecar.source.path
        for problem in problems:
            number = problem.row or row.number
            facts = {"file": file, "row": number, "category": str(problem.category)}
            field = {"field": problem.field} if problem.field else {}
            # A message may quote half a character, which no stream takes as it is.
            message = problem.message.encode("utf-8", "backslashreplace").decode()
            _logger.debug("A row failed: %s", message, extra=facts | field)

    def _open(self) -> RowWriter:
        path = self._reserve()
        if self._on_begin is not None:
            self._on_begin(path)
        try:
            return self._open_writer(path, self._sidecar.source, self._header, ERROR_COLUMNS)
        except OSError as e:
            raise _cannot_write(path, e) from e

    def _reserve(self) -> Path:
        """Find a name that is free and take it by writing its sidecar."""
        moment = self._now()
        sidecar = replace(self._sidecar, created=moment.isoformat(timespec="seconds"))
        text = json.dumps(sidecar.as_dict(), ensure_ascii=False, indent=2, default=str)
        options = sidecar.options
        dry = options.is_dry
        kind = ".dry-run.failed" if dry else ".failed"
        name = f"{input_stem(sidecar.source.path)}.{moment:%Y%m%d-%H%M%S}"
        path = self._failed_dir / f"{name}{kind}{self._suffix}"
        ordinal = 1
        try:
            self._failed_dir.mkdir(parents=True, exist_ok=True)
            while path.exists() or not _create(path.with_name(path.name + SIDECAR_SUFFIX), text):
                ordinal += 1
                path = self._failed_dir / f"{name}-{ordinal}{kind}{self._suffix}"
        except OSError as e:
            raise _cannot_write(path, e) from e
        return path


def error_cells(row: Row, problems: Sequence[Problem]) -> dict[str, str]:
    """Return the `_error_*` cells of a failed row; its several problems are joined by ` | `."""
    cells = (
        [str(row.number)],
        [str(problem.category) for problem in problems],
        [problem.field for problem in problems],
        [problem.message for problem in problems],
        [problem.hint for problem in problems],
    )
    # Each thing is said once, in the order of the problems.
    texts = (_BETWEEN.join(dict.fromkeys(text for text in cell if text)) for cell in cells)
    return dict(zip(ERROR_COLUMNS, texts, strict=True))


def input_stem(path: str) -> str:
    """Return an input's name without folder and endings, for files named after it.

    A failed-records file gives the stem of the file that it came from, so that the names of
    retries do not grow.
    """
    if path == "-":
        return "stdin"
    name = Path(path).name
    for ending in (".gz", ".partial.jsonl"):
        name = name.removesuffix(ending)
    stem = Path(name).stem
    before, dot, kind = stem.rpartition(".")
    if kind == "failed" and dot:
        before = before.removesuffix(".dry-run")
        stem, _, moment = before.rpartition(".")
        stem = stem if stem and moment[:8].isdigit() else before
    return (stem or name).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore")


def _create(path: Path, text: str) -> bool:
    """Write a new file so that it is there whole or not at all; False when the name is taken."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        # Backslashes: a file's name may hold bytes that are no text; in JSON they are escapes.
        with draft.open("x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        return _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> bool:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems know no hard links (FAT, some network shares).
        if path.exists():
            return False
        draft.replace(path)
    return True


def _cannot_write(path: Path, error: OSError) -> OutputFileError:
    return OutputFileError(
        f"The failed rows cannot be written to {path}: {error.strerror or error}.",
        hint="Free some space, or name another folder with --failed-dir, and run it again.",
    )
