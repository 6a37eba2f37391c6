"""The sandbox's own PostgreSQL cluster."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import psutil

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox.accounts import ServiceAccount
from odoo_ingestion.sandbox.commands import Word, run, service_environment
from odoo_ingestion.sandbox.home import DOCKER_HINT, SandboxHome, Say
from odoo_ingestion.sandbox.state import ProcessMark, end_processes

BINARIES = Path("/usr/lib/postgresql")
INSTALL_COMMAND = ("apt-get", "install", "-y", "--no-install-recommends", "postgresql")
_UNATTENDED = ("env", "DEBIAN_FRONTEND=noninteractive")
ROLE = "odoo"
SUPERUSER = "postgres"
PORT = 5432
"""Only names the socket file: the cluster listens on no network address at all."""
_SETTINGS_FILE = "sandbox.conf"
SOCKET_PATH_BYTES = 107
"""The longest path of a Unix socket (Linux, sun_path less its final zero)."""

# The data can be made again at any time, so nothing waits for the disk. synchronous_commit stays
# on: without fsync it costs nothing (measured), and a killed server then keeps every commit.
_SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = on
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
jit = off
"""


def find_postgres() -> Path | None:
    """Return the folder with the programs of the newest PostgreSQL here, None without one."""
    found = [folder for folder in BINARIES.glob("*/bin") if (folder / "initdb").is_file()]
    return max(found, key=_major, default=None)


def ensure_postgres(home: SandboxHome, say: Say) -> Path:
    """Return the folder of PostgreSQL's programs, and install PostgreSQL when there is none.

    Raises SandboxError, with the command to run, when it can neither be found nor installed.
    """
    folder = find_postgres()
    if folder is None:
        _install(home, say)
        folder = find_postgres()
    if folder is None:
        raise SandboxError(f"PostgreSQL was installed, and there is no initdb under {BINARIES}.")
    return folder


