"""What the user is told when this machine cannot have a sandbox."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from odoo_ingestion import sandbox
from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import (
    SandboxHome,
    accounts,
    commands,
    databases,
    odoo_server,
    package,
    postgres,
    python_env,
)
from odoo_ingestion.sandbox.accounts import ServiceAccount
from odoo_ingestion.sandbox.home import silence

DOCKER = "docker compose --profile odoo19 up"
US = ServiceAccount("us")


@pytest.fixture
def home(tmp_path: Path) -> SandboxHome:
    home = SandboxHome(tmp_path / "home")
    home.logs.mkdir(parents=True)
    home.build_root.mkdir()
    return home


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that stands in for all of the machine's."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def _hint(error: SandboxError) -> str:
    assert error.hint
    return error.hint


def test_without_apt_docker_is_named(home: SandboxHome, programs: Path) -> None:
    with pytest.raises(SandboxError, match="no apt-get") as caught:
        package.ensure_package(home, silence)
    assert DOCKER in _hint(caught.value)


def test_without_apt_start_fails_whole_and_docker_is_named(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(postgres, "find_postgres", lambda: None)
    home = SandboxHome(tmp_path / "new")
    with pytest.raises(SandboxError) as caught:
        sandbox.start(home)
    assert DOCKER in _hint(caught.value)
    assert not sandbox.status(home).running


def test_without_debians_keys_docker_is_named(
    home: SandboxHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "KEYRING", tmp_path / "missing.gpg")
    with pytest.raises(SandboxError, match="cannot be checked") as caught:
        package.ensure_package(home, silence)
    assert DOCKER in _hint(caught.value)


@pytest.mark.parametrize(
    ("offered", "said"), [("odoo-18 odoo-20 odoo-18-doc", "odoo-18, odoo-20"), ("", "no Odoo")]
)
def test_another_odoo_is_not_taken(
    home: SandboxHome, programs: Path, offered: str, said: str
) -> None:
    """The first archive lacks the suite, the second has other Odoos."""
    _program(programs, "apt-get", 'case "$1" in indextargets) echo a: b:;; *) exit 0;; esac')
    _program(programs, "apt-cache", f"echo {offered}")
    _program(programs, "dpkg-deb", "exit 1")
    with pytest.raises(SandboxError, match=f"has {said}") as caught:
        package.ensure_package(home, silence)
    assert DOCKER in _hint(caught.value)
    assert not home.package.exists()
    assert list(home.build_root.iterdir()) == []


def test_an_archive_without_the_suite_is_passed_over(home: SandboxHome, programs: Path) -> None:
    _program(programs, "apt-get", 'case "$1" in indextargets) echo a:;; *) exit 100;; esac')
    _program(programs, "apt-cache", "exit 1")
    _program(programs, "dpkg-deb", "exit 1")
    with pytest.raises(SandboxError, match="no Odoo at all") as caught:
        package.ensure_package(home, silence)
    assert str(home.build_log) in _hint(caught.value)


def test_odoo_is_unpacked_with_the_files_its_pages_link_to(
    home: SandboxHome, programs: Path
) -> None:
    _program(
        programs,
        "apt-get",
        'case "$*" in indextargets*) echo b:;; '
        '*download*) shift $(($# - 1)); : > "$1_1.deb";; esac',
    )
    _program(programs, "apt-cache", "echo odoo-19")
    _program(
        programs,
        "dpkg-deb",
        'case "$1" in -f) echo "libjs-a, fonts-b | fonts-c, python3:any";; -x) : > "$3/${2##*/}";; '
        "esac",
    )
    package.ensure_package(home, silence)
    assert {file.name for file in home.package.iterdir()} == {"odoo-19_1.deb", "libjs-a_1.deb"}
    said: list[str] = []
    package.ensure_package(home, said.append)
    assert said == []


def test_without_archives_docker_is_named(home: SandboxHome, programs: Path) -> None:
    for name in ("apt-get", "apt-cache", "dpkg-deb"):
        _program(programs, name, "exit 0")
    with pytest.raises(SandboxError, match="knows no package archive") as caught:
        package.ensure_package(home, silence)
    assert DOCKER in _hint(caught.value)


def test_postgres_that_cannot_be_installed_names_the_command(
    home: SandboxHome, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "BINARIES", programs)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    _program(programs, "apt-get", "exit 0")
    with pytest.raises(SandboxError, match="PostgreSQL") as caught:
        postgres.ensure_postgres(home, silence)
    assert "apt-get install -y --no-install-recommends postgresql" in _hint(caught.value)


@pytest.mark.parametrize("user", [0, 1234])
def test_postgres_that_fails_to_install_names_the_command(
    home: SandboxHome, programs: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr(postgres, "BINARIES", programs)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    _program(programs, "apt-get", "exit 100")
    _program(programs, "env", "exit 100")
    _program(programs, "sudo", 'shift; exec "$@"')
    with pytest.raises(SandboxError, match="PostgreSQL") as caught:
        postgres.ensure_postgres(home, silence)
    assert "apt-get install -y --no-install-recommends postgresql" in _hint(caught.value)


def test_postgres_is_installed_when_it_can_be(
    home: SandboxHome, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    initdb = programs / "9/bin/initdb"
    monkeypatch.setattr(postgres, "BINARIES", programs)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    _program(programs, "apt-get", "exit 0")
    _program(programs, "env", f"/bin/mkdir -p {initdb.parent}; : > {initdb}")
    assert postgres.ensure_postgres(home, silence) == initdb.parent


def test_the_newest_postgres_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "BINARIES", tmp_path)
    assert postgres.find_postgres() is None
    for name in ("9", "17", "16"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin/initdb").touch()
    (tmp_path / "18/bin").mkdir(parents=True)
    assert postgres.find_postgres() == tmp_path / "17/bin"


def test_a_virtual_environment_that_fails_is_named(
    home: SandboxHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = tmp_path / "python"
    _program(tmp_path, "python", "exit 3")
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(SandboxError, match="virtual environment failed") as caught:
        python_env.ensure_python_env(home, US, silence)
    assert str(home.build_log) in _hint(caught.value)
    assert not home.virtual_environment.exists()


def test_no_interpreter_that_the_account_may_run(
    home: SandboxHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(python_env, "SYSTEM_PYTHON", tmp_path / "none")
    with pytest.raises(SandboxError, match="cannot run Python") as caught:
        python_env.ensure_python_env(home, US, silence)
    assert "apt-get install python3" in _hint(caught.value)


def test_a_socket_path_that_is_too_long(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / ("x" * 100))
    home.cluster.mkdir(parents=True)
    with pytest.raises(SandboxError, match="too long") as caught:
        postgres.Cluster(home, US, tmp_path).start()
    assert "ODOO_SANDBOX_HOME" in _hint(caught.value)


def test_root_without_a_postgres_account(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> None:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(SandboxError, match="refuses to run as root") as caught:
        accounts.service_account()
    assert "adduser" in _hint(caught.value)


def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(SandboxError, match="1234 has no name"):
        accounts.service_account()


def test_a_failed_command_is_logged_and_its_log_named(home: SandboxHome) -> None:
    with pytest.raises(SandboxError, match=r"The step failed \(exit code 7\)") as caught:
        commands.run(
            "The step",
            ["/bin/sh", "-c", "echo out; echo reason >&2; exit 7"],
            log=home.build_log,
            cwd=home.root,
        )
    assert str(home.build_log) in _hint(caught.value)
    assert home.build_log.read_text().endswith("out\nreason\n")


def test_a_program_that_is_missing_is_named(home: SandboxHome) -> None:
    with pytest.raises(SandboxError, match="no program '/no/such'"):
        commands.run("A step", ["/no/such"], log=home.build_log, cwd=home.root)


@pytest.mark.parametrize(
    "name",
    ["", "Test", "1a", 'a"; drop', "../a", "a" * 64, "postgres", "odoo_ingestion_template", "ä"],
)
def test_bad_database_names_are_refused(home: SandboxHome, tmp_path: Path, name: str) -> None:
    some = databases.Databases(home, US, postgres.Cluster(home, US, tmp_path))
    for act in (some.create, some.drop, some.exists):
        with pytest.raises(SandboxError, match="cannot be called"):
            act(name)


def test_nothing_is_made_while_the_sandbox_does_not_run(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path)
    for act in (sandbox.create_database, sandbox.drop_database):
        with pytest.raises(SandboxError, match="does not run") as caught:
            act("some_database", home)
        assert "Start" in _hint(caught.value)


def test_an_odoo_that_ends_at_once_says_why(home: SandboxHome) -> None:
    python = python_env.environment_python(home)
    python.parent.mkdir(parents=True)
    _program(python.parent, "python", "echo CRITICAL: no database; exit 1")
    with pytest.raises(SandboxError, match="ended right after its start") as caught:
        odoo = odoo_server.launch(home, US, 20001, 20002)
        odoo_server.wait_until_ready(home, odoo, 20001)
    assert str(home.odoo_log) in _hint(caught.value)


def test_messages_and_code_name_no_host_of_an_archive() -> None:
    folder = Path(sandbox.__file__).parent
    for file in [*folder.iterdir(), folder.parents[1] / "compose.yaml"]:
        if file.is_file():
            text = file.read_text("utf-8")
            assert "debian.org" not in text, file
            assert "pypi" not in text.lower(), file
