"""What the tests of the connection share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager import OdooConnection, connect, retrying
from tests.connection_manager.scripted_server import Reply, ScriptedServer

SECRET = "s3cr3t-k3y-0f-th3-t3st"
KEY = "0123456789abcdef0123456789abcdef01234567"
"""In the form of Odoo's API keys."""


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor settings of the machine reach a test."""
    for name in list(os.environ):
        if name.upper().startswith("ODOO_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_waiting_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pause is half a second in earnest."""
    monkeypatch.setattr(retrying, "_FIRST_WAIT", 0.01)


def config_for(url: str, **settings: Any) -> Config:
    """A configuration that waits little between tries."""
    defaults: dict[str, Any] = {
        "url": url,
        "database": "first",
        "username": "ada",
        "api_key": SECRET,
        "timeout": 10.0,
        "connect_timeout": 5.0,
        "retry_max_wait": 0.01,
        "breaker_failures": 1000,  # tests of tries are no tests of the breaker
    }
    return Config(_env_file=None, **(defaults | settings))


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Starts scripted servers that stop when the test ends."""
    with ExitStack() as stack:

        def start(*script: Reply, **settings: Any) -> ScriptedServer:
            return stack.enter_context(ScriptedServer(list(script), **settings))

        yield start


@pytest.fixture
def link(
    serve: Callable[..., ScriptedServer],
) -> Iterator[Callable[..., tuple[ScriptedServer, OdooConnection]]]:
    """Starts a scripted server and a connection to it."""
    with ExitStack() as stack:

        def start(*script: Reply, **settings: Any) -> tuple[ScriptedServer, OdooConnection]:
            server = serve(*script)
            connection = stack.enter_context(connect(config_for(server.url, **settings)))
            return server, connection

        yield start
