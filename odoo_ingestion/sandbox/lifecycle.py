"""Starts, stops and resets a sandbox, and tells how it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import home as homes
from odoo_ingestion.sandbox import odoo_server
from odoo_ingestion.sandbox.accounts import ServiceAccount, service_account
from odoo_ingestion.sandbox.commands import run
from odoo_ingestion.sandbox.databases import SANDBOX, Databases
from odoo_ingestion.sandbox.home import (
    HOME_VARIABLE,
    SandboxHome,
    Say,
    default_home,
    locked,
    silence,
)
from odoo_ingestion.sandbox.package import PACKAGE, ensure_package
from odoo_ingestion.sandbox.postgres import Cluster, ensure_postgres, find_postgres
from odoo_ingestion.sandbox.python_env import ensure_python_env
from odoo_ingestion.sandbox.state import SandboxState, read_state, write_state

LAYOUT = 1
"""Goes up when clusters made before no longer fit the code; they are then made anew."""
LOGIN = "admin"
"""Odoo's own first login; its password is the same word."""


@dataclass(frozen=True)
class SandboxStatus:
    """What a client needs to use the sandbox.

    ``url`` and ``version`` are empty when no sandbox was started yet; ``version`` is such as
    "19.0". Every value is plain, so ``dataclasses.asdict`` gives JSON.
    """

    running: bool
    url: str
    database: str
    username: str
    password: str
    version: str


def start(home: SandboxHome | None = None, say: Say = silence) -> SandboxStatus:
    """Start the sandbox, build it when it is not there yet, and wait until Odoo answers.

    A running sandbox stays as it is. Raises SandboxError with what to do about it.
    """
    home = home or default_home()
    with locked(home.root, say):
        return _start(home, say)


def stop(home: SandboxHome | None = None, say: Say = silence) -> SandboxStatus:
    """End the sandbox's Odoo and PostgreSQL; nothing happens when they do not run."""
    home = home or default_home()
    if not home.root.is_dir():
        return status(home)
    with locked(home.root, say):
        say("Stopping the sandbox.")
        _stop(home)
    return status(home)


def status(home: SandboxHome | None = None) -> SandboxStatus:
    """Tell whether the sandbox runs, and how to reach it.

    Looks at the processes themselves: one that was killed, or whose number another process has
    got, does not count. Raises SandboxError when the state file is damaged.
    """
    state = read_state((home or default_home()).state_file)
    if state is None:
        return SandboxStatus(
            running=False, url="", database=SANDBOX, username=LOGIN, password=LOGIN, version=""
        )
    alive = state.postgres.is_alive() and state.odoo.is_alive()
    return SandboxStatus(
        running=alive and state.version != "",
        url=f"http://{odoo_server.HOST}:{state.http_port}",
        database=state.database,
        username=LOGIN,
        password=LOGIN,
        version=state.version,
    )


def reset(home: SandboxHome | None = None, say: Say = silence) -> SandboxStatus:
    """Make the database `sandbox` anew, and start the sandbox if it does not run."""
    home = home or default_home()
    with locked(home.root, say):
        now = _start(home, say)
        say("Making the sandbox database anew.")
        databases = _databases(home)
        databases.drop(SANDBOX)
        databases.create(SANDBOX)
        return now


def create_database(name: str, home: SandboxHome | None = None) -> None:
    """Make another database in the running sandbox, a clone of the template (about a second).

    Raises SandboxError when the sandbox does not run or the name is bad or taken.
    """
    _running_databases(home).create(name)


def drop_database(name: str, home: SandboxHome | None = None) -> None:
    """Remove a database from the running sandbox; nothing happens when it is not there.

    Odoo's workers remember a database by its name, so give each database a name of its own.
    """
    _running_databases(home).drop(name)


def install_modules(database: str, modules: Sequence[str], home: SandboxHome | None = None) -> None:
    """Install Odoo modules in a database of the running sandbox, such as a chart of accounts.

    Raises SandboxError when a module is unknown or fails to install.
    """
    _running_databases(home).install(database, modules)


