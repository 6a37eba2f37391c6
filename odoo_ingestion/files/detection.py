"""Tells the format of an input by its content and its name."""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from msgspec import Struct

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import FORMATS
from odoo_ingestion.files.text import guess_text

PARQUET_MAGIC = b"PAR1"
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
}
_ALIASES = {"tsv": "csv", "txt": "csv", "ndjson": "jsonl", "xls": "xlsx", "excel": "xlsx"}
_OTHERS = {
    b"%PDF": "a PDF document",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ": "packed by xz",
    b"\x28\xb5\x2f\xfd": "packed by Zstandard",
    b"7z\xbc\xaf": "packed by 7-Zip",
    b"Rar!": "packed by RAR",
    b"SQLite format 3": "a SQLite database",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
_MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|meta|div)", re.IGNORECASE)
_JSON = re.compile(r'\s*(\{\s*["}]|\[\s*([\[{\]"]|-?\d|true|false|null))')


class Detected(Struct, frozen=True):
    """The format of an input, and what to tell the user of how it was found."""

    format: str
    notes: tuple[str, ...] = ()


def check_format(name: str) -> str:
    """Return the format that a user's ``--format`` means; raises UsageError."""
    format_ = _ALIASES.get(name.lower(), name.lower())
    if format_ not in FORMATS:
        raise UsageError(
            f"There is no format {name!r}.", hint=f"The formats are {', '.join(FORMATS)}."
        )
    return format_


def detect_format(head: bytes, name: str) -> Detected:
    """Tell the format of an input that begins with ``head`` (some KiB).

    What a file is counts more than what it is called; where they differ a note says so.
    Raises InputFileError for content that is none of the formats.
    """
    ending = PurePath(name.lower().removesuffix(".gz")).suffix
    named = _ENDINGS.get(ending)
    content = _content(head, name, named)
    if named is not None and content != named:
        return Detected(content, (f"It is named {ending}, but its content is {_WORDS[content]}.",))
    return Detected(content)


_WORDS = {
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
    "xlsx": "an Excel workbook",
}


def _content(head: bytes, name: str, named: str | None) -> str:
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    if head.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return "xlsx"
    if named == "parquet":
        # The format's own reader says what is wrong.
        return named
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise InputFileError(f"{name} is {what}.", hint=f"It can read {', '.join(FORMATS)}.")
    start = guess_text(head)
    if _MARKUP.match(start):
        raise InputFileError(
            f"{name} is an HTML or XML page, not a table.",
            hint="Open it in a spreadsheet and save it as .xlsx or .csv.",
        )
    if named in ("json", "jsonl") or _JSON.match(start):
        return _kind_of_json(start, named)
    zeros = start.count("\0") / max(1, len(start))
    if zeros > (0.3 if named == "csv" else 0.01):
        raise InputFileError(
            f"{name} is not a text file and of no known format.",
            hint=f"It can read {', '.join(FORMATS)}; --format forces one.",
        )
    return "csv"


def _kind_of_json(start: str, named: str | None) -> str:
    """Tell JSON from JSON Lines: there the first line is an object of its own."""
    if start.lstrip().startswith("["):
        return "json"
    lines = [line for line in re.split(r"\r\n|\r|\n", start) if line.strip()]
    if not lines:
        return named or "json"
    if len(lines) == 1:
        return "jsonl" if named == "jsonl" else "json"
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return "jsonl" if named == "jsonl" and lines[0].strip() != "{" else "json"
    return "jsonl"
