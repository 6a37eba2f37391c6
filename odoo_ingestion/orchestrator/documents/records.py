"""Checked documents -> records with lines: which they are in Odoo, and which of their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.documents import Check, DocumentRules, name_lines
from odoo_ingestion.identity import Candidate, Identity, IdentityResolver
from odoo_ingestion.orchestrator.documents.checks import (
    CheckedDocument,
    DocumentChecker,
    Fail,
    Half,
)
from odoo_ingestion.orchestrator.documents.claims import LineClaims, taken_name, takes_by_name
from odoo_ingestion.orchestrator.documents.lines import Held, HeldDocument, HeldLine, Holdings
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.records import (
    Action,
    Category,
    Line,
    LineType,
    Problem,
    Record,
)


class PlannedDocument(Struct, frozen=True):
    """A document ready to be sent.

    ``held`` is what Odoo has of it, None for a new one; ``gone`` are its lines in Odoo that an
    import made and that the file does not name any more, ``by_hand`` those that nobody imported.
    """

    checked: CheckedDocument
    record: Record
    held: HeldDocument | None
    gone: tuple[int, ...] = ()
    by_hand: tuple[int, ...] = ()


class RecordParts(Struct, frozen=True):
    """What makes records of documents; ``check`` is the model's own, if it has one."""

    rules: DocumentRules
    line_type: LineType
    own: Half
    of_line: Half
    checker: DocumentChecker
    identities: IdentityResolver
    holdings: Holdings
    check: Check | None


