"""Rows that only the server can refuse are a list, and each line of it is proven and documented."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from odoo_ingestion.records import Action, Outcome
from tests.odoo_reader import OdooReader
from tests.truth.runs import Run, run, write_file
from tests.truth.server_only import SERVER_ONLY, ServerOnly
from tests.truth.worlds import make, name_record

DOCS = Path(__file__).parents[2] / "docs"

Group = tuple[str, str | None]


@dataclass(frozen=True)
class Answers:
    """What the three runs say of one row."""

    dry: Outcome
    server: Outcome
    real: Outcome


@pytest.fixture(scope="module")
def answers(
    module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Answers]:
    """The answers to every row of the list, by ``what``; and to a good row of each file."""
    reader = module_database
    second = make(reader, "res.company", name="Second")
    name_record(reader, "second", "res.company", second)
    reader.call("res.users", "write", reader.uid, {"company_ids": [(4, second)]})
    files: dict[Group, list[ServerOnly]] = defaultdict(list)
    for case in SERVER_ONLY:
        case.prepare(reader)
        files[case.file, case.company].append(case)
    result: dict[str, Answers] = {}
    for group, cases in files.items():
        runs = _run_thrice(reader, tmp_path_factory.mktemp("file"), group, cases)
        names = [case.what for case in cases] + [f"good row of {group}"]
        for number, name in enumerate(names, 1):
            result[name] = Answers(*(one.outcomes[number] for one in runs))
    return result


def _run_thrice(
    reader: OdooReader, folder: Path, group: Group, cases: Sequence[ServerOnly]
) -> list[Run]:
    file, company = group
    good = {"name": f"Good row of {file} {company}"}
    if file == "product.pricelist.item":  # Odoo makes its name
        good = {"fixed_price": "1"}
    rows = [*(case.cells for case in cases), good]
    path = folder / "rows.csv"
    write_file(path, list(dict.fromkeys(column for row in rows for column in row)), rows)
    by_type = file in ("partners", "products", "categories")
    named = {"type": file} if by_type else {"model": file}
    kinds: list[dict[str, bool]] = [{"dry_run": True}, {"dry_run_server": True}, {}]
    return [run(reader, path, company=company, **named, **kind) for kind in kinds]


@pytest.mark.parametrize("case", SERVER_ONLY, ids=lambda case: case.what.replace(" ", "_"))
def test_only_the_server_refuses_the_row(case: ServerOnly, answers: Mapping[str, Answers]) -> None:
    said = answers[case.what]
    assert said.dry.action is not Action.FAILED, said.dry.problems
    for outcome in (said.server, said.real):
        assert outcome.action is Action.FAILED
        assert any(case.message in problem.message for problem in outcome.problems), outcome
    assert said.server.problems[0].category is said.real.problems[0].category


def test_the_rows_beside_them_land(answers: Mapping[str, Answers]) -> None:
    good = {name: said for name, said in answers.items() if name.startswith("good row")}
    assert len(good) == len({(case.file, case.company) for case in SERVER_ONLY})
    actions = {(said.dry.action, said.server.action, said.real.action) for said in good.values()}
    assert actions == {(Action.CREATED, Action.CREATED, Action.CREATED)}


def test_the_documentation_has_the_same_list() -> None:
    text = (DOCS / "dry-run.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    lines = [tuple(cell.replace("`", "") for cell in line) for line in table[2:]]
    assert lines == [(case.what, case.why, case.message) for case in SERVER_ONLY]


def test_the_list_stands_in_one_place_and_is_linked() -> None:
    text = (DOCS / "how-it-works.md").read_text(encoding="utf-8")
    assert "(dry-run.md)" in text
    assert "recursive" not in text
