"""What a user asks of a run, what a run tells while it goes on, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, field, to_builtins

from odoo_ingestion.records import Action, Mode, SourceFacts


class DateFormat(StrEnum):
    """How a file writes dates beside year-month-day: nothing else, day first, or month first."""

    ISO = "iso"
    DMY = "dmy"
    MDY = "mdy"


class ImportOptions(Struct, frozen=True):
    """Everything that a user can say about one import; the defaults are the command line's.

    ``batch_size`` and ``workers`` None mean "found out while running"; ``tracking`` None means
    off for new records and on for existing ones. ``m2m`` is ``replace`` or ``add``; ``pricelist``
    names the pricelist that takes the prices of variants. ``image_folder`` is where paths to images
    begin; None means beside the input file. ``confirm``, ``post`` and ``apply`` let
    orders be confirmed, invoices be posted and counted stock be applied.
    """

    type: str | None = None
    model: str | None = None
    dry_run: bool = False
    dry_run_server: bool = False
    offline: bool = False
    odoo_version: str | None = None
    mode: Mode = Mode.UPSERT
    key: tuple[str, ...] = ()
    company: str | None = None
    format: str | None = None
    encoding: str | None = None
    separator: str | None = None
    clear_empty: tuple[str, ...] = ()
    batch_size: int | None = None
    workers: int | None = None
    max_errors: int | None = None
    set_values: Mapping[str, str] = field(default_factory=dict)
    date_format: DateFormat = DateFormat.ISO
    lang: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    create_missing: tuple[str, ...] = ()
    tracking: bool | None = None
    ignore_unknown_columns: bool = False
    ignore: tuple[str, ...] = ()
    m2m: str = "replace"
    pricelist: str | None = None
    fetch_images: bool = False
    image_folder: str | None = None
    confirm: bool = False
    post: bool = False
    apply: bool = False
    delete_missing_lines: bool = False
    failed_dir: Path = Path("data/failed")

    @property
    def is_dry(self) -> bool:
        """Whether nothing may be left in Odoo, whoever does the checking."""
        return self.dry_run or self.dry_run_server


def storable_options(options: ImportOptions) -> dict[str, Any]:
    """Return the options of a run as plain JSON values; ``stored_options`` reads them again."""
    values: dict[str, Any] = to_builtins(options, enc_hook=str)
    return values


def stored_options(values: Mapping[str, Any]) -> ImportOptions:
    """Return the options of an earlier run, as its journal holds them.

    Raises msgspec's ValidationError where a value is of another kind.
    """
    return convert(dict(values), ImportOptions, dec_hook=_as_path)


def _as_path(kind: type, value: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(value)


class Progress(Struct, frozen=True):
    """A snapshot of a running import, for whoever draws it.

    ``fraction_read`` is 0..1 or None where the input's size is unknown; ``total`` is the number of
    rows, known once reading has ended, estimated before (``total_is_estimate``). Rates are rows
    per second, ``eta`` is seconds or None.
    """

    file: str
    read: int = 0
    validated: int = 0
    sent: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    fraction_read: float | None = None
    total: int | None = None
    total_is_estimate: bool = True
    rate: float = 0.0
    eta: float | None = None
    elapsed: float = 0.0
    note: str = ""
    finished: bool = False


class FileStart(Struct, frozen=True):
    """What is about to be done with one file, told before its first row is sent.

    ``columns`` pairs each column of the file with the field that it fills; ``ignored`` names the
    columns that are left out. ``protocol`` is ``xmlrpc``, ``json2`` or, without a server, None.
    """

    file: str
    facts: SourceFacts
    type: str | None
    model: str
    dry_run: bool
    url: str | None
    database: str | None
    user: str | None
    company: str | None
    lang: str | None
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    notices: tuple[str, ...]
    protocol: str | None = None


CALL_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Seconds by which calls are told apart: from a look-up to the longest that Odoo allows."""


