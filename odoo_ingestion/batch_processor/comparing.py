"""Does Odoo hold a cell as it was sent? In Odoo's own terms, without asking it. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from odoo_ingestion.records import FieldSpec

TRUE_TEXTS = frozenset({"1", "true", "yes"})

WRITE_ONLY = frozenset({"password", "new_password"})
"""Fields that Odoo never gives back as they were written (res.users)."""

UNCOMPARABLE_TYPES = frozenset(
    {"binary", "one2many", "json", "properties", "properties_definition"}
)
"""Types that a cell cannot be compared with.

A binary field would have to be downloaded whole, and Odoo re-encodes images; the lines of a
one2many stand in cells of their own; properties are kept in Odoo's own notation.
"""

_WRAPPERS = ("p", "div", "span")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?\d+")


def field_of(column: str) -> str:
    """Return the field that a column of load() fills: ``country_id`` of ``country_id/.id``."""
    return column.partition("/")[0]


def comparable(column: str, spec: FieldSpec | None) -> bool:
    """Tell whether a column's cells can be compared with what ``read`` returns.

    Relations only by database id (``country_id/.id``): a name or an external id would need a
    look-up.
    """
    if spec is None or spec.type in UNCOMPARABLE_TYPES or spec.name in WRITE_ONLY:
        return False
    path = column.partition("/")[2]
    if spec.type in {"many2one", "many2many"}:
        return path == ".id"
    return path == ""


def differs(spec: FieldSpec, sent: str, held: Any, time_zone: str = "UTC") -> bool:
    """Tell whether a field holds something else than the cell that was sent.

    ``sent`` is in load()'s notation, ``held`` what ``read(ids, fields, load='')`` returned: the id
    of a many2one, the list of ids of a many2many, False where there is nothing. Datetimes are sent
    in ``time_zone`` and held in UTC. Floats count as equal when they are so at the field's digits,
    HTML when its words and tags are, websites with the ``http://`` that Odoo puts before them;
    line breaks are all one (XML turns CR LF into LF). Source: ``ir.fields.converter`` and the
    ``convert_to_*`` of the fields, Odoo 19.
    """
    compare = _DIFFERENCES.get(spec.type, _text_differs)
    if spec.type == "datetime":
        return _datetime_differs(sent, held, time_zone)
    return compare(spec, sent, held)


def _text_differs(spec: FieldSpec, sent: str, held: Any) -> bool:
    if sent == held:
        return False
    expected, actual = _one_line_break(sent), _one_line_break(str(held or ""))
    if expected == actual:
        return False
    if spec.name == "website" and expected and not _SCHEME.match(expected):
        return actual.rstrip("/") != f"http://{expected}".rstrip("/")
    return True


def _one_line_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _html_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    return sent != held and _Markup.of(sent) != _Markup.of(str(held or ""))


class _Markup(HTMLParser):
    """HTML as its words and tags, without what Odoo's sanitiser adds or spells otherwise.

    Attributes other than targets, the span or paragraph that Odoo puts around text, and blanks do
    not count (odoo.tools.mail.html_sanitize, Odoo 19).
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    @classmethod
    def of(cls, markup: str) -> list[str]:
        parser = cls()
        parser.feed(markup)
        parser.close()
        parts = parser.parts
        while len(parts) > 1 and parts[0] in _WRAPPERS and parts[-1] == f"/{parts[0]}":
            parts = parts[1:-1]
        return parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        targets = [f"{name}={value}" for name, value in sorted(attrs) if name in ("href", "src")]
        self.parts.append(" ".join([tag, *targets]))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.parts += [f"'{word}" for word in data.split()]


def _integer_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    if not sent:
        return bool(held)
    return not _INTEGER.fullmatch(sent.strip()) or int(sent) != held


def _float_differs(spec: FieldSpec, sent: str, held: Any) -> bool:
    try:
        expected = Decimal(sent.strip() or "0")
        actual = Decimal(str(held or 0))
    except InvalidOperation:
        return True
    if spec.digits is not None and expected.is_finite() and actual.is_finite():
        return _rounded(expected, spec.digits[1]) != _rounded(actual, spec.digits[1])
    return not math.isclose(float(expected), float(actual), rel_tol=1e-12, abs_tol=1e-12)


def _rounded(number: Decimal, scale: int) -> Decimal:
    if abs(number) >= Decimal(10) ** 20:
        return number  # beyond what a float or a column of Odoo can hold with decimals
    return number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)


def _boolean_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    return (sent.lower() in TRUE_TEXTS) != bool(held)


def _date_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    return sent[:10] != str(held or "")[:10]


def _datetime_differs(sent: str, held: Any, time_zone: str) -> bool:
    if not sent or not held:
        return bool(sent) != bool(held)
    try:
        return _as_utc(sent, time_zone) != datetime.fromisoformat(str(held)).replace(tzinfo=UTC)
    except ValueError:
        return True


def _as_utc(text: str, time_zone: str) -> datetime:
    moment = datetime.fromisoformat(text).replace(microsecond=0)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    zone = ZoneInfo(time_zone)
    earlier, later = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # Where the clock is turned, Odoo takes standard time (pytz, is_dst=False).
    return (later if earlier.dst() else earlier).astimezone(UTC)


def _selection_differs(spec: FieldSpec, sent: str, held: Any) -> bool:
    return key_of(spec, sent) != str(held or "")


def key_of(spec: FieldSpec, text: str) -> str:
    """Return the key of a selection that load() takes a text for, the text itself for none."""
    lowered = text.lower()
    for key, label in spec.selection:
        if lowered in (str(key).lower(), label.lower()):
            return str(key)
    return text


def _many2one_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    return _ids(sent) != ({str(held)} if held else set())


def _many2many_differs(_: FieldSpec, sent: str, held: Any) -> bool:
    return _ids(sent) != {str(number) for number in held or ()}


def added(cell: str, held: Sequence[int]) -> str:
    """Return the many2many cell that adds what ``cell`` names to what the record holds."""
    named = (part.strip() for part in cell.split(",") if part.strip())
    return ",".join(dict.fromkeys([*map(str, held), *named]))


def _ids(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(",") if part.strip()}


_DIFFERENCES: dict[str, Callable[[FieldSpec, str, Any], bool]] = {
    "html": _html_differs,
    "integer": _integer_differs,
    "many2one_reference": _integer_differs,
    "float": _float_differs,
    "monetary": _float_differs,
    "boolean": _boolean_differs,
    "date": _date_differs,
    "selection": _selection_differs,
    "many2one": _many2one_differs,
    "many2many": _many2many_differs,
}
