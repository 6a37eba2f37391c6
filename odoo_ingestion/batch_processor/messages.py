"""What Odoo says about a row -> a Problem with a category, a field and advice."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from odoo_ingestion.batch_processor.answers import Fault
from odoo_ingestion.errors import (
    AccessRefused,
    ModelMissing,
    RecordMissing,
    ServerBug,
    ServerRefused,
)
from odoo_ingestion.records import Category, ModelSchema, Problem

HINTS = {
    Category.VALIDATION: "Correct the value in the file and import the failed rows again.",
    Category.MISSING_RELATION: (
        "Create the record that this cell names in Odoo, or correct the cell."
    ),
    Category.DUPLICATE: (
        "Another record already has this value. Correct it, or change that record in Odoo."
    ),
    Category.PERMISSION: (
        "Ask an Odoo administrator for the rights to do this, or import as another user."
    ),
    Category.SERVER: (
        "Odoo failed on this row. Try it by hand in Odoo, or show the message to whoever runs it."
    ),
    Category.CONNECTION: (
        "Check the row in Odoo, then import the failed rows again: nothing is doubled."
    ),
    Category.NOT_FOUND: "Import this row again: it will be looked up anew.",
}

CONFLICT_TEXTS = (
    "could not serialize access",
    "deadlock detected",
    "could not obtain lock",
    "canceling statement due to lock timeout",
)
"""PostgreSQL's words for "another transaction was in the way"; load() hands them on as text."""

_DUPLICATE = re.compile(
    r"duplicate key value|must be unique|should be unique|must be different"
    # not "has already been used in quotations": that is no value that two records share
    r"|already (?!be(?:en|ing) used)(?:exists?|assigned|used|in use|taken|been|has)"
    r"|(?:is|are) already (?!being used)",
    re.IGNORECASE,
)
_PERMISSION = re.compile(
    r"you are not allowed to|doesn't have '\w+' access|top-secret|access rights?\b|access error"
    r"|security restrictions|do not have enough rights",
    re.IGNORECASE,
)
_MISSING_RELATION = re.compile(r"no matching records? found", re.IGNORECASE)
_SERVER = re.compile(
    r"^(?:unknown error during import|unknown database error|database error)", re.IGNORECASE
)
_CLASS = re.compile(r"<class '([\w.]+)'>")
_REDIRECT = re.compile(
    r"Unknown error during import: odoo\.exceptions\.RedirectWarning: \((['\"])(?P<text>.*?)\1, ",
    re.DOTALL,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_FIELD_IN_TEXT = re.compile(r"value for the field '[^']*' \((\w+)\)")
_NOT_NULL_ADVICE = re.compile(r"\n(?:Model: |- create/update: |- delete: )[^\n]*")
_MARKUP = re.compile(r"<(?:p|br|b|i|div|span|ul|li|strong)\b", re.IGNORECASE)


def is_conflict(message: str) -> bool:
    """Tell whether the text says that another transaction was in the way."""
    lowered = message.lower()
    return any(text in lowered for text in CONFLICT_TEXTS)


def clean(message: str) -> str:
    """Return a server's message as a person should read it: no traceback, no markup."""
    text = _CLASS.sub(r"\1", message).strip()
    if redirected := _REDIRECT.match(text):  # a warning with a button, in Python's notation
        text = redirected["text"].replace("\\n", "\n")
    if "Traceback (most recent call last)" in text:
        text = next((line for line in reversed(text.splitlines()) if line.strip()), text)
    if _MARKUP.search(text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    text = _NOT_NULL_ADVICE.sub("", text)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) or "Odoo refused the row without a reason."


def fault_of(message: Mapping[str, Any], schema: ModelSchema, owners: Sequence[int]) -> Fault:
    """Return an error message of load()'s answer as a Fault, in positions of records.

    ``owners`` tells the position of the record that each row of the call belongs to.

    ``message`` has ``message`` (text) and may have ``rows`` {from, to}, ``field`` (technical name)
    and, for values that could not be converted, ``field_name``.
    """
    raw = str(message.get("message") or "")
    text = clean(raw)
    field = message.get("field") or None
    if not isinstance(field, str):
        found = _FIELD_IN_TEXT.search(raw)
        field = found.group(1) if found else None
    category = _category(text, field, "field_name" in message, schema)
    return Fault(Problem(category, text, field, HINTS[category]), _records(message, owners))


def _records(message: Mapping[str, Any], owners: Sequence[int]) -> tuple[int, ...]:
    rows = message.get("rows")
    if not isinstance(rows, Mapping):
        return ()
    first, last = rows.get("from"), rows.get("to")
    if not isinstance(first, int) or not isinstance(last, int) or first < 0:
        return ()
    return tuple(dict.fromkeys(owners[first : last + 1]))


def _category(text: str, field: str | None, conversion: bool, schema: ModelSchema) -> Category:
    spec = schema.fields.get(field) if field else None
    relation = spec is not None and spec.relation and spec.type != "one2many"
    if _MISSING_RELATION.search(text) or (conversion and relation):
        return Category.MISSING_RELATION
    if field == ".id":
        return Category.NOT_FOUND
    return _category_of_text(text)


def _category_of_text(text: str) -> Category:
    if _SERVER.search(text):
        return Category.SERVER
    if _PERMISSION.search(text):
        return Category.PERMISSION
    if _DUPLICATE.search(text):
        return Category.DUPLICATE
    return Category.VALIDATION


def problem_of_error(error: ServerRefused) -> Problem:
    """Return the Problem of a call that the server refused with a fault, not with row messages."""
    text = clean(error.message)
    if isinstance(error, AccessRefused):
        category = Category.PERMISSION
    elif isinstance(error, RecordMissing):
        category = Category.NOT_FOUND
    elif isinstance(error, ServerBug | ModelMissing):
        category = Category.SERVER
    else:
        category = _category_of_text(text)
    return Problem(category, text, None, error.hint or HINTS[category])


def silent_refusal() -> Fault:
    """Return the Fault of a row that the server refused without a message."""
    return Fault(
        Problem(
            Category.SERVER,
            "Odoo did not accept the row and gave no reason.",
            None,
            HINTS[Category.SERVER],
        )
    )
