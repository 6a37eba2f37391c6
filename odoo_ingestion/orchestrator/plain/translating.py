"""The texts of a row in a further language, which follow its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from odoo_ingestion.orchestrator.processors import OpenProcessor
from odoo_ingestion.records import Action, Draft, Outcome, Record


class Texts(Struct, frozen=True, eq=False):
    """The texts in one language; ``columns`` maps a field to the file's column of its texts.

    In a dry run that would create a record they are not looked at. A record that landed and of
    which no more could be learnt than that goes by its external id.
    """

    lang: str
    model: str
    columns: Mapping[str, str]
    open_processor: OpenProcessor
    dry_run: bool = False

    @property
    def what(self) -> str:
        """What they are called in messages."""
        return f"its text in {self.lang}"

    def wants(self, draft: Draft, landed: Outcome) -> bool:
        """Tell whether a row has texts in this language."""
        is_there = landed.database_id is not None or not self.dry_run
        return self.lang in draft.translations and is_there

    def records(self, rows: Sequence[tuple[Draft, Outcome]]) -> list[Record]:
        """Return the record with the texts alone, by its database id where that is known."""
        return [
            Record(
                landed.row,
                self.model,
                Action.UPDATED,
                landed.external_id if landed.database_id is None else None,
                landed.database_id,
                draft.translations[self.lang],
            )
            for draft, landed in rows
        ]

    def column(self, name: str) -> str:
        """Return the column of a field's texts."""
        return self.columns.get(name, f"{name}:{self.lang}")
