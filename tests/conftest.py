"""What all tests share: the real Odoo and databases of their own in it."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from odoo_ingestion import sandbox as odoo_sandbox
from odoo_ingestion.sandbox import SandboxStatus
from tests.odoo_reader import OdooReader

# Where a change is judged, the generated examples are the same for everyone; at a desk they are new
# in each run, and what they find becomes a test of its own.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


_REAL_ODOO = frozenset({"sandbox", "module_database", "fresh_database"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that need a real Odoo first: they take long, and nobody waits for the last."""
    real = {item.path for item in items if _REAL_ODOO & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: item.path not in real)


@pytest.fixture(scope="session", autouse=True)
def journal_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the journal of runs within the tests out of the folder in which they were started."""
    before = os.environ.get("ODOO_JOURNAL")
    os.environ["ODOO_JOURNAL"] = str(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    yield
    if before is None:
        del os.environ["ODOO_JOURNAL"]
    else:
        os.environ["ODOO_JOURNAL"] = before


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxStatus]:
    """The running sandbox, started when it does not run; a test fails when that is impossible.

    Use it for its facts, and `fresh_database` or `module_database` to write into.

    Several test processes may use it at once (pytest-xdist, two terminals). The last of them to
    end stops it, if a test session started it: a sandbox that ran before them is left running.
    """
    root = odoo_sandbox.default_home().root
    root.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    started_by_tests = root / "started-by-tests"
    with (root / "test-sessions.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not odoo_sandbox.status().running:
            started_by_tests.touch()
        yield odoo_sandbox.start()
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if started_by_tests.exists():
            odoo_sandbox.stop()
            started_by_tests.unlink()


@pytest.fixture
def fresh_database(sandbox: SandboxStatus) -> Iterator[OdooReader]:
    """A reader of a database that only this test uses, just cloned from the template.

    Its ``url``, ``database``, ``username`` and ``password`` are what the code under test needs.
    """
    with _clone(sandbox) as reader:
        yield reader


@pytest.fixture(scope="module")
def module_database(sandbox: SandboxStatus) -> Iterator[OdooReader]:
    """A reader of a database that the tests of one module share."""
    with _clone(sandbox) as reader:
        yield reader


@contextmanager
def _clone(sandbox: SandboxStatus) -> Iterator[OdooReader]:
    # Never the same name twice: Odoo's workers remember databases by their names.
    name = f"test_{uuid.uuid4().hex[:12]}"
    odoo_sandbox.create_database(name)
    try:
        with OdooReader(sandbox.url, name, sandbox.username, sandbox.password) as reader:
            yield reader
    finally:
        odoo_sandbox.drop_database(name)
