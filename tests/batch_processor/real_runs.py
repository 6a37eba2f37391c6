"""Runs against a real Odoo, and records for them."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings, Planner
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import (
    Action,
    FieldSpec,
    ModelSchema,
    Outcome,
    Record,
)
from tests.batch_processor.scripted_odoo import record
from tests.odoo_reader import OdooReader


def read_schema(odoo: OdooConnection, model: str) -> ModelSchema:
    fields = {}
    for name, facts in odoo.call(model, "fields_get").items():
        digits = facts.get("digits") or None
        fields[name] = FieldSpec(
            name,
            facts["type"],
            label=facts["string"],
            required=facts["required"],
            readonly=facts["readonly"],
            store=facts["store"],
            computed=bool(facts["depends"]),
            relation=facts.get("relation") or None,
            relation_field=facts.get("relation_field") or None,
            selection=tuple((key, label) for key, label in facts.get("selection", ())),
            digits=tuple(digits) if digits else None,
        )
    return ModelSchema(model, "19.0", fields)


class RealRun:
    """Sends records through a processor and keeps what came back."""

    def __init__(self, odoo: Odoo, schemas: dict[str, ModelSchema]) -> None:
        self.odoo = odoo
        self.schemas = schemas
        self.outcomes: list[Outcome] = []
        self.notices: list[str] = []

    def load(self, records: list[Record], settings: BatchSettings | None = None) -> Counter[Action]:
        with BatchProcessor(
            self.odoo,
            self.schemas,
            settings,
            on_outcomes=self.outcomes.extend,
            on_notice=self.notices.append,
        ) as processor:
            return self._run(processor, records)

    def plan(
        self,
        records: list[Record],
        settings: BatchSettings | None = None,
        *,
        on_server: bool = False,
    ) -> Counter[Action]:
        with Planner(
            self.odoo,
            self.schemas,
            settings,
            on_outcomes=self.outcomes.extend,
            on_notice=self.notices.append,
            validate_on_server=on_server,
        ) as planner:
            return self._run(planner, records)

    def _run(self, processor: BatchProcessor, records: list[Record]) -> Counter[Action]:
        self.outcomes.clear()
        for each in records:
            processor.submit(each)
        processor.flush()
        assert len(self.outcomes) == len(records)
        return Counter(outcome.action for outcome in self.outcomes)

    @property
    def failed(self) -> dict[int, Outcome]:
        return {o.row.number: o for o in self.outcomes if o.action is Action.FAILED}


def partner(prefix: str, number: int, **values: str) -> Record:
    cells = values or {"name": f"{prefix} {number}"}
    return record(number, external_id=f"{prefix}.p{number}", values=cells)


def product(prefix: str, number: int, **values: str) -> Record:
    return record(
        number, external_id=f"{prefix}.p{number}", model="product.template", values=values
    )


def existing(new: Record, number: int, **values: str) -> Record:
    """Return the record as it is sent once it is in Odoo."""
    cells = values or new.values
    return replace(new, action=Action.UPDATED, database_id=number, values=cells)


def ids_of(reader: OdooReader, model: str, prefix: str) -> dict[str, int]:
    return {
        name: number for name, number in reader.xids(model).items() if name.startswith(f"{prefix}.")
    }
