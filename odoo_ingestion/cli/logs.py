"""What is logged where: warnings on standard error, everything in a file; never a secret."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_ingestion.cli.reporting import Reporting
from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.logs import JsonLines, Redaction, TextLines, forget_run, open_log_file

if TYPE_CHECKING:
    from odoo_ingestion.cli.screen import Screen
    from odoo_ingestion.config import Config

FILE_NAMES = {"text": "odoo-ingestion.log", "json": "odoo-ingestion.jsonl"}
_SECRET_VARIABLES = ("ODOO_API_KEY", "ODOO_PASSWORD")

_TRACEBACK = re.compile(r"Traceback \(most recent call last\):.*", re.DOTALL)

_logger = logging.getLogger("odoo_ingestion")
_handlers: list[logging.Handler] = []
_secrets: set[str] = set()


class _ScreenLines(logging.Formatter):
    """Lines for the screen, which shows a person's own data as they are, but no secret."""

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


def start_logging(
    screen: Screen, config: Config | None = None, reporting: Reporting | None = None
) -> None:
    """Log to standard error, and to a file in ``ODOO_LOG_DIR`` when that is set.

    A command that imports says how it wants to be reported, and logs to the folder ``logs`` also
    when nothing is set. Raises OutputFileError when a file in a folder that was named cannot be
    written; without the folder that nobody named, an import goes on and says so.
    """
    end_logging()
    _secrets.update(value for name in _SECRET_VARIABLES if (value := os.environ.get(name)))
    if config is not None:
        _secrets.update(_secrets_of(config))
    _logger.setLevel(logging.DEBUG)
    shown = _ScreenHandler(screen)
    shown.setLevel(_level(screen))
    shown.setFormatter(_ScreenLines("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    _add(shown)
    asked = (reporting or Reporting()).settled(config)
    if asked.log_dir is not None:
        _add(_file_handler(asked.log_dir, asked))
    elif reporting is not None:
        try:
            _add(_file_handler(Path("logs"), asked))
        except OutputFileError as e:
            _logger.warning("%s The import goes on without a log.", e.message)


def end_logging() -> None:
    """Close the log, forget the secrets and the run."""
    for handler in _handlers:
        _logger.removeHandler(handler)
        handler.close()
    _handlers.clear()
    _secrets.clear()
    forget_run()


def log_file() -> Path | None:
    """Return the file that is logged to, if any."""
    for handler in _logger.handlers:
        if isinstance(handler, logging.FileHandler):
            return Path(handler.baseFilename)
    return None


def redact(text: str) -> str:
    """Return a text with every known secret hidden."""
    return Redaction(_secrets).hide_secrets(text)


def _add(handler: logging.Handler) -> None:
    _handlers.append(handler)
    _logger.addHandler(handler)


def _level(screen: Screen) -> int:
    if screen.verbose:
        return logging.DEBUG
    return logging.ERROR if screen.quiet else logging.WARNING


def _secrets_of(config: Config) -> Iterable[str]:
    yield config.api_key.get_secret_value()
    if config.proxy is not None:
        from urllib.parse import urlsplit

        yield from filter(None, [urlsplit(config.proxy.get_secret_value()).password])


def _file_handler(folder: Path, asked: Reporting) -> logging.Handler:
    redaction = Redaction(_secrets, keep_personal=bool(asked.log_personal_data))
    form = asked.log_format or "text"
    lines = JsonLines(redaction) if form == "json" else TextLines(redaction)
    return open_log_file(folder / FILE_NAMES[form], lines)
