"""Problems as they are kept: hints and columns, which many rows share, are stored once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from odoo_ingestion.records import Category, Problem


def storable(text: str) -> str:
    """Return a text as SQLite can keep it: names of files and cells may hold what is no Unicode."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def as_json(content: Any) -> str:
    """Return plain values as JSON, in which such characters are escapes and come back."""
    return storable(json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str))


def mark(name: str) -> str:
    """Return a name in 12 characters: enough to tell the records of one file apart."""
    return hashlib.blake2b(name.encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()


class Texts:
    """Numbers for texts that come again and again."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}

    def pack(self, problems: Sequence[Problem]) -> str | None:
        """Return problems in short, None where there are none; inside a transaction."""
        if not problems:
            return None
        short = [
            [p.message, *(self._number(text) for text in (p.category, p.field, p.hint)), p.row]
            for p in problems
        ]
        for one in short:
            while one[-1] is None:
                one.pop()
        return as_json(short)

    def unpack(self, text: str | None) -> tuple[Problem, ...]:
        """Return what ``pack`` was given."""
        if text is None:
            return ()
        return tuple(self._problem(*values) for values in json.loads(text))

    def forget(self) -> None:
        """Forget numbers that a transaction gave and took back."""
        self._numbers.clear()

    def _problem(
        self,
        message: str,
        category: int,
        field: int | None = None,
        hint: int | None = None,
        row: int | None = None,
    ) -> Problem:
        told = self._text(category)
        return Problem(Category(told or ""), message, self._text(field), self._text(hint), row)

    def _number(self, text: str | None) -> int | None:
        if text is None:
            return None
        text = storable(text)
        if text not in self._numbers:
            execute = self._database.execute
            execute("INSERT OR IGNORE INTO texts (text) VALUES (?)", (text,))
            (self._numbers[text],) = execute(
                "SELECT id FROM texts WHERE text = ?", (text,)
            ).fetchone()
        return self._numbers[text]

    def _text(self, number: int | None) -> str | None:
        if number is None:
            return None
        (text,) = self._database.execute(
            "SELECT text FROM texts WHERE id = ?", (number,)
        ).fetchone()
        return str(text)
