"""The sandbox's Odoo server: its configuration, its start and its end."""

from __future__ import annotations

import http.client
import os
import random
import re
import secrets
import socket
import subprocess
import time
import xmlrpc.client
from pathlib import Path

import psutil

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox.accounts import ServiceAccount
from odoo_ingestion.sandbox.commands import service_environment
from odoo_ingestion.sandbox.home import SandboxHome
from odoo_ingestion.sandbox.package import package_libraries
from odoo_ingestion.sandbox.postgres import PORT, ROLE
from odoo_ingestion.sandbox.python_env import environment_python
from odoo_ingestion.sandbox.state import ProcessMark, end_processes

HOST = "127.0.0.1"
WORKERS = 2
START_SECONDS = 90.0
STOP_SECONDS = 10.0
PORTS = range(20000, 32000)
"""Below the range that Linux hands out to outgoing connections, which could take a port away."""

# No database filter: tests use databases of their own beside `sandbox`. No cron workers: they would
# connect to every database, work behind the tests' backs and hinder cloning and dropping. The
# logger named would write three lines for each XML-RPC call, to say that XML-RPC will go.
_CONFIGURATION = """[options]
addons_path = {addons}
admin_passwd = {master}
data_dir = {data}
db_host = {sockets}
db_port = {port}
db_user = {role}
http_interface = {host}
list_db = True
log_handler = :INFO,odoo.addons.rpc.controllers.xmlrpc:ERROR
max_cron_threads = 0
workers = {workers}
"""

# Prints the number of the process that becomes Odoo, which leads a session of its own and so
# outlives its starter; being nobody's child here, it never stays behind as a zombie of ours.
_DETACH = 'setsid "$@" >&2 & echo $!'


def write_configuration(home: SandboxHome, account: ServiceAccount) -> None:
    """Write Odoo's configuration file, with a master password that nobody else knows."""
    text = _CONFIGURATION.format(
        addons=package_libraries(home) / "odoo/addons",
        master=secrets.token_urlsafe(24),
        data=account.folder(home.data),
        sockets=home.sockets,
        port=PORT,
        role=ROLE,
        host=HOST,
        workers=WORKERS,
    )
    home.configuration.touch(mode=0o600)
    account.own(home.configuration, 0o600).write_text(text, "utf-8")


def odoo_command(home: SandboxHome) -> list[str]:
    """Return the words that every call of this sandbox's Odoo begins with."""
    return [str(environment_python(home)), str(home.launcher), f"--config={home.configuration}"]


def launch(
    home: SandboxHome, account: ServiceAccount, http_port: int, gevent_port: int
) -> ProcessMark:
    """Start Odoo in a session of its own and return its main process, without waiting for it."""
    if home.odoo_log.exists():
        home.odoo_log.replace(home.odoo_log.with_suffix(".log.1"))
    command = [*odoo_command(home), f"--http-port={http_port}", f"--gevent-port={gevent_port}"]
    with home.odoo_log.open("wb") as log:
        done = subprocess.run(
            ["/bin/sh", "-c", _DETACH, "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
            text=True,
            cwd=home.root,
            env=service_environment(home.data),
            umask=0o077,
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
        )
    mark = ProcessMark.of(int(done.stdout))
    if mark is None:
        raise _ended(home)
    return mark


def wait_until_ready(home: SandboxHome, odoo: ProcessMark, http_port: int) -> str:
    """Wait until Odoo answers and return its version, such as "19.0".

    Raises SandboxError when it ends or does not answer within ``START_SECONDS``.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        version = ask_version(http_port)
        # Asked afterwards: another server might hold the port, and ours have ended over it.
        if not odoo.is_alive():
            raise _ended(home)
        if version:
            return version
        time.sleep(0.1)
    raise SandboxError(
        f"Odoo did not answer within {START_SECONDS:.0f} s.",
        hint=f"What it said is in {home.odoo_log}.",
    )


def ask_version(http_port: int) -> str | None:
    """Return the series that the server on a port reports, None when no Odoo answers there."""
    proxy = xmlrpc.client.ServerProxy(
        f"http://{HOST}:{http_port}/xmlrpc/2/common", transport=_PatientTransport()
    )
    try:
        with proxy:
            answer = proxy.version()
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return None
    return str(answer["server_serie"]) if isinstance(answer, dict) else None


def stop(home: SandboxHome, odoo: ProcessMark) -> None:
    """End Odoo and all its workers, also those that outlived a killed main process.

    Requests under way get ``STOP_SECONDS`` to end; orphans get none, nobody ends them in order.
    """
    members = _members(home, odoo)
    patience = 0.0
    if odoo.is_alive():
        psutil.Process(odoo.pid).terminate()
        patience = STOP_SECONDS
    end_processes(members, patience)


def pick_ports(wanted: tuple[int, int] | None) -> tuple[int, int]:
    """Return two free ports on the loopback interface: the wanted ones, if they are free."""
    if wanted and all(_is_free(port) for port in wanted):
        return wanted
    candidates = random.sample(PORTS, k=200)
    free = (port for port in candidates if _is_free(port))
    try:
        return next(free), next(free)
    except StopIteration as e:
        raise SandboxError(f"No free port was found on {HOST}.") from e


class _PatientTransport(xmlrpc.client.Transport):
    """A connection with a time limit; a busy server answers late, a dead one never."""

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        connection = super().make_connection(host)  # type: ignore[arg-type]
        connection.timeout = 20.0
        return connection


def _members(home: SandboxHome, odoo: ProcessMark) -> list[psutil.Process]:
    """Return the processes of Odoo's group that run our launcher.

    The group keeps its number after its leader died. A stranger can have got the number since, so
    the launcher's path is asked for too.
    """
    members = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            group = os.getpgid(process.pid)
        except ProcessLookupError:
            continue
        if group == odoo.pid and str(home.launcher) in (process.info["cmdline"] or ()):
            members.append(process)
    return members


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _ended(home: SandboxHome) -> SandboxError:
    return SandboxError(
        "Odoo ended right after its start" + _last_error(home.odoo_log),
        hint=f"What it said is in {home.odoo_log}.",
    )


def _last_error(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").splitlines() if log.is_file() else []
    errors = [line for line in lines if re.search(r"\b(CRITICAL|ERROR|Error)\b", line)]
    return f": {errors[-1]}" if errors else "."
