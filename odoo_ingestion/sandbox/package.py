"""Fetches Odoo's Debian package through apt and unpacks it, without installing it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import home as homes
from odoo_ingestion.sandbox.commands import run
from odoo_ingestion.sandbox.home import DOCKER_HINT, ODOO_VERSION, SandboxHome, Say

PACKAGE = f"odoo-{ODOO_VERSION}"
SUITE = "sid"
"""The Debian suite that carries Odoo."""
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_WEB_FILES = re.compile(r"(fonts|libjs)-[a-z0-9.+-]+")


def ensure_package(home: SandboxHome, say: Say) -> None:
    """Fetch and unpack Odoo once.

    Raises SandboxError on a machine without apt, without Debian's keyring, or whose archive has no
    Odoo of the version wanted.
    """
    if homes.is_complete(home.package, PACKAGE):
        return
    _require_debian()
    homes.begin(home.package)
    # In the home, not in /tmp: the package and what it unpacks to need 1.4 GB.
    scratch = home.build_root / "apt"
    homes.begin(scratch)
    scratch.mkdir()
    try:
        _fetch(home, scratch, say)
    finally:
        homes.begin(scratch)
    homes.mark_complete(home.package, PACKAGE)


def package_libraries(home: SandboxHome) -> Path:
    """Return the folder to put on Python's path for `import odoo`."""
    return home.package / "usr/lib/python3/dist-packages"


def _fetch(home: SandboxHome, scratch: Path, say: Say) -> None:
    apt = _PrivateApt(home, scratch)
    say("Fetching the Odoo package (about 120 MB).")
    odoo = apt.download([PACKAGE])[0]
    extras = apt.download(_web_packages(home, odoo))
    say("Unpacking Odoo (1.2 GB).")
    home.package.mkdir()
    for deb in [odoo, *extras]:
        run(
            "Unpacking Odoo",
            ["dpkg-deb", "-x", deb, home.package],
            log=home.build_log,
            cwd=home.build_root,
        )


def _require_debian() -> None:
    missing = [tool for tool in ("apt-get", "apt-cache", "dpkg-deb") if not shutil.which(tool)]
    if missing:
        raise SandboxError(
            f"The sandbox takes Odoo from Debian's archive, and this machine has no {missing[0]}.",
            hint=DOCKER_HINT,
        )
    if not KEYRING.is_file():
        raise SandboxError(
            f"Debian's archive keys are not on this machine ({KEYRING}), so the Odoo package "
            "cannot be checked.",
            hint=f"Run `apt-get install debian-archive-keyring`. {DOCKER_HINT}",
        )


def _web_packages(home: SandboxHome, odoo: Path) -> list[str]:
    """Name the packages whose files Odoo's web client links to (icons, fonts, jQuery)."""
    depends = run(
        "Reading the Odoo package",
        ["dpkg-deb", "-f", odoo, "Depends"],
        log=home.build_log,
        cwd=home.build_root,
    )
    return [name for name in re.split(r",\s*", depends.strip()) if _WEB_FILES.fullmatch(name)]


class _PrivateApt:
    """apt with sources, lists and cache of its own; the machine's stay as they are."""

    def __init__(self, home: SandboxHome, scratch: Path) -> None:
        self._home = home
        self._scratch = scratch
        self._sources = scratch / "sandbox.list"
        self._lists = scratch / "lists"
        self._cache = scratch / "cache"
        self._debs = scratch / "debs"
        self._ready = False

    def download(self, names: list[str]) -> list[Path]:
        """Download packages and return their files, in the order of the names."""
        if not self._ready:
            self._update()
        if names:
            self._run("Downloading the Odoo package", "apt-get", "download", *names)
        return [next(self._debs.glob(f"{name}_*.deb")) for name in names]

    def _update(self) -> None:
        for folder in (self._lists / "partial", self._cache / "archives/partial", self._debs):
            folder.mkdir(parents=True)
        found: set[str] = set()
        failure: SandboxError | None = None
        for address in self._archives():
            self._sources.write_text(f"deb [signed-by={KEYRING}] {address} {SUITE} main\n", "utf-8")
            try:
                self._run("Reading Debian's package lists", "apt-get", "update")
            except SandboxError as e:
                # A machine also lists archives without this suite (security updates): try the next.
                failure = e
                continue
            names = self._run("Looking for Odoo", "apt-cache", "pkgnames", "odoo-").split()
            found.update(name for name in names if re.fullmatch(r"odoo-\d+", name))
            if PACKAGE in found:
                self._ready = True
                return
        raise self._not_found(found) from failure

    def _not_found(self, found: set[str]) -> SandboxError:
        others = ", ".join(sorted(found)) or "no Odoo at all"
        return SandboxError(
            f"Debian's suite {SUITE!r} was searched for {PACKAGE} and has {others}.",
            hint=f"What apt said is in {self._home.build_log}. {DOCKER_HINT}",
        )

    def _archives(self) -> list[str]:
        """Return the archive addresses that this machine is set up with, its own first."""
        answer = run(
            "Asking apt for the archive's address",
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            log=self._home.build_log,
            cwd=self._scratch,
        )
        addresses = list(dict.fromkeys(answer.split()))
        if not addresses:
            raise SandboxError("apt knows no package archive on this machine.", hint=DOCKER_HINT)
        return addresses

    def _run(self, what: str, program: str, *arguments: str) -> str:
        options = {
            "Dir::Etc::sourcelist": str(self._sources),
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "-",
            "Dir::Etc::preferencesparts": str(self._debs),
            "Dir::State::lists": str(self._lists),
            "Dir::Cache": str(self._cache),
            # apt would drop to an account that may not enter our folder.
            "APT::Sandbox::User": "root",
            # The machine's own default release is not in our sources: apt would refuse.
            "APT::Default-Release": "",
            "Acquire::Languages": "none",
        }
        words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        return run(
            what,
            [program, *words, *arguments],
            log=self._home.build_log,
            cwd=self._debs,
            environment={**os.environ, "LC_ALL": "C.UTF-8"},
        )
