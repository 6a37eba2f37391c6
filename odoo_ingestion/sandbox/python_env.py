"""Makes the virtual environment that Odoo runs in."""

from __future__ import annotations

import hashlib
import sys
from importlib import resources
from pathlib import Path

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import home as homes
from odoo_ingestion.sandbox.accounts import ServiceAccount
from odoo_ingestion.sandbox.commands import run, service_environment
from odoo_ingestion.sandbox.home import SandboxHome, Say
from odoo_ingestion.sandbox.package import package_libraries

SYSTEM_PYTHON = Path("/usr/bin/python3")
_VERSION_CHECK = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2])"


def ensure_python_env(home: SandboxHome, account: ServiceAccount, say: Say) -> None:
    """Make Odoo's virtual environment and its launcher once, and again when the pins change.

    Raises SandboxError when no interpreter suits or the packages cannot be installed.
    """
    _write_launcher(home)
    lock = resources.files("odoo_ingestion.sandbox") / "requirements.lock"
    pins = lock.read_bytes()
    content = hashlib.sha256(pins).hexdigest()
    if homes.is_complete(home.virtual_environment, content):
        return
    homes.begin(home.virtual_environment)
    interpreter = _interpreter(home, account)
    say("Making a Python environment for Odoo.")
    # The virtualenv library, not `venv`: Debian ships Python without ensurepip.
    run(
        "Making Odoo's virtual environment",
        [
            sys.executable,
            "-m",
            "virtualenv",
            "--no-download",
            "--quiet",
            "--python",
            interpreter,
            home.virtual_environment,
        ],
        log=home.build_log,
        cwd=home.build_root,
    )
    _install(home, pins)
    homes.mark_complete(home.virtual_environment, content)


def environment_python(home: SandboxHome) -> Path:
    """Return the interpreter of Odoo's virtual environment."""
    return home.virtual_environment / "bin/python"


def _install(home: SandboxHome, pins: bytes) -> None:
    requirements = home.build_root / "requirements.lock"
    requirements.write_bytes(pins)
    # --no-deps: the lock is complete, less docopt (see requirements.in). Wheels only: nothing is
    # compiled, and no package runs code of its own while it is installed.
    run(
        "Installing Odoo's Python packages",
        [
            environment_python(home),
            "-I",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
            requirements,
        ],
        log=home.build_log,
        cwd=home.build_root,
    )


def _interpreter(home: SandboxHome, account: ServiceAccount) -> Path:
    """Return the first interpreter that the servers' account may run, ours before the machine's."""
    own = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (own, SYSTEM_PYTHON):
        try:
            run(
                f"Trying {candidate}",
                [candidate, "-c", _VERSION_CHECK],
                log=home.build_log,
                cwd=home.root,
                account=account,
                environment=service_environment(home.root),
            )
        except SandboxError:
            # Ours may lie in a folder closed to others, as root's home is: try the next one.
            continue
        return candidate
    raise SandboxError(
        f"The account {account.name!r}, which runs Odoo, cannot run Python 3.11 or later: neither "
        f"{own} nor {SYSTEM_PYTHON}.",
        hint="Run `apt-get install python3`.",
    )


def _write_launcher(home: SandboxHome) -> None:
    # Under `python -m odoo` the gevent child starts itself wrongly and respawns for ever.
    # The path is set here, not in PYTHONPATH: the gevent child runs this same file.
    text = (
        f"import sys; sys.path.insert(0, {str(package_libraries(home))!r})\n"
        "import odoo.cli; odoo.cli.main()\n"
    )
    if not home.launcher.is_file() or home.launcher.read_text("utf-8") != text:
        home.launcher.write_text(text, "utf-8")
    home.launcher.chmod(0o644)
