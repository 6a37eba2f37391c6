"""Runs of a processor against the double, and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings
from odoo_ingestion.errors import OdooIngestionError
from odoo_ingestion.records import Action, Outcome, Problem, Record
from tests.batch_processor.scripted_odoo import SCHEMA, Cells, ScriptedOdoo


class Run:
    def __init__(self, odoo: ScriptedOdoo, **choices: Any) -> None:
        self.odoo = odoo
        self.outcomes: list[Outcome] = []
        self.notices: list[str] = []
        self.processor = BatchProcessor(
            odoo,
            SCHEMA,
            BatchSettings(**choices),
            on_outcomes=self.outcomes.extend,
            on_notice=self.notices.append,
        )

    def load(self, records: list[Record]) -> Counter[Action]:
        with self.processor as processor:
            for each in records:
                processor.submit(each)
            processor.flush()
        assert not processor.unsent()
        assert sorted(o.row.number for o in self.outcomes) == sorted(r.row.number for r in records)
        return Counter(outcome.action for outcome in self.outcomes)

    def load_until(self, kind: type[Exception], records: list[Record]) -> set[int]:
        """Load until that is raised and return the rows handed in by then."""
        handed = set()
        with pytest.raises(kind), self.processor as processor:
            for each in records:
                handed.add(each.row.number)
                processor.submit(each)
            processor.flush()
        return handed

    def settled(self) -> set[int]:
        return {outcome.row.number for outcome in self.outcomes}

    def unsent(self) -> set[int]:
        return {each.row.number for each in self.processor.unsent()}

    def problems(self) -> list[Problem]:
        return [problem for outcome in self.outcomes for problem in outcome.problems]


def raising(*errors: OdooIngestionError | None) -> Callable[[str, list[Cells]], None]:
    """Return a hook that raises one error a call, None letting the call through."""
    waiting = list(errors)

    def hook(model: str, rows: list[Cells]) -> None:
        found = waiting.pop(0) if waiting else None
        if found is not None:
            raise found

    return hook