def _start(home: SandboxHome, say: Say) -> SandboxStatus:
    now = status(home)
    if now.running:
        say(f"The sandbox already runs at {now.url}.")
        return now
    _stop(home)
    cluster, databases, account = _build(home, say)
    say("Starting PostgreSQL and Odoo.")
    try:
        _run_servers(home, account, cluster, databases)
    except BaseException:
        # Not half a sandbox: what was started ends with the failure, also with a Ctrl-C.
        _stop(home)
        raise
    now = status(home)
    say(f"The sandbox runs at {now.url}.")
    return now


def _build(home: SandboxHome, say: Say) -> tuple[Cluster, Databases, ServiceAccount]:
    home.logs.mkdir(parents=True, exist_ok=True)
    binaries = ensure_postgres(home, say)
    account = service_account()
    _check_entry(home, account)
    with locked(home.build_root, say):
        ensure_package(home, say)
        ensure_python_env(home, account, say)
    cluster = Cluster(home, account, binaries)
    databases = Databases(home, account, cluster)
    content = f"{LAYOUT} postgresql-{cluster.major} {PACKAGE} {' '.join(home.modules)}"
    complete = homes.is_complete(home.cluster, content)
    if not complete:
        cluster.stop()
        homes.begin(home.cluster)
        # The files of its databases go with it.
        homes.begin(home.data)
    odoo_server.write_configuration(home, account)
    if not complete:
        _fill(cluster, databases, say)
        homes.mark_complete(home.cluster, content)
    return cluster, databases, account


def _fill(cluster: Cluster, databases: Databases, say: Say) -> None:
    cluster.initialise()
    cluster.start()
    try:
        databases.make_role()
        databases.make_template(say)
    finally:
        cluster.stop()


def _check_entry(home: SandboxHome, account: ServiceAccount) -> None:
    for folder in (home.root, home.build_root.parent):
        try:
            run(
                "Entering the sandbox's folder",
                ["test", "-x", folder],
                log=home.build_log,
                cwd=Path("/"),
                account=account,
            )
        except SandboxError as e:
            raise SandboxError(
                f"The account {account.name!r}, which runs the servers, cannot enter {folder}.",
                hint=f"Choose another folder with {HOME_VARIABLE}.",
            ) from e


def _run_servers(
    home: SandboxHome, account: ServiceAccount, cluster: Cluster, databases: Databases
) -> None:
    before = read_state(home.state_file)
    postgres = cluster.start()
    if not databases.exists(SANDBOX):
        # A filestore can be there alone, when a creation was interrupted.
        databases.drop(SANDBOX)
        databases.create(SANDBOX)
    # The same ports as last time, where possible: clients may have written the address down.
    ports = odoo_server.pick_ports((before.http_port, before.gevent_port) if before else None)
    odoo = odoo_server.launch(home, account, *ports)
    state = SandboxState(postgres, odoo, *ports, database=SANDBOX)
    # Written before the wait: a starter that is killed meanwhile leaves an Odoo that stop() finds.
    write_state(home.state_file, state)
    version = odoo_server.wait_until_ready(home, odoo, state.http_port)
    write_state(home.state_file, dataclasses.replace(state, version=version))


def _stop(home: SandboxHome) -> None:
    state = read_state(home.state_file)
    if state is not None:
        odoo_server.stop(home, state.odoo)
    binaries = find_postgres()
    if binaries is not None and home.cluster.is_dir():
        Cluster(home, service_account(), binaries).stop()


def _databases(home: SandboxHome) -> Databases:
    account = service_account()
    return Databases(home, account, Cluster(home, account, ensure_postgres(home, silence)))


def _running_databases(home: SandboxHome | None) -> Databases:
    home = home or default_home()
    if not status(home).running:
        raise SandboxError("The sandbox does not run.", hint="Start it first.")
    return _databases(home)
