"""JSON texts to Python values and back, so that no digit, key or repetition is lost on the way."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import Any

import msgspec

# Python's own limit on the digits of an integer is 4,300.
_MOST_DIGITS = 4000


class NumberText(str):
    """A number that is beyond what Python can hold, as it was written."""

    __slots__ = ()


class Decoder:
    """Decodes JSON values one by one and notices keys that an object has twice.

    Numbers with a point or an exponent are Decimal (``1e400`` is no infinity), NaN is a float;
    control characters inside of strings are taken as they are.
    """

    def __init__(self) -> None:
        self.doubled: str | None = None
        """A key that an object of the last value had twice."""
        self._json = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            strict=False,
        )

    def decode(self, text: str, begin: int = 0) -> tuple[Any, int]:
        """Return the value at a place and where it ends.

        Raises json.JSONDecodeError, or RecursionError for one that is nested too deeply.
        """
        self.doubled = None
        return self._json.raw_decode(text, begin)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            keys = [key for key, _ in pairs]
            self.doubled = next(key for key in keys if keys.count(key) > 1)
        return values


def decode_plain(text: str) -> dict[str, Any] | None:
    """Return the object that a text is, as `Decoder` does, in a fifth of its time.

    None for a text that takes a closer look: it may be broken, have a key twice, half a character
    or a number of thousands of digits, or hold characters that only some take for JSON.
    """
    if len(text) >= _MOST_DIGITS:
        return None
    try:
        value = _PLAIN.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None
    if type(value) is not dict:
        return None
    quotes = text.count('"')
    if "\\" in text:
        if "\\\\" in text:
            return None  # whether a quote is escaped is not told by the character before it
        quotes -= text.count('\\"')
    # A key that is there twice is lost, but not its quotes.
    return value if quotes == _quotes_of(value) else None


def _quotes_of(value: Any) -> int:
    """Return how many quotes stand around the keys and texts of a value."""
    kind = type(value)
    if kind is str:
        return 2
    if kind is dict:
        parts = value.values()
        kinds = list(map(type, parts))
        own = 2 * len(kinds)
        if dict not in kinds and list not in kinds:
            return own + 2 * kinds.count(str)
        return own + sum(map(_quotes_of, parts))
    return sum(map(_quotes_of, value)) if kind is list else 0


def _decimal(text: str) -> Decimal | NumberText:
    try:
        return Decimal(text)
    except InvalidOperation:
        return NumberText(text)


_PLAIN = msgspec.json.Decoder(float_hook=_decimal)


def _integer(text: str) -> int | NumberText:
    return int(text) if len(text) < _MOST_DIGITS else NumberText(text)


def _constant(text: str) -> float | Decimal:
    # Python and pandas write them, although JSON knows none of the three.
    return math.nan if text == "NaN" else Decimal(text)


def encode(value: Any) -> str:
    """Return a value as JSON text, its numbers digit for digit; what JSON lacks becomes text.

    Dates and times are ISO 8601, bytes Base64.
    """
    if value is None:
        return "null"
    for kind, spell in _SPELLINGS:
        if isinstance(value, kind):
            return spell(value)
    return encode_basestring(str(value))


def _encode_object(value: Mapping[Any, Any]) -> str:
    pairs = (f"{encode_basestring(str(key))}: {encode(item)}" for key, item in value.items())
    return "{" + ", ".join(pairs) + "}"


def _encode_number(value: float | Decimal) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        return float.__repr__(value) if math.isfinite(value) else f"{'-' * (value < 0)}Infinity"
    return str(value)


# The first that fits: a bool is an int too, a number as text is a text too.
_SPELLINGS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (NumberText, str),
    (str, encode_basestring),
    (bool, lambda value: "true" if value else "false"),
    (int, int.__repr__),
    ((float, Decimal), _encode_number),
    (Mapping, _encode_object),
    ((list, tuple), lambda value: "[" + ", ".join(map(encode, value)) + "]"),
    ((date, time), lambda value: encode_basestring(value.isoformat())),
    (bytes, lambda value: encode_basestring(base64.b64encode(value).decode())),
)
