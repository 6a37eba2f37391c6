"""Answers: what Odoo holds is what arrives, and a hostile answer does no harm."""

from __future__ import annotations

import xmlrpc.client
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.connection_manager import unsendable_character, wire
from odoo_ingestion.connection_manager.wire import AlienAnswer, BrokenAnswer
from odoo_ingestion.connection_manager.xml_answers import Answer


def read(document: bytes) -> object:
    answer = Answer()
    answer.feed(document)
    return answer.value()


def respond(value: Any) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(
    lambda text: unsendable_character(text) is None
)
numbers = st.integers(-(2**31), 2**31 - 1) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | texts
nested = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(nested)
def test_every_value_arrives_exactly(value: Any) -> None:
    assert read(respond(value)) == value


def test_bytes_and_moments_arrive_as_such() -> None:
    values = [b"\x00\xff", datetime(2026, 11, 20, 19, 30)]

    assert read(respond(values)) == values


def test_a_value_without_a_type_is_text() -> None:
    document = (
        b"<methodResponse><params><param><value><array><data><value>a</value><value></value>"
        b"<value><struct><member><name>n</name><value>b</value></member></struct></value>"
        b"</data></array></value></param></params></methodResponse>"
    )

    assert read(document) == ["a", "", {"n": "b"}]


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


@pytest.mark.parametrize("size", [1, 5, 60])
def test_a_document_type_is_seen_also_where_pieces_part_it(size: int) -> None:
    document = respond("x" * 100).replace(b"<methodResponse>", b"<!DOCTYPE a><methodResponse>")
    answer = Answer()

    with pytest.raises(AlienAnswer, match="document type"):
        for start in range(0, len(document), size):
            answer.feed(document[start : start + size])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_hides_no_document_type(encoding: str) -> None:
    document = (
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'boom'>]>"
        "<methodResponse><params><param><value>&b;</value></param></params></methodResponse>"
    )

    with pytest.raises(BrokenAnswer, match="NUL"):
        read(document.encode(encoding))


def test_an_encoding_that_an_answer_claims_does_not_count() -> None:
    said = b"<?xml version='1.0' encoding='utf-7'?>"
    document = respond("é+ADw-").replace(b"<?xml version='1.0'?>", said)

    assert read(document) == "é+ADw-"


def test_a_text_may_speak_of_document_types() -> None:
    assert read(respond("<!DOCTYPE html>")) == "<!DOCTYPE html>"


def test_an_answer_nested_beyond_reason_is_alien() -> None:
    value = b"<value><array><data>" * 5_000 + b"</data></array></value>" * 5_000
    document = b"<methodResponse><params><param>" + value + b"</param></params></methodResponse>"

    with pytest.raises(AlienAnswer):
        read(document)


def test_a_huge_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 2**20)

    with pytest.raises(AlienAnswer, match="larger than 1 MiB"):
        read(respond("x" * 2**20))
