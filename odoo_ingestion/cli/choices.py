"""What a user's options mean together; pure: texts in, ImportOptions or a UsageError out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.errors import UsageError
from odoo_ingestion.runs import ImportOptions

_LARGEST_BATCH = 10_000
_MOST_WORKERS = 32
_SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
}


def input_paths(positional: Sequence[str] | None, more: Sequence[str] | None) -> list[str]:
    """Return the input files in the order given; raises UsageError when there is none."""
    paths = [*(positional or ()), *(more or ())]
    if not paths:
        raise UsageError(
            "No file was named.",
            hint="For example: odoo-ingestion import products.csv --type products",
        )
    if paths.count("-") > 1:
        raise UsageError("Standard input (-) can be read once only.")
    return paths


def import_options(given: Mapping[str, Any], base: ImportOptions | None = None) -> ImportOptions:
    """Return the options of one import: those ``given`` (None: not given) over the base.

    Raises UsageError where one cannot be understood or two do not go together.
    """
    changes = {
        name: convert(name, given[name])
        for name, convert in _CONVERTERS.items()
        if given.get(name) is not None
    }
    if changes.get("type") and changes.get("model"):
        raise UsageError("--type and --model do not go together: a type stands for its model.")
    if base is not None:
        changes = _over(changes, base)
    changes |= _tracking(given)
    options = replace(base or ImportOptions(), **changes)
    check_options(options, version_given=given.get("odoo_version") is not None)
    return options


def check_options(options: ImportOptions, *, version_given: bool = False) -> None:
    """Raise UsageError where options do not go together."""
    if options.offline and options.dry_run_server:
        raise UsageError("--offline and --dry-run-server do not go together.")
    if options.offline and not options.dry_run:
        raise UsageError(
            "Nothing can be written without a server.",
            hint="Add --dry-run, or leave out --offline.",
        )
    if version_given and not options.offline:
        raise UsageError("--odoo-version is for --offline only: a server tells its version itself.")


def check_standard_input(paths: Sequence[str], options: ImportOptions) -> None:
    """Raise UsageError when standard input is read and its format is not said."""
    if "-" in paths and options.format is None:
        raise UsageError(
            "The format of standard input is not said.",
            hint="Add --format csv (or json, jsonl, parquet, xlsx).",
        )


def _over(changes: dict[str, Any], base: ImportOptions) -> dict[str, Any]:
    if changes.get("type"):
        changes["model"] = None
    if changes.get("model"):
        changes["type"] = None
    if changes.get("dry_run") is False:
        changes |= {"dry_run_server": False, "offline": False, "odoo_version": None}
    for name in ("set_values", "context"):
        if name in changes:
            changes[name] = {**getattr(base, name), **changes[name]}
    return changes


def _tracking(given: Mapping[str, Any]) -> dict[str, bool]:
    if given.get("with_tracking") and given.get("no_tracking"):
        raise UsageError("--with-tracking and --no-tracking do not go together.")
    if given.get("with_tracking"):
        return {"tracking": True}
    return {"tracking": False} if given.get("no_tracking") else {}


def _as_is(_name: str, value: Any) -> Any:
    return value


def _as_text(_name: str, value: Any) -> str:
    return str(value)


def _text(name: str, value: str) -> str:
    text = value.strip()
    if not text:
        raise UsageError(f"{_option(name)} is empty.")
    return text


def _names(name: str, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not names:
        raise UsageError(f"{_option(name)} names no field.")
    return names


def _number(name: str, value: str, most: int) -> int | None:
    if value.strip().lower() == "auto":
        return None
    if value.strip().isdecimal() and 1 <= int(value) <= most:
        return int(value)
    raise UsageError(f"{_option(name)} must be auto or a number from 1 to {most}, not {value!r}.")


def _batch_size(name: str, value: str) -> int | None:
    return _number(name, value, _LARGEST_BATCH)


def _workers(name: str, value: str) -> int | None:
    return _number(name, value, _MOST_WORKERS)


def _separator(name: str, value: str) -> str:
    separator = _SEPARATORS.get(value.strip().lower(), value)
    if len(separator) != 1:
        raise UsageError(
            f"{_option(name)} must be one character or tab, not {value!r}.",
            hint="A semicolon has to be quoted in the shell: --separator ';'",
        )
    return separator


def _pairs(name: str, value: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in value:
        key, equals, content = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError(f"{_option(name)} must look like NAME=VALUE, not {text!r}.")
        if key in pairs:
            raise UsageError(f"{_option(name)} names {key} twice.")
        pairs[key] = content
    return pairs


def _context(name: str, value: Sequence[str]) -> dict[str, Any]:
    return {key: _json_or_text(text) for key, text in _pairs(name, value).items()}


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _folder(name: str, value: Path) -> Path:
    return named_folder(_option(name), value)


def named_folder(name: str, value: str | Path) -> Path:
    """Return the folder that an option or a variable (its ``name``) names; ``~`` is the home.

    Raises UsageError for the home of a user that is not known.
    """
    try:
        return Path(value).expanduser()
    except RuntimeError as e:
        raise UsageError(f"{name} names the home of an unknown user: {value}.") from e


def _option(name: str) -> str:
    return "--set" if name == "set_values" else f"--{name.replace('_', '-')}"


_CONVERTERS: Mapping[str, Callable[[str, Any], Any]] = {
    "type": _text,
    "model": _text,
    "dry_run": _as_is,
    "dry_run_server": _as_is,
    "offline": _as_is,
    "odoo_version": _text,
    "mode": _as_is,
    "key": _names,
    "company": _text,
    "format": _text,
    "encoding": _text,
    "separator": _separator,
    "clear_empty": _names,
    "batch_size": _batch_size,
    "workers": _workers,
    "max_errors": _as_is,
    "set_values": _pairs,
    "date_format": _as_is,
    "lang": _text,
    "context": _context,
    "create_missing": _names,
    "ignore_unknown_columns": _as_is,
    "ignore": _names,
    "m2m": _as_text,
    "pricelist": _text,
    "fetch_images": _as_is,
    "confirm": _as_is,
    "post": _as_is,
    "apply": _as_is,
    "delete_missing_lines": _as_is,
    "failed_dir": _folder,
}
