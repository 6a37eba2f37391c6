"""Stand-ins for what needs a server, in a dry run without one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from odoo_ingestion.batch_processor import TakeOutcomes
from odoo_ingestion.records import Draft, Outcome, Record

_MOST_KEPT = 10_000
"""Texts of relations whose stand-ins are remembered."""


class OfflineProcessor:
    """Takes records in a dry run without a server: each row that comes this far would be sent."""

    retries: Mapping[str, int] = MappingProxyType({})
    """Nothing is sent, so nothing is sent again."""

    def __init__(self, on_outcomes: TakeOutcomes) -> None:
        self._on_outcomes = on_outcomes

    def submit(self, record: Record) -> None:
        """Acknowledge the record."""
        self.submit_all([record])

    def submit_all(self, records: Sequence[Record]) -> None:
        """Acknowledge the records."""
        self._on_outcomes([Outcome(one.row, one.action, one.external_id) for one in records])

    def flush(self) -> None:
        """Nothing waits."""

    def __enter__(self) -> OfflineProcessor:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Columns(dict[str, str]):
    """The column of load() for each field that names records."""

    def __missing__(self, name: str) -> str:
        self[name] = f"{name}/.id"
        return self[name]


class _StandIns(dict[tuple[str, ...], str]):
    """What stands for the records that texts name; a text that comes again is not written anew."""

    def __missing__(self, texts: tuple[str, ...]) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[texts] = f"new:{texts}"
        return self[texts]


class OfflineResolver:
    """Leaves relations unresolved: they are named in the file and cannot be looked up."""

    created_records: Mapping[str, int] = MappingProxyType({})

    def __init__(self) -> None:
        self._columns = _Columns()
        self._stand_ins = _StandIns()

    def resolve(
        self,
        drafts: Sequence[Draft],
        *,
        fields: Collection[str] | None = None,
        create: bool = True,  # noqa: ARG002 - the interface of RelationResolver
    ) -> list[dict[str, str]]:
        """Return a placeholder for each relation, so that keys over them still tell rows apart."""
        columns, stand_ins = self._columns, self._stand_ins
        return [
            {
                columns[name]: stand_ins[reference.texts]
                for name, reference in draft.references.items()
                if fields is None or name in fields
            }
            for draft in drafts
        ]

    def parent_paths(
        self,
        record_ids: Sequence[int],  # noqa: ARG002 - the interface of RelationResolver
    ) -> dict[int, str]:
        """Know no paths."""
        return {}
