"""How a run is reported besides the screen: its log and its metrics."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_ingestion.cli.choices import named_folder
from odoo_ingestion.errors import ConfigurationError

if TYPE_CHECKING:
    from odoo_ingestion.config import Config

LOG_FORMATS = ("text", "json")
_YES = ("1", "true", "yes", "on", "y", "t")
_NO = ("0", "false", "no", "off", "n", "f")


@dataclass(frozen=True)
class Reporting:
    """What the command line says of log and metrics; None where it says nothing.

    ``log_dir`` is None where no folder was named; ``log_format`` is ``text`` or ``json``.
    """

    log_format: str | None = None
    log_personal_data: bool | None = None
    metrics_file: Path | None = None
    log_dir: Path | None = None

    def settled(self, config: Config | None) -> Reporting:
        """Return it with the settings, or the environment, where the command line says nothing.

        Raises ConfigurationError for a variable that cannot be understood.
        """
        from_settings = _of_config(config) if config is not None else _of_environment()
        said = {name: value for name, value in vars(self).items() if value is not None}
        told = dataclasses.replace(from_settings, **said)
        if told.metrics_file is None:
            return told
        path = named_folder("--metrics-file", told.metrics_file)
        return dataclasses.replace(told, metrics_file=path)


def _of_config(config: Config) -> Reporting:
    named = config.log_dir if "log_dir" in config.model_fields_set else None
    return Reporting(config.log_format, config.log_personal_data, config.metrics_file, named)


def _of_environment() -> Reporting:
    """Return what the environment says; offline there are no settings of a connection."""
    folder, metrics = os.environ.get("ODOO_LOG_DIR"), os.environ.get("ODOO_METRICS_FILE")
    return Reporting(
        _log_format(os.environ.get("ODOO_LOG_FORMAT") or None),
        _truth("ODOO_LOG_PERSONAL_DATA"),
        named_folder("ODOO_METRICS_FILE", metrics) if metrics else None,
        named_folder("ODOO_LOG_DIR", folder) if folder else None,
    )


def _log_format(text: str | None) -> str | None:
    if text is not None and text not in LOG_FORMATS:
        raise ConfigurationError(f"ODOO_LOG_FORMAT is {text!r}; it must be text or json.")
    return text


def _truth(variable: str) -> bool | None:
    text = os.environ.get(variable, "").strip().lower()
    if not text:
        return None
    if text in (*_YES, *_NO):
        return text in _YES
    raise ConfigurationError(f"{variable} is {text!r}; it must be true or false.")
