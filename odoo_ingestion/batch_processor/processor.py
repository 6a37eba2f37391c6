"""Record -> Batch -> Outcome: the door of the room."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType

from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.changes import Comparer
from odoo_ingestion.batch_processor.cutting import BatchSizer, Cutter, Limits, pieces, rows_of
from odoo_ingestion.batch_processor.lines import LineCarrier
from odoo_ingestion.batch_processor.memory import available_memory, bytes_per_batch
from odoo_ingestion.batch_processor.reading import Reader
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.sending import Sender, context_for
from odoo_ingestion.batch_processor.settings import BatchSettings
from odoo_ingestion.batch_processor.shipment import Carrier, Shipment
from odoo_ingestion.batch_processor.shipping import Loader
from odoo_ingestion.batch_processor.trial import Trial
from odoo_ingestion.batch_processor.workers import Ended, WorkerPool
from odoo_ingestion.errors import ConnectionFailed, RetryableError
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Batch, ModelSchema, Outcome, Record

MEMORY_CHECK_SECONDS = 1.0
"""How often the free memory is looked at."""

LISTEN_SECONDS = 0.25
"""How long a wait for the workers lasts before finished rows are delivered again."""

_log = logging.getLogger("odoo_ingestion.batch_processor")


class BatchProcessor:
    """Sends records to Odoo and tells what became of each; used from one thread only.

    ``schema`` holds the fields of every model that is sent: one ModelSchema, or several by model.
    ``on_outcome`` gets each row's Outcome exactly once, in the thread that calls ``submit``,
    ``flush`` or ``stop``, as rows are settled. ``on_notice`` gets sentences for people, each once.
    ``available`` tells the free memory in bytes. ``recorder`` is told of every call before it is
    sent.

    What a worker meets that ends the run (ConnectionFailed, LoginFailed, a bug) is raised by the
    next ``submit`` or ``flush``; every record handed in has then either an Outcome or stands in
    ``unsent()``. As a context manager it stops at the end of the block.
    """

    def __init__(
        self,
        odoo: Odoo,
        schema: ModelSchema | Mapping[str, ModelSchema],
        settings: BatchSettings | None = None,
        *,
        on_outcome: Callable[[Outcome], None],
        on_notice: Callable[[str], None] | None = None,
        available: Callable[[], int] = available_memory,
        recorder: Recorder | None = None,
    ) -> None:
        self._settings = settings or BatchSettings()
        schemas = {schema.model: schema} if isinstance(schema, ModelSchema) else dict(schema)
        self._with_lines = {
            (model, name)
            for model, its in schemas.items()
            for name, spec in its.fields.items()
            if spec.type == "one2many" and spec.relation in schemas and spec.relation_field
        }
        self._on_outcome = on_outcome
        self._on_notice = on_notice
        self._available = available
        self._recorder = recorder
        self._settled: deque[Outcome] = deque()
        self._notices: deque[str] = deque()
        self._noticed: set[str] = set()
        self._stopping = threading.Event()
        self._cutter = Cutter()
        self._ready: deque[tuple[Record, ...]] = deque()
        self._sizer = BatchSizer(self._settings.batch_size)
        self._unsent: list[Record] = []
        self._error: BaseException | None = None
        self._batch_bytes = self._settings.batch_bytes
        self._memory_checked = float("-inf")
        reader = Reader(odoo, schemas, self._settings.time_zone, self._notices.append)
        carrier = self._carrier(odoo, schemas, reader)
        self._pool: WorkerPool[Shipment] = WorkerPool(carrier.carry, self._settings.calls_in_flight)

    def _carrier(self, odoo: Odoo, schemas: Mapping[str, ModelSchema], reader: Reader) -> Carrier:
        notice = self._notices.append

        def rows() -> int:
            return self._sizer.rows

        sender = Sender(
            odoo,
            schemas,
            notice=notice,
            report=self._sizer.learn,
            stopping=self._stopping,
            recorder=self._recorder,
        )
        rehearser = Rehearser(odoo, schemas, notice=notice, stopping=self._stopping)
        self._senders: tuple[Sender, ...] = (sender, rehearser)
        blamer = Blamer(rehearser, schemas)
        return Loader(
            odoo,
            reader,
            Comparer(reader, schemas, m2m_add=self._settings.m2m_add),
            sender,
            LineCarrier(odoo, schemas, reader, sender, Trial(rehearser, blamer, rows), rows),
            blamer,
            rows,
            notice,
        )

    @property
    def retries(self) -> Mapping[str, int]:
        """How often load() was sent again, by the code of what was in the way."""
        return sum((sender.retries for sender in self._senders), Counter())

    def submit(self, record: Record) -> None:
        """Take a record; it is sent when its batch is full or at ``flush``.

        Waits while as many batches are queued as are in flight. Raises what ended the run, if
        anything did; ValueError for a record that has neither an external nor a database id, or
        has lines of a model without a schema.
        """
        if record.external_id is None and record.database_id is None:
            raise ValueError(f"row {record.row.number} has neither external id nor database id")
        if record.lines_field and (record.model, record.lines_field) not in self._with_lines:
            raise ValueError(f"no schema for the lines of {record.model}.{record.lines_field}")
        if self._stopping.is_set():
            self._unsent.append(record)
        else:
            self._dispatch(self._cutter.add(record, self._limits()))
        self._deliver()
        self._raise_error()

    def flush(self) -> None:
        """Send all that waits and return when every record handed in is settled.

        Raises what ended the run, if anything did.
        """
        if not self._stopping.is_set():
            self._dispatch(self._shared_out())
        self._await_workers()
        self._raise_error()

    def stop(self) -> None:
        """Send no more: calls in flight end, their rows are settled, the rest is in ``unsent()``.

        May be called at any time and more than once. Every settled row is delivered, even when
        ``on_outcome`` raises for one: the first such exception is raised at the end.
        """
        self._stopping.set()
        self._pool.cancel()
        try:
            self._await_workers()
        finally:
            self._pool.shut_down()
            for records in (*self._ready, *self._cutter.take_all()):
                self._unsent.extend(records)
            self._ready.clear()
            self._deliver_all()

    def unsent(self) -> list[Record]:
        """Return the records that were handed in and have no Outcome, after ``stop`` or an error.

        Whether one of them is in Odoo is known only where its answer came; sending it again does
        no harm.
        """
        return list(self._unsent)

    def __enter__(self) -> BatchProcessor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    # --- batches out ------------------------------------------------------------------------

    def _dispatch(self, cut: Iterable[tuple[Record, ...]]) -> None:
        for records in cut:
            self._ready.append(records)
        while self._ready and not self._stopping.is_set():
            if self._pool.room:
                batch = self._batch(self._ready.popleft())
                self._pool.start(Shipment(batch, self._settled.append))
            else:
                self._collect(LISTEN_SECONDS)
        self._collect(0)

    def _shared_out(self) -> Iterator[tuple[Record, ...]]:
        """Yield what waits so that every worker gets a part of a large group."""
        for records in self._cutter.take_all():
            rows = self._sizer.rows
            calls = -(-sum(map(rows_of, records)) // rows)
            yield from pieces(records, rows * -(-calls // self._settings.calls_in_flight))

    def _batch(self, records: tuple[Record, ...]) -> Batch:
        first = records[0]
        context = context_for(first.action, self._settings.tracking)
        return Batch(first.model, tuple(first.values), records, context)

    def _limits(self) -> Limits:
        now = time.monotonic()
        if now - self._memory_checked >= MEMORY_CHECK_SECONDS:
            self._memory_checked = now
            batches = 2 * self._settings.calls_in_flight
            size = bytes_per_batch(self._available(), batches, self._settings.batch_bytes)
            if size < self._batch_bytes:
                _log.info("Memory is short: batches hold at most %d bytes of text", size)
            self._batch_bytes = size
        return Limits(self._sizer.rows_of_batch, self._batch_bytes)

    # --- outcomes in ------------------------------------------------------------------------

    def _await_workers(self) -> None:
        while self._pool.busy:
            self._collect(LISTEN_SECONDS)
            self._deliver()
        self._deliver()  # also what had ended before the wait began

    def _collect(self, timeout: float) -> None:
        for ended in self._pool.collect(timeout):
            self._end(ended)

    def _end(self, ended: Ended[Shipment]) -> None:
        shipment = ended.job
        self._unsent.extend(shipment.unsettled)
        if ended.error is not None:
            self._error = self._error or _fatal(ended.error)
            self._stopping.set()
            self._pool.cancel()

    def _deliver(self) -> None:
        while self._notices:
            self._tell(self._notices.popleft())
        while self._settled:
            self._on_outcome(self._settled.popleft())

    def _deliver_all(self) -> None:
        """Deliver every settled row, also after ``on_outcome`` raised for one; raise at the end."""
        with (
            ExitStack() as rest
        ):  # runs all its callbacks, whichever of them raise; last in first out
            while self._settled:
                rest.callback(self._on_outcome, self._settled.pop())
            self._deliver()

    def _tell(self, notice: str) -> None:
        if notice in self._noticed:
            return
        self._noticed.add(notice)
        _log.info("%s", notice)
        if self._on_notice is not None:
            self._on_notice(notice)

    def _raise_error(self) -> None:
        if self._error is not None:
            self.stop()
            raise self._error


def _fatal(error: BaseException) -> BaseException:
    """Return the error that ends the run: a look-up that was tried in vain is a lost connection."""
    if not isinstance(error, RetryableError):
        return error
    fatal = ConnectionFailed(error.message, hint=error.hint)
    fatal.__cause__ = error
    return fatal
