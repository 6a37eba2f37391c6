"""Databases of the sandbox for one measurement each: cloned, warmed, dropped."""

from __future__ import annotations

import uuid
import xmlrpc.client
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import urllib3

from odoo_ingestion import sandbox
from odoo_ingestion.sandbox import default_home
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.postgres import Cluster, ensure_postgres

_ROUNDS = 3
_AT_ONCE = 4
"""Twice as many calls as Odoo has workers: each worker gets some of them."""


@dataclass(frozen=True)
class Place:
    """A database and how to log in to it; ``secret`` is an API key or a password."""

    url: str
    database: str
    username: str
    secret: str

    def login(self) -> int:
        """Return the user's id."""
        with xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common") as common:
            uid = common.authenticate(self.database, self.username, self.secret, {})
        if not isinstance(uid, int) or not uid:
            raise SystemExit(f"{self.database} refused the login of {self.username}.")
        return uid

    def call(self, uid: int, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model over a connection of its own."""
        with xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True) as odoo:
            return odoo.execute_kw(
                self.database, uid, self.secret, model, method, list(args), kwargs
            )


@contextmanager
def clone(*models: str, by_password: bool = False) -> Iterator[Place]:
    """Yield a fresh database in which Odoo's workers have both loaded these models already.

    Odoo loads a database when it is first asked, about a second a worker: neither contestant is to
    pay for that. Unless a password is asked for, the login is an API key of a user without a
    password, since Odoo tries each key against the password first, which costs more than the call.
    """
    status = sandbox.start()
    place = Place(status.url, f"bench_{uuid.uuid4().hex[:10]}", status.username, status.password)
    try:
        _create(place.database)
        if not by_password:
            place = replace(place, secret=make_api_key(place))
            run_sql("UPDATE res_users SET password = NULL", place.database)
        _warm(place, models)
        yield place
    finally:
        sandbox.drop_database(place.database)


def run_sql(statements: str, database: str) -> str:
    """Run SQL in a database of the sandbox, and return what the last statement answers."""
    home = default_home()
    cluster = Cluster(home, service_account(), ensure_postgres(home, lambda _: None))
    return cluster.query(statements, database)


def make_api_key(place: Place) -> str:
    """Return a new API key; Odoo makes them in web sessions only."""
    cookies: dict[str, str] = {}

    def post(path: str, **params: Any) -> Any:
        body = {"jsonrpc": "2.0", "params": params}
        response = pool.request("POST", place.url + path, json=body, headers=cookies)
        cookies["Cookie"] = response.headers.get("Set-Cookie", cookies.get("Cookie", ""))
        answer = response.json()
        if "result" not in answer:
            raise SystemExit(f"{place.database} made no API key: {answer}")
        return answer["result"]

    def call(model: str, method: str, *args: Any, **context: Any) -> Any:
        where = f"/web/dataset/call_kw/{model}/{method}"
        kwargs = {"context": context}
        return post(where, model=model, method=method, args=args, kwargs=kwargs)

    wizard = "res.users.apikeys.description"
    with urllib3.PoolManager() as pool:
        login = {"db": place.database, "login": place.username, "password": place.secret}
        post("/web/session/authenticate", **login)
        made = call(wizard, "create", {"name": "benchmarks", "duration": "1"})
        check = call(wizard, "make_key", [made])
        shown = call(check["res_model"], "run_check", [check["res_id"]], password=place.secret)
    return str(shown["context"]["default_key"])


def _create(database: str) -> None:
    """Clone the template, to the end even when interrupted: PostgreSQL would go on alone."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(sandbox.create_database, database).result()


def _warm(place: Place, models: Sequence[str]) -> None:
    """Let each of Odoo's workers work on the models, by loads that Odoo takes back."""
    uid = place.login()

    def touch(model: str) -> None:
        place.call(uid, model, "fields_get", [], ["type"])
        # No record has this id: the row is refused, and with it the whole call.
        place.call(uid, model, "load", [".id", "name"], [["2147483000", "warm"]])

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for model in models:
            list(threads.map(touch, [model] * _AT_ONCE * _ROUNDS))
