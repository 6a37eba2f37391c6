"""The databases of a sandbox: the template, and clones of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox.accounts import ServiceAccount
from odoo_ingestion.sandbox.commands import run, service_environment
from odoo_ingestion.sandbox.home import SandboxHome, Say
from odoo_ingestion.sandbox.odoo_server import odoo_command
from odoo_ingestion.sandbox.postgres import ROLE, Cluster

TEMPLATE = "odoo_ingestion_template"
SANDBOX = "sandbox"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
"""What we allow: PostgreSQL cuts longer names, and the rest would need quoting in SQL and paths."""
_RESERVED = frozenset({TEMPLATE, "postgres", "template0", "template1"})


class Databases:
    """Makes and removes databases, each with its filestore."""

    def __init__(self, home: SandboxHome, account: ServiceAccount, cluster: Cluster) -> None:
        self._home = home
        self._account = account
        self._cluster = cluster

    def exists(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        _check_name(name)
        sql = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"  # noqa: S608 - name is checked
        return self._cluster.query(sql) == "1"

    def make_role(self) -> None:
        """Make the role that Odoo works as; it may create databases and is no superuser."""
        self._cluster.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def make_template(self, say: Say) -> None:
        """Install Odoo's modules in the template, then close it to every connection.

        An open connection, such as Odoo's own to a listed database, would make cloning fail.
        """
        say("Installing the Odoo modules in the template database (about a minute).")
        self._install(TEMPLATE, self._home.modules)
        self._cluster.query(
            f"ALTER DATABASE {TEMPLATE} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true"
        )

    def install(self, name: str, modules: Sequence[str]) -> None:
        """Install modules in a database; raises SandboxError when a name is no module's."""
        if not self.exists(name):
            raise SandboxError(f"There is no database {name!r} in the sandbox.")
        self._install(name, modules)

    def _install(self, name: str, modules: Sequence[str]) -> None:
        wrong = [module for module in modules if not re.fullmatch(r"[a-z0-9_]+", module)]
        if wrong or not modules:
            raise SandboxError(f"These are no Odoo module names: {', '.join(wrong) or 'none'}.")
        run(
            f"Installing {', '.join(modules)}",
            [
                *odoo_command(self._home),
                f"--database={name}",
                f"--init={','.join(modules)}",
                "--without-demo=all",
                "--stop-after-init",
                "--workers=0",
                "--no-http",
                "--max-cron-threads=0",
            ],
            log=self._home.build_log,
            cwd=self._home.root,
            account=self._account,
            environment=service_environment(self._home.data),
        )

    def create(self, name: str) -> None:
        """Clone the template; raises SandboxError for a bad or taken name."""
        _check_name(name)
        if self.exists(name):
            raise SandboxError(f"There already is a database {name!r} in the sandbox.")
        self._copy_filestore(name)
        # PostgreSQL 15's other way, through the WAL, takes over how far the template's sequences
        # are logged: a crash before the next checkpoint would hand out ids of the clone twice.
        strategy = "STRATEGY file_copy" if self._cluster.major >= 15 else ""
        self._cluster.query(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER {ROLE} {strategy}')
        self._invalidate_caches(name)

    def drop(self, name: str) -> None:
        """Remove a database and its filestore, ending the connections to it.

        Nothing happens when there is no such database.
        """
        _check_name(name)
        self._cluster.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        filestore = self._home.data / "filestore" / name
        if filestore.exists():
            shutil.rmtree(filestore)

    def _copy_filestore(self, name: str) -> None:
        stores = self._home.data / "filestore"
        if not (stores / TEMPLATE).is_dir():
            # The modules installed may have no attachments.
            return
        # Hard links do: Odoo names these files by their content and never writes into one.
        run(
            "Copying the filestore",
            ["cp", "-al", stores / TEMPLATE, stores / name],
            log=self._home.build_log,
            cwd=self._home.root,
            account=self._account,
            environment=service_environment(self._home.data),
        )

    def _invalidate_caches(self, name: str) -> None:
        """Make a running Odoo forget what it knew of an earlier database of this name.

        Odoo keeps a registry for each name while the last number in orm_signaling_registry stays
        the same (odoo/orm/registry.py, check_signaling); a random one differs from any before.
        """
        self._cluster.query(
            "INSERT INTO orm_signaling_registry (id) "
            "VALUES (1000000 + floor(random() * 1000000000)::int);\n"
            "SELECT setval(pg_get_serial_sequence('orm_signaling_registry', 'id'), "
            "(SELECT max(id) FROM orm_signaling_registry))",
            database=name,
        )


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise SandboxError(
            f"A sandbox database cannot be called {name!r}.",
            hint="Use lower-case letters, digits, - and _, a letter first, at most 63 in all.",
        )
