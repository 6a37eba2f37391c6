"""What stands in for a file that can only be written whole: its rows as JSON Lines, until then."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.files.json_lines import JsonLinesWriter
from odoo_ingestion.files.output import cannot_write
from odoo_ingestion.records import Row

SPOOL_SUFFIX = ".partial.jsonl"
"""The ending, after the file's own name, of what can be imported if the run is killed."""


class Spool:
    """The rows of a file to be, beside it; ``path`` is the file to be and must not exist.

    When it cannot be made in the end, ``path`` is where its rows are kept.

    Rows stand here by their values: types as far as JSON has them, dates and times as ISO text.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise cannot_write(path, FileExistsError())
        self.path = path
        self._draft = path.with_name(path.name + ".partial")
        self._lines = JsonLinesWriter(path.with_name(path.name + SPOOL_SUFFIX))

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        self._lines.write(Row(row.number, row.line, row.values), extra)

    def complete(self, write: Callable[[Path], None]) -> None:
        """Let ``write`` make the file under a draft's name, then put it in the spool's place.

        Raises OutputFileError; the rows are then still in the spool.
        """
        self._lines.close()
        try:
            write(self._draft)
            with self._draft.open("rb") as draft:
                os.fsync(draft.fileno())
            _publish(self._draft, self.path)
        except OSError as e:
            self._draft.unlink(missing_ok=True)
            kept = self._kept(e)
            self.path = self._lines.path
            raise kept from e
        self._lines.path.unlink()

    def _kept(self, error: OSError) -> OutputFileError:
        return OutputFileError(
            cannot_write(self.path, error).message,
            hint=f"The rows are kept in {self._lines.path}, which can be imported in its place.",
        )


def _publish(draft: Path, path: Path) -> None:
    """Give a draft its name without overwriting another file."""
    try:
        path.hardlink_to(draft)
        draft.unlink()
    except FileExistsError:
        raise
    except OSError:
        # Some file systems know no hard links (FAT, some network shares).
        if path.exists():
            raise FileExistsError(17, f"{path} exists already") from None
        draft.rename(path)
