"""Parquet: typed values read batch by batch, written again under the input's own schema."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import ROW_LIMIT, ByteStream
from odoo_ingestion.files.columns import check_names
from odoo_ingestion.files.json_rows import flatten
from odoo_ingestion.files.output import cannot_write
from odoo_ingestion.files.parquet_texts import is_text, texts_of
from odoo_ingestion.files.row_source import FileSource, peek, too_long
from odoo_ingestion.files.spool import Spool
from odoo_ingestion.files.unpacking import check_unpacked
from odoo_ingestion.records import ERROR_COLUMNS, Row, SourceFacts

_BATCH_ROWS = 1000
_BATCH_BYTES = 64 * 1024**2
"""Bytes that a batch should hold at most, as far as the file tells what its rows hold."""
MOST_IN_BATCH = 1024**3
"""Bytes of a batch that no table has: one value that stands for all, a thousand times."""
_BUFFER = 1024 * 1024
_PEEKED_ROWS = 1000


class ParquetRecord:
    """The ``raw`` of a row: its place in a batch, so that every type is written as it was read."""

    __slots__ = ("batch", "index")

    def __init__(self, batch: pa.RecordBatch, index: int) -> None:
        self.batch = batch
        self.index = index

    def alone(self) -> pa.RecordBatch:
        """Return a batch of this one row."""
        return self.batch.slice(self.index, 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParquetRecord) and self.alone().equals(other.alone())

    def __hash__(self) -> int:
        return hash((self.batch.schema.names[0], self.batch.num_columns))

    def __repr__(self) -> str:
        return f"ParquetRecord({self.alone().to_pylist()[0]!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Only this row goes to another process, not its whole batch.
        return ParquetRecord, (self.alone().take([0]), 0)


def open_parquet(stream: ByteStream, path: str, *, notes: tuple[str, ...]) -> FileSource:
    """Open a Parquet file; see `open_source`.

    Values are Python scalars; bytes become Base64 text, as Odoo takes them; NaN is None; structs
    become dotted columns, lists stay lists. ``line`` is None.
    """
    with _told(stream.name):
        table = _Table(stream)
        blocks = table.blocks()
        peeked = peek(blocks, _PEEKED_ROWS)
    if not peeked:
        raise InputFileError(f"{stream.name}: there are no rows.", hint="Nothing to import.")
    notes += table.notes
    facts = SourceFacts(path=path, format="parquet", compression=stream.compression, notes=notes)
    return FileSource(
        facts,
        table.header,
        peeked,
        blocks,
        position=table.fraction_read,
        release=stream.close,
    )


class _Table:
    def __init__(self, stream: ByteStream) -> None:
        self._name = stream.name
        file = stream.seekable_file()
        self._file = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
        self._batch_rows = _check_size(self._file.metadata, file, stream.name)
        schema = self._file.schema_arrow
        check_names(schema.names, stream.name)
        own = [field for field in schema if field.name not in ERROR_COLUMNS]
        self._names = [field.name for field in own]
        columns, structs = _column_names(own)
        self.header, self._structs = tuple(columns), frozenset(structs)
        check_names(self.header, stream.name)
        self.notes: tuple[str, ...] = ()
        if len(own) < len(schema):
            self.notes = ("The _error_* columns of the failed-records file are left out.",)
        self._rows = self._file.metadata.num_rows
        self._read = 0

    def blocks(self) -> Iterator[list[Row]]:
        """Yield the rows, a list for each batch."""
        with _told(self._name):
            # With threads it takes twice the processor time, and each keeps memory of its own.
            for whole in self._file.iter_batches(batch_size=self._batch_rows, use_threads=False):
                batch = whole.select(self._names)
                if batch.get_total_buffer_size() > MOST_IN_BATCH:
                    raise self._too_large(batch.num_rows)
                yield self._rows_of(batch)

    def _rows_of(self, batch: pa.RecordBatch) -> list[Row]:
        columns = [self._cells(batch.column(name), name) for name in self._names]
        plain = not self._structs and all(map(_are_plain, batch.columns, columns))
        first, self._read = self._read + 1, self._read + batch.num_rows
        values: Iterable[dict[str, Any]]
        values = map(dict, map(zip, repeat(self._names), zip(*columns, strict=True)))
        if not plain:
            values = map(self._flat, values)
        numbers = range(first, self._read + 1)
        records = map(ParquetRecord, repeat(batch), range(batch.num_rows))
        if batch.get_total_buffer_size() <= ROW_LIMIT:
            return list(map(Row, numbers, repeat(None), values, records))
        return [
            Row(number, None, cells, record, too_long(cells))
            for number, cells, record in zip(numbers, values, records, strict=True)
        ]

    def fraction_read(self) -> float:
        return self._read / self._rows if self._rows else 1.0

    def _too_large(self, count: int) -> InputFileError:
        return InputFileError(
            f"{self._name}: {count} rows from row {self._read + 1} on hold more than "
            f"{MOST_IN_BATCH >> 20} MiB: that is a broken or a malicious file.",
            hint="If it is neither, save it as CSV or JSON Lines and import that.",
        )

    def _cells(self, column: pa.Array[Any], name: str) -> list[Any]:
        try:
            cells: list[Any] = texts_of(column) if is_text(column.type) else column.to_pylist()
        except (ValueError, OverflowError) as e:
            raise InputFileError(
                f"{self._name}: column {name!r} ({column.type}) has a value that cannot be read, "
                f"near row {self._read + 1}: {e}.",
                hint="Dates must lie between the years 1 and 9999. Write the column as text.",
            ) from e
        return cells

    def _flat(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return cells with structs as dotted columns, bytes as Base64 and NaN as None."""
        flat: dict[str, Any] = {}
        flatten(values, flat, self._structs)
        return {name: _plain(cell) for name, cell in flat.items()}


