"""Which variant each row of a product speaks of, and whether it may."""

from __future__ import annotations

from odoo_ingestion import external_ids
from odoo_ingestion.records import Category, Mode, Problem
from odoo_ingestion.variants.attributes import NEVER, Attribute, AttributeBook, no_variant_problem
from odoo_ingestion.variants.holdings import VARIANT, HeldVariant
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.templates import CodeHolder, Holders


def read_values(plan: ProductPlan, book: AttributeBook) -> None:
    """Find the attribute values that the rows name; a row with one that cannot be fails."""
    for row in plan.alive:
        for option in row.row.options:
            attribute = book.attribute(option.attribute, option.column)
            if isinstance(attribute, Problem):
                row.fail(attribute)
            elif attribute.mode == NEVER:
                row.fail(no_variant_problem(attribute, option.column))
            else:
                value = book.value(attribute, option.value, option.column)
                if isinstance(value, Problem):
                    row.fail(value)
                else:
                    row.values[attribute] = value
                    row.columns[attribute] = option.column


def match_rows(plan: ProductPlan, holders: Holders, mode: Mode) -> None:
    """Give each row its variant, or the problem that keeps it from having one."""
    attributes = _attributes(plan)
    for row in plan.alive:
        found = _match(plan, row, holders)
        if isinstance(found, Problem):
            row.fail(found)
            continue
        row.held = found
        problem = _combine(plan, row, attributes) or _check_mode(row, mode)
        if problem:
            row.fail(problem)
    _refuse_doubles(plan)
    _refuse_new_axes(plan)


def _attributes(plan: ProductPlan) -> list[Attribute]:
    """Return the attributes of the product: those that it has, then those that rows bring."""
    held = [line.attribute for line in plan.held.axes] if plan.held else []
    brought = [attribute for row in plan.alive for attribute in row.values]
    return list(dict.fromkeys([*held, *brought]))


# --- by id, code, barcode -------------------------------------------------------------------


def _match(plan: ProductPlan, row: RowPlan, holders: Holders) -> HeldVariant | Problem | None:
    draft = row.row.draft
    if draft.external_id:
        name = external_ids.complete(draft.external_id)
        target = holders.by_name.get(name)
        if target is not None and target.model != VARIANT:
            return _other_model(name, target.model)
        if target is not None and target.record_id in holders.by_id:
            return _within(plan, holders.by_id[target.record_id], f"the external id {name}", "id")
    if draft.database_id:
        holder = holders.by_id.get(draft.database_id)
        if holder is None:
            return _no_such_variant(draft.database_id)
        return _within(plan, holder, f"the id {draft.database_id}", ".id")
    return _match_code(plan, row, holders)


def _match_code(plan: ProductPlan, row: RowPlan, holders: Holders) -> HeldVariant | Problem | None:
    held = plan.held.variants if plan.held else []
    draft = row.row.draft
    for name in ("default_code", "barcode"):
        text = draft.values.get(name, "")
        if not text:
            continue
        own = [v for v in held if text == (v.code if name == "default_code" else v.barcode)]
        if len(own) > 1:
            exact = [v for v in own if v.combination == frozenset(row.values.values())]
            own = exact if len(exact) == 1 else own
        if len(own) > 1:
            return _several(name, text, own)
        if own:
            return own[0]
        others = holders.by_code.get(text, []) if name == "default_code" else []
        if others and not draft.external_id:
            return _of_another(others[0], f"the code {text}", name)
    return None


def _within(plan: ProductPlan, holder: CodeHolder, what: str, field: str) -> HeldVariant | Problem:
    for variant in plan.held.variants if plan.held else ():
        if variant.record_id == holder.record_id:
            return variant
    return _of_another(holder, what, field)


# --- combinations ---------------------------------------------------------------------------


def _combine(plan: ProductPlan, row: RowPlan, attributes: list[Attribute]) -> Problem | None:
    """Settle the row's combination; a row without a variant yet may find it by that."""
    own = dict(row.values)
    if row.held is not None:
        for value in row.held.combination:
            said = own.setdefault(value.attribute, value)
            if said is not value:
                return _contradiction(row, value.attribute, said.name, value.name)
        row.combination = frozenset(own.values())
        return None
    for line in plan.held.axes if plan.held else ():
        named = any(line.attribute in other.values for other in plan.rows)
        if len(line.values) == 1 and not named:
            own.setdefault(line.attribute, next(iter(line.values)))
    missing = [attribute.name for attribute in attributes if attribute not in own]
    if missing:
        return _incomplete(missing)
    row.combination = frozenset(own.values())
    for variant in plan.held.variants if plan.held else ():
        if variant.combination == row.combination:
            row.held = variant
    return None


