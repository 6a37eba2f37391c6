"""What a document may not take: a name that another one has, a line that an earlier row has."""

from __future__ import annotations

from odoo_ingestion.identity import Identity
from odoo_ingestion.records import Category, Draft, Problem


def takes_by_name(draft: Draft, identity: Identity) -> bool:
    """Tell whether a document was found by its name alone: such a one is never adopted."""
    if identity.database_id is None or (identity.external_id and not identity.adopt):
        return False
    return not (draft.database_id and identity.external_id)


def taken_name(draft: Draft, record_id: int, external_id: str | None, noun: str) -> Problem:
    """Return why a document cannot have its name; ``external_id`` is that of its holder, if any."""
    if external_id:
        holder = f"with the external id {external_id} (database id {record_id})"
        way = "give the row that external id in a column id"
        other = "give it another name"
    else:
        holder = f"with the database id {record_id}, which no import made"
        way = "put its database id into a column .id"
        named = draft.external_id or draft.database_id
        other = "give it another name" if named else "give it another name or an id"
    return Problem(
        Category.EXISTS,
        f"this name is taken by the {noun} {holder}",
        "name",
        f"If it is the same {noun}, {way}; if not, {other}.",
    )


class LineClaims:
    """Which row of a file has which line, so that no two documents of it get the same one.

    Only ids that the file gives are claimed: the others are made of their document's own. Memory:
    one entry of two numbers (about 100 bytes) for each line with an id of its own.
    """

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._rows: dict[int, int] = {}

    def claim(self, draft: Draft, name: str) -> Problem | None:
        """Give a row the line with this external id, or return why an earlier row has it."""
        if not draft.external_id:
            return None
        first = self._rows.setdefault(hash(name), draft.row.number)
        if first == draft.row.number:
            return None
        return Problem(
            Category.DUPLICATE,
            f"row {first} of this file has a line with the same id {name}, in another {self._noun}",
            "id",
            "Give each line an id of its own, or leave the lines' ids out.",
        )
