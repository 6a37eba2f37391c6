"""Files: one module per format, reading rows and writing failed ones in the same format.

The public names are light: the libraries of a format are imported when such a file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import pandas

    from odoo_ingestion.files.row_source import FileSource
    from odoo_ingestion.ports import RowWriter
    from odoo_ingestion.records import SourceFacts

__all__ = ["FORMATS", "failed_suffix", "frame_source", "open_source", "open_writer"]

FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx")
"""The formats that can be named; Excel's older .xls is read where ``xlsx`` is asked for."""


def open_source(
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the word of the command line
    encoding: str | None = None,
    separator: str | None = None,
    stdin: BinaryIO | None = None,
) -> FileSource:
    """Open an input file and find out its format, encoding, separator and header.

    ``path`` ``-`` is the standard input (``stdin``, else the process's own) and needs ``format``,
    one of `FORMATS`. ``encoding`` is a Python codec name, ``separator`` one character (or ``tab``).
    The start of the file is read: what is wrong there is told before any row is delivered.

    Raises InputFileError for a file that cannot be read, UsageError for options that are wrong.
    """
    from odoo_ingestion.files.opening import open_file

    return open_file(path, format, encoding, separator, stdin)


def frame_source(frame: pandas.DataFrame, name: str = "dataframe") -> FileSource:
    """Read the rows of a pandas data frame; its index is not a column.

    NaN, NaT and NA are None, numpy's scalars become Python's. Raises InputFileError where the
    columns cannot be a header (no rows, no columns, two of the same name).
    """
    from odoo_ingestion.files.frame import read_frame

    return read_frame(frame, name)


def open_writer(
    path: Path, facts: SourceFacts, header: Sequence[str], extra_columns: Sequence[str]
) -> RowWriter:
    """Create a file in the format of the input that ``facts`` tell of, for rows of that input.

    ``path`` must not exist; ``header`` is the source's, ``extra_columns`` are appended to it.
    Text formats are whole on disk after each row. Parquet and Excel files cannot be appended to:
    until `close` their rows stand in ``<path>.partial.jsonl``, which can be imported itself.

    Raises OutputFileError when the file exists or cannot be written (also later, by ``write``).
    """
    from odoo_ingestion.files.opening import create_file

    return create_file(Path(path), facts, header, extra_columns)


def failed_suffix(facts: SourceFacts) -> str:
    """Return the ending of a failed-records file of that input, like ``.csv``.

    Gzip is left off, ``.xls`` becomes ``.xlsx``, a data frame's rows go to JSON Lines.
    """
    if facts.format == "csv":
        return ".tsv" if facts.separator == "\t" else ".csv"
    return {"xls": ".xlsx", "dataframe": ".jsonl"}.get(facts.format, f".{facts.format}")
