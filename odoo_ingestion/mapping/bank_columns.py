"""Columns of a partner's bank account in a file of partners: ``bank_ids/acc_number``.

Odoo's own template of contacts has them (17 and 18). No other one2many column is taken in a file
whose rows are a record each.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from odoo_ingestion.mapping.binder import ColumnBinder
from odoo_ingestion.mapping.bound import Bound, UnsupportedColumn
from odoo_ingestion.mapping.column_map import ColumnMap
from odoo_ingestion.mapping.names import bare, folded, names_of_field
from odoo_ingestion.records import Column, ImportType, ModelSchema

BANK_FIELD = "bank_ids"
_NUMBER, _BANK = "acc_number", "bank_id"
_THE_REST = (
    "of a bank account only its number and its bank may stand in a file of partners: import the "
    "rest with --type bank-accounts"
)


def bank_columns(header: Sequence[str], schema: ModelSchema) -> tuple[str, ...]:
    """Return the columns of a header that begin with the field of a partner's bank accounts."""
    if schema.model != "res.partner" or BANK_FIELD not in schema.fields:
        return ()
    names = names_of_field(schema, BANK_FIELD)
    return tuple(name for name in header if _part(name, names))


def map_bank_columns(
    header: Sequence[str],
    schema: ModelSchema,
    account_schema: ModelSchema,
    account_type: ImportType,
) -> ColumnMap:
    """Bind the columns that ``bank_columns`` found to the fields of an account.

    Only its number and its bank are taken; a bank without a column of numbers is not.
    """
    names = names_of_field(schema, BANK_FIELD)
    binder = ColumnBinder(account_schema, account_type)
    bound: list[Bound] = []
    for name in header:
        found: Bound = replace(binder.bind(_part(name, names)), name=name)
        if isinstance(found, Column):
            found = _taken(found, [b.field for b in bound if isinstance(b, Column)])
        bound.append(found)
    columns = tuple(b for b in bound if isinstance(b, Column))
    unsupported = tuple(b for b in bound if isinstance(b, UnsupportedColumn))
    if all(column.field != _NUMBER for column in columns):
        reason = f"it needs a column {BANK_FIELD}/{_NUMBER} beside it"
        unsupported += tuple(UnsupportedColumn(column.name, reason) for column in columns)
        columns = ()
    left = (b.name for b in bound if not isinstance(b, Column | UnsupportedColumn))
    unsupported += tuple(UnsupportedColumn(name, _THE_REST) for name in left)
    return ColumnMap(account_schema.model, columns, unsupported=unsupported)


def _taken(column: Column, taken: Sequence[str]) -> Bound:
    if column.field not in (_NUMBER, _BANK):
        return UnsupportedColumn(column.name, _THE_REST)
    if column.field in taken:
        reason = "another column of the file is for the same field of the bank account"
        return UnsupportedColumn(column.name, reason)
    return column


def _part(name: str, names_of_accounts: frozenset[str]) -> str:
    """Return what follows the field in ``bank_ids/acc_number``, empty for other columns."""
    text = bare(name)
    for separator in ("/", "."):
        head, _, rest = text.partition(separator)
        if folded(head) in names_of_accounts:
            return rest.strip()
    return ""
