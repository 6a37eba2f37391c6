"""Marshalling: what is sent is what was meant, and a hostile answer does no harm."""

from __future__ import annotations

import xmlrpc.client
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.connection_manager import unsendable_character, wire
from odoo_ingestion.connection_manager.wire import AlienAnswer, Answer, BrokenAnswer, dump_call
from odoo_ingestion.errors import ValidationRefused


def read(document: bytes) -> object:
    answer = Answer()
    answer.feed(document)
    return answer.value()


def respond(value: Any) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()


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


def test_an_answer_comes_in_pieces_of_any_size() -> None:
    document = respond({"ids": [1, 2], "é": "ü"})
    answer = Answer()
    for index in range(len(document)):
        answer.feed(document[index : index + 1])

    assert answer.value() == {"ids": [1, 2], "é": "ü"}


def test_a_fault_is_raised() -> None:
    document = xmlrpc.client.dumps(xmlrpc.client.Fault(2, "no"), methodresponse=True).encode()

    with pytest.raises(xmlrpc.client.Fault, match="no"):
        read(document)


@pytest.mark.parametrize("kept", [0, 1, 50, -1, -30])
def test_an_answer_that_is_cut_off_is_broken(kept: int) -> None:
    with pytest.raises(BrokenAnswer):
        read(respond("x" * 100).strip()[:kept])


@pytest.mark.parametrize(
    "document",
    [
        b"<?xml version='1.0'?><html><body>hello</body></html>",
        b"<methodResponse><params></params></methodResponse>",
        b"<methodCall><methodName>x</methodName><params></params></methodCall>",
        b"<methodResponse><params><param><value><int>x</int></value></param></params>"
        b"</methodResponse>",
        b"<methodResponse><fault><value><int>1</int></value></fault></methodResponse>",
        b"<methodResponse><value><struct><member></member></struct></value></methodResponse>",
    ],
)
def test_xml_that_is_no_answer_is_alien(document: bytes) -> None:
    with pytest.raises(AlienAnswer):
        read(document)


def test_entities_are_not_expanded() -> None:
    bomb = (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'boom'>]>"
        b"<methodResponse><params><param><value>&b;</value></param></params></methodResponse>"
    )

    with pytest.raises(AlienAnswer, match="document type"):
        read(bomb)


def test_a_huge_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 2**20)

    with pytest.raises(AlienAnswer, match="larger than 1 MiB"):
        read(respond("x" * 2**20))