class DocumentPlanner:
    """Gives documents and their lines their identities, a chunk at a time."""

    def __init__(self, parts: RecordParts, ledger: Ledger, fail: Fail) -> None:
        self._parts = parts
        self._rules = parts.rules
        self._ledger = ledger
        self._fail = fail
        self._line_claims = LineClaims(parts.rules.noun)

    def plan(self, documents: Sequence[CheckedDocument]) -> list[PlannedDocument]:
        """Return the documents that can be sent, in order; the others have failed."""
        known = self._identify(documents)
        names = {one.document.number: self._names(one, identity) for one, identity in known}
        held = self._parts.holdings.read(
            [identity.database_id for _, identity in known if identity.database_id is not None],
            [name for found in names.values() for name in found if isinstance(name, str)],
        )
        planned = [
            made
            for one, identity in known
            if (made := self._plan_one(one, identity, names[one.document.number], held))
        ]
        return self._judge(self._part_unnamed(planned))

    # --- the document -----------------------------------------------------------------------

    def _identify(
        self, documents: Sequence[CheckedDocument]
    ) -> list[tuple[CheckedDocument, Identity]]:
        candidates = [Candidate(one.draft, one.cells) for one in documents]
        found = self._parts.identities.identify(candidates)
        holders = self._holders(documents, found)
        known = []
        for one, identity in zip(documents, found, strict=True):
            if not isinstance(identity, Identity):
                self._fail_whole(one, self._parts.own.named(identity))
            elif (taken := identity.database_id) and takes_by_name(one.draft, identity):
                problem = taken_name(one.draft, taken, holders.get(taken), self._rules.noun)
                self._fail_whole(one, self._parts.own.named((problem,)))
            elif missing := self._missing(one, identity):
                self._fail_whole(one, missing)
            else:
                known.append((one, identity))
        return known

    def _holders(
        self,
        documents: Sequence[CheckedDocument],
        found: Sequence[Identity | tuple[Problem, ...]],
    ) -> dict[int, str]:
        """Return the external ids of documents that others would take by their name."""
        taken = [
            identity.database_id
            for one, identity in zip(documents, found, strict=True)
            if isinstance(identity, Identity)
            and identity.database_id is not None
            and takes_by_name(one.draft, identity)
        ]
        return self._parts.holdings.external_ids(taken)

    def _missing(self, one: CheckedDocument, identity: Identity) -> tuple[Problem, ...]:
        return self._parts.own.missing(one.draft) if identity.database_id is None else ()

    # --- the lines --------------------------------------------------------------------------

    def _names(self, one: CheckedDocument, identity: Identity) -> list[str | Problem]:
        line_type = self._parts.line_type
        return name_lines(
            identity.external_id or "",
            line_type.model,
            one.lines,
            one.line_cells,
            line_type.same,
            self._rules,
        )

    def _plan_one(
        self,
        one: CheckedDocument,
        identity: Identity,
        names: Sequence[str | Problem],
        held: Held,
    ) -> PlannedDocument | None:
        lines: list[Line] = []
        problems: dict[int, tuple[Problem, ...]] = {}
        for position, name in enumerate(names):
            made = self._line(one, position, name, identity, held)
            if isinstance(made, Line):
                lines.append(made)
            else:
                number = one.lines[position].row.number
                said = self._parts.checker.of_line(made, position + 1)
                problems[number] = (*problems.get(number, ()), *said)
        if problems:
            self._fail(one.document, problems)
            return None
        if identity.keyless:
            self._ledger.tally.keyless(one.document.number)
        record = Record(
            one.document.own,
            self._rules.model,
            Action.CREATED if identity.database_id is None else Action.UPDATED,
            identity.external_id,
            identity.database_id,
            one.cells,
            adopt=identity.adopt,
            lines_field=self._parts.line_type.one2many,
            lines=tuple(lines),
        )
        return PlannedDocument(one, record, held.documents.get(record.database_id or 0))

    def _line(
        self,
        one: CheckedDocument,
        position: int,
        name: str | Problem,
        identity: Identity,
        held: Held,
    ) -> Line | tuple[Problem, ...]:
        draft, cells = one.lines[position], one.line_cells[position]
        if isinstance(name, Problem):
            return (name,)
        if problem := self._line_claims.claim(draft, name):
            return (problem,)
        line = held.lines.get(name)
        if problem := self._elsewhere(name, line, identity, held):
            return (problem,)
        if line is None:
            of_kind = self._section_cells(cells)
            if missing := self._parts.of_line.missing(draft, of_kind):
                return missing
            return Line(draft.row, Action.CREATED, name, None, {**of_kind, **cells})
        return Line(draft.row, Action.UPDATED, name, line.record_id, self._kept(cells, line))

    def _section_cells(self, cells: Mapping[str, str]) -> Mapping[str, str]:
        """Return what Odoo wants of a new section or note beside its text."""
        rules = self._rules
        return rules.section_cells if rules.line_kind and cells.get(rules.line_kind) else {}

    def _elsewhere(
        self, name: str, line: HeldLine | None, identity: Identity, held: Held
    ) -> Problem | None:
        if name in held.foreign:
            return Problem(
                Category.DUPLICATE,
                f"the external id {name} belongs to a record of {held.foreign[name]}",
                "id",
                "Give the line an external id that no other record has.",
            )
        if line is not None and line.document_id != identity.database_id:
            return Problem(
                Category.DUPLICATE,
                f"the line {name} belongs to another {self._rules.noun} "
                f"(id {line.document_id} in Odoo)",
                "id",
                f"Give the line another external id, or the {self._rules.noun} that it is in.",
            )
        return None

    def _kept(self, cells: Mapping[str, str], line: HeldLine) -> dict[str, str]:
        """Return the cells with price and discount as they are, where the file does not give them.

        Odoo computes both anew when the quantity changes (``sale.order.line._compute_price_unit``,
        ``_compute_discount``, Odoo 14 to 19).
        """
        rules = self._rules
        held_product = line.values.get("product_id")
        product = cells.get("product_id/.id")
        changes = product is not None and (not held_product or product != str(held_product[0]))
        if rules.quantity not in cells or changes:
            return dict(cells)
        kept = {
            name: repr(line.values[name])
            for name in (rules.price, rules.discount)
            if name and name in line.values and name not in cells
        }
        return {**cells, **kept}

    def _part_unnamed(self, planned: Sequence[PlannedDocument]) -> list[PlannedDocument]:
        """Part the lines that the file does not name: those of an import, those made by hand."""
        unnamed = [_unnamed(one) for one in planned]
        imported = self._parts.holdings.imported([i for ids in unnamed for i in ids])
        return [
            replace(
                one,
                gone=tuple(i for i in ids if i in imported),
                by_hand=tuple(i for i in ids if i not in imported),
            )
            for one, ids in zip(planned, unnamed, strict=True)
        ]

    # --- the model's own check --------------------------------------------------------------

    def _judge(self, planned: Sequence[PlannedDocument]) -> list[PlannedDocument]:
        check = self._parts.check
        if check is None:
            return list(planned)
        found = check.check(
            [one.record for one in planned], [one.checked.checked for one in planned]
        )
        passed = []
        for one, problems in zip(planned, found, strict=True):
            if problems:
                of_line = [problem for problem in problems if problem.row is not None]
                own = [problem for problem in problems if problem.row is None]
                named = (*self._parts.own.named(own), *self._parts.of_line.named(of_line))
                self._fail_whole(one.checked, named)
            else:
                passed.append(one)
        return passed

    def _fail_whole(self, one: CheckedDocument, problems: tuple[Problem, ...]) -> None:
        self._fail(one.document, {one.document.number: problems})


def _unnamed(one: PlannedDocument) -> list[int]:
    """Return the lines in Odoo that the file does not name; one that names none says nothing."""
    if one.held is None or not one.record.lines:
        return []
    named = {line.database_id for line in one.record.lines}
    return [line.record_id for line in one.held.lines if line.record_id not in named]
