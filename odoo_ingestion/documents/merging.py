"""The rows of one document -> its own cells and those of its lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from odoo_ingestion.documents.document import FileDocument
from odoo_ingestion.records import Category, Problem, Row

IsEmpty = Callable[[Any], bool]


def merge_rows(
    rows: Sequence[Row],
    own: Collection[str],
    of_line: Collection[str],
    is_empty: IsEmpty,
    noun: str,
    found: Mapping[int, Problem] | None = None,
) -> FileDocument:
    """Return the document that rows of a flat file make.

    ``own`` and ``of_line`` are the columns of the document and of its lines; a column that is
    neither is handed on with the document's cells. A cell of the document may stand in any of the
    rows, and two rows that contradict each other fail it. ``found`` are problems known before.
    """
    problems: dict[int, tuple[Problem, ...]] = {n: (p,) for n, p in (found or {}).items()}
    cells: dict[str, Any] = {}
    said: dict[str, int] = {}
    lines = []
    for row in rows:
        if row.problem is not None:
            problems[row.number] = (row.problem,)
            continue
        line: dict[str, Any] = {}
        for name, cell in row.values.items():
            if name in of_line:
                line[name] = cell
            elif name not in cells or is_empty(cells[name]):
                cells[name] = cell
                said[name] = row.number
            elif name in own and not is_empty(cell) and not _same(cell, cells[name]):
                clash = _contradiction(name, cell, cells[name], said[name], noun)
                problems[row.number] = (*problems.get(row.number, ()), clash)
        if not all(is_empty(cell) for cell in line.values()):
            lines.append(Row(row.number, row.line, line))
    first = rows[0]
    return FileDocument(tuple(rows), Row(first.number, first.line, cells), tuple(lines), problems)


def split_nested(row: Row, nested: str, is_empty: IsEmpty, noun: str) -> FileDocument:
    """Return the document of a row that holds its lines as a list in the column ``nested``."""
    if row.problem is not None:
        return FileDocument((row,), row, (), {row.number: (row.problem,)})
    own = {name: cell for name, cell in row.values.items() if name != nested}
    held = row.values.get(nested)
    items = [] if is_empty(held) else held if isinstance(held, list) else [held]
    problems: dict[int, tuple[Problem, ...]] = {}
    lines = []
    for position, item in enumerate(items, start=1):
        if isinstance(item, Mapping):
            lines.append(Row(row.number, row.line, flatten(item)))
        else:
            problem = Problem(
                Category.VALIDATION,
                f"line {position} of the {noun} is no object with columns as keys",
                nested,
                'Write each line like {"product": "TEA-001", "quantity": 3}.',
            )
            problems[row.number] = (*problems.get(row.number, ()), problem)
    return FileDocument((row,), Row(row.number, row.line, own), tuple(lines), problems)


def flatten(item: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the cells of an object, those of objects within it under dotted names."""
    cells: dict[str, Any] = {}
    for key, cell in item.items():
        if isinstance(cell, Mapping):
            cells |= flatten(cell, f"{prefix}{key}.")
        else:
            cells[prefix + key] = cell
    return cells


def _same(cell: Any, other: Any) -> bool:
    return str(cell).strip() == str(other).strip()


def _contradiction(name: str, cell: Any, other: Any, row: int, noun: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"this row says {str(cell)[:60]!r}, row {row} of the same {noun} says {str(other)[:60]!r}",
        name,
        f"Give all rows of the {noun} the same value, or leave it empty in all but one.",
    )
