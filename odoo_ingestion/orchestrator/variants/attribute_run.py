"""A file of attributes and their values, from its first row to its last outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from odoo_ingestion.batch_processor import one_by_one
from odoo_ingestion.data_models import Validator
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.processors import OpenProcessor
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.orchestrator.variants.stages import Stages, new_record
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import (
    Action,
    Category,
    ColumnKind,
    Draft,
    Mode,
    Outcome,
    Problem,
    Record,
    Row,
)
from odoo_ingestion.runs import ImportOptions
from odoo_ingestion.variants.attributes import (
    ATTRIBUTE,
    DYNAMIC,
    VALUE,
    Attribute,
    AttributeBook,
    Value,
)

MODE = "create_variant"
_CHUNK_ROWS = 500
_RELATION = "attribute_id"


class AttributeParts(Struct, frozen=True):
    """What a run needs of the other rooms, ready for one file."""

    validator: Validator
    book: AttributeBook
    stages: Stages


class _Plan(Struct):
    """A row with its attribute and its value (None: the attribute alone)."""

    draft: Draft
    attribute: Attribute
    value: Value | None = None
    problems: list[Problem] = field(default_factory=list)
    outcome: Outcome | None = None


class AttributeRun:
    """Leads rows of an attribute and one of its values each to their outcomes."""

    def __init__(
        self,
        source: RowSource,
        target: Target,
        parts: AttributeParts,
        options: ImportOptions,
        ledger: Ledger,
        open_processor: OpenProcessor,
    ) -> None:
        self._source = source
        self._target = target
        self._parts = parts
        self._mode = options.mode
        self._ledger = ledger
        self._open_processor = open_processor
        self._seen: dict[Attribute | Value, int] = {}

    def execute(self) -> None:
        """Import the file; the counts are in the ledger also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed
        and what else ends a run.
        """
        opened = self._open_processor(one_by_one(self._parts.stages.take), self._ledger.notice)
        with opened as processor:
            self._parts.stages.use(processor)
            rows = self._ledger.read(iter(self._source))
            try:
                while chunk := list(islice(rows, _CHUNK_ROWS)):
                    self._import(self._left(chunk))
                    self._ledger.check_stop()
                self._ledger.reading_finished()
            finally:
                self._ledger.tally.notices_before += self._parts.validator.notices
                self._ledger.tally.retries.update(processor.retries)
                self._ledger.finish()

    def extra_records(self) -> Mapping[str, int]:
        """Return nothing: attributes are counted as they are made."""
        return {}

    # --- stages -----------------------------------------------------------------------------

    def _left(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows without those that failed before the run went on, which are settled."""
        outcomes = [self._ledger.final(Outcome(row, Action.UNCHANGED)) for row in rows]
        for outcome in outcomes:
            if outcome.action is Action.FAILED:
                self._ledger.settle(outcome)
        return [outcome.row for outcome in outcomes if outcome.action is not Action.FAILED]

    def _import(self, rows: Sequence[Row]) -> None:
        drafts = [draft for draft in map(self._read, rows) if draft is not None]
        self._parts.book.meet((_attribute_of(d), d.values.get("name", "")) for d in drafts)
        plans = [plan for plan in map(self._plan, drafts) if plan is not None]
        self._send_attributes(plans)
        self._send_values([p for p in plans if not p.problems and p.value is not None])
        for plan in plans:
            row = plan.draft.row
            if plan.problems:
                self._fail(row, plan.problems)
            else:
                action = Action.UNCHANGED if plan.outcome is None else plan.outcome.action
                settled = plan.outcome or Outcome(row, action)
                self._ledger.settle(replace(settled, row=row))

    def _read(self, row: Row) -> Draft | None:
        checked = self._parts.validator.validate(row)
        self._ledger.validated()
        if not isinstance(checked, Draft):
            self._fail(row, checked)
            return None
        self._ledger.tally.warn(row.number, checked.warnings)
        reference = checked.references.get(_RELATION)
        if reference is not None and reference.kind is ColumnKind.NAME and reference.texts:
            return checked
        column = reference.column if reference is not None else _RELATION
        self._fail(row, [_no_attribute(column)])
        return None

    def _plan(self, draft: Draft) -> _Plan | None:
        book, column = self._parts.book, draft.references[_RELATION].column
        attribute = book.attribute(_attribute_of(draft), column)
        if isinstance(attribute, Problem):
            self._fail(draft.row, [attribute])
            return None
        plan = _Plan(draft, attribute)
        self._settle_mode(plan)
        text = draft.values.get("name", "")
        value = book.value(attribute, text, "name") if text else None
        if isinstance(value, Problem):
            plan.problems.append(value)
        else:
            plan.value = value
            self._check(plan)
        return plan

    def _settle_mode(self, plan: _Plan) -> None:
        """Give a new attribute the mode that the row says; one that exists keeps its own."""
        said = plan.draft.values.get(MODE)
        attribute = plan.attribute
        if not said or said == attribute.mode:
            return
        if attribute.record_id is None and attribute not in self._seen:
            attribute.mode = said
        else:
            plan.problems.append(_other_mode(attribute, said))

    def _check(self, plan: _Plan) -> None:
        what: Attribute | Value = plan.value or plan.attribute
        number = plan.draft.row.number
        self._seen.setdefault(plan.attribute, number)
        first = number if what is plan.attribute else self._seen.setdefault(what, number)
        if first != number:
            plan.problems.append(_double(first))
        elif self._mode is Mode.CREATE and what.record_id is not None:
            plan.problems.append(_exists(what.record_id))
        elif self._mode is Mode.UPDATE and what.record_id is None:
            plan.problems.append(_not_found())

    # --- sending ----------------------------------------------------------------------------

    def _send_attributes(self, plans: Sequence[_Plan]) -> None:
        new: dict[Attribute, list[_Plan]] = {}
        for plan in plans:
            if plan.attribute.record_id is None and not plan.problems:
                new.setdefault(plan.attribute, []).append(plan)
        records = [
            new_record(
                ATTRIBUTE,
                one.external_id,
                {"name": one.name, MODE: one.mode or DYNAMIC},
                # A row without a value is the attribute alone.
                {p.draft.row.number: Action.CREATED for p in those if p.value is None},
            )
            for one, those in new.items()
        ]
        outcomes = self._parts.stages.send(records)
        for (attribute, those), outcome in zip(new.items(), outcomes, strict=True):
            for plan in those:
                if outcome.action is Action.FAILED:
                    plan.problems.extend(outcome.problems)
                elif plan.value is None:
                    plan.outcome = outcome
            if outcome.database_id is not None:
                self._parts.book.note_made(attribute, outcome.database_id)

    def _send_values(self, plans: Sequence[_Plan]) -> None:
        records = list(self._records(plans))
        outcomes = self._parts.stages.send([record for _, record in records])
        for (plan, _), outcome in zip(records, outcomes, strict=True):
            if outcome.action is Action.FAILED:
                plan.problems.extend(outcome.problems)
                continue
            plan.outcome = outcome
            if outcome.database_id is not None and plan.value is not None:
                self._parts.book.note_made(plan.value, outcome.database_id)

    def _records(self, plans: Sequence[_Plan]) -> Iterator[tuple[_Plan, Record]]:
        for plan in plans:
            value, draft = plan.value, plan.draft
            assert value is not None  # noqa: S101 - rows with a value come here
            cells = {n: c for n, c in draft.values.items() if n not in ("name", MODE)}
            if value.record_id is not None:
                if cells:
                    yield (
                        plan,
                        Record(draft.row, VALUE, Action.UPDATED, None, value.record_id, cells),
                    )
                continue
            cells |= {"name": value.name, "attribute_id/.id": plan.attribute.token}
            yield plan, Record(draft.row, VALUE, Action.CREATED, value.external_id, None, cells)

    def _fail(self, row: Row, problems: Sequence[Problem]) -> None:
        columns = self._parts.validator.column_names
        named = tuple(replace(p, field=columns.get(p.field or "", p.field)) for p in problems)
        self._ledger.settle(Outcome(row, Action.FAILED, problems=named))


def _attribute_of(draft: Draft) -> str:
    return draft.references[_RELATION].texts[0]


def _no_attribute(column: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        "the row names no attribute",
        column,
        "Fill in the attribute's name, like Color.",
    )


def _other_mode(attribute: Attribute, said: str) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"the attribute {attribute.name} is of mode {attribute.mode}, the row says {said}",
        MODE,
        "Correct the row, or change it in Odoo while no product uses the attribute.",
    )


def _double(first: int) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"row {first} of this file is the same value of the same attribute",
        "name",
        "Keep one of the two rows; case and blanks do not tell values apart.",
    )


def _exists(record_id: int) -> Problem:
    return Problem(
        Category.EXISTS,
        f"it exists already (id {record_id}), mode is create",
        None,
        "Leave the row out, or import with --mode upsert.",
    )


def _not_found() -> Problem:
    return Problem(
        Category.NOT_FOUND,
        "there is no such record to update, mode is update",
        None,
        "Correct the names, or import with --mode upsert.",
    )
