"""A file of documents, from its first row to its last outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from odoo_ingestion.batch_processor import FIRST_SIZE_OF_DOCUMENTS, one_by_one
from odoo_ingestion.documents import DocumentRules, FileDocument
from odoo_ingestion.errors import RetryableError, ServerRefused
from odoo_ingestion.orchestrator.documents.book import DocumentBook, LandedDocument
from odoo_ingestion.orchestrator.documents.checks import DocumentChecker, Half, LookUp
from odoo_ingestion.orchestrator.documents.closing import DocumentCloser
from odoo_ingestion.orchestrator.documents.records import DocumentPlanner, PlannedDocument
from odoo_ingestion.orchestrator.documents.source import Layout, PeekedRows, read_documents
from odoo_ingestion.orchestrator.documents.totals import TotalsCheck
from odoo_ingestion.orchestrator.documents.waves import DocumentWaves
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.processors import OpenProcessor, Processor
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, LineType, Outcome, Problem
from odoo_ingestion.runs import ImportOptions

_FIRST_CHUNK_LINES = FIRST_SIZE_OF_DOCUMENTS
_CHUNK_LINES = 2_000
"""Lines, and documents without any, that are looked up together: at first what fills one call, so
that sending soon begins."""


class DocumentParts(Struct, frozen=True):
    """What a run of documents needs of the other rooms, ready for one file.

    ``closer`` is None where nothing is to be confirmed or posted, and in every dry run.
    """

    rules: DocumentRules
    line_type: LineType
    layout: Layout
    rows: PeekedRows
    own: Half
    of_line: Half
    checker: DocumentChecker
    planner: DocumentPlanner
    book: DocumentBook
    totals: TotalsCheck
    waves: DocumentWaves
    resolvers: tuple[LookUp, ...]
    closer: DocumentCloser | None = None


class DocumentRun:
    """Leads the documents of a file through the rooms; a document lands whole or not at all."""

    def __init__(
        self,
        odoo: Odoo | None,
        parts: DocumentParts,
        options: ImportOptions,
        ledger: Ledger,
        open_processor: OpenProcessor,
        open_judge: OpenProcessor,
    ) -> None:
        """``open_judge`` opens what tells of a document whether anything would change."""
        self._odoo = odoo
        self._parts = parts
        self._rules = parts.rules
        self._options = options
        self._ledger = ledger
        self._open_processor = open_processor
        self._open_judge = open_judge
        self._processor: Processor
        self._judge: Processor
        self._would_close = 0

    def execute(self) -> None:
        """Import the file; the counts are in the ledger also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed
        and what else ends a run.
        """
        processor = self._open_processor(one_by_one(self._landed), self._ledger.notice)
        judge = self._open_judge(one_by_one(self._judged), self._ledger.notice)
        try:
            with processor as self._processor, judge as self._judge:
                for documents in self._chunks():
                    self._process(self._parts.waves.free(documents))
                    self._ledger.check_stop()
                for documents in self._parts.waves.waves():
                    self._processor.flush()
                    self._process(documents)
                    self._ledger.check_stop()
                self._processor.flush()
                self._judge.flush()
            if self._parts.closer is not None:
                self._parts.closer.close_all()
            if told := self._parts.totals.finish():
                self._ledger.notice(told)
        finally:  # also of the calls that were on their way when the run stopped
            self._finish()

    def extra_records(self) -> Mapping[str, int]:
        """Return how many records were made for relations that were missing, by model."""
        made: dict[str, int] = {}
        for resolver in self._parts.resolvers:
            for model, count in resolver.created_records.items():
                made[model] = made.get(model, 0) + count
        return made

    def _finish(self) -> None:
        if self._parts.closer is not None:
            self._parts.closer.release()
        closing = self._rules.closing
        if closing is not None and self._would_close:
            self._ledger.notice(f"{self._would_close} {self._rules.plural} would be {closing.done}")
        verb = "would be removed" if self._options.is_dry else "removed"
        self._parts.book.tell_unnamed(verb if self._options.delete_missing_lines else None)
        for half in (self._parts.own, self._parts.of_line):
            self._ledger.tally.notices_before += half.validator.notices
        self._ledger.tally.retries.update(self._processor.retries)
        self._ledger.finish()

    # --- stages -----------------------------------------------------------------------------

    def _chunks(self) -> Iterator[list[FileDocument]]:
        parts = self._parts
        chunk: list[FileDocument] = []
        rows, most = 0, _FIRST_CHUNK_LINES
        for document in read_documents(parts.rows, parts.layout, self._ledger):
            chunk.append(document)
            rows += len(document.lines) or 1
            if rows >= most:
                yield chunk
                chunk, rows, most = [], 0, _CHUNK_LINES
        if chunk:
            yield chunk

    def _process(self, documents: Sequence[FileDocument]) -> None:
        checked = self._parts.checker.check(documents)
        ready: list[PlannedDocument] = []
        for planned in self._parts.planner.plan(checked):
            if planned.held is not None and not self._rules.is_open(planned.held.state):
                self._judge_closed(planned)
            elif self._may_be_sent(planned):
                ready.append(planned)
        for planned in ready:
            self._parts.book.expect(planned)
        self._processor.submit_all([planned.record for planned in ready])
        self._ledger.report()

    def _may_be_sent(self, planned: PlannedDocument) -> bool:
        """Tell whether an open document may be sent; one that may not is failed."""
        deletes = self._options.delete_missing_lines and bool(planned.gone) and planned.held
        states = self._rules.deletable_states
        if deletes and self._rules.state_field is not None and deletes.state not in states:
            self._fail_closed(planned, "it has a line that the file has not")
            return False
        return True

    def _judge_closed(self, planned: PlannedDocument) -> None:
        """Let a document pass that can no longer be changed, if the file changes nothing."""
        new = [line.row.number for line in planned.record.lines if line.database_id is None]
        if new:
            self._fail_closed(planned, "this line is not in it", new[0])
            return
        if self._options.delete_missing_lines and planned.gone:
            self._fail_closed(planned, "it has a line that the file has not")
            return
        self._parts.book.expect(planned)
        self._judge.submit(planned.record)

    # --- outcomes ---------------------------------------------------------------------------

    def _judged(self, outcome: Outcome) -> None:
        landed = self._parts.book.landed(outcome)
        if landed is None:
            return
        changed = [
            line.line.row.number for line in landed.lines if line.action is not Action.UNCHANGED
        ]
        if outcome.action is Action.UNCHANGED and not changed:
            self._settle(landed)
            return
        if changed:
            self._fail_closed(landed.planned, "this line differs", changed[0])
        else:
            self._fail_closed(landed.planned, "the file has other values")

    def _landed(self, outcome: Outcome) -> None:
        landed = self._parts.book.landed(outcome)
        if landed is None:
            return
        if self._options.delete_missing_lines and landed.planned.gone:
            if problem := self._delete(landed.planned):
                self._parts.book.fail_whole(landed.planned, problem)
                return
            landed = landed.changed()
        self._settle(landed)

    def _settle(self, landed: LandedDocument) -> None:
        self._parts.totals.add(landed)
        if self._parts.closer is not None:
            self._parts.closer.take(landed)
            return
        if self._would_be_closed(landed.planned):
            self._would_close += 1
            landed = landed.changed()
        self._parts.book.settle(landed)

    def _would_be_closed(self, planned: PlannedDocument) -> bool:
        closing = self._rules.closing
        if closing is None or not getattr(self._options, closing.option):
            return False
        return planned.held is None or planned.held.state in closing.from_states

    # --- lines gone from the file -----------------------------------------------------------

    def _delete(self, planned: PlannedDocument) -> Problem | None:
        """Delete lines that an import made and the file no longer names; not in a dry run."""
        if self._odoo is None or self._options.is_dry:
            return None
        self._ledger.intend(self._rules.model, [planned.record.row.number])
        try:
            self._odoo.call(self._parts.line_type.model, "unlink", list(planned.gone))
        except (ServerRefused, RetryableError) as error:
            return Problem(
                Category.VALIDATION,
                f"the {self._rules.noun} is in Odoo as the file has it, but the lines that are "
                f"gone from the file could not be removed: {error.message}",
                None,
                "Remove them in Odoo, or leave --delete-missing-lines out.",
            )
        return None

    # --- words ------------------------------------------------------------------------------

    def _fail_closed(self, planned: PlannedDocument, why: str, row: int | None = None) -> None:
        """Fail a document that can no longer be changed; ``row`` would change it."""
        state = planned.held.state if planned.held else ""
        problem = Problem(
            Category.PROTECTED,
            f"the {self._rules.noun} {self._parts.book.label(planned)} is in state {state} in "
            f"Odoo, in which it is not changed, and {why}",
            None,
            self._rules.advice_for(state),
            row,
        )
        self._parts.book.fail_whole(planned, problem)
