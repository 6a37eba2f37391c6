"""What a server says about a model's fields, as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from odoo_ingestion.records import FieldSpec, ModelSchema

FIELD_ATTRIBUTES = (
    "string",
    "type",
    "required",
    "readonly",
    "store",
    "relation",
    "relation_field",
    "selection",
    "translate",
    "digits",
    "size",
    "company_dependent",
    "searchable",
    "domain",
    "depends",
    "help",
)
"""What to ask ``fields_get`` for; servers leave out what they do not know (Odoo 14 to 19)."""

RELATIONAL_TYPES = frozenset({"many2one", "many2many"})
"""Field types whose cells name records of another model."""

_WRITABLE: Mapping[str, frozenset[str]] = {
    "account.move": frozenset({"move_type", "invoice_origin"}),
}
"""Fields that only Odoo's forms keep from being written: ``fields_get`` calls them read-only, and
create() takes them (Odoo 14 to 19)."""

_NOT_ONE_CELL = frozenset({"one2many", "json", "properties", "properties_definition", "reference"})


def schema_from_fields_get(
    model: str,
    version: str,
    fields_get: Mapping[str, Mapping[str, Any]],
    *,
    labels: Mapping[str, str] | None = None,
    others: Sequence[Mapping[str, Mapping[str, Any]]] = (),
) -> ModelSchema:
    """Return the schema that an answer of ``fields_get`` describes.

    ``labels`` maps further labels to field names. ``others`` are answers in other languages (at
    least ``string``; with ``selection``, allowed values are read in those languages too).
    """
    fields = {
        name: _field(name, data, others, writable=name in _WRITABLE.get(model, ()))
        for name, data in fields_get.items()
    }
    pairs = [(label, name) for label, name in (labels or {}).items()]
    for other in others:
        pairs += [(str(data.get("string") or ""), name) for name, data in other.items()]
    return ModelSchema(model, version, fields, _group_labels(pairs, fields))


def required_without_default(schema: ModelSchema, defaults: Collection[str]) -> frozenset[str]:
    """Return the required fields that a new record must be given.

    ``defaults`` names the fields for which the server has a default. Left out is what Odoo computes
    or keeps outside the table (company-dependent fields have no NOT NULL), and one2many lines.
    """
    return frozenset(
        name
        for name, spec in schema.fields.items()
        if spec.required
        and name not in defaults
        and not (spec.computed or spec.company_dependent)
        and is_importable(spec)
    )


def is_importable(spec: FieldSpec) -> bool:
    """Tell whether one cell of a file can hold the field, and Odoo lets it be written."""
    return spec.type not in _NOT_ONE_CELL and not spec.readonly


def _field(
    name: str,
    data: Mapping[str, Any],
    others: Iterable[Mapping[str, Mapping[str, Any]]],
    *,
    writable: bool,
) -> FieldSpec:
    return FieldSpec(
        name=name,
        type=str(data["type"]),
        label=str(data.get("string") or ""),
        required=bool(data.get("required")),
        readonly=bool(data.get("readonly")) and not writable,
        store=bool(data.get("store", True)),
        relation=data.get("relation") or None,
        relation_field=data.get("relation_field") or None,
        selection=_selection([data, *(other.get(name, {}) for other in others)]),
        translate=bool(data.get("translate")),
        digits=_digits(data.get("digits")),
        size=data.get("size") or None,
        company_dependent=bool(data.get("company_dependent")),
        searchable=bool(data.get("searchable", True)),
        domain=data.get("domain") or None,
        computed=bool(data.get("depends")),
        help=str(data.get("help") or ""),
    )


def _selection(answers: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return (key, label) pairs, the labels of other languages after the server's first ones."""
    pairs = [
        (str(key), str(label)) for data in answers for key, label in data.get("selection") or ()
    ]
    return tuple(dict.fromkeys(pairs))


def _digits(value: Any) -> tuple[int, int] | None:
    return (int(value[0]), int(value[1])) if isinstance(value, list | tuple) else None


def _group_labels(
    pairs: Iterable[tuple[str, str]], fields: Mapping[str, FieldSpec]
) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for label, name in pairs:
        if label and name in fields and name not in grouped[label]:
            grouped[label].append(name)
    return {label: tuple(names) for label, names in grouped.items() if names}
