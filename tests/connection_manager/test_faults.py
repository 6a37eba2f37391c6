"""Faults, as Odoo words them, become the error that tells what to do."""

from __future__ import annotations

from xmlrpc.client import Fault

import pytest

from odoo_ingestion.connection_manager.faults import (
    AccessDenied,
    DatabaseMissing,
    answers_none,
    explain_fault,
    last_exception,
)
from odoo_ingestion.errors import (
    AccessRefused,
    ConcurrentUpdate,
    ModelMissing,
    OdooIngestionError,
    RecordMissing,
    ServerBug,
    ServerBusy,
    UnknownFate,
    ValidationRefused,
)

FRAMES = """Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/odoo/http.py", line 2200, in dispatch
    return self.secret_frame()
           ^^^^^^^^^^^^^^^^^^^
"""


def raised(end: str) -> Fault:
    return Fault(1, f"{FRAMES}{end}\n")


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (
            "psycopg2.errors.SerializationFailure: could not serialize access due to "
            "concurrent update\nCONTEXT:  while updating tuple",
            ConcurrentUpdate,
        ),
        ("psycopg2.errors.DeadlockDetected: deadlock detected\nDETAIL:  Process", ConcurrentUpdate),
        ("psycopg2.errors.LockNotAvailable: could not obtain lock on row", ConcurrentUpdate),
        ("psycopg2.extensions.TransactionRollbackError: anything", ConcurrentUpdate),
        ("odoo.exceptions.ConcurrencyError: again", ConcurrentUpdate),
        ('psycopg2.OperationalError: FATAL:  database "x" does not exist\n', DatabaseMissing),
        ("psycopg2.pool.PoolError: The Connection Pool Is Full", ServerBusy),
        ("psycopg2.OperationalError: FATAL:  sorry, too many clients already", ServerBusy),
        ("psycopg2.OperationalError: FATAL:  the database system is starting up", ServerBusy),
        (
            'psycopg2.OperationalError: connection to server at "db" (10.0.0.2), port 5432 failed: '
            "Connection refused\n\tIs the server running on that host?",
            ServerBusy,
        ),
        (
            "psycopg2.OperationalError: could not connect to server: Connection refused",
            ServerBusy,
        ),
        ("psycopg2.OperationalError: server closed the connection unexpectedly", UnknownFate),
        ("psycopg2.InterfaceError: connection already closed", UnknownFate),
        ("ValueError: Invalid field 'nope' in 'res.partner'", ServerBug),
        ("KeyError: 'nope'", ServerBug),
        ("AssertionError", ServerBug),
    ],
)
def test_a_traceback_is_read_for_its_end_and_never_shown(
    end: str, kind: type[OdooIngestionError]
) -> None:
    error = explain_fault(raised(end), "res.partner.load")

    assert type(error) is kind
    assert "secret_frame" not in str(error)
    assert "Traceback" not in str(error)


def test_an_error_of_the_server_names_call_exception_and_reason() -> None:
    error = explain_fault(raised("ValueError: Invalid field 'nope'"), "res.partner.create")

    assert str(error) == (
        "Odoo failed while it carried out res.partner.create: ValueError: Invalid field 'nope'"
    )


def test_an_exception_without_words_is_named() -> None:
    assert str(explain_fault(raised("AssertionError"), "m.f")).endswith(": AssertionError")


def test_the_last_of_chained_exceptions_counts() -> None:
    chained = (
        f"{FRAMES}KeyError: 'x'\n\nDuring handling of the above exception, another exception "
        f"occurred:\n\n{FRAMES}psycopg2.errors.UndefinedTable: no table\nLINE 1: select\n     ^\n"
    )

    found = last_exception(chained)

    assert found.exception == "UndefinedTable"
    assert found.words == "no table\nLINE 1: select\n     ^"


@pytest.mark.parametrize("text", ["", "method not supported", "first line\nmethod not supported"])
def test_a_fault_without_traceback_is_told_too(text: str) -> None:
    error = explain_fault(Fault(1, text), "m.f")

    assert isinstance(error, ServerBug)
    assert ("method not supported" if text else "no reason") in str(error)


def test_words_without_end_are_shortened() -> None:
    assert len(str(explain_fault(raised("ValueError: " + "x" * 5000), "m.f"))) < 1000
    assert len(str(explain_fault(Fault(2, "x" * 5000), "m.f"))) < 1000


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Object no.model doesn't exist", ModelMissing),
        ("Record does not exist or has been deleted.\n(Record: m.x(1,), User: 2)", RecordMissing),
        ("L'enregistrement manque.\n(Enregistrements: m.x(1, 2), Utilisateur: 2)", RecordMissing),
        ("Cannot grab a lock on records", ConcurrentUpdate),
        ("The operation cannot be completed: Contacts require a name", ValidationRefused),
        ("The VAT number (Record: none) is wrong", ValidationRefused),
    ],
)
def test_a_refusal_keeps_the_servers_own_words(text: str, kind: type[OdooIngestionError]) -> None:
    error = explain_fault(Fault(2, text), "m.f")

    assert type(error) is kind
    assert kind is ModelMissing or text.partition("\n")[0].rstrip(".") in str(error)


def test_rights_and_logins_are_told_apart() -> None:
    assert isinstance(explain_fault(Fault(4, "not allowed"), "m.f"), AccessRefused)
    assert isinstance(explain_fault(Fault(3, "Access Denied"), "m.f"), AccessDenied)


def test_none_as_an_answer_is_told_from_none_inside_an_answer() -> None:
    end = "TypeError: cannot marshal None unless allow_none is enabled"
    frame = '  File "xmlrpc/client.py", line 1, in {}\n    pass\n'
    bare = Fault(1, f"{FRAMES}{frame.format('dump_nil')}{end}")
    inside = Fault(1, f"{FRAMES}{frame.format('dump_struct')}{frame.format('dump_nil')}{end}")

    assert answers_none(bare)
    assert not answers_none(inside)
    assert not answers_none(Fault(2, end))
    assert "was carried out" in str(explain_fault(inside, "m.f"))
