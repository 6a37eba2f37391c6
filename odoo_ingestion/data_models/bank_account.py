"""Bank accounts of partners."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.data_models.texts import plain_text
from odoo_ingestion.records import Column, FieldSpec

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_FIELDS_OF_THE_BANK = ("bank_bic", "bank_name")


class BankAccount(RecordModel):
    """A bank account: an IBAN is written in groups of four, as Odoo keeps it (``base_iban``)."""

    never_cleared: ClassVar[frozenset[str]] = frozenset({"acc_number", "partner_id"})

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column.

        ``bank_bic`` and ``bank_name`` belong to the bank: written here they would rename it for
        every account that it has (related fields of ``res.partner.bank``, Odoo 14 to 19).
        """
        if spec.name == "acc_number":
            return _read_number
        if spec.name in _FIELDS_OF_THE_BANK:
            return _refuse_field_of_the_bank
        return super().reader(spec, column, notation)


def is_iban(text: str) -> bool:
    """Tell whether a text without blanks is an IBAN whose check digits are right (ISO 13616)."""
    if not _IBAN.fullmatch(text):
        return False
    digits = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return int(digits) % 97 == 1


def _read_number(cell: Any) -> str:
    text = plain_text(cell).strip()
    bare = re.sub(r"[\W_]+", "", text).upper()
    if not is_iban(bare):
        return text
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def _refuse_field_of_the_bank(_cell: Any) -> str:
    raise CellError(
        "this would change the bank itself, for all of its accounts",
        "Name the bank in a column bank_id instead, by its BIC or name.",
    )
