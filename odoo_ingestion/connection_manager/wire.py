"""XML-RPC as Odoo speaks it: calls to bytes, and what an answer may be; no network here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xmlrpc.client import Marshaller, escape

from odoo_ingestion.errors import ValidationRefused

MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""The largest answer that is read, unpacked; more than any sensible call returns."""

_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Not a Char of XML 1.0 (W3C, fifth edition, 2.2): expat refuses the whole document."""


class BrokenAnswer(Exception):  # noqa: N818 - reads as what happened
    """The answer is cut off, or is not well-formed XML."""


class AlienAnswer(Exception):  # noqa: N818
    """The answer is whole but is no XML-RPC, or one that could do harm."""


class LargeAnswer(AlienAnswer):
    """The answer is larger than what is read."""

    def __init__(self) -> None:
        super().__init__(f"it is larger than {MAX_ANSWER_BYTES // 2**20} MiB")


class _OdooMarshaller(Marshaller):
    """Writes values so that Odoo reads exactly what was meant, or refuses them."""

    dispatch: Any

    def dump_text(self, value: str, write: Any) -> None:
        # A parser turns a bare carriage return into a line feed (XML 1.0, 2.11).
        text = escape(check_text(value)).replace("\r", "&#13;")
        write(f"<value><string>{text}</string></value>\n")

    def dump_whole_number(self, value: int, write: Any) -> None:
        write(f"<value><int>{check_whole_number(value)}</int></value>\n")

    def dump_mapping(self, value: Mapping[str, Any], write: Any) -> None:
        self.dump_struct(dict(value), write)


_OdooMarshaller.dispatch = {
    **Marshaller.dispatch,
    str: _OdooMarshaller.dump_text,
    int: _OdooMarshaller.dump_whole_number,
    MappingProxyType: _OdooMarshaller.dump_mapping,
}


def dump_call(method: str, params: tuple[Any, ...]) -> bytes:
    """Return the body of an XML-RPC request.

    Text keeps its line breaks, carriage returns too. Raises ValidationRefused for a character
    that XML 1.0 cannot hold and for an integer beyond 32 bit, TypeError for a value that XML-RPC
    does not know.
    """
    marshalled = _OdooMarshaller("utf-8", True).dumps(params)
    return (
        f"<?xml version='1.0'?>\n<methodCall>\n<methodName>{escape(method)}</methodName>\n"
        f"{marshalled}</methodCall>\n"
    ).encode()


def check_text(text: str) -> str:
    """Return a text; raises ValidationRefused for a character that cannot be sent."""
    if found := unsendable_character(text):
        raise ValidationRefused(
            f"The text {_excerpt(text)} holds {found}, which cannot be sent to Odoo.",
            hint="Remove that character from the file.",
        )
    return text


def check_whole_number(number: int) -> int:
    """Return an integer; raises ValidationRefused for one beyond Odoo's 32 bit."""
    if not -(2**31) <= number < 2**31:
        raise ValidationRefused(
            f"The number {number} does not fit into an integer of Odoo (32 bit).",
            hint="Integers lie between -2147483648 and 2147483647; send text or a float.",
        )
    return number


def unsendable_character(text: str) -> str | None:
    """Name the first character of a text that XML-RPC cannot carry, with its place; else None."""
    found = _UNSENDABLE.search(text)
    if found is None:
        return None
    kind = "the NUL character" if found[0] == "\x00" else f"the character U+{ord(found[0]):04X}"
    return f"{kind} at position {found.start() + 1}"


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")
