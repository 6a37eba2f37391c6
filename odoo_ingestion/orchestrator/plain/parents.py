"""Links children to parents that stand in the same file or in Odoo already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from odoo_ingestion.orchestrator.plain.family import Family, Fate, joined
from odoo_ingestion.orchestrator.run_memory import FileMemory
from odoo_ingestion.records import (
    Action,
    Category,
    ColumnKind,
    Draft,
    Outcome,
    Problem,
    Record,
    Reference,
    Row,
)

Resolved = Mapping[str, str] | tuple[Problem, ...]


class Resolver(Protocol):
    """Answers the relations of drafts with load() cells, or says what is wrong."""

    def resolve(
        self,
        drafts: Sequence[Draft],
        *,
        fields: Collection[str] | None = None,
        create: bool = True,
    ) -> Sequence[Resolved]:
        """Return cells or problems for each draft."""
        ...

    def parent_paths(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        """Return the complete names of records of the imported model."""
        ...


class ParentLinker:
    """Keeps the family of a file and resolves its parent column against it and against Odoo.

    Without a family (no parent column) it passes everything through.
    """

    def __init__(
        self,
        family: Family | None,
        resolver: Resolver,
        model: str,
        memory: FileMemory | None = None,
    ) -> None:
        self._family = family
        self._resolver = resolver
        self._memory = memory or FileMemory()
        self._by_path = model == "product.category"
        self._paths: dict[str, str] = {}

    @property
    def has_family(self) -> bool:
        """Whether the file has columns that name records of its own model."""
        return self._family is not None

    @property
    def has_paths(self) -> bool:
        """Whether records are told apart by their place below others (categories)."""
        return self._by_path

    def has_parent(self, draft: Draft) -> bool:
        """Tell whether the row names records of its own model, which may stand behind it."""
        return self._family is not None and any(
            field in draft.references for field in self._family.fields
        )

    def add(self, draft: Draft) -> None:
        """Take a valid row into the family."""
        if self._family is None:
            return
        reference = draft.references.get(self._family.parent_field)
        by_name = reference is not None and reference.kind is ColumnKind.NAME
        above = reference.texts[0] if reference is not None and by_name else ""
        self._family.add(draft.row.number, draft.values, draft.external_id, above)

    def add_failed(self, row: Row, names_of: Callable[[Row], Mapping[str, str]]) -> None:
        """Take in a row that failed, so that its children can be told why they fail.

        ``names_of`` reads what can be read of it, which is worth the time in a family only.
        """
        if self._family is not None:
            names = names_of(row)
            above = names.get(self._family.parent_field, "")
            self._family.add(row.number, names, names.get("id"), above)

    def settle(self, outcome: Outcome) -> None:
        """Note whether a row's children can land."""
        if self._family is None:
            return
        row = outcome.row.number
        if outcome.action is Action.FAILED:
            self._family.fail(row)
        else:
            self._family.land(row, str(outcome.database_id or self._memory.token(row)))

    def fate(self, draft: Draft) -> Fate | Problem:
        """Return whether the row can go on, has to wait, or cannot land at all."""
        if self._family is None:
            return Fate.LANDED
        if self._waits_for_others(draft, self._family):
            return Fate.PENDING
        reference = draft.references.get(self._family.parent_field)
        return self._fate_below(draft, reference, self._family) if reference else Fate.LANDED

    def _waits_for_others(self, draft: Draft, family: Family) -> bool:
        """Tell whether a row that another column than the parent's names has no outcome yet."""
        return any(
            member.fate is Fate.PENDING and member.row != draft.row.number
            for field in family.others
            if field in draft.references
            for member in family.find_all(draft.references[field])
        )

    def _fate_below(self, draft: Draft, reference: Reference, family: Family) -> Fate | Problem:
        number = draft.row.number
        members = family.find(reference)
        if any(member.row == number for member in members) and len(members) == 1:
            return Problem(
                Category.VALIDATION,
                "the row names itself as its parent",
                reference.column,
                "Name another record, or leave the cell empty.",
            )
        others = [member for member in members if member.row != number]
        if any(member.fate is Fate.PENDING for member in others):
            return Fate.PENDING
        if others and all(member.fate is Fate.FAILED for member in others):
            return Problem(
                Category.MISSING_RELATION,
                f"its parent, row {others[0].row} of this file, failed",
                reference.column,
                "Correct the parent's row too: both are in the failed-records file.",
            )
        return Fate.LANDED

    def loop(self, draft: Draft) -> Problem:
        """Return the problem of rows that wait for each other."""
        fields = self._family.fields if self._family else ()
        field = next(name for name in fields if name in draft.references)
        reference = draft.references[field]
        if self._family is not None and field == self._family.parent_field:
            return Problem(
                Category.VALIDATION,
                "its parents form a loop",
                reference.column,
                "Leave the parent of one of these rows empty.",
            )
        return Problem(
            Category.VALIDATION,
            "rows of this file name each other, and each would have to land first",
            reference.column,
            "Leave the cell of one of these rows empty, and fill it in a second import.",
        )

    def resolve(self, drafts: Sequence[Draft]) -> list[Resolved]:
        """Resolve every relation of the drafts, the parent column against the file too."""
        family = self._family
        if family is None or not family.parent_field:
            return list(self._resolver.resolve(drafts))
        parent = family.parent_field
        others = self._resolver.resolve(
            [
                replace(d, references={k: r for k, r in d.references.items() if k != parent})
                for d in drafts
            ]
        )
        in_odoo = self._parents_in_odoo(drafts, family)
        result: list[Resolved] = []
        for draft, rest, above in zip(drafts, others, in_odoo, strict=True):
            linked = self._link(draft, above) if parent in draft.references else {}
            if isinstance(rest, tuple) or isinstance(linked, tuple):
                problems = (*_problems(rest), *_problems(linked))
                result.append(problems)
            else:
                result.append({**rest, **linked})
        self._fetch_paths(result)
        return result

    def path(self, cells: Mapping[str, str]) -> tuple[str, str] | None:
        """Return the parent's whole path and the name: what a category's external id is made of."""
        if not self._by_path:
            return None
        token = cells.get("parent_id/.id", "")
        above = self._family.path_of(token) if self._family is not None else None
        if above is None:
            above = self._paths.get(token, "")
        return above, cells.get("name", "").strip()

    def plan(self, record: Record, *, dry_run: bool) -> None:
        """Note where a record about to be sent stands, and in a dry run what it will hold."""
        if self._family is not None:
            above, name = self.path(record.values) or ("", "")
            cells = record.values if dry_run else None
            self._family.place(record.row.number, joined(above, name), cells)

    def planned(self, token: str) -> Mapping[str, str]:
        """Return the cells that a dry run plans for the record that a ``.id`` cell names."""
        found = self._family.planned(token) if self._family else {}
        return found or self._memory.planned(token)

    def _parents_in_odoo(self, drafts: Sequence[Draft], family: Family) -> list[Resolved]:
        """Look the parents up in Odoo; one that stands in the file is never created there."""
        field = family.parent_field
        result: list[Resolved] = [{} for _ in drafts]
        for create in (True, False):
            asking = [
                (index, draft)
                for index, draft in enumerate(drafts)
                if field in draft.references
                and bool(family.find(draft.references[field])) is not create
            ]
            found = self._resolver.resolve([d for _, d in asking], fields={field}, create=create)
            for (index, _), resolved in zip(asking, found, strict=True):
                result[index] = resolved
        return result

    def _link(self, draft: Draft, above: Resolved) -> Resolved:
        assert self._family is not None  # noqa: S101 - only called with a family
        reference = draft.references[self._family.parent_field]
        members = [m for m in self._family.find(reference) if m.fate is Fate.LANDED]
        column = f"{self._family.parent_field}/.id"
        tokens = {member.token for member in members}
        if not isinstance(above, tuple):
            tokens.add(above[column])
        elif not members or any(p.category is not Category.MISSING_RELATION for p in above):
            return above
        if len(tokens) == 1:
            return {column: tokens.pop()}
        rows = ", ".join(str(member.row) for member in members)
        return (
            Problem(
                Category.AMBIGUOUS_RELATION,
                f"{reference.texts[0]!r} may be row {rows} of this file or another record in Odoo",
                reference.column,
                "Name the parent by its external id, in a column parent_id/id.",
            ),
        )

    def _fetch_paths(self, resolved: Sequence[Resolved]) -> None:
        """Look up the paths of the parents that this file does not hold, in one call."""
        tokens = {
            cells.get("parent_id/.id", "") for cells in resolved if isinstance(cells, Mapping)
        }
        wanted = sorted(int(t) for t in tokens if t.isdigit() and t not in self._paths)
        if self._by_path and wanted:
            found = self._resolver.parent_paths(wanted)
            self._paths.update({str(record_id): path for record_id, path in found.items()})


def _problems(resolved: Resolved) -> tuple[Problem, ...]:
    return resolved if isinstance(resolved, tuple) else ()
