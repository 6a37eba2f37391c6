"""What variants stand on: attributes, values, templates, their attribute lines and values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.batch_processor.messages import problem_of_error
from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.orchestrator.variants.stages import Stages, held_record, new_record
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Outcome, Problem, Record
from odoo_ingestion.variants.attributes import ATTRIBUTE, VALUE, Attribute, AttributeBook, Value
from odoo_ingestion.variants.holdings import LINE, TEMPLATE, TEMPLATE_VALUE, fetch_made_values
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.prices import as_cell
from odoo_ingestion.variants.pricing import default_extra

Stage = list[tuple[ProductPlan, Record]]


class Landing(Struct):
    """Where the parts of a product have landed: ids, or placeholders of a dry run."""

    template: str = ""
    template_action: Action = Action.UNCHANGED
    not_kept: tuple[str, ...] = ()
    lines: dict[Attribute, str] = field(default_factory=dict)
    values: dict[Value, str] = field(default_factory=dict)


Landings = Mapping[int, Landing]
"""Where each product has landed, by the identity of its plan."""


def send_stage(
    stages: Stages, stage: Stage, landed: Callable[[ProductPlan, Outcome, int], None]
) -> None:
    """Send a stage; a product whose record fails fails with all its rows."""
    outcomes = stages.send([record for _, record in stage])
    for place, ((plan, _), outcome) in enumerate(zip(stage, outcomes, strict=True)):
        if outcome.action is Action.FAILED:
            plan.fail(*outcome.problems)
        else:
            landed(plan, outcome, place)


class Groundwork:
    """Sends all that must be there before the variants; what fails, fails the rows on it."""

    def __init__(
        self, odoo: Odoo | None, stages: Stages, book: AttributeBook, *, dry_run: bool
    ) -> None:
        self._odoo = odoo
        self._stages = stages
        self._book = book
        self._dry_run = dry_run or odoo is None
        self._landings: Landings = {}

    def send_templates(self, plans: Sequence[ProductPlan], landings: Landings) -> None:
        """Send attributes, their values, and the templates."""
        self._landings = landings
        self._send_attributes(plans)
        self._send_templates([plan for plan in plans if plan.alive])

    def send_values(self, plans: Sequence[ProductPlan]) -> None:
        """Send the templates' attribute lines and values."""
        self._send_lines([plan for plan in plans if plan.alive])
        self._send_template_values([plan for plan in plans if plan.alive])

    # --- attributes and their values --------------------------------------------------------

    def _send_attributes(self, plans: Sequence[ProductPlan]) -> None:
        values = list(
            dict.fromkeys(v for plan in plans for row in plan.alive for v in in_order(row))
        )
        new = list(dict.fromkeys(v.attribute for v in values if v.attribute.record_id is None))
        wrong: dict[Attribute | Value, tuple[Problem, ...]] = {}
        made = [
            new_record(ATTRIBUTE, a.external_id, {"name": a.name, "create_variant": a.mode})
            for a in new
        ]
        wrong.update(self._note(new, self._stages.send(made)))
        new_values = [v for v in values if v.record_id is None and v.attribute not in wrong]
        records = [
            new_record(
                VALUE, v.external_id, {"name": v.name, "attribute_id/.id": v.attribute.token}
            )
            for v in new_values
        ]
        wrong.update(self._note(new_values, self._stages.send(records)))
        for row in (row for plan in plans for row in plan.alive):
            for value in row.combination:
                if problems := wrong.get(value) or wrong.get(value.attribute):
                    row.fail(*problems)
                    break

    def _note(
        self, made: Sequence[Attribute | Value], outcomes: Sequence[Outcome]
    ) -> Iterator[tuple[Attribute | Value, tuple[Problem, ...]]]:
        for one, outcome in zip(made, outcomes, strict=True):
            if outcome.action is Action.FAILED:
                yield one, outcome.problems
            elif outcome.database_id is not None:
                self._book.note_made(one, outcome.database_id)

    # --- templates and their attribute lines ------------------------------------------------

    def _send_templates(self, plans: Sequence[ProductPlan]) -> None:
        stage: Stage = []
        for plan in plans:
            values = dict(plan.cells)
            if plan.base is not None:
                values["list_price"] = as_cell(plan.base)
            found = plan.found
            if found.record_id is None:
                stage.append((plan, new_record(TEMPLATE, found.external_id or "", values)))
                continue
            self._landings[id(plan)].template = str(found.record_id)
            if values or found.adopt:
                record = held_record(
                    TEMPLATE,
                    found.record_id,
                    values,
                    external_id=found.external_id,
                    adopt=found.adopt,
                    part_of=dict.fromkeys((row.number for row in plan.alive), Action.UPDATED),
                )
                stage.append((plan, record))

        def landed(plan: ProductPlan, outcome: Outcome, place: int) -> None:
            landing = self._landings[id(plan)]
            landing.template = str(outcome.database_id or f"new:{TEMPLATE}:{place}")
            landing.template_action = outcome.action
            landing.not_kept = outcome.not_kept

        send_stage(self._stages, stage, landed)

    def _send_lines(self, plans: Sequence[ProductPlan]) -> None:
        stage: Stage = []
        added: list[Attribute] = []
        for plan in plans:
            landing = self._landings[id(plan)]
            lines = {line.attribute: line for line in plan.held.lines} if plan.held else {}
            for attribute, values in _values_of_rows(plan).items():
                line = lines.get(attribute)
                if line is None:
                    cells = {
                        "product_tmpl_id/.id": landing.template,
                        "attribute_id/.id": attribute.token,
                        "value_ids/.id": ",".join(sorted(value.token for value in values)),
                    }
                    key = ("product_tmpl_id", "attribute_id")
                    texts = (landing.template, attribute.token)
                    name = external_ids.derive(LINE, key, texts, None)
                    stage.append((plan, new_record(LINE, name, cells)))
                    added.append(attribute)
                    continue
                landing.lines[attribute] = str(line.record_id)
                if not line.active or values - line.values:
                    self._grow(plan, line.record_id, values - line.values, active=line.active)

        def landed(plan: ProductPlan, outcome: Outcome, place: int) -> None:
            token = str(outcome.database_id or f"new:{LINE}:{place}")
            self._landings[id(plan)].lines[added[place]] = token

        send_stage(self._stages, stage, landed)

    def _grow(self, plan: ProductPlan, line_id: int, values: set[Value], *, active: bool) -> None:
        """Add values to a line that exists; none is ever taken away, whoever adds others now."""
        if self._dry_run or self._odoo is None:
            return
        changes: dict[str, object] = {
            "value_ids": [[4, value.record_id] for value in sorted(values, key=lambda v: v.token)]
        }
        if not active:
            changes["active"] = True
        try:
            self._odoo.call(LINE, "write", [line_id], changes)
        except ServerRefused as error:
            plan.fail(problem_of_error(error))

    def _send_template_values(self, plans: Sequence[ProductPlan]) -> None:
        stage: Stage = []
        sent: list[Value] = []
        made = self._made_values(plans)
        for plan in plans:
            landing = self._landings[id(plan)]
            held = plan.held.values if plan.held else {}
            needed = {v for values in _values_of_rows(plan).values() for v in values}
            for value in sorted(needed | set(plan.extras), key=lambda v: v.token):
                line = landing.lines.get(value.attribute)
                known = held.get(value)
                found = made.get((line, value.record_id)) if line else None
                if found is None and known is not None:
                    found = known.record_id, known.active
                if found is None:
                    record = _new_template_value(plan, value, line or "")
                else:
                    landing.values[value] = str(found[0])
                    cells = {} if found[1] else {"ptav_active": "1"}
                    if value in plan.extras or known is None:
                        cells["price_extra"] = default_extra(plan, value)
                    if not cells:
                        continue
                    changed = _repriced(plan, value)
                    record = held_record(TEMPLATE_VALUE, found[0], cells, part_of=changed)
                stage.append((plan, record))
                sent.append(value)

        def landed(plan: ProductPlan, outcome: Outcome, place: int) -> None:
            token = str(outcome.database_id or f"new:{TEMPLATE_VALUE}:{place}")
            self._landings[id(plan)].values[sent[place]] = token

        send_stage(self._stages, stage, landed)

    def _made_values(
        self, plans: Sequence[ProductPlan]
    ) -> dict[tuple[str | None, int | None], tuple[int, bool]]:
        """Return the template values that exist by now: older servers make them with the line."""
        if self._dry_run or self._odoo is None:
            return {}
        ids = [
            int(landing.template)
            for plan in plans
            if (landing := self._landings[id(plan)]).template.isdigit() and _brings_values(plan)
        ]
        if not ids:
            return {}
        found = fetch_made_values(self._odoo, ids)
        return {(str(line), value): one for (line, value), one in found.items()}


