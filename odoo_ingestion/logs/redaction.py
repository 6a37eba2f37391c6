"""Takes secrets and personal data out of a text that is to be kept.

Personal data are what the text itself gives away: e-mail addresses, telephone numbers, VAT numbers.
Their forms are recognised, not their meaning, so a number that only looks like one is hidden too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")

# Source: the structures of VIES (EU), and those of the United Kingdom, Switzerland, Norway. With
# blanks only in capitals: "it 1200000 rows" is none.
_VAT_COUNTRIES = (
    r"AT{0}U|ES{0}[A-Z]?|FR{0}[A-Z0-9]{{2}}|CHE|BE|BG|CY|CZ|DE|DK|EE|EL|FI|GB|GR|HR|HU|IE|IT|LT|LU"
    r"|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI"
)
_VATS = (
    re.compile(
        rf"(?<![A-Za-z0-9])(?:{_VAT_COUNTRIES.format('[ .-]?')})"
        r"[ .-]?\d(?:[ .-]?\d){4,11}(?:[ .-]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
    ),
    re.compile(
        rf"(?<![A-Za-z0-9])(?:{_VAT_COUNTRIES.format('')})\d{{5,12}}[A-Z0-9]{{0,3}}(?![A-Za-z0-9])",
        re.IGNORECASE,
    ),
    re.compile(r"(?<![A-Za-z0-9])IE[ ]?\d[A-Z+*]\d{5}[A-Z](?![A-Za-z0-9])", re.IGNORECASE),
)
# India's GSTIN: state, PAN, entity, Z, check digit.
_GSTIN = re.compile(r"(?<!\w)\d{2}[A-Z]{5}\d{4}[A-Z]\w[Zz]\w(?!\w)")

_EDGE = r"(?<![\w.:/-])"
_NO_MOMENT = (
    r"(?!\d{4}-\d\d-\d\d(?!\d))"  # 2026-11-20
    r"(?!\d\d?[./-]\d\d?[./-]\d{4}(?!\d))"  # 20.11.2026
    r"(?!\d{1,3}(?:\.\d{1,3}){3}(?!\d))"  # 192.168.100.200
)
_PHONES = (
    # With the country's code: +32 2 290 34 90, 0032-2-2903490, +1 (415) 555-0132.
    re.compile(r"(?<!\w)(?:\+|00(?=[1-9]))\d(?:[ ./-]{0,2}[()]?[ ]?\d){6,16}(?!\d)"),
    # In groups: 02 290 34 90, (415) 555-0132, 612 345 678, 0495/12.34.56.
    re.compile(
        rf"{_EDGE}{_NO_MOMENT}\(?\d{{2,5}}\)?[ ./-]{{1,2}}\d{{2,4}}(?:[ .-]\d{{2,4}}){{1,4}}"
        r"(?![\d]|[.,-]\d)"
    ),
    # In two groups or none, as dialled within a country: 0495/123456, 0612345678.
    re.compile(rf"{_EDGE}0\d{{1,4}}[ ./-]?\d{{5,8}}(?![\w]|[.,-]\d)"),
)

_PERSONAL_FIELDS = re.compile(r"e?mail|phone|mobile|fax|vat|tax_?id|gstin", re.IGNORECASE)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»|“[^”\n]*”")


class Redaction:
    """Hides secrets always, and personal data unless they are to be kept."""

    def __init__(self, secrets: Iterable[str] = (), *, keep_personal: bool = False) -> None:
        # The longest first: one may be part of another.
        self._secrets = sorted({text for text in secrets if text}, key=len, reverse=True)
        self._keep_personal = keep_personal

    def hide_secrets(self, text: str) -> str:
        """Return a text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def hide(self, text: str, field: str | None = None) -> str:
        """Return a text that may be kept; one about a personal ``field`` loses what it quotes."""
        text = self.hide_secrets(text)
        if self._keep_personal:
            return text
        if field is not None and _PERSONAL_FIELDS.search(field):
            text = _QUOTED.sub(f"'{HIDDEN}'", text)
        return hide_personal_data(text)


def hide_personal_data(text: str) -> str:
    """Return a text without e-mail addresses, telephone and VAT numbers."""
    if "@" in text:
        text = _EMAIL.sub(HIDDEN, text)
    for pattern in (*_VATS, _GSTIN, *_PHONES):
        text = pattern.sub(HIDDEN, text)
    return text
