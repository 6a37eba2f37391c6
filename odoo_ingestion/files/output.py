"""A file that grows row by row and is whole on the disk after each of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from odoo_ingestion.errors import OutputFileError

SYNC_EVERY = 0.2
"""Seconds between two forced writes to the disk; a killed process loses nothing in any case."""


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class GrowingFile:
    """A new file to which whole rows are appended; a row that does not fit leaves no trace.

    ``begin`` stands at its start and ``end`` after its last row at any time.
    Raises OutputFileError when the file exists or cannot be written.
    """

    def __init__(self, path: Path, begin: bytes, end: bytes = b"") -> None:
        self.path = path
        self._end = end
        self._size = 0
        self._synced = 0.0
        try:
            # Unbuffered: what a write has returned from is the system's, not this process's.
            self._file = path.open("xb", buffering=0)
        except OSError as e:
            raise cannot_write(path, e) from e
        try:
            self.append(begin)
        except OutputFileError:
            self._file.close()
            raise

    def append(self, data: bytes) -> None:
        """Put data after the last row."""
        try:
            self._write_at(self._size, data + self._end)
            self._size += len(data)
            now = time.monotonic()
            if now - self._synced > SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._synced = now
        except OSError as e:
            self._restore()
            raise cannot_write(self.path, e) from e

    def close(self) -> None:
        """Force the file to the disk and release it."""
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as e:
            raise cannot_write(self.path, e) from e
        finally:
            self._file.close()

    def _write_at(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]

    def _restore(self) -> None:
        """Take a half-written row back; its space is enough for the file's end."""
        try:
            self._file.truncate(self._size)
            self._write_at(self._size, self._end)
        except OSError as e:
            raise cannot_write(self.path, e) from e


def cannot_write(path: Path, error: OSError) -> OutputFileError:
    """Return the error for a file that cannot be written, with advice."""
    if isinstance(error, FileExistsError):
        return OutputFileError(
            f"{path} exists already and is not overwritten.",
            hint="Move it away, or name another folder with --failed-dir.",
        )
    return OutputFileError(
        f"{path} cannot be written: {error.strerror or error}.",
        hint="Free some space or check the rights, or name another folder with --failed-dir.",
    )


def safe_for_spreadsheets(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: such a one gets a ``'`` before it.

    Source: OWASP, CSV injection (a cell that begins with ``= + - @``, a tab, an end of line, or one
    of these signs in full width).
    """
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
