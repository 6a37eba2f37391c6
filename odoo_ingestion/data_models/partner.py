"""Partners: companies and contacts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import model_validator

from odoo_ingestion.data_models.base import RecordModel, Value
from odoo_ingestion.data_models.cell_errors import CellError, shown
from odoo_ingestion.records import Draft

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
_EMAIL_SEPARATOR = re.compile(r"[,;]\s*")
_VAT = re.compile(r"[A-Z]{0,2}[ .-]?(?=[^0-9]*[0-9])[A-Z0-9][A-Z0-9 .+*/&-]{3,18}", re.IGNORECASE)
_NO_VAT = ("/", "NA")
"""What Odoo lets stand for "has none" (base_vat, 17 to 19)."""


class Partner(RecordModel):
    """A partner: said to be a company by ``company_type`` or ``is_company``."""

    words: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "company_type": {
            "organization": "company",
            "organisation": "company",
            "business": "company",
            "individual": "person",
        },
        "type": {
            "invoice address": "invoice",
            "billing address": "invoice",
            "billing": "invoice",
            "delivery address": "delivery",
            "shipping address": "delivery",
            "shipping": "delivery",
            "other address": "other",
        },
    }
    written_from: ClassVar[Mapping[str, str]] = {"is_company": "company_type"}
    never_cleared: ClassVar[frozenset[str]] = frozenset({"name", "company_type"})
    doubted: ClassVar[frozenset[str]] = frozenset({"email", "vat"})

    company_type: Any = None
    is_company: Any = None

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:
        """Return ``name`` for a contact without one.

        A constraint of the table, which ``fields_get`` does not tell: ``CHECK((type='contact' AND
        name IS NOT NULL) OR (type!='contact'))`` (base, ``res.partner``, Odoo 14 to 19).
        """
        is_contact = draft.values.get("type", "contact") == "contact"
        return ("name",) if is_contact and not draft.values.get("name", "").strip() else ()

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the e-mail addresses and VAT numbers that do not look like one."""
        email, vat = values.get("email"), values.get("vat")
        found = []
        if isinstance(email, str) and not all(map(_is_email, _EMAIL_SEPARATOR.split(email))):
            found.append(f"{shown(email)} does not look like an e-mail address")
        if isinstance(vat, str) and vat not in _NO_VAT and not _VAT.fullmatch(vat):
            found.append(f"{shown(vat)} does not look like a tax number")
        return tuple(found)

    @classmethod
    def may_doubt(cls, columns: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether one of many rows has more than one plain address, or an odd VAT number."""
        plain = all(map(_EMAIL.fullmatch, columns.get("email", ())))
        return not (plain and all(map(_VAT.fullmatch, columns.get("vat", ()))))

    @model_validator(mode="after")
    def write_is_company(self) -> Self:
        """Write ``company_type`` (not stored in Odoo) as the ``is_company`` behind it."""
        if self.company_type is None:
            return self
        is_company = "1" if self.company_type == "company" else "0"
        if self.is_company not in (None, is_company):
            raise CellError(
                f"company_type says {self.company_type}, is_company says {self.is_company}",
                "Keep the one that is right.",
                fields=("company_type", "is_company"),
            )
        self.is_company, self.company_type = is_company, None
        return self


def _is_email(text: str) -> bool:
    """Tell whether text is ``a@b.example`` or ``Name <a@b.example>``."""
    named = re.fullmatch(r"[^<>]*<([^<>]+)>", text.strip())
    return bool(_EMAIL.fullmatch(named[1].strip() if named else text.strip()))
