"""How the names that files give to columns are listed."""

from __future__ import annotations

from collections.abc import Mapping


def spell(names_by_field: Mapping[str, str]) -> dict[str, str]:
    """Return name -> field from field -> comma-separated names."""
    return {
        name.strip(): field for field, names in names_by_field.items() for name in names.split(",")
    }


def numbers_of(noun: str) -> str:
    """Return the usual names of the number by which a list knows its own things."""
    endings = ("id", "no", "nr", "number", "num", "code", "ref", "reference", "key")
    return ",".join(f"{noun} {ending}" for ending in endings)
