"""JSON-2 as Odoo speaks it: arguments to bytes, bytes to answers; no network here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from odoo_ingestion.connection_manager.wire import (
    MAX_ANSWER_BYTES,
    AlienAnswer,
    BrokenAnswer,
    LargeAnswer,
    check_text,
    check_whole_number,
)
from odoo_ingestion.errors import ValidationRefused

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_HARMLESS = frozenset({str, bool, type(None)})
_LISTS = frozenset({list, tuple})

_DOUBTFUL = (b"\\u", b"\\b", b"\\f", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""What a body holds where one of its texts has a character that cannot be sent, or looks like it:
control characters as msgspec writes them, U+FFFE and U+FFFF."""


def dump_arguments(arguments: Mapping[str, Any]) -> bytes:
    """Return the body of a JSON-2 request.

    Refuses what XML-RPC cannot carry either, so that a file has the same outcome over both:
    ValidationRefused for control characters, integers beyond 32 bit and numbers that are none;
    TypeError for a value that is no plain one.
    """
    if _is_harmless(arguments):
        try:
            body = _encode(arguments)
        except UnicodeEncodeError:  # half a character: told below where
            body = _DOUBTFUL[0]
        if not any(sign in body for sign in _DOUBTFUL):
            return body
    plain = _plain(arguments)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read_answer(pieces: Iterable[bytes]) -> Any:
    """Return the value that an answer holds.

    Raises BrokenAnswer when it is cut off or no JSON, AlienAnswer when it is too large.
    """
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > MAX_ANSWER_BYTES:
            raise LargeAnswer
    try:
        return _decode(whole)
    except RecursionError as e:
        raise AlienAnswer("it is nested too deeply") from e
    except ValueError:  # msgspec's errors are kinds of it
        return _read_leniently(whole)


def _read_leniently(whole: bytes | bytearray) -> Any:
    """Read what Python's own reader takes beyond the standard: NaN, halves of characters."""
    try:
        return json.loads(whole)
    except ValueError as e:  # JSONDecodeError and UnicodeDecodeError are kinds of it
        raise BrokenAnswer("it is cut off or damaged") from e
    except RecursionError as e:
        raise AlienAnswer("it is nested too deeply") from e


def _is_harmless(value: Any) -> bool:
    """Tell whether a value is plain as it is and holds no number to be refused.

    False says only that it has to be looked at one by one. Rows of texts, which are most of what is
    sent, are looked at in one go.
    """
    kind = type(value)
    if kind in _HARMLESS:
        return True
    if kind in _LISTS:
        kinds = set(map(type, value))
        if kinds <= _LISTS:
            kinds = set(map(type, chain.from_iterable(value)))
        return kinds <= _HARMLESS or all(map(_is_harmless, value))
    if kind is dict:
        return set(map(type, value)) <= {str} and all(map(_is_harmless, value.values()))
    if kind is int:
        return bool(-(2**31) <= value < 2**31)
    return kind is float and math.isfinite(value)


def _plain(value: Any) -> Any:
    """Return a value with every mapping a dict and every sequence a list, all of it checked."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, int):
        return check_whole_number(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"cannot send {type(value)} values over JSON-2")


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValidationRefused(
            f"The number {value} cannot be sent to Odoo.", hint="Correct it in the file."
        )
    return value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("the keys of a mapping must be texts")
    return check_text(key)
