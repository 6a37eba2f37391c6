"""Marshalling: what is sent is what was meant."""

from __future__ import annotations

import xmlrpc.client
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.connection_manager import unsendable_character
from odoo_ingestion.connection_manager.wire import dump_call
from odoo_ingestion.errors import ValidationRefused

sendable = st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(
    lambda text: unsendable_character(text) is None
)


@given(st.lists(st.one_of(sendable, st.just("a\r\nb\rc\n\td"), st.booleans(), st.none())))
def test_what_is_sent_arrives_exactly(values: list[str | bool | None]) -> None:
    params, method = xmlrpc.client.loads(dump_call("execute_kw", (values, {"k": values})))

    assert method == "execute_kw"
    assert params == (values, {"k": values})


def test_a_read_only_mapping_is_sent_as_a_struct() -> None:
    params, _ = xmlrpc.client.loads(dump_call("m", (MappingProxyType({"lang": "fr_FR"}),)))

    assert params == ({"lang": "fr_FR"},)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "the NUL character"),
        ("\x1b", "U+001B"),
        ("\ufffe", "U+FFFE"),
        ("\ud800", "U+D800"),
    ],
)
def test_a_character_that_xml_cannot_hold_is_refused_before_sending(
    character: str, name: str
) -> None:
    with pytest.raises(ValidationRefused, match=r"position 3") as caught:
        dump_call("m", ([{"name": f"ab{character}"}],))

    assert name in caught.value.message
    assert caught.value.hint


def test_a_long_text_is_not_repeated_whole_in_the_message() -> None:
    with pytest.raises(ValidationRefused) as caught:
        dump_call("m", ("x" * 10_000 + "\x00",))

    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", ["", "tab\tand\nlines\r\n", "é 🎉 \x7f \ue000", "<&>]]>"])
def test_other_characters_are_sendable(text: str) -> None:
    assert unsendable_character(text) is None
    assert xmlrpc.client.loads(dump_call("m", (text,)))[0] == (text,)


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1])
def test_an_integer_beyond_32_bit_is_refused_before_sending(number: int) -> None:
    with pytest.raises(ValidationRefused, match="32 bit"):
        dump_call("m", (number,))


def test_the_largest_integers_are_sent() -> None:
    numbers = (2**31 - 1, -(2**31))

    assert xmlrpc.client.loads(dump_call("m", numbers))[0] == numbers
