"""Where a sandbox is kept: its folders, its lock, its completion markers."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from odoo_ingestion.errors import SandboxError

Say = Callable[[str], None]
"""Takes one line of progress for the user."""

ODOO_VERSION = "19"
DOCKER_HINT = f"With Docker: `docker compose --profile odoo{ODOO_VERSION} up`."
HOME_VARIABLE = "ODOO_SANDBOX_HOME"
SYSTEM_HOME = Path("/var/cache/odoo-ingestion")
DEFAULT_MODULES = (
    "base",
    "product",
    "contacts",
    "sale_management",
    "stock",
    "purchase",
    "account",
)
LOCK_SECONDS = 1800.0
"""A first build on a slow line may take this long; a second starter waits for it."""

EMPTY_SECONDS = 30.0


def silence(_line: str) -> None:
    """Drop a line of progress."""


@dataclass(frozen=True)
class SandboxHome:
    """The folders of one sandbox.

    ``root`` holds the cluster, the filestore, the logs and the state; ``build_root`` the unpacked
    Odoo and its virtual environment, which several homes may share. ``modules`` are installed in
    the template database.
    """

    root: Path
    build_root: Path = field(default=Path())
    modules: tuple[str, ...] = DEFAULT_MODULES

    def __post_init__(self) -> None:
        root = Path(self.root).expanduser().absolute()
        build = root / "build" if self.build_root == Path() else Path(self.build_root).absolute()
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "build_root", build)

    @property
    def package(self) -> Path:
        """The unpacked Odoo."""
        return self.build_root / "package"

    @property
    def virtual_environment(self) -> Path:
        """The Python environment that Odoo runs in."""
        return self.build_root / "venv"

    @property
    def launcher(self) -> Path:
        """The script that starts Odoo."""
        return self.build_root / "odoo_launcher.py"

    @property
    def cluster(self) -> Path:
        """The PostgreSQL data directory."""
        return self.root / "cluster"

    @property
    def sockets(self) -> Path:
        """The folder of PostgreSQL's Unix socket."""
        return self.root / "run"

    @property
    def data(self) -> Path:
        """Odoo's data directory (filestore, sessions)."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """The log files."""
        return self.root / "logs"

    @property
    def build_log(self) -> Path:
        """What the build and maintenance commands printed."""
        return self.logs / "build.log"

    @property
    def odoo_log(self) -> Path:
        """What the running Odoo printed."""
        return self.logs / "odoo.log"

    @property
    def postgres_log(self) -> Path:
        """What the running PostgreSQL printed."""
        return self.logs / "postgres.log"

    @property
    def configuration(self) -> Path:
        """Odoo's configuration file."""
        return self.root / "odoo.conf"

    @property
    def state_file(self) -> Path:
        """The file that says which processes belong to this sandbox."""
        return self.root / "state.json"


def default_home() -> SandboxHome:
    """Return the home that this user's sandbox lives in.

    ``$ODOO_SANDBOX_HOME`` first; for root a system folder, because the PostgreSQL account has to
    enter it; else ``$XDG_CACHE_HOME/odoo-ingestion`` or ``~/.cache/odoo-ingestion``.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return SandboxHome(Path(chosen))
    if os.geteuid() == 0:
        return SandboxHome(SYSTEM_HOME)
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is to be ignored.
    base = Path(cache) if Path(cache).is_absolute() else Path("~/.cache").expanduser()
    return SandboxHome(base / "odoo-ingestion")


@contextmanager
def locked(folder: Path, say: Say = silence) -> Iterator[None]:
    """Hold a folder's lock, so that two processes do not build or start in it at once.

    Raises SandboxError when another process keeps the lock for ``LOCK_SECONDS``.
    """
    # Others must be able to enter: as root the servers run under another account.
    folder.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("Another process is busy with this sandbox: waiting for it.")
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as e:
            raise SandboxError(
                f"Another process has kept the sandbox in {folder} for {LOCK_SECONDS:.0f} s.",
                hint="Look for a start that hangs, end it and try again.",
            ) from e
    try:
        yield
    finally:
        lock.release()


def is_complete(folder: Path, content: str) -> bool:
    """Tell whether a folder was built to its end, from the same ``content``."""
    marker = _marker(folder)
    return folder.is_dir() and marker.is_file() and marker.read_text("utf-8") == content


def begin(folder: Path) -> None:
    """Remove what a former or interrupted build left of a folder.

    Raises SandboxError when something keeps writing into it for ``EMPTY_SECONDS``.
    """
    _marker(folder).unlink(missing_ok=True)
    deadline = time.monotonic() + EMPTY_SECONDS
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as e:
            # A build that was killed may have left a program behind that still unpacks.
            if time.monotonic() > deadline:
                raise SandboxError(
                    f"{folder} cannot be removed ({e}).",
                    hint="See whether a program of a former start still writes into it.",
                ) from e
            time.sleep(0.2)


def mark_complete(folder: Path, content: str) -> None:
    """Record that a folder is built; the last step of a build."""
    _marker(folder).write_text(content, "utf-8")


def _marker(folder: Path) -> Path:
    # Beside the folder, not in it: PostgreSQL wants an empty data directory.
    return folder.with_name(f"{folder.name}.complete")
