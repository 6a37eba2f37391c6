"""Rows whose parent may stand in the same file: who names whom, and who has landed."""

from __future__ import annotations

import pickle
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import IO

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.records import ColumnKind, Draft, Reference

_SPOOL_MEMORY = 16 * 1024 * 1024


class Fate(Enum):
    """How far a row that others may name as their parent has come."""

    PENDING = "pending"
    LANDED = "landed"
    FAILED = "failed"


class Member(Struct):
    """A row of the file that may be a parent.

    ``token`` is what goes into a child's ``parent_id/.id`` cell: the database id, or in a dry run
    ``new:<row>`` for a record that would be created. ``cells`` are kept in dry runs only.
    """

    row: int
    path: str
    fate: Fate = Fate.PENDING
    token: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


class Family:
    """The members of one file, found by external id, and by the names that a parent column uses.

    ``name_fields`` are tried in order, like the relation look-up does in Odoo; case counts only
    where two names differ in nothing else. ``by_path`` is true
    where records are named by their path (``All / Drinks``). ``others`` are further fields that
    name records of the same model; ``parent_field`` may be empty then. Memory: one entry per row.
    """

    def __init__(
        self,
        parent_field: str,
        name_fields: tuple[str, ...],
        *,
        by_path: bool,
        others: tuple[str, ...] = (),
    ) -> None:
        self.parent_field = parent_field
        self.others = others
        self.fields = (parent_field, *others) if parent_field else others
        self._name_fields = (("path",) if by_path else ()) + name_fields
        self._by_path = by_path
        self._by_row: dict[int, Member] = {}
        self._by_name: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._by_folded: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._by_token: dict[str, Member] = {}

    def add(self, row: int, names: Mapping[str, str], external_id: str | None, above: str) -> None:
        """Take in a row; ``above`` is the path of its parent as far as the row itself says."""
        member = Member(row, joined(above, names.get("name", "")))
        self._by_row[row] = member
        if external_id:
            self._by_name["id", external_ids.complete(external_id)].append(member)
        if self._by_path and member.path:
            self._enter("path", normal_path(member.path), member)
        for field_name in self._name_fields:
            if names.get(field_name):
                self._enter(field_name, names[field_name].strip(), member)

    def find(self, reference: Reference) -> list[Member]:
        """Return the members that a parent cell may mean; several are ambiguous."""
        return self._find(reference, reference.texts[0] if reference.texts else "")

    def find_all(self, reference: Reference) -> list[Member]:
        """Return the members that any of the texts of a cell may mean."""
        return [member for text in reference.texts for member in self._find(reference, text)]

    def _find(self, reference: Reference, text: str) -> list[Member]:
        if reference.kind is ColumnKind.EXTERNAL_ID:
            return list(self._by_name.get(("id", external_ids.complete(text)), ()))
        if reference.kind is not ColumnKind.NAME:
            return []
        for field_name in self._name_fields:
            key = normal_path(text) if field_name == "path" else text.strip()
            exact = self._by_name.get((field_name, key))
            if found := exact or self._by_folded.get((field_name, _fold(key))):
                return list(found)
        return []

    def place(self, row: int, path: str, cells: Mapping[str, str] | None) -> None:
        """Note the whole path of a row once its parent is known, and its cells in a dry run."""
        member = self._by_row[row]
        if self._by_path and path not in ("", member.path):
            member.path = path
            self._enter("path", normal_path(path), member)
        if cells is not None:
            member.cells = cells

    def land(self, row: int, token: str) -> None:
        """Note that a row landed and what its children have to name."""
        if member := self._by_row.get(row):
            member.fate, member.token = Fate.LANDED, token
            self._by_token[token] = member

    def fail(self, row: int) -> None:
        """Note that a row failed, so that its children cannot land either."""
        if member := self._by_row.get(row):
            member.fate = Fate.FAILED

    def planned(self, token: str) -> Mapping[str, str]:
        """Return what a dry run plans to write on the record that the token names."""
        member = self._by_token.get(token)
        return member.cells if member else {}

    def _enter(self, field_name: str, text: str, member: Member) -> None:
        self._by_name[field_name, text].append(member)
        self._by_folded[field_name, _fold(text)].append(member)

    def path_of(self, token: str) -> str | None:
        """Return the path of a member by its token."""
        member = self._by_token.get(token)
        return member.path if member else None


def joined(above: str, name: str) -> str:
    """Return a category's path as Odoo spells it (product.category._compute_complete_name).

    Empty for a row without a name: it says where a known category moves, not what it is called.
    """
    if not name.strip():
        return ""
    return f"{above} / {name.strip()}" if above else name.strip()


def normal_path(text: str) -> str:
    """Return a path in one spelling for comparisons: parts trimmed, joined by `` / ``."""
    parts = (part.strip() for part in text.replace(">", "/").split("/"))
    return " / ".join(part for part in parts if part)


def _fold(text: str) -> str:
    """Return a text without regard to case and to blanks between words, as relations match."""
    return " ".join(text.split()).lower()


class Spool:
    """Drafts that wait for their parents; in memory while few, on disk when many.

    Used in a ``with`` statement, which drops them at its end.
    """

    def __init__(self) -> None:
        self._file = _spool_file()
        self.count = 0

    def add(self, draft: Draft) -> None:
        """Append a draft."""
        pickle.dump(draft, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self.count += 1

    def __iter__(self) -> Iterator[Draft]:
        """Yield the drafts in the order in which they came."""
        self._file.seek(0)
        for _ in range(self.count):
            yield pickle.load(self._file)  # noqa: S301 - written by this process, never named

    def refill(self, other: Spool) -> None:
        """Drop the drafts and take over those of another spool, which is empty then."""
        self._file.close()
        self._file, self.count = other._file, other.count
        other._file, other.count = _spool_file(), 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _spool_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)
