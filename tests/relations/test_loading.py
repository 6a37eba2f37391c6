"""Writing new records when the server is in a bad mood, by a scripted double of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tenacity import wait_none

from odoo_ingestion.errors import ConcurrentUpdate, ValidationRefused
from odoo_ingestion.records import Problem
from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.loading import Loader

TAG = Comodel("res.partner.category", "Tag", ("name",))
CONFLICT = "could not serialize access due to concurrent update"
Rows = list[list[str]]


class ScriptedOdoo:
    """Answers load() as it is told, and knows no external ids."""

    version = "19.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def __init__(self, answer: Callable[[Rows], Any]) -> None:
        self._answer = answer
        self.loaded: list[list[str]] = []

    def with_context(self, **context: Any) -> ScriptedOdoo:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        if method == "search_read":
            return []
        assert method == "load"
        names = [row[args[0].index("name")] for row in args[1]]
        self.loaded.append(names)
        return self._answer(args[1])


def load(odoo: ScriptedOdoo, *names: str) -> list[str | Problem]:
    loader = Loader(odoo, lambda model, text: f"test.{text}", lambda: True)
    return loader.load(TAG, names, [{"name": name} for name in names])


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loader._call.retry, "wait", wait_none())


def test_a_conflict_is_tried_again_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    answers = [
        {"ids": False, "messages": [{"message": CONFLICT}]},
        {"ids": [7, 8], "messages": []},
    ]
    odoo = ScriptedOdoo(lambda rows: answers.pop(0))
    assert load(odoo, "a", "b") == ["7", "8"]
    assert odoo.loaded == [["a", "b"]] * 2
    assert CONFLICT in caplog.text


def test_a_conflict_that_does_not_pass_is_raised() -> None:
    odoo = ScriptedOdoo(lambda rows: {"ids": False, "messages": [{"message": CONFLICT}]})
    with pytest.raises(ConcurrentUpdate):
        load(odoo, "a")
    assert len(odoo.loaded) == 5


def test_a_refused_call_is_cut_until_the_bad_record_stands_alone() -> None:
    def answer(rows: Rows) -> Any:
        if any("bad" in row for row in rows):
            raise ValidationRefused("not this one")
        return {"ids": [ord(row[1]) for row in rows], "messages": []}

    odoo = ScriptedOdoo(answer)
    *good, problem = load(odoo, "a", "b", "c", "bad")
    assert good == [str(ord(name)) for name in "abc"]
    assert isinstance(problem, Problem)
    assert problem.message == "Odoo refuses to create 'bad' (Tag): not this one"


def test_nothing_to_load_is_no_call() -> None:
    odoo = ScriptedOdoo(lambda rows: None)
    assert load(odoo) == []
    assert odoo.loaded == []
