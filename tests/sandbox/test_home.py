from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import SandboxHome, default_home
from odoo_ingestion.sandbox import home as homes


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("ODOO_SANDBOX_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    return tmp_path


def test_the_variable_chooses_the_home(
    ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_SANDBOX_HOME", "/somewhere/else")
    assert default_home().root == Path("/somewhere/else")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home().root == Path("/somewhere/else")


def test_an_ordinary_user_keeps_it_in_the_cache_folder(
    ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_home().root == ordinary_user / ".cache/odoo-ingestion"
    monkeypatch.setenv("XDG_CACHE_HOME", str(ordinary_user / "elsewhere"))
    assert default_home().root == ordinary_user / "elsewhere/odoo-ingestion"


def test_a_relative_cache_folder_is_ignored(
    ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_home().root == ordinary_user / ".cache/odoo-ingestion"


def test_root_keeps_it_where_the_postgres_account_can_enter(
    ordinary_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home().root == Path("/var/cache/odoo-ingestion")


def test_everything_lies_below_the_home(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path)
    paths = [home.package, home.virtual_environment, home.launcher, home.cluster, home.sockets]
    paths += [home.data, home.build_log, home.odoo_log, home.postgres_log, home.state_file]
    assert all(path.is_relative_to(tmp_path) for path in [*paths, home.configuration])


def test_homes_can_share_a_build(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "a", build_root=tmp_path / "build")
    assert home.package.is_relative_to(tmp_path / "build")
    assert home.cluster.is_relative_to(tmp_path / "a")


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert SandboxHome(Path("here")).root == tmp_path / "here"


def test_a_half_built_folder_is_not_complete(tmp_path: Path) -> None:
    folder = tmp_path / "part"
    assert not homes.is_complete(folder, "1")
    homes.begin(folder)
    folder.mkdir()
    (folder / "file").touch()
    assert not homes.is_complete(folder, "1")
    homes.mark_complete(folder, "1")
    assert homes.is_complete(folder, "1")
    assert not homes.is_complete(folder, "2")


def test_beginning_again_removes_what_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "part"
    folder.mkdir()
    (folder / "file").touch()
    homes.mark_complete(folder, "1")
    homes.begin(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise OSError("Directory not empty")

    folder = tmp_path / "part"
    folder.mkdir()
    monkeypatch.setattr(homes, "EMPTY_SECONDS", 0.3)
    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(SandboxError, match="Directory not empty") as caught:
        homes.begin(folder)
    assert str(folder) in caught.value.message


def test_what_is_still_being_written_is_removed_in_the_end(tmp_path: Path) -> None:
    """As the programs of a killed start do."""
    folder = tmp_path / "part"
    script = (
        "import pathlib, sys, time\n"
        "for i in range(300):\n"
        "    folder = pathlib.Path(sys.argv[1], str(i % 7))\n"
        "    folder.mkdir(parents=True, exist_ok=True)\n"
        "    (folder / str(i)).touch()\n"
        "    time.sleep(0.002)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stderr=subprocess.DEVNULL):
        deadline = time.monotonic() + 10
        while not folder.exists():
            assert time.monotonic() < deadline
        homes.begin(folder)
    homes.begin(folder)
    assert not folder.exists()


def test_a_marker_without_its_folder_does_not_count(tmp_path: Path) -> None:
    homes.mark_complete(tmp_path / "part", "1")
    assert not homes.is_complete(tmp_path / "part", "1")


def test_the_second_waits_for_the_first_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(homes, "LOCK_SECONDS", 0.1)
    with (
        FileLock(tmp_path / "lock"),
        pytest.raises(SandboxError, match="has kept the sandbox"),
        homes.locked(tmp_path, said.append),
    ):
        pytest.fail("entered a locked home")
    assert len(said) == 1
    with homes.locked(tmp_path, said.append):
        assert len(said) == 1
