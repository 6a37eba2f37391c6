"""Which line of a document is to blame: load() names the rows of the whole document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Answer, Landed, NoAnswer, Refused, problems_of
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.records import Action, Batch, Line, ModelSchema, Problem, Record


class Blamer:
    """Finds the lines to blame: by the cell that a message quotes, else by calls rolled back."""

    def __init__(self, rehearser: Rehearser, schemas: Mapping[str, ModelSchema]) -> None:
        self._rehearser = rehearser
        self._schemas = schemas

    def problems(
        self, batch: Batch, record: Record, answer: Refused | NoAnswer
    ) -> tuple[Problem, ...]:
        """Return why a record fails that was sent alone, with the rows of its lines to blame.

        Raises what ``Sender.send`` raises.
        """
        found = problems_of(answer)
        if not record.lines or isinstance(answer, NoAnswer) or answer.whole:
            return found
        blamed = tuple(each for problem in found for each in self._by_cell(problem, record))
        if any(problem.row is not None for problem in blamed):
            return blamed
        return tuple(dict.fromkeys(self._by_trial(batch, record))) or found

    def _by_cell(self, problem: Problem, record: Record) -> list[Problem]:
        """Return the problem once for each line that holds the cell which its message quotes.

        Odoo writes ``'cell' ... for field 'Order Lines/Quantity'`` (``ir.fields.converter``).
        """
        if problem.field != record.lines_field:
            return [problem]
        labels = {
            column: spec.label
            for column in record.lines[0].values
            if (spec := self._line_fields(record).fields.get(column.partition("/")[0]))
        }
        guilty = [
            replace(problem, row=line.row.number, field=column.partition("/")[0])
            for line in record.lines
            for column, label in labels.items()
            if line.values[column]
            and f"'{line.values[column]}'" in problem.message
            and f"/{label}'" in problem.message
        ]
        return guilty or [problem]

    def _by_trial(self, batch: Batch, record: Record) -> list[Problem]:
        """Return the problems of the lines that the server refuses when it is shown them alone."""
        if self._is_to_blame_itself(batch, record):
            return []
        if len(record.lines) > 1:
            middle = len(record.lines) // 2
            halves = (record.lines[:middle], record.lines[middle:])
            return [each for half in halves for each in self._guilty(batch, record, half)]
        return self._guilty(batch, record, record.lines)

    def _is_to_blame_itself(self, batch: Batch, record: Record) -> bool:
        if record.action is Action.UPDATED and not record.values:
            return False
        return not isinstance(self._try(batch, record, ()), Landed)

    def _guilty(self, batch: Batch, record: Record, lines: Sequence[Line]) -> list[Problem]:
        answer = self._try(batch, record, lines)
        if isinstance(answer, Landed):
            return []
        if len(lines) == 1:
            row = lines[0].row.number
            known = self._line_fields(record).fields
            return [
                replace(each, row=row, field=each.field if each.field in known else None)
                for each in problems_of(answer)
            ]
        middle = len(lines) // 2
        return [
            *self._guilty(batch, record, lines[:middle]),
            *self._guilty(batch, record, lines[middle:]),
        ]

    def _try(self, batch: Batch, record: Record, lines: Sequence[Line]) -> Answer:
        shown = replace(record, lines=tuple(lines))
        return self._rehearser.send(replace(batch, records=(shown,)), (shown,))

    def _line_fields(self, record: Record) -> ModelSchema:
        relation = self._schemas[record.model].fields[record.lines_field].relation
        return self._schemas[relation or ""]