def _check_size(facts: pq.FileMetaData, file: BinaryIO, name: str) -> int:
    """Refuse what unpacks to too much; return how many rows to read at a time."""
    groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
    packed = file.seek(0, os.SEEK_END)
    check_unpacked(name, packed, sum(group.total_byte_size for group in groups))
    widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(widest, 1)))


def _column_names(fields: Sequence[pa.Field[Any]], prefix: str = "") -> tuple[list[str], list[str]]:
    """Return the columns, those of structs dotted, and the names of the structs."""
    columns, structs = [], []
    for field in fields:
        name = prefix + field.name
        if pa.types.is_struct(field.type):
            below, further = _column_names(list(field.type), name + ".")
            columns += below
            structs += [name, *further]
        else:
            columns.append(name)
    return columns, structs


def _are_plain(column: pa.Array[Any], cells: list[Any]) -> bool:
    """Tell whether the cells of a column go on as the Python values that they are."""
    kind = column.type
    if pa.types.is_floating(kind):
        return not any(cell != cell for cell in cells)  # noqa: PLR0124 - NaN alone differs
    return is_text(kind) or any(is_kind(kind) for is_kind in _PLAIN_KINDS)


_PLAIN_KINDS = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_time,
)


def _plain(cell: Any) -> Any:
    return base64.b64encode(cell).decode() if isinstance(cell, bytes) else cell


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as e:
        reason = str(e).split("\n", maxsplit=1)[0].rstrip(".")
        raise InputFileError(
            f"{name} is not a sound Parquet file: {reason}.",
            hint="Export it again, or force another format with --format.",
        ) from e


class ParquetWriter:
    """Writes rows to a new Parquet file of the input's schema, with text columns appended.

    `close` makes the file; until then its rows are in the spool beside it, and, a thousand at a
    time, in a nameless file that the system removes if the run is killed.
    """

    def __init__(self, path: Path, header: Sequence[str], extra_columns: Sequence[str]) -> None:
        self._spool = Spool(path)
        self._extra_columns = tuple(extra_columns)
        self._header = tuple(header)
        self._waiting: list[pa.Table] = []
        self._draft: BinaryIO | None = None
        self._writer: pq.ParquetWriter | None = None
        self._closed = False

    @property
    def path(self) -> Path:
        """The file that is written by `close`."""
        return self._spool.path

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        self._spool.write(row, extra)
        if not isinstance(row.raw, ParquetRecord):
            raise TypeError(f"row {row.number} was not read from a Parquet file")
        table = pa.Table.from_batches([row.raw.alone()])
        for name in self._extra_columns:
            table = table.append_column(name, pa.array([extra.get(name, "")], pa.string()))
        self._waiting.append(table)
        if len(self._waiting) >= _BATCH_ROWS:
            self._flush()

    def close(self) -> None:
        """Make the file; raises OutputFileError, and then the rows are still in the spool."""
        if not self._closed:
            self._closed = True
            self._spool.complete(self._make)

    def _make(self, path: Path) -> None:
        self._flush()
        if self._writer is None or self._draft is None:
            names = (*self._header, *self._extra_columns)
            pq.write_table(pa.table({name: pa.array([], pa.string()) for name in names}), path)
            return
        with self._draft as draft:
            self._writer.close()
            draft.seek(0)
            with path.open("xb") as file:
                shutil.copyfileobj(draft, file)

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        self._waiting.clear()
        try:
            if self._draft is None:
                self._draft = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115 - see close
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._draft, table.schema)
            self._writer.write_table(table)
        except OSError as e:
            raise cannot_write(self.path, e) from e
