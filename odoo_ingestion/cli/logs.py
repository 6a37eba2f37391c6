"""The log: on standard error, in a file where one is wanted, and never with a secret in it."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_ingestion.cli.choices import named_folder
from odoo_ingestion.errors import OutputFileError

if TYPE_CHECKING:
    from odoo_ingestion.cli.screen import Screen
    from odoo_ingestion.config import Config

FILE_NAME = "odoo-ingestion.log"
_FILE_BYTES = 5_000_000
_FILES_KEPT = 5
_HIDDEN = "***"
_SECRET_VARIABLES = ("ODOO_API_KEY", "ODOO_PASSWORD")

_TRACEBACK = re.compile(r"Traceback \(most recent call last\):.*", re.DOTALL)

_logger = logging.getLogger("odoo_ingestion")
_secrets: set[str] = set()


class _Redacted(logging.Formatter):
    """Formats a record, its traceback included, without the secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _ScreenHandler(logging.Handler):
    """Prints above the progress bars; of a traceback of the server only its last line."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            if not record.exc_info:
                text = _TRACEBACK.sub(_last_line, text)
            self._screen.err.print(text, soft_wrap=True)
        except (OSError, ValueError):
            self.handleError(record)


def _last_line(found: re.Match[str]) -> str:
    return found[0].rstrip().rpartition("\n")[2]


def start_logging(screen: Screen, config: Config | None = None) -> None:
    """Log to standard error, and to a file in ``ODOO_LOG_DIR`` when that is set.

    Raises OutputFileError when the file cannot be written.
    """
    end_logging()
    _secrets.update(value for name in _SECRET_VARIABLES if (value := os.environ.get(name)))
    if config is not None:
        _secrets.update(_secrets_of(config))
    _logger.setLevel(logging.DEBUG)
    shown = _ScreenHandler(screen)
    shown.setLevel(_level(screen))
    shown.setFormatter(_Redacted("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    _logger.addHandler(shown)
    folder = _folder(config)
    if folder is not None:
        _logger.addHandler(_file_handler(folder))


def end_logging() -> None:
    """Close the log and forget the secrets."""
    for handler in list(_logger.handlers):
        if isinstance(handler.formatter, _Redacted):
            _logger.removeHandler(handler)
            handler.close()
    _secrets.clear()


def log_file() -> Path | None:
    """Return the file that is logged to, if any."""
    for handler in _logger.handlers:
        if isinstance(handler, logging.FileHandler):
            return Path(handler.baseFilename)
    return None


def redact(text: str) -> str:
    """Return a text with every known secret hidden."""
    # The longest first: one may be part of another.
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def _level(screen: Screen) -> int:
    if screen.verbose:
        return logging.DEBUG
    return logging.ERROR if screen.quiet else logging.WARNING


def _secrets_of(config: Config) -> Iterable[str]:
    yield config.api_key.get_secret_value()
    if config.proxy is not None:
        from urllib.parse import urlsplit

        yield from filter(None, [urlsplit(config.proxy.get_secret_value()).password])


def _folder(config: Config | None) -> Path | None:
    if config is not None:
        return config.log_dir if "log_dir" in config.model_fields_set else None
    folder = os.environ.get("ODOO_LOG_DIR")
    return named_folder("ODOO_LOG_DIR", folder) if folder else None


def _file_handler(folder: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class LogFile(RotatingFileHandler):
        """Gives up, and says so, when no more can be written: the run goes on."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's
            reason = sys.exc_info()[1]
            _logger.removeHandler(self)
            with suppress(OSError):  # what it still holds is lost with the rest
                self.close()
            _logger.error("The log %s is not written any more: %s", path, reason)

    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = LogFile(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8")
    except OSError as e:
        raise OutputFileError(
            f"The log cannot be written to {path}: {e.strerror}.",
            hint="Choose another folder in ODOO_LOG_DIR, or take it away.",
        ) from e
    handler.setLevel(logging.DEBUG)
    handler.setFormatter(
        _Redacted("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    return handler
