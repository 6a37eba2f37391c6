"""How a record of the log becomes its line: for people, or as JSON for programs.

Both work on the final text, with the traceback in it, so that nothing gets around the redaction.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from odoo_ingestion.logs.current_run import current_run
from odoo_ingestion.logs.redaction import Redaction

_FACTS = ("file", "row", "category", "field")
"""What a record may say besides its message, by logging's ``extra``."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class _Lines(logging.Formatter):
    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def _parts(self, record: logging.LogRecord) -> dict[str, Any]:
        field = getattr(record, "field", None)
        facts = {name: getattr(record, name, None) for name in _FACTS}
        parts: dict[str, Any] = {
            "message": self._redaction.hide(record.getMessage(), field),
            **{
                name: self._redaction.hide(value) if isinstance(value, str) else value
                for name, value in facts.items()
                if value is not None
            },
        }
        if record.exc_info:
            parts["exception"] = self._redaction.hide(self.formatException(record.exc_info))
        return parts


class JsonLines(_Lines):
    """One JSON object a record: time (UTC), level, logger, thread, run_id, message, facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "thread": record.threadName,
            "run_id": current_run(),
            **self._parts(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(_Lines):
    """A line for people: time (UTC), level, run, thread, logger, message, facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; further lines of a message are indented, none can pass for another."""
        parts = self._parts(record)
        message, exception = parts.pop("message"), parts.pop("exception", None)
        facts = " ".join(f"{name}={value}" for name, value in parts.items())
        text = f"{message} [{facts}]" if facts else message
        if exception is not None:
            text += f"\n{exception}"
        where = f"{current_run() or '-'} {record.threadName} {record.name}"
        return f"{_moment(record)} {record.levelname} {where}: {_tame(text)}"


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _tame(text: str) -> str:
    """Return a text that neither ends its line nor steers a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text).replace("\n", "\n    ")
