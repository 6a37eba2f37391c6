"""Documents -> drafts with their relations resolved: all that needs no look at the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from odoo_ingestion.data_models import Validator
from odoo_ingestion.documents import FileDocument
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.plain.parents import Resolver
from odoo_ingestion.records import ColumnKind, Draft, Problem, Reference

Problems = Mapping[int, tuple[Problem, ...]]
Fail = Callable[[FileDocument, Problems], None]
"""Fails a document for problems by the number of the row that has them."""


class CheckedDocument(Struct, frozen=True):
    """A document whose cells are read and whose relations are found.

    ``cells`` and ``line_cells`` are load() columns; ``checked`` are those of the document that are
    only compared with Odoo, ``line_checked`` those of each line.
    """

    document: FileDocument
    draft: Draft
    lines: tuple[Draft, ...]
    cells: Mapping[str, str]
    line_cells: Sequence[Mapping[str, str]]
    checked: Mapping[str, str]
    line_checked: Sequence[Mapping[str, str]]


class LookUp(Resolver, Protocol):
    """Answers the relations of drafts, and makes records that are missing where that is allowed."""

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many were made, by model."""
        ...


class Half:
    """What reads one of the two halves of a document: its own cells, or those of its lines.

    ``only_checked`` are the fields that are compared and never sent. ``by_tax_use`` are resolvers
    that find taxes of one use only (``sale``, ``purchase``), ``tax_use`` tells the use from a
    document's cells. ``parent`` is the field of a line that names its document.
    """

    def __init__(
        self,
        validator: Validator,
        resolver: LookUp,
        only_checked: frozenset[str],
        by_tax_use: Mapping[str, LookUp] | None = None,
        tax_use: Callable[[Mapping[str, str]], str | None] | None = None,
        parent: str | None = None,
    ) -> None:
        self.validator = validator
        self.resolver = resolver
        self._only_checked = only_checked
        self._by_tax_use = by_tax_use or {}
        self.tax_use = tax_use or (lambda _: None)
        above = Reference(parent or "", ColumnKind.DATABASE_ID, ("1",))  # known by then
        self._above = {parent: above} if parent else {}

    @property
    def resolvers(self) -> tuple[LookUp, ...]:
        """All that look up relations, and may make records for them."""
        return (self.resolver, *self._by_tax_use.values())

    def resolve_lines(
        self, drafts: Sequence[Draft], uses: Sequence[str | None]
    ) -> Iterator[Mapping[str, str] | tuple[Problem, ...]]:
        """Yield the cells or the problems of each line; ``uses`` says which taxes each may name."""
        found: dict[int, Mapping[str, str] | tuple[Problem, ...]] = {}
        for use in dict.fromkeys(uses):
            places = [place for place, other in enumerate(uses) if other == use]
            resolver = self._by_tax_use.get(use or "", self.resolver)
            found |= zip(places, resolver.resolve([drafts[p] for p in places]), strict=True)
        for place in range(len(drafts)):
            yield found[place]

    def split(self, cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the cells that are sent and those that are only checked."""
        checked = {c: v for c, v in cells.items() if c.partition("/")[0] in self._only_checked}
        return {c: v for c, v in cells.items() if c not in checked}, checked

    def named(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Return the problems with the file's names for their fields."""
        names = self.validator.column_names
        return tuple(replace(p, field=names.get(p.field or "", p.field)) for p in problems)

    def missing(
        self, draft: Draft, given: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Problem, ...]:
        """Return what a new record lacks; ``given`` are cells that it gets beside its row's."""
        references = {**self._above, **draft.references}
        filled = replace(draft, values={**given, **draft.values}, references=references)
        return self.named(self.validator.missing_required(filled))


class _Reading(Struct):
    """A document while it is checked: cells that are sent and those only checked, in pairs."""

    document: FileDocument
    problems: dict[int, list[Problem]]
    draft: Draft | None = None
    lines: list[tuple[int, Draft]] = field(default_factory=list)
    cells: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))
    line_cells: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)

    def blame(self, row: int, problems: Sequence[Problem]) -> None:
        """Note what is wrong with a row."""
        self.problems.setdefault(row, []).extend(problems)


class DocumentChecker:
    """Reads the cells of documents and looks up what they name, a chunk at a time."""

    def __init__(
        self, own: Half, of_line: Half, ledger: Ledger, fail: Fail, *, is_nested: bool
    ) -> None:
        self._own = own
        self._of_line = of_line
        self._ledger = ledger
        self._fail = fail
        self._is_nested = is_nested

    def check(self, documents: Sequence[FileDocument]) -> list[CheckedDocument]:
        """Return the documents that have no fault so far, in order; the others have failed.

        Each row is told all that is wrong with it: what a document names is looked up also where
        one of its cells cannot be read.
        """
        readings = [self._read(document) for document in documents]
        self._resolve_own(readings)
        self._resolve_lines(readings)
        return [checked for one in readings if (checked := self._end(one)) is not None]

    def _read(self, document: FileDocument) -> _Reading:
        for _ in document.rows:
            self._ledger.validated()
        one = _Reading(document, {n: list(found) for n, found in document.problems.items()})
        draft = document.own.problem or self._own.validator.validate(document.own)
        if isinstance(draft, Draft):
            one.draft = draft
        elif isinstance(draft, tuple):
            one.blame(document.number, self._own.named(draft))
        for position, row in enumerate(document.lines, start=1):
            checked = self._of_line.validator.validate(row)
            if isinstance(checked, Draft):
                one.lines.append((position, checked))
            else:
                one.blame(row.number, self.of_line(checked, position))
        return one

    def _resolve_own(self, readings: Sequence[_Reading]) -> None:
        asking = [(one, one.draft) for one in readings if one.draft is not None]
        found = self._own.resolver.resolve([draft for _, draft in asking])
        for (one, draft), resolved in zip(asking, found, strict=True):
            if isinstance(resolved, tuple):
                one.blame(one.document.number, self._own.named(resolved))
            else:
                one.cells = self._own.split({**draft.values, **resolved})

    def _resolve_lines(self, readings: Sequence[_Reading]) -> None:
        asking = [(one, *line) for one in readings for line in one.lines]
        uses = [self._of_line.tax_use(one.draft.values if one.draft else {}) for one, *_ in asking]
        found = self._of_line.resolve_lines([draft for *_, draft in asking], uses)
        for (one, position, draft), resolved in zip(asking, found, strict=True):
            if isinstance(resolved, tuple):
                one.blame(draft.row.number, self.of_line(resolved, position))
            else:
                one.line_cells.append(self._of_line.split({**draft.values, **resolved}))

    def _end(self, one: _Reading) -> CheckedDocument | None:
        if one.problems or one.draft is None:
            self._fail(one.document, {n: tuple(found) for n, found in one.problems.items()})
            return None
        lines = tuple(draft for _, draft in one.lines)
        for draft in (one.draft, *lines):
            self._ledger.tally.warn(draft.row.number, draft.warnings)
        return CheckedDocument(
            one.document,
            one.draft,
            lines,
            one.cells[0],
            [sent for sent, _ in one.line_cells],
            one.cells[1],
            [checked for _, checked in one.line_cells],
        )

    def of_line(self, problems: Sequence[Problem], position: int) -> tuple[Problem, ...]:
        """Return the problems of a line, which say which one it is where a row holds several."""
        named = self._of_line.named(problems)
        if not self._is_nested:
            return named
        return tuple(replace(p, message=f"line {position}: {p.message}") for p in named)
