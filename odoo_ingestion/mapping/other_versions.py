"""Fields that a server does not have and that Odoo of other series does, or with other apps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from odoo_ingestion.data_models import (
    available_models,
    available_versions,
    is_importable,
    load_catalogue,
)
from odoo_ingestion.mapping.names import folded
from odoo_ingestion.records import ModelSchema
from odoo_ingestion.versions import advice_without, canonical_model, model_name, series_number


def reason_without(schema: ModelSchema, name: str) -> str | None:
    """Return why a server has no field of that name or label, or None where no Odoo has one.

    Source: the shipped field catalogues, which hold what a plain Odoo with its usual apps has.
    """
    found = _known_fields(canonical_model(schema.model)).get(folded(name))
    if found is None:
        return None
    field, series = found
    if field in schema.fields:
        return None
    own = schema.version
    if any(series_number(one) == series_number(own) for one in series):
        return f"this server has no field {field}: the app that brings it is not installed"
    advice = advice_without(schema.model, field)
    told = f"Odoo {own} has no field {field}, which Odoo {_listed(series)}"
    if own not in available_versions():  # offline it may be that of another version that lacks it
        told = f"no field {field} is known in Odoo {own}; Odoo {_listed(series)} it"
    return f"{told}; {advice}" if advice else told


def _listed(series: tuple[str, ...]) -> str:
    numbers = [one.removesuffix(".0") for one in series]
    if len(numbers) == 1:
        return f"{numbers[0]} has"
    return f"{', '.join(numbers[:-1])} and {numbers[-1]} have"


@cache
def _known_fields(model: str) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return every name and label of the fields of a model, with the field and its series."""
    series: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    for version in available_versions():
        if model_name(model, version) not in available_models(version):
            continue
        for name, spec in load_catalogue(version, model).fields.items():
            if is_importable(spec):
                series[name].append(version)
                labels.setdefault(folded(spec.label), name)
    names = {name: name for name in series}
    return {text: (name, tuple(series[name])) for text, name in {**labels, **names}.items() if text}
