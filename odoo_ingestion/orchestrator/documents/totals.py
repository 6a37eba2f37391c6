"""The totals that a file gives, against what its lines and Odoo come to: told, never corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from odoo_ingestion import external_ids
from odoo_ingestion.documents import (
    Difference,
    DocumentRules,
    compare_amounts,
    untaxed_amounts,
)
from odoo_ingestion.orchestrator.documents.book import DocumentBook, LandedDocument
from odoo_ingestion.ports import Odoo

_CHUNK = 1_000
"""Documents and lines that are read together."""

_EXAMPLES = 5


class _Asked(Struct, frozen=True):
    """Amounts of the file, by database id of the record that must come to them."""

    row: int
    name: str
    amounts: Mapping[str, str]


class TotalsCheck:
    """Compares the amounts of documents that landed; in a dry run those that can be computed.

    A difference is told and fails nothing: the document is in Odoo with the file's quantities and
    prices. ``line_amounts`` are the fields of the line that a file may give, ``may_read_ids`` says
    whether the user may search external ids: of lines that landed only those may be known.
    """

    def __init__(
        self,
        odoo: Odoo | None,
        rules: DocumentRules,
        book: DocumentBook,
        line_model: str,
        line_amounts: Sequence[str],
        *,
        dry_run: bool,
        may_read_ids: bool = True,
    ) -> None:
        self._odoo = None if dry_run else odoo
        self._rules = rules
        self._book = book
        self._line_model = line_model
        self._line_amounts = tuple(line_amounts)
        self._may_read_ids = may_read_ids
        self._documents: dict[int, _Asked] = {}
        self._named_lines: dict[str, _Asked] = {}
        self._holders: set[int] = set()
        self._lines_field = ""
        self._lines: dict[int, _Asked] = {}
        self._roundings: dict[int, Decimal] = {}
        self._found: list[Difference] = []
        self._count = 0

    def add(self, landed: LandedDocument) -> None:
        """Take in a document that landed, or in a dry run would."""
        one = landed.planned.checked
        given = {f: one.checked[f] for f in self._rules.amounts if one.checked.get(f)}
        of_lines = [
            {f: cells[f] for f in self._line_amounts if cells.get(f)} for cells in one.line_checked
        ]
        if not given and not any(of_lines):
            return
        name = self._book.label(landed.planned)
        number = one.document.number
        if self._odoo is None:
            self._compute(landed, given, of_lines, name)
            return
        if given and landed.outcome.database_id:
            self._documents[landed.outcome.database_id] = _Asked(number, name, given)
        for line, amounts in zip(landed.lines, of_lines, strict=True):
            asked = _Asked(line.line.row.number, name, amounts)
            if amounts and line.database_id:
                self._lines[line.database_id] = asked
            elif amounts:
                self._named_lines[line.line.external_id] = asked
                if landed.outcome.database_id:
                    self._holders.add(landed.outcome.database_id)
                    self._lines_field = landed.planned.record.lines_field
        if len(self._documents) + len(self._lines) + len(self._named_lines) >= _CHUNK:
            self._read()

    def finish(self) -> str | None:
        """Return what to tell of the differences, or None where there are none."""
        self._read()
        if not self._count:
            return None
        shown = "; ".join(str(one) for one in self._found)
        more = f" and {self._count - len(self._found)} more" if self._count > _EXAMPLES else ""
        return f"totals of the file that differ, {self._count}: {shown}{more}"

    def _note(
        self, asked: _Asked, found: Mapping[str, float | Decimal], where: str, rounding: Decimal
    ) -> None:
        for field, (text, held) in compare_amounts(asked.amounts, found, rounding).items():
            self._count += 1
            if len(self._found) < _EXAMPLES:
                said = f"{held} {where}"
                self._found.append(Difference(asked.row, asked.name, field, text, said))

    # --- before Odoo ------------------------------------------------------------------------

    def _compute(
        self,
        landed: LandedDocument,
        given: Mapping[str, str],
        of_lines: Sequence[Mapping[str, str]],
        name: str,
    ) -> None:
        one = landed.planned.checked
        document = _Asked(one.document.number, name, given)
        if self._rules.untaxed is not None:
            self._compare(document, self._rules.untaxed, one.line_cells, "by its lines")
        for draft, cells, amounts in zip(one.lines, one.line_cells, of_lines, strict=True):
            line = _Asked(draft.row.number, name, amounts)
            self._compare(line, "price_subtotal", [cells], "by quantity and price")

    def _compare(
        self, asked: _Asked, field: str, lines: Sequence[Mapping[str, str]], where: str
    ) -> None:
        """Note an amount that the lines come to in no way of rounding."""
        cent = Decimal("0.01")
        amounts = untaxed_amounts(lines, self._rules)
        if amounts and all(compare_amounts(asked.amounts, {field: a}, cent) for a in amounts):
            self._note(asked, {field: amounts[0]}, where, cent)

    # --- in Odoo ----------------------------------------------------------------------------

    def _find_named_lines(self) -> None:
        """Find the lines of which only the external id is known: not all are read back."""
        if not self._named_lines or self._odoo is None:
            return
        found = {} if self._may_read_ids else self._ids_in_documents(self._odoo)
        names = [name for name in self._named_lines if name not in found]
        for name, target in external_ids.find(
            self._odoo, names, may_read=self._may_read_ids
        ).items():
            if target.model == self._line_model:
                found[name] = target.record_id
        for name, record_id in found.items():
            if name in self._named_lines:
                self._lines[record_id] = self._named_lines[name]
        self._named_lines.clear()
        self._holders.clear()

    def _ids_in_documents(self, odoo: Odoo) -> dict[str, int]:
        """Return the database ids of the lines of documents that landed, by external id.

        ``get_metadata`` tells them also to users without rights on external ids, who would have to
        ask for each line.
        """
        if not self._holders:
            return {}
        found: dict[str, int] = {}
        domain = [("id", "in", sorted(self._holders))]
        rows = odoo.with_context(active_test=False).call(
            self._rules.model, "search_read", domain, [self._lines_field]
        )
        ids = [number for row in rows for number in row[self._lines_field]]
        for data in odoo.call(self._line_model, "get_metadata", ids) if ids else ():
            names = [data["xmlid"], *(each["xmlid"] for each in data.get("xmlids") or ())]
            found.update({name: data["id"] for name in names if name})
        return found

    def _read(self) -> None:
        self._find_named_lines()
        for model, asked, fields in (
            (self._rules.model, self._documents, self._rules.amounts),
            (self._line_model, self._lines, self._line_amounts),
        ):
            if not asked or self._odoo is None:
                continue
            currency = self._rules.currency
            wanted = [*fields, *([currency] if currency else [])]
            domain = [("id", "in", list(asked))]
            odoo = self._odoo.with_context(active_test=False)
            for data in odoo.call(model, "search_read", domain, wanted):
                held = {name: data[name] for name in fields if name in data}
                rounding = self._rounding(data.get(currency or ""))
                self._note(asked[data["id"]], held, "in Odoo", rounding)
            asked.clear()

    def _rounding(self, currency: object) -> Decimal:
        """Return the smallest amount of a many2one's currency; a cent where there is none."""
        if not isinstance(currency, list | tuple) or self._odoo is None:
            return Decimal("0.01")
        record_id = int(currency[0])
        if record_id not in self._roundings:
            data = self._odoo.call("res.currency", "read", [record_id], ["rounding"])[0]
            self._roundings[record_id] = Decimal(str(data["rounding"]))
        return self._roundings[record_id]
