"""The bank account of a partner, which stands in the partner's row and follows its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.data_models import Validator, import_type, is_no_value
from odoo_ingestion.identity import Candidate, Identity, IdentityResolver
from odoo_ingestion.mapping import BANK_FIELD, ColumnMap, bank_columns, map_bank_columns
from odoo_ingestion.orchestrator.assembly import (
    Job,
    make_identities,
    make_resolver,
    make_validator,
    processor_opener,
)
from odoo_ingestion.orchestrator.plain.parents import Resolver
from odoo_ingestion.orchestrator.processors import OpenProcessor
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Action, Category, Column, Draft, Outcome, Problem, Record, Row

_HOLDER = "partner_id"
_NUMBER = "acc_number"
_MODEL = "res.partner.bank"


class AccountPlan(Struct, frozen=True):
    """Where the bank accounts of a file of partners go, and what its columns for them mean."""

    target: Target
    columns: ColumnMap


class BankAccounts(Struct, frozen=True, eq=False):
    """Reads, matches and sends bank accounts as the type ``bank-accounts`` does.

    ``holder`` answers the database id of a row's partner as load() takes it, or what stands for a
    partner that a dry run would create; ``archived`` is told of rows whose account is archived.
    """

    columns: tuple[Column, ...]
    validator: Validator
    resolver: Resolver
    identities: IdentityResolver
    open_processor: OpenProcessor
    holder: Callable[[Outcome], str]
    archived: Callable[[int], None]
    what: str = "its bank account"
    model: str = _MODEL

    def attach(self, row: Row, checked: Draft | tuple[Problem, ...]) -> Draft | tuple[Problem, ...]:
        """Return a row that was checked with its account, or what is wrong with either."""
        if row.problem is not None:
            return checked
        names = {column.name for column in self.columns}
        filled = {name: cell for name, cell in row.values.items() if not is_no_value(cell)}
        if not names & filled.keys():
            return checked
        if filled.keys() <= names:
            return (_without_partner(),)
        cells = {name: cell for name, cell in filled.items() if name in names}
        found = self._read(replace(row, values=cells))
        if isinstance(found, Draft):
            whole = replace(found, row=row)
            return replace(checked, following=whole) if isinstance(checked, Draft) else checked
        return found if isinstance(checked, Draft) else (*checked, *found)

    def wants(self, draft: Draft, landed: Outcome) -> bool:  # noqa: ARG002 - also without an id
        """Tell whether a row has an account."""
        return draft.following is not None

    def records(self, rows: Sequence[tuple[Draft, Outcome]]) -> list[Record | tuple[Problem, ...]]:
        """Return the account of each row, found by number and holder, with its bank looked up."""
        drafts = [draft.following for draft, _ in rows if draft.following is not None]
        result: list[Record | tuple[Problem, ...]] = []
        candidates: dict[int, Candidate] = {}
        for index, resolved in enumerate(self.resolver.resolve(drafts)):
            if isinstance(resolved, tuple):
                result.append(resolved)
                continue
            held = {f"{_HOLDER}/.id": self.holder(rows[index][1])}
            cells = {**drafts[index].values, **resolved, **held}
            candidates[index] = Candidate(drafts[index], cells)
            result.append(())
        found = self.identities.identify(list(candidates.values()))
        for index, identity in zip(candidates, found, strict=True):
            result[index] = self._record(candidates[index], identity)
        return result

    def column(self, name: str) -> str:
        """Return the column of a field, one that names the field itself where there is none."""
        columns = self.validator.column_names
        return name if name in columns.values() else columns.get(name, f"{BANK_FIELD}/{name}")

    def _read(self, row: Row) -> Draft | tuple[Problem, ...]:
        found = self.validator.validate(row)
        if isinstance(found, Draft) and not found.values.get(_NUMBER):
            return (_without_number(self.column(_NUMBER)),)
        return found

    def _record(
        self, candidate: Candidate, found: Identity | tuple[Problem, ...]
    ) -> Record | tuple[Problem, ...]:
        if not isinstance(found, Identity):
            return found
        draft = candidate.draft
        creates = found.database_id is None
        if creates and (missing := self.validator.missing_required(draft)):
            return missing
        if found.archived:
            self.archived(draft.row.number)
        return Record(
            draft.row,
            self.model,
            Action.CREATED if creates else Action.UPDATED,
            found.external_id,
            found.database_id,
            candidate.cells,
            adopt=found.adopt,
        )


def plan_accounts(header: Sequence[str], target: Target) -> AccountPlan | None:
    """Return what a header says of bank accounts, None where it says nothing.

    Raises UsageError where the user may not see bank accounts.
    """
    names = bank_columns(header, target.schema)
    if not names:
        return None
    schema = target.schema_of(_MODEL)
    kind = import_type("bank-accounts")
    required = target.required_of(schema) - {_HOLDER}
    own = replace(target, schema=schema, import_type=kind, required_on_create=required)
    return AccountPlan(own, map_bank_columns(names, target.schema, schema, kind))


def make_accounts(
    plan: AccountPlan | None, job: Job, archived: Callable[[int], None]
) -> BankAccounts | None:
    """Return what reads and sends the accounts of a file, None where no column holds any.

    The options for the partners' own columns do not touch the accounts; banks are never created.
    """
    if plan is None or not plan.columns.columns:
        return None
    options = replace(job.options, key=(), create_missing=(), clear_empty=(), set_values={})
    return BankAccounts(
        plan.columns.columns,
        make_validator(plan.columns, (), plan.target, options),
        make_resolver(plan.target, plan.target.schema, options),
        make_identities(plan.target, options),
        processor_opener(plan.target, plan.target.schema, options, job.journal),
        lambda landed: str(landed.database_id or job.memory.token(landed.row.number)),
        archived,
    )


def _without_partner() -> Problem:
    return Problem(
        Category.VALIDATION,
        "the row holds a bank account and nothing of the partner whose it is",
        None,
        "Import further accounts of a partner with --type bank-accounts.",
    )


def _without_number(column: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        "the row names a bank and no account number",
        column,
        "Fill the number in, or leave the bank empty.",
    )
