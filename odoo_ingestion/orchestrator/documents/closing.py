"""Confirms or posts the documents of a file, once all of them have landed."""

from __future__ import annotations

import pickle
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import IO, Any

from odoo_ingestion.documents import Closing, DocumentRules
from odoo_ingestion.errors import RetryableError, ServerRefused
from odoo_ingestion.orchestrator.documents.book import DocumentBook, LandedDocument
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, Problem

_SPOOL_MEMORY = 16 * 1024 * 1024

Held = Mapping[int, Mapping[str, Any]]
"""Documents as Odoo has them, by database id."""


class DocumentCloser:
    """Holds the documents that landed, and calls the model's method for those still open.

    Whether a document is closed is asked of Odoo, before and after, so that repeating does no harm.
    """

    def __init__(
        self, odoo: Odoo, rules: DocumentRules, closing: Closing, book: DocumentBook, ledger: Ledger
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._rules = rules
        self._closing = closing
        self._book = book
        self._ledger = ledger
        self._waiting = _Waiting()
        self._done = 0
        self._left = 0

    def take(self, landed: LandedDocument) -> None:
        """Hold a document that landed until all have."""
        self._waiting.add(landed)

    def close_all(self) -> None:
        """Close the documents, list after list, and settle their rows.

        Raises Interrupted, TooManyErrors, ConnectionFailed.
        """
        while documents := self._waiting.take(self._closing.batch):
            self._close(documents)
            self._ledger.check_stop()

    def release(self) -> None:
        """Settle what still waits, because the run ended early, and tell what was done."""
        while documents := self._waiting.take(self._closing.batch):
            self._left += len(documents)
            for landed in documents:
                self._book.settle(landed, keep=False)
        self._waiting.drop()
        plural, done = self._rules.plural, self._closing.done
        if self._done:
            self._ledger.notice(f"{self._done} {plural} {done}")
        if self._left:
            self._ledger.notice(
                f"{self._left} {plural} are in Odoo and were not {done}, because the run ended "
                f"early: import the file again to {self._closing.verb} them"
            )

    def _close(self, documents: Sequence[LandedDocument]) -> None:
        """Close a list of documents; every one of them is settled, whatever happens."""
        open_documents = list(documents)
        try:
            ids = [d.outcome.database_id for d in documents if d.outcome.database_id is not None]
            held = self._read(ids)
            wanted = [i for i in ids if self._is_open(held.get(i))]
            rows = [
                d.planned.record.row.number for d in documents if d.outcome.database_id in wanted
            ]
            if rows:
                self._ledger.intend(self._rules.model, rows)
            refused = self._call(wanted) if wanted else {}
            closed = [i for i in wanted if i not in refused]
            self._done += sum(
                self._was_closed(d) for d in documents if d.outcome.database_id not in wanted
            )
            problems = {**refused, **self._put_back(documents, held, closed)}
            self._done += len(closed)
            while open_documents:
                landed = open_documents.pop()
                self._settle(landed, closed, problems)
        finally:
            self._left += len(open_documents)
            for landed in open_documents:
                self._book.settle(landed, keep=False)

    def _settle(
        self, landed: LandedDocument, closed: Sequence[int], problems: Mapping[int, Problem]
    ) -> None:
        record_id = landed.outcome.database_id or 0
        if record_id in problems:
            self._book.fail_whole(landed.planned, problems[record_id])
        else:
            self._book.settle(landed.changed() if record_id in closed else landed)

    def _was_closed(self, landed: LandedDocument) -> bool:
        """Tell whether the run had closed a document before it was broken off and went on.

        One that was closed by somebody else is left as it is.
        """
        return self._ledger.final(landed.outcome).action is not Action.UNCHANGED

    def _call(self, ids: Sequence[int]) -> dict[int, Problem]:
        """Call the method for open documents; a list that is refused is halved."""
        error: ServerRefused | RetryableError | None = None
        try:
            self._odoo.call(self._rules.model, self._closing.method, list(ids), repeatable=False)
        except (ServerRefused, RetryableError) as refused:
            # Among them is an answer that XML-RPC cannot carry, after the work was done.
            error = refused
        now = self._read(ids)
        left = [i for i in ids if self._is_open(now.get(i))]
        if not left:
            return {}
        if error is None or len(ids) == 1:
            return {i: self._problem(error) for i in left}
        half = -(-len(left) // 2)
        return {**self._call(left[:half]), **(self._call(left[half:]) if left[half:] else {})}

    def _problem(self, error: ServerRefused | RetryableError | None) -> Problem:
        verb, noun = self._closing.verb, self._rules.noun
        said = error.message if error else "it did not say why"
        known = error is None or isinstance(error, ServerRefused)
        return Problem(
            Category.VALIDATION if known else Category.CONNECTION,
            f"the {noun} is in Odoo as the file has it, but Odoo did not {verb} it: {said}",
            None,
            f"Correct what is said, then import its rows again, or {verb} it in Odoo.",
        )

    # --- what the method sets anew ----------------------------------------------------------

    def _put_back(
        self, documents: Sequence[LandedDocument], held: Held, closed: Sequence[int]
    ) -> dict[int, Problem]:
        """Write again what the method overwrote and the file gives; return what was refused."""
        by_value: dict[tuple[str, Any], list[int]] = defaultdict(list)
        for landed in documents:
            record_id = landed.outcome.database_id or 0
            for name in self._closing.put_back:
                if record_id in closed and landed.planned.record.values.get(name):
                    by_value[name, held[record_id][name]].append(record_id)
        problems: dict[int, Problem] = {}
        for (name, value), ids in by_value.items():
            try:
                self._odoo.call(self._rules.model, "write", ids, {name: value})
            except (ServerRefused, RetryableError) as error:
                problem = Problem(
                    Category.VALIDATION,
                    f"the {self._rules.noun} is {self._closing.done}, but {name} could not be set "
                    f"to what it was ({value}): {error.message}",
                    name,
                    "Set it in Odoo.",
                )
                problems |= dict.fromkeys(ids, problem)
        return problems

    # --- states -----------------------------------------------------------------------------

    def _read(self, ids: Sequence[int]) -> Held:
        names = [self._rules.state_field or "state", *self._closing.put_back]
        domain = [("id", "in", list(ids))]
        found = self._odoo.call(self._rules.model, "search_read", domain, names)
        return {data["id"]: data for data in found}

    def _is_open(self, data: Mapping[str, Any] | None) -> bool:
        state = data.get(self._rules.state_field or "state") if data else None
        return state in self._closing.from_states


class _Waiting:
    """Documents in the order in which they landed; in memory while few, on disk when many."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._count = 0
        self._taken = 0
        self._offset = 0

    def add(self, landed: LandedDocument) -> None:
        """Append a document; not after the first was taken."""
        if self._file is None:
            self._file = _spool_file()
        pickle.dump(landed, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def take(self, size: int) -> list[LandedDocument]:
        """Return the next documents, at most ``size``."""
        if self._file is None:
            return []
        self._file.seek(self._offset)
        count = min(size, self._count - self._taken)
        documents = [pickle.load(self._file) for _ in range(count)]  # noqa: S301 - our own
        self._taken += count
        self._offset = self._file.tell()
        return documents

    def drop(self) -> None:
        """Forget everything."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _spool_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)
