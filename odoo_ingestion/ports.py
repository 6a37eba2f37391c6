"""The Protocols by which the rooms know each other; the orchestrator plugs the real ones in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from odoo_ingestion.records import Action, Row, SourceFacts
from odoo_ingestion.runs import RunRecord


class Odoo(Protocol):
    """A logged-in connection to one database; safe to share between threads."""

    @property
    def version(self) -> str:
        """The server's series, like ``"19.0"``."""
        ...

    @property
    def uid(self) -> int:
        """The database id of the logged-in user."""
        ...

    @property
    def context(self) -> Mapping[str, Any]:
        """The context that is merged into every call."""
        ...

    def with_context(self, **context: Any) -> Odoo:
        """Return the same connection with more context in every call."""
        ...

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call a method of a model and return its answer.

        ``repeatable`` false keeps a call of unknown fate from being sent twice; ``timeout`` is in
        seconds and overrides the configured one. ``kwargs`` are Odoo's keyword arguments; a
        ``context`` among them is merged over the connection's.

        Raises RetryableError when the tries are used up, ServerRefused when the server said no,
        ConnectionFailed when there is no server to talk to.
        """
        ...


class RunRecords(Protocol):
    """What earlier rows of the same run came to: asked beside Odoo when relations are looked up."""

    def named(self, model: str, keys: Collection[str]) -> Sequence[RunRecord]:
        """Return the records that answer to one of the keys, which are folded names."""
        ...

    def by_external_id(self, name: str) -> RunRecord | None:
        """Return the record that has a complete external id."""
        ...

    def changed(self, model: str, record_id: int) -> RunRecord | None:
        """Return what a dry run would write on a record that exists, None for others."""
        ...


class Recorder(Protocol):
    """Writes down what is about to be sent, so that a run that dies can tell; thread-safe."""

    def sending(
        self,
        model: str,
        intents: Mapping[Action, Sequence[int]],
        beside: Mapping[Action, Sequence[str]] | None = None,
    ) -> int:
        """Put on disk what is about to be sent in one call; return the call's number.

        ``intents`` are the numbers of the rows by what sending them will do, ``beside`` the names
        of records that are no row's own (a tag, a lot): what the same record is called however
        often it is sent. Raises JournalError.
        """
        ...

    def answered(self, call: int, *, landed: bool | None) -> None:
        """Note what became of a call: carried out, refused, or (None) unknown."""
        ...

    def may_have_landed(self, row: int) -> bool:
        """Tell whether the run goes on and the row was on its way when it was broken off."""
        ...


class RowSource(Protocol):
    """An opened input file; iterating yields its rows once, in order."""

    @property
    def facts(self) -> SourceFacts:
        """What was detected: format, encoding, separator, sheet."""
        ...

    @property
    def header(self) -> tuple[str, ...]:
        """The column names, as the file has them, in its order."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; raises InputFileError where the file is broken."""
        ...

    def fraction_read(self) -> float | None:
        """Return how much of the input has been consumed, 0..1, or None where unknown."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


class RowWriter(Protocol):
    """Writes rows in an input's own format with columns appended; always whole on disk."""

    @property
    def path(self) -> Path:
        """The file that is written."""
        ...

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row exactly as it was read, and the extra (``_error_*``) cells."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...
