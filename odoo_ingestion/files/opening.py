"""Opens inputs and failed-records files in whatever format they have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import FORMATS
from odoo_ingestion.files.byte_stream import (
    GZIP_MAGIC,
    ByteStream,
    open_path,
    open_standard_input,
)
from odoo_ingestion.files.detection import check_format, detect_format
from odoo_ingestion.files.row_source import FileSource
from odoo_ingestion.ports import RowWriter
from odoo_ingestion.records import SourceFacts

_HEAD = 64 * 1024


def open_file(
    path: str | Path,
    format_: str | None,
    encoding: str | None,
    separator: str | None,
    stdin: BinaryIO | None,
) -> FileSource:
    """Open an input; see `odoo_ingestion.files.open_source`."""
    if format_ is not None:
        format_ = check_format(format_)
    if str(path) != "-":
        stream = open_path(Path(path))
    elif format_ is None:
        raise UsageError(
            "The standard input has no name to tell its format by.",
            hint=f"Add --format, one of {', '.join(FORMATS)}.",
        )
    else:
        stream = open_standard_input(stdin)
    try:
        return _read(stream, str(path), format_, encoding, separator)
    except BaseException:
        stream.close()
        raise


def _read(
    stream: ByteStream,
    path: str,
    format_: str | None,
    encoding: str | None,
    separator: str | None,
) -> FileSource:
    if stream.peek(len(GZIP_MAGIC)) == GZIP_MAGIC:
        stream.unpack_gzip()
    head = stream.peek(_HEAD)
    if not head:
        raise InputFileError(
            f"{stream.name} is empty.", hint="Check that the right file was saved."
        )
    notes: tuple[str, ...] = ()
    if format_ is None:
        detected = detect_format(head, stream.name)
        format_, notes = detected.format, detected.notes
    if stream.compression is not None and format_ in ("parquet", "xlsx"):
        raise InputFileError(
            f"{stream.name} is packed by gzip, which is for text files.", hint="Unpack it first."
        )
    notes += _unused_options(format_, encoding, separator)
    return _open_format(stream, path, format_, encoding, separator, notes)


def _open_format(
    stream: ByteStream,
    path: str,
    format_: str,
    encoding: str | None,
    separator: str | None,
    notes: tuple[str, ...],
) -> FileSource:
    if format_ == "csv":
        from odoo_ingestion.files.csv_file import open_csv

        return open_csv(stream, path, encoding=encoding, separator=separator, notes=notes)
    if format_ == "json":
        from odoo_ingestion.files.json_array import open_json

        return open_json(stream, path, encoding=encoding, notes=notes)
    if format_ == "jsonl":
        from odoo_ingestion.files.json_lines import open_json_lines

        return open_json_lines(stream, path, encoding=encoding, notes=notes)
    if format_ == "parquet":
        from odoo_ingestion.files.parquet import open_parquet

        return open_parquet(stream, path, notes=notes)
    from odoo_ingestion.files.excel import open_excel

    return open_excel(stream, path, notes=notes)


def _unused_options(format_: str, encoding: str | None, separator: str | None) -> tuple[str, ...]:
    notes = []
    if encoding is not None and format_ in ("parquet", "xlsx"):
        notes.append(f"The encoding {encoding} is not used: {format_} files say their own.")
    if separator is not None and format_ != "csv":
        notes.append(f"The separator {separator!r} is not used: only CSV has one.")
    return tuple(notes)


def create_file(
    path: Path, facts: SourceFacts, header: Sequence[str], extra_columns: Sequence[str]
) -> RowWriter:
    """Create a failed-records file; see `odoo_ingestion.files.open_writer`."""
    if facts.format == "csv":
        from odoo_ingestion.files.csv_file import CsvWriter

        return CsvWriter(path, facts, header, extra_columns)
    if facts.format == "json":
        from odoo_ingestion.files.json_array import JsonWriter

        return JsonWriter(path)
    if facts.format in ("jsonl", "dataframe"):
        from odoo_ingestion.files.json_lines import JsonLinesWriter

        return JsonLinesWriter(path)
    if facts.format == "parquet":
        from odoo_ingestion.files.parquet import ParquetWriter

        return ParquetWriter(path, header, extra_columns)
    if facts.format in ("xlsx", "xls"):
        from odoo_ingestion.files.excel_writer import ExcelWriter

        return ExcelWriter(path, facts, header, extra_columns)
    raise UsageError(
        f"There is no format {facts.format!r} to write.", hint=f"One of {', '.join(FORMATS)}."
    )
