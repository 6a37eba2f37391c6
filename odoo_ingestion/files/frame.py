"""The rows of a pandas data frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.columns import check_names
from odoo_ingestion.files.row_source import FileSource, in_blocks
from odoo_ingestion.records import ERROR_COLUMNS, Row, SourceFacts


def read_frame(frame: pd.DataFrame, name: str) -> FileSource:
    """Read a data frame; see `frame_source`."""
    names = [str(column) for column in frame.columns]
    check_names(names, name)
    if frame.empty:
        raise InputFileError(f"{name}: there are no rows.", hint="There is nothing to import.")
    places = [place for place, column in enumerate(names) if column not in ERROR_COLUMNS]
    header = tuple(names[place] for place in places)
    notes = []
    if len(header) < len(names):
        notes.append("The _error_* columns of the failed-records file are left out.")
    if not isinstance(frame.index, pd.RangeIndex):
        notes.append("The frame's index is not a column: frame.reset_index() makes it one.")
    facts = SourceFacts(path=name, format="dataframe", notes=tuple(notes))
    reader = _Reader(frame.iloc[:, places], header)
    return FileSource(
        facts,
        header,
        [],
        in_blocks(reader.rows()),
        position=reader.fraction_read,
        release=lambda: None,
    )


class _Reader:
    def __init__(self, frame: pd.DataFrame, header: tuple[str, ...]) -> None:
        self._frame = frame
        self._header = header
        self._read = 0

    def rows(self) -> Iterator[Row]:
        """Yield the rows; ``raw`` is the row's own mapping of columns to values."""
        for cells in self._frame.itertuples(index=False, name=None):
            self._read += 1
            values = dict(zip(self._header, map(_plain, cells), strict=True))
            yield Row(self._read, None, values, values)

    def fraction_read(self) -> float:
        return self._read / len(self._frame)


def _plain(cell: Any) -> Any:
    """Return a cell as a Python value; pandas' three ways to say nothing are None."""
    if isinstance(cell, pd.Timestamp):
        return cell.to_pydatetime(warn=False)
    if isinstance(cell, pd.Timedelta):
        return timedelta(microseconds=cell.value // 1000)
    if isinstance(cell, np.datetime64):
        return _plain(pd.Timestamp(cell))
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell)):
        return None
    return cell
