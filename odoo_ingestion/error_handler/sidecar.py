"""The file beside a failed-records file that says how its rows were imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, to_builtins

from odoo_ingestion import __version__
from odoo_ingestion.errors import InputFileError
from odoo_ingestion.records import SourceFacts
from odoo_ingestion.runs import ImportOptions

SIDECAR_SUFFIX = ".meta.json"
SPOOL_SUFFIX = ".partial.jsonl"
_NOT_FOR_A_RETRY = frozenset({"format", "encoding", "separator", "failed_dir"})
"""Options that describe the run's input file; its failed-records file speaks for itself."""


class Sidecar(Struct, frozen=True):
    """What a retry of a failed-records file needs to know; it holds no secret.

    ``options`` are those of the run, without the ones that only describe its input file.
    ``company`` and ``lang`` are the ones that the run used, ``created`` is an ISO date and time.
    """

    options: ImportOptions
    source: SourceFacts
    url: str | None = None
    database: str | None = None
    company: str | None = None
    lang: str | None = None
    created: str = ""
    tool_version: str = __version__

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        values: dict[str, Any] = to_builtins(self, enc_hook=str)
        options = values["options"]
        values["options"] = {
            name: value for name, value in options.items() if name not in _NOT_FOR_A_RETRY
        }
        return values


def read_sidecar(path: Path) -> Sidecar | None:
    """Return what is told beside a failed-records file, None when nothing is.

    Raises InputFileError when the sidecar is there but cannot be understood.
    """
    sidecar = sidecar_path(path)
    try:
        values = json.loads(sidecar.read_text("utf-8"))
        return _parse_sidecar(values)
    except FileNotFoundError:
        return None
    except OSError as e:
        raise InputFileError(f"{sidecar} cannot be read: {e.strerror}.") from e
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as e:
        raise InputFileError(
            f"{sidecar} is damaged: it does not say how {path.name} was imported.",
            hint="Delete it and name the options again, such as --type.",
        ) from e


def sidecar_path(path: Path) -> Path:
    """Return where the sidecar of a failed-records file is, there or not."""
    beside = path.with_name(path.name + SIDECAR_SUFFIX)
    if path.name.endswith(SPOOL_SUFFIX) and not beside.exists():
        # The run was killed before the real file could be written from its spool.
        return path.with_name(path.name.removesuffix(SPOOL_SUFFIX) + SIDECAR_SUFFIX)
    return beside


def _parse_sidecar(values: Mapping[str, Any]) -> Sidecar:
    """Return the sidecar; raises msgspec's ValidationError where a value is of another kind."""
    options = {
        name: value for name, value in values["options"].items() if name not in _NOT_FOR_A_RETRY
    }
    return convert({**values, "options": options}, Sidecar)
