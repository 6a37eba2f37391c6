"""Secrets and personal data are hidden, what a log is read for is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.logs.redaction import Redaction, hide_personal_data

PERSONAL = [
    "ann@example.com",
    "ann.o'neil+shop@mail.example.co.uk",
    "jürgen@müller.de",
    "+32 2 290 34 90",
    "+1 (415) 555-0132",
    "+441214960123",
    "0032-2-2903490",
    "02 290 34 90",
    "0495/12.34.56",
    "0495/123456",
    "(415) 555-0132",
    "415-555-0132",
    "612 345 678",
    "0612345678",
    "BE0477472701",
    "BE 0477.472.701",
    "be0477472701",
    "DE123456789",
    "ATU12345678",
    "FRXX123456789",
    "FR 83 404 833 048",
    "ESX1234567R",
    "NL123456789B01",
    "GB 123 4567 89",
    "CHE-123.456.789",
    "IE1234567WA",
    "IE1S23456L",
    "27AAPFU0939F1ZV",
]

WANTED = [
    "2026-11-20T17:34:44.123Z",
    "2026-11-20 17:34:44",
    "20.11.2026",
    "11/20/2026",
    "20261120-173444-a1b2c3",
    "products.20261120-173444.failed.csv",
    "192.168.100.200",
    "http://127.0.0.1:8069",
    "10000 rows read: 9999 created, 1 failed",
    "res.partner.load answered in 0.453 s",
    "Trying again in 12.5 s (try 2 of 5).",
    "5901234123457",
    "1234567.89",
    "1,234,567",
    "SKU-2024-001",
    "__import__.partner_12345678",
    "550e8400-e29b-41d4-a716-446655440000",
    "row 123456",
    "Odoo 19.0",
    "the type 'customers' has no field 'reference'",
    "the date 2024-02-30 does not exist",
    "see 1200000 rows",
    "no 1200000 rows",
    "be 12345678",
    "IT 1234",
]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("frame", ["{}", "the value '{}' is wrong", "phone: {}, or", "({})."])
def test_personal_data_are_hidden(text: str, frame: str) -> None:
    hidden = hide_personal_data(frame.format(text))
    assert "***" in hidden
    assert not any(sign.isdigit() for sign in hidden), hidden
    assert "@" not in hidden


@pytest.mark.parametrize("text", WANTED)
@pytest.mark.parametrize("frame", ["{}", "it says '{}' there"])
def test_what_the_log_is_read_for_stays(text: str, frame: str) -> None:
    assert hide_personal_data(frame.format(text)) == frame.format(text)


def test_what_a_message_about_a_personal_field_quotes_is_hidden_whatever_it_is() -> None:
    message = "column 'Tax Id': '47-11' is no number of \"Belgium\""
    assert "47-11" not in Redaction().hide(message, "vat")
    assert "47-11" not in Redaction().hide(message, "partner_id/email")
    assert Redaction().hide(message, "name") == message
    assert Redaction(keep_personal=True).hide(message, "vat") == message


def test_secrets_are_hidden_also_where_personal_data_are_kept() -> None:
    redaction = Redaction(["key", "key-and-more", ""], keep_personal=True)
    assert redaction.hide("key-and-more of ann@example.com, key") == "*** of ann@example.com, ***"


@given(st.text(max_size=60), st.text(min_size=4, max_size=8), st.text(max_size=60))
def test_no_text_around_a_secret_lets_it_through(before: str, secret: str, after: str) -> None:
    hidden = Redaction([secret]).hide_secrets(before + secret + after)
    assert secret not in hidden.split("***")


def test_long_texts_are_redacted_in_little_time() -> None:
    # Patterns that go back and forth would take minutes.
    for text in ("1 " * 20_000, "a." * 20_000, "be 1" * 10_000, "+1(" * 10_000, "x@" * 20_000):
        hide_personal_data(text)
