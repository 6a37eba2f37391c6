"""A second, small sandbox that the tests here may kill."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_ingestion import sandbox as odoo_sandbox
from odoo_ingestion.sandbox import SandboxHome, SandboxStatus


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A short path that other accounts may enter; pytest's own is closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def own_home(sandbox: SandboxStatus) -> Iterator[SandboxHome]:
    """A home of its own that shares the built Odoo, with the smallest database there is.

    It begins as a start that was killed left it: with half a cluster.
    """
    folder = Path(tempfile.mkdtemp(prefix="sandbox-test-"))
    folder.chmod(0o755)
    build = odoo_sandbox.default_home().build_root
    home = SandboxHome(folder, build_root=build, modules=("base",))
    home.cluster.mkdir()
    (home.cluster / "half-made").touch()
    yield home
    odoo_sandbox.stop(home)
    shutil.rmtree(folder)


@pytest.fixture
def own_sandbox(own_home: SandboxHome) -> SandboxStatus:
    """The facts of the small sandbox, running at the test's begin."""
    return odoo_sandbox.start(own_home)
