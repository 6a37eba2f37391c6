"""docs/reliability.md promises nothing that no test shows, and leaves no fault of the tests out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.reliability.cases import CASES, MORE_CASES

FOLDER = Path(__file__).parent
PAGE = (FOLDER.parents[1] / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(test_\w+)(?:\[([^\]]*)\])?`", PAGE)
WRITTEN = {
    name
    for file in FOLDER.parent.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_every_line_of_the_table_names_a_test_that_there_is() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")][2:]
    assert lines
    assert all(re.search(r"`test_\w+.*`( \(soak\))? \|$", line) for line in lines)
    assert {name for name, _ in NAMED} <= WRITTEN


@pytest.mark.parametrize("fault", sorted(set(CASES) - {"wrong content type"}))
def test_every_fault_of_every_file_is_in_the_table(fault: str) -> None:
    assert f"{fault}-*" in {cases for _, cases in NAMED}


def test_the_table_names_no_fault_that_is_not_tried() -> None:
    tried = {f"{fault}-*" for fault in CASES} | set(MORE_CASES)
    named = {cases for _, cases in NAMED if cases}
    assert named <= tried
    assert set(MORE_CASES) <= named
