"""Error answers of JSON-2, as Odoo words them, become the error that tells what to do."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.connection_manager.faults import AccessDenied, DatabaseMissing
from odoo_ingestion.connection_manager.refusals import (
    Refusal,
    WrongArguments,
    explain_refusal,
    read_refusal,
)
from odoo_ingestion.errors import (
    AccessRefused,
    ConcurrentUpdate,
    ConnectionFailed,
    ModelMissing,
    RecordMissing,
    ServerBug,
    ServerBusy,
    ServerRefused,
    ValidationRefused,
)


def explain(status: int, name: str, message: str) -> BaseException:
    return explain_refusal(Refusal(status, name, message, ""), "res.partner.load", "https://o")


@pytest.mark.parametrize(
    ("status", "name", "message", "kind"),
    [
        (422, "odoo.exceptions.ValidationError", "Contacts require a name", ValidationRefused),
        (422, "odoo.exceptions.UserError", "Cannot grab a lock on records", ConcurrentUpdate),
        (409, "odoo.exceptions.LockError", "Cannot grab a lock on records", ConcurrentUpdate),
        (422, "odoo.addons.shop.models.shop.ShopError", "Closed", ValidationRefused),
        (403, "odoo.exceptions.AccessError", "You are not allowed", AccessRefused),
        (403, "odoo.exceptions.AccessDenied", "Access Denied", AccessDenied),
        (403, "odoo.http.SessionExpiredException", "Session expired", AccessDenied),
        (404, "odoo.exceptions.MissingError", "Record does not exist", RecordMissing),
        (401, "werkzeug.exceptions.Unauthorized", "Invalid apikey", AccessDenied),
        (403, "werkzeug.exceptions.Forbidden", "Cannot use both", ConnectionFailed),
        (404, "werkzeug.exceptions.NotFound", "the model 'a.b' does not exist", ModelMissing),
        (404, "werkzeug.exceptions.NotFound", "The method 'a.b.c' does not exist", ServerBug),
        (400, "werkzeug.exceptions.BadRequest", "could not parse the body", ServerBug),
        (413, "werkzeug.exceptions.RequestEntityTooLarge", "too much", ServerRefused),
        (422, "werkzeug.exceptions.UnprocessableEntity", "with ids", WrongArguments),
        (500, "builtins.ValueError", "Invalid field 'nope'", ServerBug),
        (500, "psycopg2.errors.SerializationFailure", "could not serialize", ConcurrentUpdate),
        (500, "psycopg2.errors.DeadlockDetected", "deadlock detected", ConcurrentUpdate),
        (500, "psycopg2.errors.LockNotAvailable", "lock timeout", ConcurrentUpdate),
        (500, "psycopg2.pool.PoolError", "The Connection Pool Is Full", ServerBusy),
        (500, "psycopg2.OperationalError", 'database "x" does not exist', DatabaseMissing),
    ],
)
def test_a_refusal_becomes_the_error_that_xml_rpc_gives(
    status: int, name: str, message: str, kind: type[BaseException]
) -> None:
    assert type(explain(status, name, message)) is kind


def test_an_error_of_the_server_names_call_exception_and_reason() -> None:
    assert str(explain(500, "builtins.ValueError", "Invalid field 'nope'")) == (
        "Odoo failed while it carried out res.partner.load: ValueError: Invalid field 'nope'"
    )


def test_a_refusal_keeps_the_servers_own_words() -> None:
    words = "The operation cannot be completed: Contacts require a name"

    assert str(explain(422, "odoo.exceptions.ValidationError", words)) == words


def test_a_warning_that_leads_elsewhere_is_told_by_its_first_argument() -> None:
    read = read_refusal(
        500,
        {
            "name": "odoo.exceptions.RedirectWarning",
            "message": "('Set up a chart', 12, 'Go', None)",
            "arguments": ["Set up a chart", 12, "Go", None],
        },
    )

    assert read is not None
    error = explain_refusal(read, "m.f", "https://o")
    assert isinstance(error, ValidationRefused)
    assert str(error) == "Set up a chart"


@pytest.mark.parametrize("answer", [None, [], "text", {"error": "x"}, {"name": "x"}])
def test_json_that_is_none_of_odoos_is_no_refusal(answer: Any) -> None:
    assert read_refusal(500, answer) is None