def _values_of_rows(plan: ProductPlan) -> dict[Attribute, set[Value]]:
    found: dict[Attribute, set[Value]] = {}
    for row in plan.alive:
        for value in in_order(row):
            found.setdefault(value.attribute, set()).add(value)
    return found


def _brings_values(plan: ProductPlan) -> bool:
    held = plan.held.values if plan.held else {}
    return any(v not in held for values in _values_of_rows(plan).values() for v in values)


def in_order(row: RowPlan) -> list[Value]:
    """Return a row's values as the file has them, then those that the product brings."""
    own = [value for value in row.values.values() if value in row.combination]
    rest = sorted(row.combination - set(own), key=lambda value: value.token)
    return [*own, *rest]


def _repriced(plan: ProductPlan, value: Value) -> dict[int, Action]:
    """Return the rows whose price a value changes, and what that makes of them."""
    rows = [row for row in plan.alive if row.repriced and value in row.combination]
    return dict.fromkeys((row.number for row in rows), Action.UPDATED)


def _new_template_value(plan: ProductPlan, value: Value, line: str) -> Record:
    cells = {
        "attribute_line_id/.id": line,
        "product_attribute_value_id/.id": value.token,
        "price_extra": default_extra(plan, value),
    }
    key = ("attribute_line_id", "product_attribute_value_id")
    name = external_ids.derive(TEMPLATE_VALUE, key, (line, value.token), None)
    return new_record(TEMPLATE_VALUE, name, cells)
