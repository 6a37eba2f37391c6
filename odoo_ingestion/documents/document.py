"""A document as the file has it: one set of cells of its own, and those of its lines."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from odoo_ingestion.records import Problem, Row


class FileDocument(Struct, frozen=True):
    """The rows of the file that make one document.

    ``rows`` are whole, as they were read, in the file's order. ``own`` is a row with the number of
    the first of them and nothing but the document's cells. ``lines`` have the numbers of their rows
    and nothing but the cells of a line. ``problems`` are what keeps it from being sent, by the
    number of the row that is to blame.
    """

    rows: tuple[Row, ...]
    own: Row
    lines: tuple[Row, ...] = ()
    problems: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The number of its first row, by which it is known while it is on its way."""
        return self.own.number


def problems_of_rows(
    document: FileDocument, problems: Mapping[int, tuple[Problem, ...]], noun: str
) -> dict[int, tuple[Problem, ...]]:
    """Return why each row of a failed document fails: its own reasons, or the row that is to blame.

    ``problems`` are by row number, ``noun`` says what the document is (``order``). A problem
    whose ``row`` is set is that row's, wherever it stands.
    """
    by_row: dict[int, tuple[Problem, ...]] = {}
    for number, found in problems.items():
        for problem in found:
            blamed = problem.row if problem.row is not None else number
            by_row[blamed] = (*by_row.get(blamed, ()), replace(problem, row=None))
    culprit = min(by_row)
    first = by_row[culprit][0]
    result = {}
    for row in document.rows:
        other = Problem(
            first.category,
            f"row {culprit} of the same {noun} failed: {first.message}",
            None,
            f"Correct row {culprit}: the rows of one {noun} are imported together or not at all.",
        )
        result[row.number] = by_row.get(row.number) or (other,)
    return result