class CallCounts(Struct, frozen=True):
    """The calls of a run to the server, each repetition as one of its own.

    ``counts`` are calls by duration: up to each of ``CALL_BOUNDS``, and above the last. ``seconds``
    is what they took in all, ``failed`` how many the server refused or did not answer. ``logins``
    counts how often it was asked to authenticate, ``requests`` all that was asked of it by HTTP,
    ``breaker_opens`` how often calls were held back because it was away.
    """

    failed: int = 0
    seconds: float = 0.0
    counts: tuple[int, ...] = (0,) * (len(CALL_BOUNDS) + 1)
    logins: int = 0
    requests: int = 0
    breaker_opens: int = 0

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.counts)


class FileResult(Struct, frozen=True):
    """The counts of one input file; ``read`` is the sum of the five outcomes."""

    file: str
    type: str | None
    model: str
    read: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    failed_file: str | None
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**to_builtins(self), "seconds": round(self.seconds, 3)}


class RunResult(Struct, frozen=True):
    """The summary of a run, as ``--json`` prints it (see ``as_dict``).

    ``status`` is ``completed`` (every row landed), ``completed_with_failures``, ``interrupted`` or
    ``failed``; ``error`` tells why in the last two cases. ``protocol`` is ``xmlrpc``, ``json2`` or,
    without a server, None. ``type`` and ``model`` are None where the files differ in them.
    ``notices`` are sentences for people, ``examples`` the first failure of each category in words.
    ``retries`` counts calls that were repeated, by the code of the error (see errors.py) that was
    in the way; in ``calls`` they are counted with the others.
    """

    run_id: str
    status: str
    dry_run: bool
    type: str | None
    model: str | None
    files: tuple[FileResult, ...]
    url: str | None
    database: str | None
    company: str | None
    lang: str | None
    records: Mapping[str, Mapping[str, int]]
    errors: Mapping[str, int]
    seconds: float
    notices: tuple[str, ...] = ()
    error: Mapping[str, str | None] | None = None
    examples: Mapping[str, str] = field(default_factory=dict)
    protocol: str | None = None
    retries: Mapping[str, int] = field(default_factory=dict)
    calls: CallCounts = field(default_factory=CallCounts)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> RunResult:
        """Return the summary that ``as_dict`` told of."""
        untold = {"retries", "calls"}  # figures of the run itself, not of its summary
        names = {*cls.__struct_fields__} - {"files", "notices"} - untold
        return cls(
            files=tuple(FileResult(**values) for values in told["file_results"]),
            notices=tuple(told["notices"]),
            **{name: told[name] for name in names},
        )

    def count(self, action: str) -> int:
        """Return the rows of all files with that outcome (or ``read``)."""
        return sum(getattr(result, action) for result in self.files)

    @property
    def failed_files(self) -> tuple[str, ...]:
        """The failed-records files, one for each input that had any."""
        return tuple(f.failed_file for f in self.files if f.failed_file is not None)

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as the JSON object that the command line promises."""
        read = self.count("read")
        return {
            "run_id": self.run_id,
            "status": self.status,
            "dry_run": self.dry_run,
            "type": self.type,
            "model": self.model,
            "files": [f.file for f in self.files],
            "file_results": [f.as_dict() for f in self.files],
            "url": self.url,
            "database": self.database,
            "protocol": self.protocol,
            "company": self.company,
            "lang": self.lang,
            "read": read,
            **{str(action): self.count(action) for action in Action},
            "records": {model: dict(counts) for model, counts in self.records.items()},
            "failed_files": list(self.failed_files),
            "failed_file": self.failed_files[0] if self.failed_files else None,
            "errors": dict(self.errors),
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(read / self.seconds, 1) if self.seconds > 0 else 0.0,
            "notices": list(self.notices),
            "error": dict(self.error) if self.error is not None else None,
            "examples": dict(self.examples),
        }


class RunRecord(Struct, frozen=True):
    """What an earlier row of the same run came to, where Odoo cannot tell it.

    ``token`` is what goes into a ``.id`` cell: the database id, or in a dry run a placeholder
    ``new:FILE:ROW`` for a record that would be created; empty for a row that failed. ``failed`` is
    then the row in words (``row 12 of customers.csv``). ``cells`` are load() cells: what relations
    know the record by, and what else they ask of it.
    """

    model: str
    cells: Mapping[str, str]
    token: str = ""
    external_id: str | None = None
    failed: str = ""