class Cluster:
    """One PostgreSQL cluster and the programs to drive it."""

    def __init__(self, home: SandboxHome, account: ServiceAccount, binaries: Path) -> None:
        self._home = home
        self._account = account
        self._binaries = binaries

    @property
    def major(self) -> int:
        """PostgreSQL's major version."""
        return _major(self._binaries)

    def initialise(self) -> None:
        """Make the cluster's files, reachable over a private Unix socket only."""
        home, account = self._home, self._account
        account.folder(home.cluster)
        self._run(
            "Making the PostgreSQL cluster",
            "initdb",
            "--pgdata",
            home.cluster,
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=peer",
            "--no-sync",
            "--no-instructions",
        )
        with (home.cluster / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"include = '{_SETTINGS_FILE}'\n")
        # The socket's other end proves who it is, so there is no password to keep.
        access = "local all all peer map=sandbox\n"
        names = "".join(f'sandbox "{account.name}" {role}\n' for role in (ROLE, SUPERUSER))
        (home.cluster / "pg_hba.conf").write_text(access, "utf-8")
        (home.cluster / "pg_ident.conf").write_text(names, "utf-8")

    def start(self) -> ProcessMark:
        """Start the cluster, if it does not run yet, and return its main process."""
        running = self.main_process()
        if running is None:
            self._check_socket_path()
            self._clear_remains()
            home = self._home
            sockets = str(home.sockets).replace("'", "''")
            settings = _SETTINGS.format(port=PORT, sockets=sockets)
            (home.cluster / _SETTINGS_FILE).write_text(settings, "utf-8")
            self._account.folder(home.sockets)
            home.postgres_log.touch()
            self._account.own(home.postgres_log, 0o600)
            self._run(
                "Starting PostgreSQL",
                "pg_ctl",
                "start",
                "--pgdata",
                home.cluster,
                "--log",
                home.postgres_log,
                "--wait",
                "--timeout=60",
                "--silent",
            )
            running = self.main_process()
        if running is None:
            raise SandboxError(
                "PostgreSQL ended right after its start.",
                hint=f"The reason is in {self._home.postgres_log}.",
            )
        return running

    def stop(self) -> None:
        """End the cluster; nothing happens when it does not run."""
        if self.main_process() is not None:
            self._run(
                "Stopping PostgreSQL",
                "pg_ctl",
                "stop",
                "--pgdata",
                self._home.cluster,
                "--mode=fast",
                "--wait",
                "--timeout=60",
                "--silent",
            )
        self._clear_remains()

    def main_process(self) -> ProcessMark | None:
        """Return the running main process, None when it is gone.

        The number in PostgreSQL's pid file may belong to a stranger by now: the process must also
        work in the cluster's folder, as every PostgreSQL process does.
        """
        try:
            pid = int((self._home.cluster / "postmaster.pid").read_text("utf-8").split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return ProcessMark.of(pid) if _works_in(pid, self._home.cluster) else None

    def query(self, sql: str, database: str = SUPERUSER) -> str:
        """Run SQL statements, each in its own transaction, and return the last one's rows as text.

        Raises SandboxError when the server refuses one.
        """
        return self._run(
            "A PostgreSQL statement",
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            f"--host={self._home.sockets}",
            f"--port={PORT}",
            f"--username={SUPERUSER}",
            f"--dbname={database}",
            *(f"--command={part}" for part in sql.split(";\n")),
        ).strip()

    def _clear_remains(self) -> None:
        """End what a killed main process left, and remove its lock files.

        PostgreSQL does so itself, but not when the number in them belongs to a zombie or stranger.
        """
        end_processes(self._processes(), patience=10.0)
        socket = self._home.sockets / f".s.PGSQL.{PORT}"
        for path in (self._home.cluster / "postmaster.pid", Path(f"{socket}.lock"), socket):
            path.unlink(missing_ok=True)

    def _processes(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["name"])
            if process.info["name"] == "postgres" and _works_in(process.pid, self._home.cluster)
        ]

    def _check_socket_path(self) -> None:
        path = self._home.sockets / f".s.PGSQL.{PORT}"
        if len(os.fsencode(path)) > SOCKET_PATH_BYTES:
            raise SandboxError(
                f"The path {path} is too long for a Unix socket "
                f"(at most {SOCKET_PATH_BYTES} bytes).",
                hint="Choose a shorter folder with ODOO_SANDBOX_HOME.",
            )

    def _run(self, what: str, program: str, *arguments: Word) -> str:
        return run(
            what,
            [self._binaries / program, *arguments],
            log=self._home.build_log,
            cwd=self._home.root,
            account=self._account,
            environment=service_environment(self._home.data),
        )


def _works_in(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        # Another user's process is not of our cluster.
        return False


def _major(folder: Path) -> int:
    match = re.fullmatch(r"\d+", folder.parent.name)
    return int(match[0]) if match else 0


def _install(home: SandboxHome, say: Say) -> None:
    command = " ".join(INSTALL_COMMAND)
    as_root: tuple[str, ...] | None = ()
    if os.geteuid() != 0:
        # -n: never wait for a password that nobody is asked for.
        as_root = ("sudo", "-n") if shutil.which("sudo") else None
    if shutil.which("apt-get") is None or as_root is None:
        raise _not_installed(command)
    say("Installing PostgreSQL.")
    try:
        for words in (("apt-get", "update"), INSTALL_COMMAND):
            run(
                "Installing PostgreSQL",
                [*as_root, *_UNATTENDED, *words],
                log=home.build_log,
                cwd=home.root,
            )
    except SandboxError as e:
        raise _not_installed(command) from e


def _not_installed(command: str) -> SandboxError:
    return SandboxError(
        "The sandbox needs PostgreSQL, and it is neither here nor can it be installed from here.",
        hint=f"Run as root: `{command}`." if shutil.which("apt-get") else DOCKER_HINT,
    )
