"""Looks up what a chunk of products needs and settles what is to become of each row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion import external_ids
from odoo_ingestion.data_models import Validator
from odoo_ingestion.orchestrator.plain.parents import Resolver
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.orchestrator.variants.claims import Claims
from odoo_ingestion.orchestrator.variants.exclusions import exclusion_name
from odoo_ingestion.orchestrator.variants.rows import RowReader
from odoo_ingestion.records import Category, Draft, Mode, Problem, Reference
from odoo_ingestion.runs import ImportOptions
from odoo_ingestion.variants.attributes import AttributeBook
from odoo_ingestion.variants.combining import plan_combinations
from odoo_ingestion.variants.fields import PRICE
from odoo_ingestion.variants.holdings import fetch_templates
from odoo_ingestion.variants.matching import match_rows, read_values
from odoo_ingestion.variants.naming import VariantNames
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.pricing import plan_prices
from odoo_ingestion.variants.rows import ProductKey, VariantRow, describe_product, name_options
from odoo_ingestion.variants.templates import Holders, Rights, TemplateFinder


class PlannerParts(Struct, frozen=True):
    """What planning needs of the other rooms."""

    validator: Validator
    reader: RowReader
    resolver: Resolver
    book: AttributeBook
    shared: Collection[str]
    required: Collection[str]


class Planner:
    """Plans products, a chunk of them at a time; nothing is written."""

    def __init__(
        self, target: Target, options: ImportOptions, parts: PlannerParts, *, has_pricelist: bool
    ) -> None:
        company = target.company_id
        rights = Rights(company, target.may_read_ids, target.may_create_ids)
        self._odoo = target.odoo
        self._may_read_ids = target.may_read_ids
        self._version = target.schema.version
        self._mode = options.mode
        self._parts = parts
        self._columns = parts.validator.column_names
        self._finder = TemplateFinder(target.odoo, rights)
        self._names = VariantNames(target.odoo, rights)
        self._claims = Claims()
        self._has_pricelist = has_pricelist

    def plan(self, products: Mapping[ProductKey, Sequence[VariantRow]]) -> list[ProductPlan]:
        """Return the plans of products: every row has its variant, or the reason why it fails.

        Raises what ends the run.
        """
        plans = [self._describe(key, rows) for key, rows in products.items()]
        self._resolve_variants(plans)
        self._parts.book.meet(
            (o.attribute, o.value) for p in plans for r in p.alive for o in r.row.options
        )
        names = [self._finder.name_of(plan.key) for plan in plans]
        names += [name for plan in plans for row in plan.alive for name in self._names.by_code(row)]
        holders = self._finder.find_holders([r.row for p in plans for r in p.alive], names)
        self._find_templates(plans, holders)
        for plan in plans:
            read_values(plan, self._parts.book)
            self._claims.claim_codes(plan)
            match_rows(plan, holders, self._mode)
            self._check_required(plan)
            plan_combinations(plan, self._version)
            plan_prices(
                plan,
                self._mode,
                self._columns.get(PRICE, PRICE),
                has_pricelist=self._has_pricelist,
            )
        self._names.give([p for p in plans if p.alive], holders)
        return plans

    # --- what the rows say ------------------------------------------------------------------

    def _describe(self, key: ProductKey, given: Sequence[VariantRow]) -> ProductPlan:
        rows = name_options(given)
        product = describe_product(rows, self._parts.shared, self._columns)
        plan = ProductPlan(key, [RowPlan(row, problems=row.problems) for row in rows])
        for place, problem in product.problems.items():
            plan.rows[place].fail(problem)
        plan.cells = {name: cell for name, cell in product.values.items() if name != PRICE}
        self._resolve_product(plan, product.references)
        spoilt = next((row for row in rows if row.spoils), None)
        if spoilt is not None:
            plan.fail(_spoilt(spoilt.draft.row.number))
        for row in plan.rows:
            values = row.row.draft.values
            row.cells = {n: c for n, c in values.items() if self._is_own(n)}
            if PRICE in values:  # an empty one is to be cleared
                row.price = Decimal(values[PRICE] or 0)
        return plan

    def _is_own(self, name: str) -> bool:
        return name not in self._parts.shared and name != PRICE

    def _resolve_product(self, plan: ProductPlan, references: Mapping[str, Reference]) -> None:
        first = plan.rows[0].row.draft
        draft = Draft(first.row, plan.cells, references)
        found = self._parts.resolver.resolve([draft])[0]
        if isinstance(found, tuple):
            plan.fail(*found)
        else:
            plan.cells.update(found)

    def _resolve_variants(self, plans: Sequence[ProductPlan]) -> None:
        rows = [row for plan in plans for row in plan.alive]
        drafts = [
            replace(
                row.row.draft,
                references={n: r for n, r in row.row.draft.references.items() if self._is_own(n)},
            )
            for row in rows
        ]
        if not any(draft.references for draft in drafts):
            return
        for row, found in zip(rows, self._parts.resolver.resolve(drafts), strict=True):
            if isinstance(found, tuple):
                row.fail(*found)
            else:
                row.cells.update(found)

    # --- what Odoo holds --------------------------------------------------------------------

    def _find_templates(self, plans: Sequence[ProductPlan], holders: Holders) -> None:
        wanted = {plan.key: [row.row for row in plan.alive] for plan in plans if plan.alive}
        found = self._finder.find(wanted, holders)
        alive = [plan for plan in plans if plan.alive]
        for plan in alive:
            template = found[plan.key]
            if isinstance(template, Problem):
                plan.fail(template)
                continue
            plan.found = template
            self._claims.claim_template(plan)
        ids = [p.found.record_id for p in alive if p.alive and p.found.record_id is not None]
        if self._odoo is None or not ids:
            return
        held = fetch_templates(self._odoo, ids, self._parts.book)
        for plan in alive:
            plan.held = held.get(plan.found.record_id or 0)
        self._find_our_exclusions([plan for plan in alive if plan.held and plan.held.exclusions])

    def _find_our_exclusions(self, plans: Sequence[ProductPlan]) -> None:
        """Tell the exclusions that an import has made from a person's, by their external ids."""
        names: dict[str, tuple[ProductPlan, int]] = {}
        for plan in plans:
            if plan.held is None:
                continue
            for exclusion in plan.held.exclusions:
                values = (exclusion.value, *exclusion.excluded)
                ids = [str(plan.held.values[value].record_id) for value in values]
                name = exclusion_name(str(plan.held.record_id), ids)
                names[name] = (plan, exclusion.record_id)
        if self._odoo is None or not names:
            return
        targets = external_ids.find(self._odoo, names, may_read=self._may_read_ids)
        for name, target in targets.items():
            plan, record_id = names[name]
            if target.record_id == record_id:
                plan.ours.add(record_id)

    def _check_required(self, plan: ProductPlan) -> None:
        """Fail the rows of a new product that lacks what only a new one needs."""
        if plan.found.record_id is not None:
            if self._mode is Mode.CREATE:
                plan.cells = {}
            return
        for name in sorted(self._parts.required):
            if not plan.cells.get(name) and not plan.cells.get(f"{name}/.id"):
                plan.fail(_missing(name, self._columns.get(name, name)))


def _spoilt(row: int) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"row {row}, of the same product, is wrong in what it says of the product",
        None,
        "Correct that row: both are in the failed-records file.",
    )


def _missing(name: str, column: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"a new product needs a value for {name}, and no row of it has one",
        column,
        "Fill it in in the product's first row.",
    )
