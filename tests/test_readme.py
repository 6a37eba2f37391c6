"""The README's commands do what it says, run one by one as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from odoo_ingestion.cli.app import program
from tests.odoo_reader import OdooReader

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.strip()]

PRODUCTS = "default_code,name,list_price\nREADME-1,Good,1.5\nREADME-2,,2\n"


@pytest.fixture
def at_a_users_desk(
    fresh_database: OdooReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> OdooReader:
    """A folder with a products file, and a server of one's own in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ODOO_URL", fresh_database.url)
    monkeypatch.setenv("ODOO_DATABASE", fresh_database.database)
    monkeypatch.setenv("ODOO_USERNAME", fresh_database.username)
    monkeypatch.setenv("ODOO_API_KEY", fresh_database.password)
    (tmp_path / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "samples", tmp_path / "data" / "samples")
    (tmp_path / ".env.template").write_bytes((ROOT / ".env.template").read_bytes())
    return fresh_database


def run(command: str) -> subprocess.CompletedProcess[str]:
    words = [
        word
        for part in shlex.split(command)
        for word in (sorted(map(str, Path().glob(part))) if "*" in part else [part])
    ]
    if words[0] == "odoo-ingestion":
        words = [sys.executable, "-m", "odoo_ingestion", *words[1:]]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


def with_the_corrected_file(command: str) -> str:
    """Correct the failed-records file of the run before a retry, and name it in the command."""
    if not command.startswith("odoo-ingestion retry"):
        return command
    written = Path("data/failed").glob("products.*.failed.csv")
    [failed] = [path for path in written if "dry-run" not in path.name]
    text = failed.read_text(encoding="utf-8-sig").replace("README-2,,", "README-2,Named,")
    failed.write_text(text, encoding="utf-8-sig")
    return f"odoo-ingestion retry {failed}"


def test_the_readme_names_commands() -> None:
    assert "make demo" in COMMANDS
    assert sum(command.startswith("odoo-ingestion ") for command in COMMANDS) >= 5


def test_every_command_of_the_users_own_server_works(at_a_users_desk: OdooReader) -> None:
    """One row of the file is bad, so that there is something to retry."""
    for command in (c for c in COMMANDS if c.startswith(("odoo-ingestion ", "cp "))):
        result = run(with_the_corrected_file(command))
        expected = 1 if command.startswith("odoo-ingestion import") else 0
        assert result.returncode == expected, f"{command}: {result.stdout}{result.stderr}"
    names = at_a_users_desk.search_read(
        "product.template", [("default_code", "like", "README-")], ["name"], order="default_code"
    )
    assert [product["name"] for product in names] == ["Good", "Named"]


@pytest.mark.usefixtures("sandbox")
def test_make_demo_runs_and_the_second_time_changes_nothing() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ODOO_", "COV_"))}
    command = [sys.executable, "-m", "odoo_ingestion", "demo"]
    for _ in range(2):
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        assert "/web?db=sandbox" in result.stdout
    unchanged = re.findall(r"(\w+\.csv) +(\d+) +0 +0 +(\d+) +(\d+)", result.stdout)
    assert len(unchanged) == 8
    assert all(int(rows) == int(same) + int(failed) for _, rows, same, failed in unchanged)


def test_the_library_example_imports(at_a_users_desk: OdooReader) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith("completed_with_failures 1 (")


def test_every_command_of_the_tool_is_named_in_the_docs() -> None:
    docs = README + "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    app = program()
    names = [command.name or "" for command in app.registered_commands]
    names += [group.name or "" for group in app.registered_groups]
    assert {"import", "retry", "check"} <= set(names)
    assert [name for name in names if f"odoo-ingestion {name}" not in docs] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
