"""The shipped field catalogues, for dry runs without a server."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.data_models.schema import schema_from_fields_get
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ModelSchema
from odoo_ingestion.versions import canonical_model, model_name, series_number, series_of
from odoo_ingestion.versions import field_name as series_field_name

_FOLDER = files("odoo_ingestion.data_models") / "catalogues"
_ENDING = ".json.gz"


@cache
def available_versions() -> tuple[str, ...]:
    """Return the Odoo series that have a catalogue, oldest first."""
    names = [entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(_ENDING)]
    versions = [name.removesuffix(_ENDING) for name in names]
    return tuple(sorted(versions, key=series_number))


def available_models(version: str) -> tuple[str, ...]:
    """Return the models that the catalogue of a series (or the one nearest to it) describes.

    Raises UsageError for what is no series of Odoo 14 or later.
    """
    return tuple(sorted(_read(_nearest(_asked(version)))))


def load_catalogue(version: str, model: str) -> ModelSchema:
    """Return a model's fields in an Odoo series (``"19.0"``; ``"19"`` will do).

    ``model`` may have its older or newer name. A series without a catalogue of its own (15.0,
    16.0, ``saas~18.2``) is described by the nearest one, see ``catalogue_notice``. Raises
    UsageError for a model that the catalogue does not describe, or what is no series.
    """
    series = _asked(version)
    models = _read(_nearest(series))
    listed = next((name for name in _names_of(model) if name in models), None)
    if listed is None:
        near = get_close_matches(model, models, n=3) or sorted(models)
        raise UsageError(
            f"there is no offline description of the model {model} in Odoo {series}",
            hint=f"Known are {', '.join(near)}. For other models leave --offline out.",
        )
    own_name = model_name(canonical_model(model), series)
    schema = schema_from_fields_get(own_name, series, models[listed])
    return schema if series in available_versions() else _with_names_of(schema)


def catalogue_notice(version: str) -> str | None:
    """Return what to say of a series that has no catalogue of its own, or None.

    Raises UsageError for what is no series of Odoo 14 or later.
    """
    series = _asked(version)
    nearest = _nearest(series)
    if nearest == series:
        return None
    return (
        f"offline: no list of the fields of Odoo {series} is shipped, so that of Odoo {nearest} "
        f"is taken, which may have fields that {series} has not, or lack some"
    )


def _asked(version: str) -> str:
    """Return the series of a version as a user may write it; raises UsageError for none."""
    oldest = available_versions()[0]
    try:
        series = series_of(version)
    except ValueError:
        series = ""
    if not series or series_number(series) < series_number(oldest):
        raise UsageError(
            f"there is no offline description of Odoo {version}",
            hint=f"Use --odoo-version with {oldest} or later, such as {available_versions()[-1]}.",
        )
    return series


def _nearest(series: str) -> str:
    """Return the series itself where it has a catalogue, else the next newer, else the newest."""
    newer = [v for v in available_versions() if series_number(v) >= series_number(series)]
    return newer[0] if newer else available_versions()[-1]


def _names_of(model: str) -> tuple[str, ...]:
    canonical = canonical_model(model)
    old = (model_name(canonical, version) for version in available_versions())
    return tuple(dict.fromkeys((model, canonical, *old)))


def _with_names_of(schema: ModelSchema) -> ModelSchema:
    """Return a borrowed schema with its fields called as the series itself calls them."""
    fields = {}
    for name, spec in schema.fields.items():
        own = series_field_name(schema.model, name, schema.version)
        fields[own] = replace(spec, name=own)
    return replace(schema, fields=fields)


@cache
def _read(series: str) -> Mapping[str, Mapping[str, Any]]:
    content = gzip.decompress((_FOLDER / f"{series}{_ENDING}").read_bytes())
    models: Mapping[str, Mapping[str, Any]] = json.loads(content)["models"]
    return models
