"""The rows of a file as documents: nested rows one by one, flat rows once all are read."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import IO

from msgspec import Struct

from odoo_ingestion.data_models import is_no_value
from odoo_ingestion.documents import FileDocument, Grouper, merge_rows, split_nested
from odoo_ingestion.errors import InputFileError
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Problem, Row

_SPOOL_MEMORY = 16 * 1024 * 1024
_PEEKED_ROWS = 200
_READ_ROWS = 500


class Layout(Struct, frozen=True):
    """How the columns of a file make documents.

    ``keys`` are the columns that name a document, the strongest first, ``own`` the document's
    columns, ``of_line`` its lines', ``nested`` the column that holds them as a list, or None.
    """

    keys: tuple[tuple[str, ...], ...]
    own: frozenset[str]
    of_line: frozenset[str]
    nested: str | None
    noun: str


class PeekedRows:
    """The rows of a source, the first of which can be looked at before the run begins.

    What breaks the file among them is raised when iterating comes to that place.
    """

    def __init__(self, source: RowSource) -> None:
        self._rows = iter(source)
        self._error: InputFileError | None = None
        self.first: list[Row] = []
        try:
            self.first.extend(islice(self._rows, _PEEKED_ROWS))
        except InputFileError as error:
            self._error = error

    def nested_names(self, nested: str) -> tuple[str, ...]:
        """Return the names of the cells that the first rows' lines have, in order."""
        names: dict[str, None] = {}
        for row in self.first:
            for line in split_nested(row, nested, is_no_value, "").lines:
                names.update(dict.fromkeys(line.values))
        return tuple(names)

    def __iter__(self) -> Iterator[Row]:
        yield from self.first
        self.first = []
        if self._error is not None:
            raise self._error
        yield from self._rows


def read_documents(rows: PeekedRows, layout: Layout, ledger: Ledger) -> Iterator[FileDocument]:
    """Yield the documents of a file in the order in which they begin; every row counts as read.

    Rows of a flat file wait on disk until all are read: the lines of a document may stand anywhere.
    Memory: about 12 bytes a row and 200 a document. Raises what reading raises, and what stops
    a run.
    """
    nested = layout.nested
    if nested is not None:
        for row in ledger.read(iter(rows)):
            yield split_nested(row, nested, is_no_value, layout.noun)
        ledger.reading_finished()
        return
    grouper = Grouper(layout.keys, sorted(layout.own), is_no_value, layout.noun)
    with closing(_Shelf()) as shelf:
        reading = ledger.read(iter(rows))
        while chunk := list(islice(reading, _READ_ROWS)):
            for row in chunk:
                shelf.put(row, *grouper.place(row))
            ledger.report()
            ledger.check_stop()
        ledger.reading_finished()
        for of_document, problems in shelf.documents():
            yield merge_rows(
                of_document, layout.own, layout.of_line, is_no_value, layout.noun, problems
            )


class _Shelf:
    """Rows on disk (in memory while few), taken back document by document."""

    def __init__(self) -> None:
        self._file: IO[bytes] = _spool_file()
        self._offsets = array("Q")
        self._next = array("L")
        self._heads = array("L")
        self._tails = array("L")
        self._problems: dict[int, Problem] = {}

    def put(self, row: Row, document: int, problem: Problem | None) -> None:
        """Append a row of a document."""
        index = len(self._offsets)
        self._offsets.append(self._file.tell())
        self._next.append(0)
        pickle.dump(row, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        if document == len(self._heads):
            self._heads.append(index)
            self._tails.append(index)
        else:
            self._next[self._tails[document]] = index
            self._tails[document] = index
        if problem is not None:
            self._problems[row.number] = problem

    def documents(self) -> Iterator[tuple[Sequence[Row], dict[int, Problem]]]:
        """Yield the rows of each document with what is wrong with their places."""
        for head, tail in zip(self._heads, self._tails, strict=True):
            rows = []
            index = head
            while True:
                self._file.seek(self._offsets[index])
                rows.append(pickle.load(self._file))  # noqa: S301 - written by this process
                if index == tail:
                    break
                index = self._next[index]
            numbers = [row.number for row in rows if row.number in self._problems]
            yield rows, {number: self._problems[number] for number in numbers}

    def close(self) -> None:
        """Drop the rows."""
        self._file.close()


def _spool_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)
