"""JSON-2 carries what XML-RPC carries and refuses what that refuses, before sending."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.connection_manager import json_wire
from odoo_ingestion.connection_manager.json_wire import dump_arguments, read_answer
from odoo_ingestion.connection_manager.wire import AlienAnswer, BrokenAnswer, unsendable_character
from odoo_ingestion.errors import ValidationRefused

TEXTS = st.text().filter(lambda text: unsendable_character(text) is None)


@given(st.lists(TEXTS | st.booleans() | st.none() | st.integers(-(2**31), 2**31 - 1)))
def test_what_is_sent_arrives_exactly(values: list[Any]) -> None:
    sent = dump_arguments({"values": values, "context": MappingProxyType({"a": (1, 2)})})

    assert json.loads(sent) == {"values": values, "context": {"a": [1, 2]}}
    assert read_answer([sent[:3], sent[3:]])["values"] == values


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\x00b", "the NUL character at position 2"),
        ("a\x0bb", "U\\+000B"),
        ("\ud800", "U\\+D800"),
        (2**31, "32 bit"),
        (float("nan"), "The number nan"),
        (float("-inf"), "The number -inf"),
        ([{"deep": ("\x00",)}], "NUL"),
        ({"\x00": 1}, "NUL"),
    ],
)
def test_what_cannot_be_sent_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ValidationRefused, match=words):
        dump_arguments({"value": value})


PLAIN = st.recursive(
    st.text() | st.booleans() | st.none() | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.dictionaries(st.text(), inner).map(MappingProxyType)
    ),
)


@given(st.dictionaries(st.text(max_size=3), PLAIN))
def test_all_at_once_carries_and_refuses_what_value_by_value_does(arguments: Any) -> None:
    def told(how: Callable[[Any], Any]) -> tuple[Any, ...]:
        try:
            return (how(arguments),)
        except (ValidationRefused, TypeError) as error:
            return type(error), str(error)

    by_value = told(lambda value: json.loads(json.dumps(json_wire._plain(value), allow_nan=False)))
    assert told(lambda value: json.loads(dump_arguments(value))) == by_value


@pytest.mark.parametrize(
    "text", ["C:\\bin\\users\\foo", "\\u0000", "tab\t, line\r\n", "a\u2028b\x7f"]
)
def test_texts_that_look_like_what_is_refused_are_carried(text: str) -> None:
    assert read_answer([dump_arguments({"rows": [["a", text]]})]) == {"rows": [["a", text]]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [NaN, Infinity, -Infinity]}', "{'a': [nan, inf, -inf]}"),
        (b'["\\ud800"]', "['\\ud800']"),
        (b"[1e400, 123456789012345678901234567890]", "[inf, 123456789012345678901234567890]"),
        (b'{"a": 1, "a": 2}', "{'a': 2}"),
    ],
)
def test_an_answer_beyond_the_standard_is_read_as_python_reads_it(body: bytes, value: str) -> None:
    assert repr(read_answer([body])) == value


@pytest.mark.parametrize("value", [{1: 2}, b"bytes", {1, 2}, object()])
def test_what_is_no_plain_value_is_a_bug(value: Any) -> None:
    with pytest.raises(TypeError):
        dump_arguments({"value": value})


@pytest.mark.parametrize("body", [b"", b'{"a": ', b"\xff", b"<html>"])
def test_an_answer_that_is_cut_off_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read_answer([body])


def test_an_answer_that_is_nested_without_end_is_alien() -> None:
    with pytest.raises(AlienAnswer):
        read_answer([b"[" * 500_000])


def test_a_huge_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_wire, "MAX_ANSWER_BYTES", 100)

    with pytest.raises(AlienAnswer, match="larger than"):
        read_answer([b'"', b"x" * 200])