def _check_mode(row: RowPlan, mode: Mode) -> Problem | None:
    if row.held is not None and mode is Mode.CREATE:
        return Problem(
            Category.EXISTS,
            f"the variant exists already (id {row.held.record_id}), mode is create",
            None,
            "Leave the row out, or import with --mode upsert.",
        )
    if row.held is None and mode is Mode.UPDATE:
        return Problem(
            Category.NOT_FOUND,
            "there is no such variant to update, mode is update",
            None,
            "Correct the code or the values, or import with --mode upsert.",
        )
    return None


def _refuse_doubles(plan: ProductPlan) -> None:
    first: dict[object, int] = {}
    for row in plan.alive:
        names: list[object] = [row.combination]
        if row.held is not None:
            names.append(row.held.record_id)
        taken = next((first[name] for name in names if name in first), None)
        if taken is not None:
            row.fail(_double(row, taken))
            continue
        for name in names:
            first[name] = row.number


def _refuse_new_axes(plan: ProductPlan) -> None:
    """Refuse an attribute that the product does not have, unless every variant gets a value.

    Odoo deletes the variants that have no value of a new attribute as soon as anything saves the
    product's attributes (``product.template._create_variant_ids``, Odoo 14 to 19).
    """
    if plan.held is None or not plan.held.variants:
        return
    known = {line.attribute for line in plan.held.axes}
    while True:
        left = next(plan.unnamed(), None)
        new = {v.attribute for row in plan.alive for v in row.combination} - known
        lacking = [
            (attribute, row)
            for attribute in new
            for row in plan.alive
            if attribute not in {value.attribute for value in row.combination}
        ]
        if not new or (left is None and not lacking):
            return
        named = left.label if left is not None else f"row {lacking[0][1].number}"
        for row in plan.alive:
            brought = new & {value.attribute for value in row.combination}
            if brought:
                row.fail(_new_axis(row, min(a.name for a in brought), named))


# --- words ----------------------------------------------------------------------------------


def _other_model(name: str, model: str) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"the external id {name} belongs to a record of {model}",
        "id",
        f"Give the row an external id that no {model} record has.",
    )


def _no_such_variant(number: int) -> Problem:
    return Problem(
        Category.NOT_FOUND,
        f"there is no {VARIANT} record with the database id {number}",
        ".id",
        "Remove the .id to create the variant, or correct it.",
    )


def _of_another(holder: CodeHolder, what: str, field: str) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"{what} belongs to a variant of another product: {holder.label} "
        f"(variant id {holder.record_id}, product id {holder.template_id})",
        field,
        "Correct it, or name that product in the row.",
    )


def _several(field: str, text: str, variants: list[HeldVariant]) -> Problem:
    listed = ", ".join(f"{v.label} (id {v.record_id})" for v in variants[:5])
    return Problem(
        Category.AMBIGUOUS_RECORD,
        f"{len(variants)} variants of the product have {text}: {listed}",
        field,
        "Name the variant by all its attributes, or by its external id.",
    )


def _contradiction(row: RowPlan, attribute: Attribute, said: str, held: str) -> Problem:
    code = row.held.label if row.held else ""
    return Problem(
        Category.VALIDATION,
        f"{code} is {attribute.name} {held} in Odoo, the row says {said}",
        row.columns.get(attribute),
        "A variant never changes its values: correct the row, or give it another code.",
    )


def _incomplete(missing: list[str]) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"the product's variants are told apart by {', '.join(missing)}, and the row says none",
        None,
        "Give the row a value for each attribute of its product.",
    )


def _double(row: RowPlan, first: int) -> Problem:
    labels = ", ".join(sorted(value.label for value in row.combination))
    return Problem(
        Category.DUPLICATE,
        f"row {first} of this file is the same variant{f' ({labels})' if labels else ''}",
        None,
        "Keep one of the two rows, or give them different values.",
    )


def _new_axis(row: RowPlan, attribute: str, variant: str) -> Problem:
    column = next((c for a, c in row.columns.items() if a.name == attribute), None)
    return Problem(
        Category.PROTECTED,
        f"the product has no attribute {attribute} yet, and {variant} would have no value of it: "
        "Odoo deletes such variants",
        column,
        "Add a row for every variant that the product has, each with its code and its value.",
    )
