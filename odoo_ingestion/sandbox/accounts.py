"""Which account of the machine the servers run under."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from odoo_ingestion.errors import SandboxError

POSTGRES_ACCOUNT = "postgres"


@dataclass(frozen=True)
class ServiceAccount:
    """The account that PostgreSQL and Odoo run under; ``uid`` and ``gid`` None means our own."""

    name: str
    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """The supplementary groups to run with; None means ours."""
        return None if self.uid is None else []

    def own(self, path: Path, mode: int) -> Path:
        """Give a path to this account with a mode, and return it."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
        return path

    def folder(self, path: Path, mode: int = 0o700) -> Path:
        """Create a folder that belongs to this account, and return it."""
        path.mkdir(parents=True, exist_ok=True)
        return self.own(path, mode)


def service_account() -> ServiceAccount:
    """Return the account to run the servers under: ours, or as root PostgreSQL's own.

    PostgreSQL refuses to run as root, and an Odoo with the password "admin" should not either.
    Raises SandboxError when this process's user or, as root, the PostgreSQL account is unknown.
    """
    if os.geteuid() != 0:
        try:
            return ServiceAccount(pwd.getpwuid(os.geteuid()).pw_name)
        except KeyError as e:
            raise SandboxError(
                f"User id {os.geteuid()} has no name on this machine, PostgreSQL needs one.",
                hint="Run as a user that is listed in /etc/passwd.",
            ) from e
    try:
        entry = pwd.getpwnam(POSTGRES_ACCOUNT)
    except KeyError as e:
        raise SandboxError(
            f"This machine has no account {POSTGRES_ACCOUNT!r}, and PostgreSQL refuses to run "
            "as root.",
            hint=f"Run `adduser --system --group {POSTGRES_ACCOUNT}`, or start the sandbox as an "
            "ordinary user.",
        ) from e
    return ServiceAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)
