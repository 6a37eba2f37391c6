"""Record -> Batch -> Outcome: the door of the room."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType

from odoo_ingestion.batch_processor.answers import Call
from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.calls import calls_of
from odoo_ingestion.batch_processor.changes import Comparer
from odoo_ingestion.batch_processor.creating import CreationWay, with_variants
from odoo_ingestion.batch_processor.cutting import (
    Cutter,
    Limits,
    pieces,
    rows_of,
    smaller_at_the_end,
)
from odoo_ingestion.batch_processor.delivery import TakeOutcomes
from odoo_ingestion.batch_processor.keeping import Keeping
from odoo_ingestion.batch_processor.lines import LineCarrier
from odoo_ingestion.batch_processor.memory import BatchMemory, available_memory
from odoo_ingestion.batch_processor.notices import CALLS_WORTH_TELLING, Notices, settled_on
from odoo_ingestion.batch_processor.reading import Reader
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.sampling import Sampler
from odoo_ingestion.batch_processor.sending import Sender, context_for
from odoo_ingestion.batch_processor.settings import BatchSettings
from odoo_ingestion.batch_processor.shipment import Carrier, Shipment
from odoo_ingestion.batch_processor.shipping import Loader
from odoo_ingestion.batch_processor.sizing import BatchSizer
from odoo_ingestion.batch_processor.trial import Trial
from odoo_ingestion.batch_processor.tuning import MOST_WORKERS, WorkerTuner
from odoo_ingestion.batch_processor.workers import QUEUED_PER_WORKER, Ended, WorkerPool, fatal
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Action, Batch, ModelSchema, Outcome, Record

LISTEN_SECONDS = 0.25
"""How long a wait for the workers lasts before finished rows are delivered again."""


class BatchProcessor:
    """Sends records to Odoo and tells what became of each; used from one thread only.

    ``schema`` holds the fields of every model that is sent: one ModelSchema, or several by model.
    ``on_outcomes`` gets each row's Outcome exactly once, in lists, in the thread that calls
    ``submit``, ``flush`` or ``stop``, as rows are settled; where it raises, it has to have taken
    the whole list (see ``one_by_one``). ``on_notice`` gets sentences for people, each once.
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
        on_outcomes: TakeOutcomes,
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
        schemas = with_variants(schemas)
        self._way = CreationWay(odoo, schemas, by_variant=self._settings.by_variant)
        self._on_outcomes = on_outcomes
        self._memory = BatchMemory(available, self._settings.batch_bytes)
        self._recorder = recorder
        self._settled: deque[Outcome] = deque()
        self._notices = Notices(on_notice)
        self._stopping = threading.Event()
        self._model = next(iter(schemas))
        self._calls = 0
        self._cutter = Cutter()
        self._ready: deque[tuple[Record, ...]] = deque()
        self._sizer = BatchSizer(self._settings.batch_size)
        self._unsent: list[Record] = []
        self._error: BaseException | None = None
        self._sampler = Sampler(schemas)
        reader = Reader(odoo, schemas, self._settings.time_zone, self._notices.add)
        self._carries = carrier = self._carrier(odoo, schemas, reader)
        workers = self._settings.calls_in_flight
        most = self._settings.workers or MOST_WORKERS
        self._pool = WorkerPool(carrier.carry, workers, most, lambda shipment: shipment.lane)
        self._tuner = WorkerTuner(workers, lambda: sum(self.retries.values()), self._pool.allow)

    def _carrier(self, odoo: Odoo, schemas: Mapping[str, ModelSchema], reader: Reader) -> Carrier:
        notice = self._notices.add

        def rows() -> int:
            return self._sizer.rows

        sender = Sender(
            odoo,
            schemas,
            notice=notice,
            report=self._learn,
            stopping=self._stopping,
            recorder=self._recorder,
        )
        rehearser = Rehearser(odoo, schemas, notice=notice, stopping=self._stopping)
        self._senders: tuple[Sender, ...] = (sender, rehearser)
        blamer = Blamer(rehearser, schemas)
        return Loader(
            odoo,
            Keeping(reader, self._sampler),
            Comparer(reader, schemas, m2m_add=self._settings.m2m_add),
            sender,
            LineCarrier(odoo, schemas, reader, sender, Trial(rehearser, blamer, rows), rows),
            blamer,
            partial(calls_of, rows=rows, way=self._way),
            notice,
        )

    @property
    def retries(self) -> Mapping[str, int]:
        """How often load() was sent again, by the code of what was in the way."""
        return sum((sender.retries for sender in self._senders), Counter())

    def submit(self, record: Record) -> None:
        """Take a record, as ``submit_all`` takes many: those cost far less each."""
        self.submit_all((record,))

    def submit_all(self, records: Sequence[Record]) -> None:
        """Take records; they are sent when their batches are full or at ``flush``.

        Waits while as many batches are queued as are in flight. Raises what ended the run, if
        anything did; ValueError, and takes none of them, where one has neither an external nor a
        database id, or has lines of a model without a schema.
        """
        self._check(records)
        taken = 0
        try:
            while taken < len(records) and not self._stopping.is_set():
                taken, full = self._cutter.take_in(records, taken, self._limits)
                self._ready.extend(full)
                self._dispatch()
                self._deliver()
        finally:
            self._unsent.extend(records[taken:])
        self._deliver()
        self._raise_error()

    def _check(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.external_id is None and record.database_id is None:
                number = record.row.number
                raise ValueError(f"row {number} has neither external id nor database id")
            if record.lines_field:
                if (record.model, record.lines_field) not in self._with_lines:
                    name = f"{record.model}.{record.lines_field}"
                    raise ValueError(f"no schema for the lines of {name}")
                if record.lines:
                    self._sizer.expect_documents()

    def flush(self) -> None:
        """Send all that waits and return when every record handed in is settled.

        Raises what ended the run, if anything did.
        """
        if not self._stopping.is_set():
            self._ready.extend(self._shared_out())
            self._dispatch()
            self._ready.extend(self._halved())
            self._dispatch()
        self._await_workers()
        self._raise_error()

    def stop(self) -> None:
        """Send no more: calls in flight end, their rows are settled, the rest is in ``unsent()``.

        May be called at any time and more than once. Every settled row is delivered, even when
        ``on_outcomes`` raises for one: that is raised at the end.
        """
        self._give_up_waiting()
        try:
            self._await_workers()
            self._tell_settled()
        finally:
            self._pool.shut_down()
            for records in (*self._ready, *self._cutter.take_all()):
                self._unsent.extend(records)
            self._ready.clear()
            self._deliver()

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

    def _dispatch(self) -> None:
        while self._ready and not self._stopping.is_set():
            if self._pool.room:
                batch = self._batch(self._ready.popleft())
                self._begin(Shipment(batch, self._settled.extend))
            else:
                self._collect(LISTEN_SECONDS)
                self._deliver()
        self._collect(0)

    def _begin(self, shipment: Shipment) -> None:
        """Hand a shipment over to the workers."""
        self._pool.start(shipment)

    def _shared_out(self) -> Iterator[tuple[Record, ...]]:
        """Yield what waits so that every worker gets a part of a large group."""
        for records in self._cutter.take_all():
            rows = self._sizer.rows
            calls = -(-sum(map(rows_of, records)) // rows)
            yield from pieces(records, rows * -(-calls // self._pool.workers))

    def _halved(self) -> Iterator[tuple[Record, ...]]:
        """Yield what no worker has begun, the last of it in smaller parts."""
        waiting = [shipment.batch.records for shipment in self._pool.take_back()]
        rows = self._settings.batch_size or max(1, self._sizer.rows // 2)
        return smaller_at_the_end(waiting, self._pool.workers, rows)

    def _learn(self, call: Call) -> None:
        """Take in what a call of load() brought: it may change their size and their number."""
        self._sizer.learn(call)
        self._calls += 1
        if self._settings.workers is None:
            self._tuner.learn(call, self._sizer.rows)

    def _batch(self, records: tuple[Record, ...]) -> Batch:
        first = records[0]
        context = context_for(first.action, self._settings.tracking)
        return Batch(first.model, tuple(first.values), records, context)

    def _limits(self, action: Action) -> Limits:
        # What exists is compared first, in as few calls as can be.
        one_call = self._pool.hungry and action is Action.CREATED
        rows = self._sizer.rows if one_call else self._sizer.rows_of_batch
        batches = (1 + QUEUED_PER_WORKER) * self._pool.workers
        return Limits(rows, self._memory.bytes_per_batch(batches))

    def _tell_settled(self) -> None:
        """Tell once what size and number of calls a longer run has come to."""
        if self._calls < CALLS_WORTH_TELLING:
            return
        self._calls = 0
        rows = self._sizer.rows if self._settings.batch_size is None else None
        workers = self._pool.workers if self._settings.workers is None else None
        if told := settled_on(self._model, rows, workers, self._sampler.looked_at):
            self._notices.add(told)

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
            self._error = self._error or fatal(ended.error)
            self._give_up_waiting()

    def _give_up_waiting(self) -> None:
        """Send no more: what no worker has begun stays unsent."""
        self._stopping.set()
        for shipment in self._pool.take_back():
            self._unsent.extend(shipment.unsettled)

    def _deliver(self) -> None:
        self._notices.deliver()
        # The workers add to it meanwhile: what came after the count is delivered next time.
        if count := len(self._settled):
            self._on_outcomes([self._settled.popleft() for _ in range(count)])

    def _raise_error(self) -> None:
        if self._error is not None:
            self.stop()
            raise self._error
