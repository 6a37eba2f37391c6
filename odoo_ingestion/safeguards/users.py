"""Users: whom an import never touches, passwords that stay, contacts that would be doubled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, ModelSchema, Problem, Record

_OWN_TO_ODOO: Mapping[str, str] = {
    "base.user_root": "OdooBot, in whose name Odoo itself works",
    "base.public_user": "the user of visitors without a login",
    "base.default_user": "the template of new users",
    "base.template_portal_user_id": "the template of portal users",
}
"""Users that Odoo ships and works with (addon ``base``, Odoo 14 to 19)."""

_PASSWORDS = ("password", "new_password")


class UserSafeguard:
    """Refuses to change the importing user and Odoo's own, and new users that double a contact.

    A new user without a contact makes one (``res.users`` inherits from ``res.partner``). Passwords
    of users that exist are never written.
    """

    def __init__(self, odoo: Odoo, schema: ModelSchema) -> None:
        self._odoo = odoo
        self._knows_emails = "email_normalized" in schema.fields
        self._protected: dict[int, str] | None = None

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record without a password that is not its to set, or why it would do harm."""
        contacts = self._contacts({_email(r) for r in records if _makes_a_contact(r)} - {""})
        result: list[Record | tuple[Problem, ...]] = []
        for record in records:
            problem = self._why_protected(record)
            if problem is None and _makes_a_contact(record):
                problem = _doubled(_email(record), contacts.get(_email(record), ()))
            result.append((problem,) if problem else _without_password(record))
        return result

    def _why_protected(self, record: Record) -> Problem | None:
        if record.database_id is None:
            return None
        if self._protected is None:
            everyone = self._odoo.with_context(active_test=False)
            found = external_ids.find(everyone, _OWN_TO_ODOO, may_read=False)
            self._protected = {t.record_id: _OWN_TO_ODOO[name] for name, t in found.items()}
            self._protected[self._odoo.uid] = "the user who runs this import"
        whose = self._protected.get(record.database_id)
        if whose is None:
            return None
        return Problem(
            Category.PROTECTED,
            f"this is {whose}: an import never changes it",
            "login",
            "Leave the row out, or change the user in Odoo.",
        )

    def _contacts(self, emails: set[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        if not emails or not self._knows_emails:
            return found
        domain = [("email_normalized", "in", sorted(emails))]
        fields = ["email_normalized", "display_name"]
        for data in self._odoo.call("res.partner", "search_read", domain, fields):
            found[data["email_normalized"]].append(f"{data['display_name']} (id {data['id']})")
        return found


def _makes_a_contact(record: Record) -> bool:
    return record.action is Action.CREATED and not record.values.get("partner_id/.id")


def _email(record: Record) -> str:
    text = record.values.get("email") or record.values.get("login", "")
    return text.strip().lower() if "@" in text else ""


def _doubled(email: str, contacts: Sequence[str]) -> Problem | None:
    if not contacts:
        return None
    return Problem(
        Category.DUPLICATE,
        f"{email} is the address of {', '.join(contacts[:5])}: a new user would double the contact",
        "email",
        "Name the contact in a column partner_id (partner_id/.id for its database id).",
    )


def _without_password(record: Record) -> Record:
    if record.action is Action.CREATED or not any(name in record.values for name in _PASSWORDS):
        return record
    kept = {name: cell for name, cell in record.values.items() if name not in _PASSWORDS}
    return replace(record, values=kept)
