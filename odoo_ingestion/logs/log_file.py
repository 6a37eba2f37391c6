"""The file that is logged to: bounded in size, and never a reason to stop a run."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from odoo_ingestion.errors import OutputFileError

_FILE_BYTES = 5_000_000
_FILES_KEPT = 5

_logger = logging.getLogger("odoo_ingestion")


class _LogFile(RotatingFileHandler):
    """Gives up, and says so, when no more can be written: the run goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's
        reason = sys.exc_info()[1]
        _logger.removeHandler(self)
        with suppress(OSError):  # what it still holds is lost with the rest
            self.close()
        _logger.error("The log %s is not written any more: %s", self.baseFilename, reason)


def open_log_file(path: Path, lines: logging.Formatter) -> logging.FileHandler:
    """Return a handler that appends to a file and keeps five older ones of 5 MB beside it.

    Raises OutputFileError when the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Backslashes: a cell may hold half a character, which no file takes as it is.
        handler = _LogFile(
            path,
            maxBytes=_FILE_BYTES,
            backupCount=_FILES_KEPT,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError as e:
        raise OutputFileError(
            f"The log cannot be written to {path}: {e.strerror}.",
            hint="Choose another folder in ODOO_LOG_DIR, or take it away.",
        ) from e
    handler.setLevel(logging.DEBUG)
    handler.setFormatter(lines)
    return handler
