"""Texts that name records: when two of them are the same, and how to ask Odoo for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from odoo_ingestion.relations.comodels import Comodel

COUNTRY_CODES = {
    "bosnia": "BA",
    "burma": "MM",
    "czechia": "CZ",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "ivory coast": "CI",
    "republic of korea": "KR",
    "russia": "RU",
    "swaziland": "SZ",
    "the netherlands": "NL",
    "turkey": "TR",
    "uae": "AE",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "vatican": "VA",
    "viet nam": "VN",
}
"""Common names of countries that Odoo knows by another; dots and case do not count."""

_BLANKS = re.compile(r"\s+")
_PRODUCT_LABEL = re.compile(r"\[(?P<code>[^\]]+)\]\s*(?P<name>.*)", re.DOTALL)
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 (2.2) has no way to write, and PostgreSQL none to hold in the case of NUL."""
_STATE_LABEL = re.compile(r"(?P<name>.+?)\s*\([^()]*\)", re.DOTALL)


def fold(text: str) -> str:
    """Return a text without regard to case and to how many blanks are between words."""
    if "  " not in text and text.isprintable():  # which of all blanks the plain space alone is
        return text.lower()
    return _BLANKS.sub(" ", text).lower()


def is_sendable(text: str) -> bool:
    """Tell whether a text can be put into a call; one that cannot would fail its whole chunk."""
    return _UNSENDABLE.search(text) is None


def segments(text: str) -> list[str]:
    """Return the names in a path like ``All / Drinks / Tea`` or ``All > Drinks``."""
    parts = (part.strip() for part in text.replace(">", "/").split("/"))
    return [part for part in parts if part]


def same(text: str, value: str, *, is_path: bool) -> bool:
    """Tell whether two texts are equal, case counting; blanks around slashes never count."""
    return segments(text) == segments(value) if is_path else text == value


def sort_of(text: str, *, is_path: bool) -> str:
    """Return what is equal for texts that differ in case and blanks only."""
    return fold("/".join(segments(text))) if is_path else fold(text)


def spellings(comodel: Comodel, field: str, text: str) -> Iterator[str]:
    """Yield the values of a field with which a record may answer to the text.

    Odoo displays records by more than their name (``[TEA] Green tea``, ``Texas (US)``, ``Azure,
    Ann``, ``KBC - KREDBEBB``, ``101000 Cash``) and exports them so; the parts are looked for, the
    whole is compared.
    """
    yield text
    if field == "complete_name" and comodel.is_path:
        parts = segments(text)
        yield from (" / ".join(parts), "/".join(parts))
    elif field == "name":
        yield from _names_in(comodel, text)
    elif field == "default_code" and (label := _PRODUCT_LABEL.fullmatch(text)):
        yield label["code"]
    elif field == "code":
        yield from _codes_in(comodel, text)


def _names_in(comodel: Comodel, text: str) -> Iterator[str]:
    if comodel.is_path and (parts := segments(text)):
        yield parts[-1]
    if comodel.name == "res.partner" and ", " in text:
        yield text.rsplit(", ", 1)[1]
    if comodel.name == "res.bank" and " - " in text:
        yield text.rsplit(" - ", 1)[0]
    if comodel.name == "res.groups" and " / " in text:
        yield text.rsplit(" / ", 1)[1]
    if comodel.name == "res.country.state" and (label := _STATE_LABEL.fullmatch(text)):
        yield label["name"]
    if comodel.name.startswith("product.") and (label := _PRODUCT_LABEL.fullmatch(text)):
        yield label["name"]


def _codes_in(comodel: Comodel, text: str) -> Iterator[str]:
    if comodel.name == "res.country":
        yield text.upper()
        if code := country_code(text):
            yield code
    elif comodel.name == "account.account" and " " in text:
        yield text.split(" ", 1)[0]


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code for a common name that Odoo does not know."""
    return COUNTRY_CODES.get(fold(text).replace(".", "").strip())


def pattern(text: str) -> str:
    """Return a pattern for ``=ilike`` that finds at least every value of equal ``fold``.

    PostgreSQL's escape character is the backslash, which Odoo passes on.
    """
    words = re.sub(r"([/>])", r" \1 ", text).split()
    return "%".join(re.sub(r"([\\%_])", r"\\\1", word) for word in words)
