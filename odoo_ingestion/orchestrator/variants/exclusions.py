"""Exclusions, where every attribute makes all combinations: in the order that harms nothing.

Odoo makes what is possible and deletes what is not whenever an exclusion is saved
(``product.template.attribute.exclusion.create`` and ``write``, Odoo 14 to 19). So a pair is lifted
before its variants are made, and before there are new values; a pair is added after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.orchestrator.variants.groundwork import Landings, Stage, send_stage
from odoo_ingestion.orchestrator.variants.stages import Stages, held_record, new_record
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Record
from odoo_ingestion.variants.attributes import Attribute, AttributeBook, Value
from odoo_ingestion.variants.combining import Pair, missing_pairs
from odoo_ingestion.variants.holdings import EXCLUSION, HeldVariant, fetch_templates
from odoo_ingestion.variants.plans import ProductPlan


class ExclusionKeeper:
    """Lifts and adds exclusions of the products of a chunk."""

    def __init__(
        self,
        odoo: Odoo | None,
        stages: Stages,
        book: AttributeBook,
        notice: Callable[[str], None],
        *,
        may_create_ids: bool,
        dry_run: bool,
    ) -> None:
        self._odoo = odoo
        self._stages = stages
        self._book = book
        self._notice = notice
        self._may_create_ids = may_create_ids
        self._dry_run = dry_run
        self._sent: set[str | None] = set()

    def prepare(self, plans: Sequence[ProductPlan], landings: Landings) -> None:
        """Lift what forbids a row, once all other pairs of values that are there hold."""
        touched = [plan for plan in plans if plan.alive and plan.lifted]
        added: Stage = []
        lifted: Stage = []
        for plan in touched:
            held = plan.held.values if plan.held else {}
            tokens = {value: str(one.record_id) for value, one in held.items()}
            known = [p for p in missing_pairs(plan, plan.axes) or () if p <= tokens.keys()]
            template = landings[id(plan)].template
            added += [(plan, record) for record in _records(template, known, tokens)]
            self._sent |= {record.external_id for _, record in added}
            # Odoo makes the variants of the pair as it is lifted.
            made = dict.fromkeys((row.number for row in plan.new_rows), Action.CREATED)
            lifted += [
                (plan, held_record(EXCLUSION, number, {"value_ids/.id": ""}, part_of=made))
                for number in plan.lifted
            ]
        for stage in (added, lifted):
            send_stage(self._stages, stage, lambda _plan, _outcome, _place: None)
        if touched and not self._dry_run and self._odoo is not None:
            self._meet_made(self._odoo, touched)

    def complete(self, plans: Sequence[ProductPlan], landings: Landings) -> None:
        """Add the pairs that keep the products to what they have now."""
        stage: Stage = []
        for plan in plans:
            landing = landings[id(plan)]
            held = plan.held.values if plan.held else {}
            tokens = {value: str(one.record_id) for value, one in held.items() if one.active}
            tokens |= landing.values
            if not plan.alive:
                continue
            pairs = missing_pairs(plan, _axes(tokens))
            if pairs is None:
                self._notice(
                    f"product id {landing.template}: after rows of it failed no exclusions leave "
                    "exactly its variants; Odoo makes the others when its attributes are saved"
                )
                continue
            records = _records(landing.template, pairs, tokens)
            stage += [(plan, one) for one in records if one.external_id not in self._sent]
        send_stage(self._stages, stage, lambda _plan, _outcome, _place: None)

    def _meet_made(self, odoo: Odoo, plans: Sequence[ProductPlan]) -> None:
        """Take the variants that Odoo made of lifted pairs as those of their rows."""
        ids = [plan.held.record_id for plan in plans if plan.held]
        now = fetch_templates(odoo, ids, self._book)
        for plan in plans:
            if plan.held is None:
                continue
            known = {variant.record_id for variant in plan.held.variants}
            new: dict[frozenset[Value], HeldVariant] = {
                variant.combination: variant
                for variant in now[plan.held.record_id].variants
                if variant.record_id not in known
            }
            for row in plan.new_rows:
                row.held = new.get(row.combination)
                if row.held is not None:
                    row.made = True
                    row.adopt = self._may_create_ids
                    row.external_id = row.external_id if row.adopt else None


def exclusion_name(template: str, values: Iterable[str]) -> str:
    """Return the external id of the exclusion that an import makes of two template values."""
    texts = (template, *sorted(values))
    return external_ids.derive(EXCLUSION, ("product_tmpl_id", "values"), texts, None)


def _records(template: str, pairs: Iterable[Pair], tokens: dict[Value, str]) -> list[Record]:
    cells = sorted(sorted(tokens[value] for value in pair) for pair in pairs)
    return [
        new_record(
            EXCLUSION,
            exclusion_name(template, (one, other)),
            {
                "product_template_attribute_value_id/.id": one,
                "product_tmpl_id/.id": template,
                "value_ids/.id": other,
            },
        )
        for one, other in cells
    ]


def _axes(values: Iterable[Value]) -> dict[Attribute, set[Value]]:
    found: dict[Attribute, set[Value]] = {}
    for value in values:
        found.setdefault(value.attribute, set()).add(value)
    return found
