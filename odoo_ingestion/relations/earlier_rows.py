"""Records of earlier rows of the same run, in the form in which Odoo's own are looked up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_ingestion.ports import RunRecords
from odoo_ingestion.records import Category, Problem, Reference
from odoo_ingestion.relations.matching import Names
from odoo_ingestion.relations.rule import Rule, spelt
from odoo_ingestion.relations.texts import sort_of
from odoo_ingestion.runs import RunRecord

_FALSE = ("", "0")


class NoEarlierRows:
    """Knows of no earlier row: nothing but this file is imported."""

    def named(self, model: str, keys: Collection[str]) -> Sequence[RunRecord]:  # noqa: ARG002
        """Know no record."""
        return ()

    def by_external_id(self, name: str) -> RunRecord | None:  # noqa: ARG002
        """Know no record."""
        return None

    def changed(self, model: str, record_id: int) -> RunRecord | None:  # noqa: ARG002
        """Know no record."""
        return None


class EarlierRows:
    """What earlier rows of the run came to, beside what Odoo has.

    In a dry run those are the records that it would create and the names that it would change; in
    any run the rows that failed.
    """

    def __init__(self, records: RunRecords) -> None:
        self._records = records

    def planned(
        self, rule: Rule, texts: Sequence[str], *, exact: bool
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the records that would be made and answer to a text, as ``read`` gives records.

        ``exact`` leaves out those that answer only when case and blanks do not count.
        """
        for record in self._answering(rule, texts, exact=exact):
            if not record.token.isdigit() and _meets(record, rule):
                yield _as_read(record, rule)

    def renamed(self, rule: Rule, texts: Sequence[str], *, exact: bool) -> list[int]:
        """Return the ids of records that a dry run would give a name that answers to a text."""
        found = self._answering(rule, texts, exact=exact)
        return sorted({int(record.token) for record in found if record.token.isdigit()})

    def _answering(self, rule: Rule, texts: Sequence[str], *, exact: bool) -> Iterator[RunRecord]:
        values = spelt(rule.comodel, texts)
        for record in self._records.named(rule.comodel.name, _keys(values)):
            is_exact = any(record.cells.get(field) in some for field, some in values.items())
            if not record.failed and (is_exact or not exact):
                yield record

    def overlaid(
        self, rule: Rule, records: Iterable[Mapping[str, Any]]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield Odoo's records with the names that a dry run would give them."""
        for record in records:
            change = self._records.changed(rule.comodel.name, record["id"])
            yield record if change is None else {**record, **_changes(record, change, rule)}

    def failed(self, rule: Rule, reference: Reference, text: str) -> Problem | None:
        """Return the problem of a text that names a row which failed, None for any other."""
        known = spelt(rule.comodel, [text])
        for record in self._records.named(rule.comodel.name, _keys(known)):
            if not record.failed:
                continue
            names = Names(rule.comodel)
            names.add([_as_read(record, rule)])
            if names.matches(text, 0):
                return failed_problem(reference, text, record.failed)
        return None

    def by_external_id(self, name: str) -> RunRecord | None:
        """Return the record that an earlier row would give, or failed to give, an external id."""
        return self._records.by_external_id(name)


def failed_problem(reference: Reference, text: str, row: str) -> Problem:
    """Return the problem of a relation to a record whose own row failed."""
    return Problem(
        Category.MISSING_RELATION,
        f"{text!r} is {row}, which failed",
        reference.column,
        "Correct that row first: it is in the failed-records file of its own file.",
    )


def label_of(record: RunRecord) -> str:
    """Return what Odoo would display of a record."""
    cells = record.cells
    name = cells.get("complete_name") or cells.get("name") or record.token
    code = cells.get("default_code", "")
    return f"[{code}] {name}" if code and record.model.startswith("product.") else name


def _keys(values: Mapping[str, Sequence[str]]) -> set[str]:
    return {
        sort_of(value, is_path=field == "complete_name")
        for field, some in values.items()
        for value in some
    }


def _as_read(record: RunRecord, rule: Rule) -> dict[str, Any]:
    cells = record.cells
    read: dict[str, Any] = {name: cells.get(name, "") for name in rule.comodel.candidates}
    read |= {scope.path: cells.get(f"{scope.path}/.id", "") for scope in rule.scopes}
    read |= {"id": record.token or record.failed, "display_name": label_of(record)}
    read["active"] = cells.get("active", "1") not in _FALSE
    below = cells.get("parent_id/.id") or cells.get("parent_id")
    is_own = not below or cells.get("is_company", "") not in _FALSE
    read["commercial_partner_id"] = read["id"] if is_own else 0
    return read


def _changes(record: Mapping[str, Any], change: RunRecord, rule: Rule) -> dict[str, Any]:
    names = {n: change.cells[n] for n in rule.comodel.candidates if n in change.cells}
    changed = {name: cell for name, cell in names.items() if cell != (record.get(name) or "")}
    if not changed:
        return {}
    # What Odoo shows of the record holds its names: "[CODE] Name", "Company, Name", "All / Name".
    made = {n: record.get(n) or "" for n in ("complete_name", "display_name") if n not in changed}
    for name, cell in changed.items():
        if held := record.get(name):
            made = {n: text.replace(str(held), cell) for n, text in made.items()}
    return {**made, **changed}


def _meets(record: RunRecord, rule: Rule) -> bool:
    """Tell whether a record meets the field's own domain, as far as its row says.

    What a row leaves empty is Odoo's default, which is taken to meet it.
    """
    for condition in rule.own_conditions:
        if len(condition) != 1:
            continue
        field, operator, value = condition[0]
        cell = record.cells.get(field)
        told = operator == "=" and isinstance(value, bool) and cell is not None
        if told and (cell not in _FALSE) != value:
            return False
    return True
