"""Answers of XML-RPC: bytes to values, as fast as Python gets at them; no network here.

A bulk read is half a million values. ``xmlrpc.client.Unmarshaller`` calls Python for each tag and
each text between them; here the tree is built in C and only its values are looked at, in less than
half the time.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xmlrpc.client import Fault

from odoo_ingestion.connection_manager import wire
from odoo_ingestion.connection_manager.wire import AlienAnswer, BrokenAnswer, LargeAnswer

_DOCTYPE = b"<!DOCTYPE"
"""What a document type declaration begins with, in this case only (XML 1.0, 2.8)."""


class Answer:
    """Reads an XML-RPC answer piece by piece.

    Document type declarations, and so entities, are refused before the parser sees them: a small
    answer cannot grow. So that no encoding hides one, the text is taken for UTF-8 whatever it says
    of itself, and a NUL is refused, without which there is no ``<`` in UTF-16 or UTF-32. Odoo 14
    to 19 sends UTF-8, and escapes every ``<`` that is not a tag's.
    """

    def __init__(self) -> None:
        # What makes XML of others dangerous is a document type, and none gets as far as here.
        self._parser = XMLParser(encoding="utf-8")  # noqa: S314 # nosec B314
        self._size = 0
        self._end = b""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raises BrokenAnswer or AlienAnswer."""
        self._size += len(piece)
        if self._size > wire.MAX_ANSWER_BYTES:
            raise LargeAnswer
        if b"\0" in piece:
            raise BrokenAnswer("it holds a NUL, which no text does")
        if _DOCTYPE in piece or _DOCTYPE in self._end + piece[: len(_DOCTYPE)]:
            raise AlienAnswer("it declares a document type, which an answer never does")
        self._end = (self._end + piece)[-len(_DOCTYPE) :]
        with _parsing():
            self._parser.feed(piece)

    def value(self) -> Any:
        """Return the answer's one value; raises BrokenAnswer, AlienAnswer or xmlrpc's Fault."""
        with _parsing():
            return _value_of_answer(self._parser.close())


@contextmanager
def _parsing() -> Iterator[None]:
    try:
        yield
    except ParseError as e:
        raise BrokenAnswer(f"it is cut off or damaged: {e}") from e
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as e:
        raise AlienAnswer("it is XML, but no answer to a call") from e


def _value_of_answer(root: Element) -> Any:
    (content,) = root
    if root.tag != "methodResponse":
        raise ValueError(root.tag)
    if content.tag == "fault":
        (value,) = content
        raise Fault(**_value(value))
    (parameter,) = content
    (value,) = parameter
    if (content.tag, parameter.tag) != ("params", "param"):
        raise ValueError(content.tag)
    return _value(value)


def _value(element: Element) -> Any:
    """Return what a ``value`` element holds; without a type it is text."""
    if element.tag != "value":
        raise ValueError(element.tag)
    if not len(element):
        return element.text or ""
    (typed,) = element
    return _READERS[typed.tag](typed)


def _struct(element: Element) -> dict[str, Any]:
    found = {}
    for name, value in element:
        typed = value[0] if len(value) else value
        tag = typed.tag
        found[name.text or ""] = (typed.text or "") if tag == "string" else _READERS[tag](typed)
    return found


def _array(element: Element) -> list[Any]:
    (data,) = element
    return [_value(value) for value in data]


def _text(element: Element) -> str:
    return element.text or ""


def _number(element: Element) -> int:
    return int(element.text or "")


def _boolean(element: Element) -> bool:
    return _BOOLEANS[element.text]


def _moment(element: Element) -> datetime:
    return datetime.strptime(element.text or "", "%Y%m%dT%H:%M:%S")


_BOOLEANS: dict[str | None, bool] = {"0": False, "1": True}

_READERS: dict[str, Callable[[Element], Any]] = {
    "array": _array,
    "base64": lambda element: a2b_base64(element.text or ""),
    "bigdecimal": lambda element: Decimal(element.text or ""),
    "boolean": _boolean,
    "dateTime.iso8601": _moment,
    "double": lambda element: float(element.text or ""),
    "float": lambda element: float(element.text or ""),
    "nil": lambda _: None,
    "string": _text,
    "struct": _struct,
    "value": _text,
    **dict.fromkeys(("biginteger", "i1", "i2", "i4", "i8", "int"), _number),
}
"""The types of XML-RPC, as ``xmlrpc.client.Unmarshaller`` reads them (``use_builtin_types``);
``value`` is one without a type."""
