"""The shipped field catalogues, for dry runs without a server."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from odoo_ingestion.data_models.schema import schema_from_fields_get
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ModelSchema

_FOLDER = files("odoo_ingestion.data_models") / "catalogues"
_ENDING = ".json.gz"


@cache
def available_versions() -> tuple[str, ...]:
    """Return the Odoo series that have a catalogue, oldest first."""
    names = [entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(_ENDING)]
    versions = [name.removesuffix(_ENDING) for name in names]
    return tuple(sorted(versions, key=lambda version: [int(part) for part in version.split(".")]))


def available_models(version: str) -> tuple[str, ...]:
    """Return the models that the catalogue of a series describes.

    Raises UsageError for a series without a catalogue.
    """
    return tuple(sorted(_read(_known_version(version))))


def load_catalogue(version: str, model: str) -> ModelSchema:
    """Return a model's fields in an Odoo series (``"19.0"``; ``"19"`` will do).

    Raises UsageError for a series or a model that no catalogue describes.
    """
    series = _known_version(version)
    models = _read(series)
    if model not in models:
        near = get_close_matches(model, models, n=3) or sorted(models)
        raise UsageError(
            f"there is no offline description of the model {model} in Odoo {series}",
            hint=f"Known are {', '.join(near)}. For other models leave --offline out.",
        )
    return schema_from_fields_get(model, series, models[model])


def _known_version(version: str) -> str:
    series = version if "." in version else f"{version}.0"
    if series not in available_versions():
        raise UsageError(
            f"there is no offline description of Odoo {version}",
            hint=f"Use --odoo-version with one of {', '.join(available_versions())}.",
        )
    return series


@cache
def _read(series: str) -> Mapping[str, Mapping[str, Any]]:
    content = gzip.decompress((_FOLDER / f"{series}{_ENDING}").read_bytes())
    models: Mapping[str, Mapping[str, Any]] = json.loads(content)["models"]
    return models
