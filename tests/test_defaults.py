"""The defaults of new records, also where XML-RPC cannot carry one of them."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.errors import ServerBug, UntellableAnswer
from odoo_ingestion.ports import Odoo
from tests.connections import connection_to
from tests.odoo_reader import OdooReader


class Server:
    """Answers ``default_get``; a None in the answer cannot be told, as over XML-RPC."""

    version, uid = "19.0", 2

    def __init__(self, **defaults: Any) -> None:
        self.context: dict[str, Any] = {}
        self.defaults = defaults
        self.calls: list[list[str]] = []

    def with_context(self, **context: Any) -> Odoo:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        [names] = args
        self.calls.append(names)
        if "broken" in names:
            raise ServerBug("a traceback")
        found = {name: self.defaults[name] for name in names if name in self.defaults}
        if None in found.values():
            raise UntellableAnswer("it holds an empty value")
        return found


def test_all_defaults_come_in_one_call() -> None:
    server = Server(lang="en_US", active=True)
    found = fetch_defaults(server, "res.partner", ["lang", "active", "name"])
    assert found == {"lang": "en_US", "active": True}
    assert len(server.calls) == 1
    assert fetch_defaults(server, "res.partner", []) == {}
    assert len(server.calls) == 1


def test_a_default_that_cannot_be_told_is_none_and_the_others_are_found() -> None:
    server = Server(acc_number=None, active=True)
    found = fetch_defaults(server, "res.partner.bank", ["acc_number", "active"])
    assert found == {"active": True}


def test_a_server_that_fails_is_not_taken_for_one_without_defaults() -> None:
    with pytest.raises(ServerBug):
        fetch_defaults(Server(), "res.partner", ["broken", "name"])


def test_bank_accounts_have_such_a_default(module_database: OdooReader) -> None:
    with connection_to(module_database) as odoo:
        with pytest.raises(UntellableAnswer):
            odoo.call("res.partner.bank", "default_get", ["acc_number"])
        found = fetch_defaults(odoo, "res.partner.bank", ["acc_number", "active"])
    assert found == {"active": True}
