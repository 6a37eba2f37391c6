"""One call of load(): its cells, its context, its answer, and trying again what passes."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tenacity import RetryCallState, sleep_using_event

from odoo_ingestion.batch_processor.answers import Answer, Call, Fault, Landed, NoAnswer, Refused
from odoo_ingestion.batch_processor.cells import Cells, cells_of
from odoo_ingestion.batch_processor.intents import beside_of, intents_of
from odoo_ingestion.batch_processor.messages import (
    HINTS,
    clean,
    fault_of,
    is_conflict,
    problem_of_error,
    silent_refusal,
)
from odoo_ingestion.batch_processor.rights import Rights
from odoo_ingestion.batch_processor.tries import ROUNDS, pause_before_parts, tries_of
from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    NotSent,
    RetryableError,
    ServerBusy,
    ServerRefused,
    UnknownFate,
)
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Action, Batch, Category, ModelSchema, Problem, Record

SILENT_RECORDS = 3
"""Single records in a row without an answer before the server itself counts as gone."""

_log = logging.getLogger("odoo_ingestion.batch_processor")


class Stopped(Exception):  # noqa: N818 - reads as what happened; never leaves this room
    """No more is sent: told to stop."""


def context_for(action: Action, tracking: bool | None) -> dict[str, Any]:
    """Return the context of a batch on top of the connection's.

    ``tracking_disable`` drops the chatter messages of Odoo's ``mail.thread``: by default for new
    records (twice as fast), never for existing ones, whose history would have a gap.
    """
    keep = action is Action.UPDATED if tracking is None else tracking
    return {} if keep else {"tracking_disable": True}


class Sender:
    """Sends records by load() and says what became of them; safe to share between threads.

    Records with an external id are sent by ``id``, the others by ``.id``: with both, Odoo makes a
    new record for an external id that it does not know. Either can be sent twice without harm.
    ``report`` gets every call, ``recorder`` is told of it before it is sent.
    """

    def __init__(
        self,
        odoo: Odoo,
        schemas: Mapping[str, ModelSchema],
        *,
        notice: Callable[[str], None],
        stopping: threading.Event,
        report: Callable[[Call], None] | None = None,
        sleep: Callable[[float], None] | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._odoo = odoo
        self._schemas = schemas
        self._rights = Rights(odoo)
        self._notice = notice
        self._report = report
        self._stopping = stopping
        self._recorder = recorder
        self._sleep = sleep or sleep_using_event(stopping)
        self._lock = threading.Lock()
        self._silent = self._parted = 0
        self.retries: Counter[str] = Counter()

    def send(self, batch: Batch, records: Sequence[Record], *, last: bool = False) -> Answer:
        """Send records of a batch in one call and return the answer, which speaks of records.

        ``last`` sends also once told to stop: what completes a record that has landed. Raises
        ConnectionFailed when the server is gone, LoginFailed when it no longer lets the user in,
        Stopped once told to stop.
        """
        if self._stopping.is_set() and not last:
            raise Stopped
        cells = self._cells(batch, records)
        answer, seconds = self._recorded(batch, records, cells)
        if isinstance(answer, NoAnswer) and self._stopping.is_set():
            raise Stopped
        if self._report is not None:
            self._report(Call(len(cells.rows), seconds, answer))
        self._count_silence(answer, len(records))
        return answer

    def _cells(self, batch: Batch, records: Sequence[Record]) -> Cells:
        return cells_of(batch, records)

    def _recorded(
        self, batch: Batch, records: Sequence[Record], cells: Cells
    ) -> tuple[Answer, float]:
        """Send with the intent on disk before; what raises leaves the call's fate unknown."""
        if self._recorder is None:
            return self._answer(batch, cells)
        model = records[0].model
        call = self._recorder.sending(model, intents_of(records), beside_of(records))
        answer, seconds = self._answer(batch, cells)
        landed = None if isinstance(answer, NoAnswer) else isinstance(answer, Landed)
        self._recorder.answered(call, landed=landed)
        return answer, seconds

    def _answer(self, batch: Batch, cells: Cells) -> tuple[Answer, float]:
        try:
            reply, seconds = self._load(batch, cells)
        except NotSent as error:
            raise ConnectionFailed(error.message, hint=error.hint) from error
        except ServerRefused as error:
            return self._refused_by_fault(batch, cells.columns, error), 0.0
        except RetryableError as error:
            busy = isinstance(error, ConcurrentUpdate)
            category = Category.SERVER if busy else Category.CONNECTION
            hint = error.hint or HINTS[category]
            if cells.owners[-1] > 0:
                self._part(error)
            return NoAnswer(Problem(category, clean(error.message), None, hint)), 0.0
        return self._understand(batch, cells, reply), seconds

    def _load(self, batch: Batch, cells: Cells) -> tuple[Mapping[str, Any], float]:
        """Call load(), again and again while what is in the way passes.

        A busy server is asked now and then whether it answers anything. While it does not, the
        connection waits for it, however long that takes; tries count only while it does.
        """
        tries = tries_of(
            alone=cells.owners[-1] == 0,
            stopping=self._stopping,
            sleep=self._sleep,
            note=self._note_retry,
        )
        for _ in range(ROUNDS - 1):
            try:
                return tries(self._load_once, batch, cells)
            except ServerBusy as error:
                if self._stopping.is_set():
                    raise
                self._await_odoo(error)
        return tries(self._load_once, batch, cells)

    def _await_odoo(self, error: ServerBusy) -> None:
        """Return once Odoo answers anything; raises ConnectionFailed when it stays away."""
        self._count_retry(error)
        _log.warning("load() is sent again as soon as Odoo answers: %s", error)
        try:
            self._odoo.call("res.users", "context_get")
        except RetryableError as still:
            raise ConnectionFailed(still.message, hint=still.hint) from still

    def _load_once(self, batch: Batch, cells: Cells) -> tuple[Mapping[str, Any], float]:
        begun = time.monotonic()
        reply = self._odoo.call(
            batch.model,
            "load",
            cells.columns,
            cells.rows,
            repeatable=False,
            context=dict(batch.context),
        )
        if not isinstance(reply, Mapping):
            raise UnknownFate(
                f"Odoo answered load() of {batch.model} with {type(reply).__name__}, not a result.",
                hint="Check that the address is Odoo's own and no proxy mixes answers up.",
            )
        if not reply.get("ids"):
            for message in reply.get("messages") or ():
                if is_conflict(str(message.get("message"))):
                    raise ConcurrentUpdate(clean(str(message["message"])))
        return reply, time.monotonic() - begun

    def _count_retry(self, error: BaseException | None) -> None:
        with self._lock:
            self.retries[getattr(error, "code", "error")] += 1

    def _note_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._count_retry(error)
        pause = state.next_action.sleep if state.next_action else 0.0
        _log.warning(
            "load() is sent again in %.1f s (try %d): %s", pause, state.attempt_number + 1, error
        )

    def _part(self, error: RetryableError) -> None:
        """Count a call of several records without an answer, and wait: it is sent in parts now."""
        self._count_retry(error)
        with self._lock:
            self._parted += 1
            pause = pause_before_parts(self._parted)
        _log.warning(
            "load() brought no answer; its records are sent in parts in %.1f s: %s", pause, error
        )
        self._sleep(pause)

    def _understand(self, batch: Batch, cells: Cells, reply: Mapping[str, Any]) -> Answer:
        messages = reply.get("messages") or ()
        errors = errors_in(messages)
        ids = reply.get("ids") or []
        if not errors and len(ids) == cells.owners[-1] + 1:
            self._tell_warnings(batch, messages)
            return Landed(tuple(ids))
        schema = self._schemas[batch.model]
        faults = tuple(fault_of(message, schema, cells.owners) for message in errors) or (
            silent_refusal(),
        )
        return Refused(faults, whole=not self.may_send(batch))

    def _tell_warnings(self, batch: Batch, messages: Sequence[Mapping[str, Any]]) -> None:
        for message in messages:
            self._notice(f"Odoo warns ({batch.model}): {clean(str(message.get('message')))}")

    def may_send(self, batch: Batch) -> bool:
        """Tell whether the user has the rights on the models that the batch needs."""
        first = batch.records[0]
        needed = {
            (model, operation)
            for model in {batch.model, first.model}
            for operation in ("read", _operation(first.action))
        }
        if first.lines_field:
            lines = self._schemas[batch.model].fields[first.lines_field].relation or ""
            needed |= {
                (lines, _operation(line.action)) for each in batch.records for line in each.lines
            }
        return all(self._rights.may(model, operation) for model, operation in sorted(needed))

    def _refused_by_fault(self, batch: Batch, columns: list[str], error: ServerRefused) -> Refused:
        """Return the refusal of a call that faulted, ``whole`` when no row can be to blame.

        load() without rows faults as well when the columns, the model or the user are the reason.
        """
        whole = not self.may_send(batch)
        fault = Fault(problem_of_error(error))
        if not whole:
            try:
                self._odoo.call(batch.model, "load", columns, [], context=dict(batch.context))
            except ServerRefused as again:
                whole, fault = True, Fault(problem_of_error(again))
        return Refused((fault,), whole)

    def _count_silence(self, answer: Answer, rows: int) -> None:
        """Raise ConnectionFailed when single records went unanswered one after the other."""
        with self._lock:
            if not isinstance(answer, NoAnswer):
                self._silent = self._parted = 0
                return
            if rows == 1:
                self._silent += 1
            if self._silent < SILENT_RECORDS:
                return
        raise ConnectionFailed(
            f"Odoo has not answered for {SILENT_RECORDS} single rows one after the other:"
            f" {answer.problem.message}",
            hint="Look at the server's log, then run the same command again: nothing is doubled.",
        )


def _operation(action: Action) -> str:
    return "write" if action is Action.UPDATED else "create"


def errors_in(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the messages of load() that are errors: each makes it roll back."""
    return [message for message in messages if message.get("type") != "warning"]
