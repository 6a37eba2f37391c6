"""A run of any type that is killed at a certain call goes on as if it had never been broken."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.runs import RunResult
from tests.odoo_reader import OdooReader
from tests.resuming.breaking import die_at, import_whole, watched
from tests.resuming.runs import Place, last_run, resume
from tests.resuming.worlds import DIFFERENCES, WORLDS, World

_numbers = itertools.count(1)
Whole = tuple[dict[str, Any], dict[str, Any], list[str]]
"""What an unbroken run says, what Odoo then holds, and the calls that it took."""


@pytest.fixture(scope="module")
def wholes() -> dict[str, Whole]:
    """The unbroken run of each world, made once."""
    return {}


@pytest.fixture
def place(
    tmp_path_factory: pytest.TempPathFactory,
    module_database: OdooReader,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    folder = tmp_path_factory.mktemp("dying")
    monkeypatch.chdir(folder)
    return Place.of(folder, module_database)


def begin(place: Place, odoo: OdooReader, world: World) -> tuple[str, Path]:
    """Prepare Odoo for a new file of a world; return its mark and the file."""
    mark = f"{world.name[:3].upper()}{next(_numbers):03d}q"
    world.prepare(odoo, mark)
    path = place.folder / f"{mark}.csv"
    path.write_text(world.text.replace("MARK", mark), encoding="utf-8")
    return mark, path


def said(result: RunResult, mark: str) -> dict[str, Any]:
    """Return what must be the same however often the run was broken off."""
    told = result.as_dict()
    names = ("status", "read", "created", "updated", "unchanged", "skipped", "failed")
    kept: dict[str, Any] = {name: told[name] for name in (*names, "records", "errors", "examples")}
    kept["notices"] = [text for text in told["notices"] if ".replaced" not in text]
    plain: dict[str, Any] = json.loads(re.sub(r"\bid \d+", "id N", unmarked(kept, mark)))
    return plain


def unmarked(content: Any, mark: str) -> str:
    return json.dumps(content, sort_keys=True).replace(mark, "MARK")


def whole_of(world: World, place: Place, odoo: OdooReader, wholes: dict[str, Whole]) -> Whole:
    if world.name not in wholes:
        mark, path = begin(place, odoo, world)
        calls: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(OdooConnection, "call", watched(calls.append, lambda _: None))
            result = import_whole(place, path, world)
        assert result.error is None
        held = json.loads(unmarked(world.held(odoo, mark), mark))
        wholes[world.name] = said(result, mark), held, calls
    return wholes[world.name]


def check_broken(
    world: World, place: Place, odoo: OdooReader, whole: Whole, where: tuple[str, int, bool]
) -> None:
    """Kill an import of a new file at a call, resume it, and compare it with the whole one."""
    mark, path = begin(place, odoo, world)
    call, number, after = where
    die_at(place, path, world, call, number, after=after)
    assert last_run(place).is_open
    result = resume(place)
    assert said(result, mark) == whole[0]
    assert json.loads(unmarked(world.held(odoo, mark), mark)) == whole[1]
    kept = [p.name for p in (place.folder / "failed").glob(f"{mark}*") if ".meta" not in p.name]
    current = [name for name in kept if not name.endswith(".replaced")]
    assert current == [Path(file).name for file in result.failed_files]


@pytest.mark.parametrize(
    ("name", "call", "number", "after"),
    [
        ("differences", "stock.inventory.conflict action_keep_difference", 2, True),
        ("variants", "product.template load", 3, True),
        ("orders", "sale.order action_confirm", 1, True),
    ],
)
def test_a_run_killed_at_a_call_ends_as_an_unbroken_one(
    place: Place,
    module_database: OdooReader,
    wholes: dict[str, Whole],
    name: str,
    call: str,
    number: int,
    after: bool,
) -> None:
    world = WORLDS[name]
    whole = whole_of(world, place, module_database, wholes)

    check_broken(world, place, module_database, whole, (call, number, after))


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", WORLDS)
def test_a_run_killed_at_any_call_ends_as_an_unbroken_one(
    place: Place, module_database: OdooReader, wholes: dict[str, Whole], name: str
) -> None:
    world = WORLDS[name]
    whole = whole_of(world, place, module_database, wholes)
    for number, after in itertools.product(range(1, len(whole[2]) + 1), (False, True)):
        check_broken(world, place, module_database, whole, ("", number, after))


def test_a_difference_that_lands_after_its_run_died_is_not_added_twice(
    place: Place, module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Odoo carries out only while the resumed run looks for it counts once all the same."""
    mark, path = begin(place, module_database, DIFFERENCES)
    late: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    real = OdooConnection.call

    def hold_back(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        if method == "action_keep_difference":
            late.append(((model, method, *arguments), more))
            raise KeyboardInterrupt
        return real(self, model, method, *arguments, **more)

    def land_before(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        if (model, method) == ("stock.quant", "write") and late:
            held_back, context = late.pop()
            real(self, *held_back, **context)
        return real(self, model, method, *arguments, **more)

    monkeypatch.setattr(OdooConnection, "call", hold_back)
    with pytest.raises(KeyboardInterrupt):
        import_whole(place, path, DIFFERENCES)
    monkeypatch.setattr(OdooConnection, "call", land_before)
    result = resume(place)
    assert not late
    assert (result.count("updated"), result.count("created")) == (2, 2)
    held = DIFFERENCES.held(module_database, mark)
    assert held[f"moves of {mark}-1"] == [2.0, 5.0, 1.0]
    assert held[f"{mark}-1 False"] == [(6.0, False, 0.0)]
