"""The words in which rows are told what is wrong with their relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from odoo_ingestion.errors import AccessRefused, ServerRefused
from odoo_ingestion.records import Category, ColumnKind, Problem, Reference
from odoo_ingestion.relations.matching import Finding, Kind, Match
from odoo_ingestion.relations.rule import Rule

_LISTED = 5


def missing_problem(
    rule: Rule,
    reference: Reference,
    text: str,
    *,
    nearest: Sequence[str] = (),
    is_elsewhere: bool = False,
    creation: str | None = None,
) -> Problem:
    """Return the problem of a text that names nothing.

    ``is_elsewhere``: only the field's domain or the company keep it out; ``creation`` says how a
    record can be made, or why not.
    """
    label = rule.comodel.label
    if rule.only_run_company and (is_elsewhere or reference.kind is not ColumnKind.NAME):
        message = f"{text!r} is not the company that is imported into, nor one above it"
        hint = "Import such rows in a run of their own, with --company for that company."
    elif reference.kind is ColumnKind.EXTERNAL_ID:
        message = f"nothing in Odoo has the external id {text!r}"
        hint = "Correct it, or import that record first."
    elif reference.kind is ColumnKind.DATABASE_ID:
        message = f"no record of {label} has the database id {text!r}"
        hint = "Database ids differ from database to database; correct it, or use a name."
    elif is_elsewhere:
        message = f"{text!r} exists ({label}), but this field does not take it"
        hint = f"It is for another use, or of another company{_condition(rule)}."
    else:
        message = f"Odoo has no {text!r} ({label})"
        hint = "Correct it or create it in Odoo first."
    if nearest:
        hint = f"Near: {', '.join(nearest)}. {hint}"
    if creation and reference.kind is ColumnKind.NAME:
        hint = f"{hint} {creation}"
    return Problem(Category.MISSING_RELATION, message, reference.column, hint)


def finding_problem(
    rule: Rule, reference: Reference, text: str, finding: Finding, within: Sequence[str]
) -> Problem:
    """Return the problem of a text that names several records, an archived or a foreign one.

    ``within`` are the labels of what the row restricts the field to.
    """
    label = rule.comodel.label
    listed = _listed(finding.matches)
    if finding.kind is Kind.AMBIGUOUS:
        return Problem(
            Category.AMBIGUOUS_RELATION,
            f"{text!r} fits several records of {label}: {listed}",
            reference.column,
            f"Name the one that is meant by its database id (column {rule.field}/.id) or external "
            f"id ({rule.field}/id), or make the names differ in Odoo.",
        )
    if finding.kind is Kind.ARCHIVED:
        return Problem(
            Category.ARCHIVED_RELATION,
            f"{text!r} is archived in Odoo: {listed} ({label})",
            reference.column,
            "Unarchive it in Odoo, or name another.",
        )
    return Problem(
        Category.MISSING_RELATION,
        f"Odoo has no {text!r} ({label}) for {', '.join(within)}, only {listed}",
        reference.column,
        f"Correct it, or the row's {_names(scope.field for scope in rule.scopes)}.",
    )


def wrong_model_problem(rule: Rule, reference: Reference, text: str, model: str) -> Problem:
    """Return the problem of an external id that belongs to a record of another model."""
    return Problem(
        Category.VALIDATION,
        f"the external id {text!r} is of a record of {model}, "
        f"and the field takes {rule.comodel.label} ({rule.comodel.name})",
        reference.column,
        "Correct the external id.",
    )


def unsendable_problem(reference: Reference, text: str) -> Problem:
    """Return the problem of a text with characters that no call can carry."""
    return Problem(
        Category.VALIDATION,
        f"{text!r} holds a control character, which Odoo cannot take",
        reference.column,
        "Remove that character.",
    )


def refused_problem(model: str, reference: Reference, error: ServerRefused) -> Problem:
    """Return the problem of every row whose relation the server does not let us look up."""
    may_not = isinstance(error, AccessRefused)
    return Problem(
        Category.PERMISSION if may_not else Category.SERVER,
        f"{model} could not be looked up: {error.message}",
        reference.column,
        "Ask for the right to read these records, or leave the column out." if may_not else None,
    )


def parent_problem(rule: Rule, text: str, kind: Kind) -> Problem:
    """Return the problem of a record that cannot be created because of the one above it."""
    label = rule.comodel.label
    if kind is Kind.ARCHIVED:
        return Problem(
            Category.ARCHIVED_RELATION,
            f"{text!r}, which is above it, is archived in Odoo ({label})",
            hint="Unarchive it in Odoo, or name another.",
        )
    return Problem(
        Category.AMBIGUOUS_RELATION,
        f"several records of {label} are called {text!r}, which is above it",
        hint="Make their names differ in Odoo.",
    )


def unscoped_problem(rule: Rule, text: str) -> Problem:
    """Return the problem of a record that cannot be created without another column's value."""
    fields = _names(scope.field for scope in rule.scopes)
    return Problem(
        Category.MISSING_RELATION,
        f"Odoo has no {text!r} ({rule.comodel.label}), and without {fields} it cannot be created",
        hint=f"Fill in {fields}.",
    )


def _listed(matches: Sequence[Match]) -> str:
    shown = "; ".join(f"{match.label} (id {match.cell})" for match in matches[:_LISTED])
    more = len(matches) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _names(fields: Iterable[str]) -> str:
    return ", ".join(fields)


def _condition(rule: Rule) -> str:
    """Say a field's domain in short, where it is short."""
    leaves = [c[0] for c in rule.own_conditions if len(c) == 1 and len(c[0]) == 3]
    said = " and ".join(f"{path} {operator} {value}" for path, operator, value in leaves)
    return f" (the field takes only: {said})" if said else ""
