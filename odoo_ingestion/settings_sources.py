"""Where settings come from: what is given, over the environment, over a ``.env`` file.

A library for this (pydantic-settings) takes 40 ms to be imported, a tenth of the start of a run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class Sources:
    """The environment and a ``.env`` file, as names in lower case with their values.

    Names are the same in any case; an empty value is none. ``env_file`` is None for no file, and
    one that does not exist is no error. Raises OSError and UnicodeDecodeError for one that cannot
    be read.
    """

    def __init__(self, env_file: str | Path | None) -> None:
        self._sources = [_filled(os.environ)]
        if env_file is not None:
            self._sources.append(_filled(_read_file(Path(env_file).expanduser())))

    def find(self, names: Sequence[str]) -> str | None:
        """Return the value of the first name that the environment has, else of the file's."""
        return next(self._values(names), None)

    def _values(self, names: Sequence[str]) -> Iterator[str]:
        for source in self._sources:
            for name in names:
                if (value := source.get(name.lower())) is not None:
                    yield value


def merged(
    given: Mapping[str, Any], variables: Mapping[str, Sequence[str]], sources: Sources
) -> dict[str, Any]:
    """Return the values of settings by name; what nobody names is absent.

    ``variables`` are the variables of each setting, the name proper first; ``given`` may go by
    these too.
    """
    values: dict[str, Any] = {}
    for setting, names in variables.items():
        told = [given[name] for name in (setting, *names) if name in given]
        value = told[0] if told else sources.find(names)
        if told or value is not None:
            values[setting] = value
    return values


def _filled(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {name.lower(): value for name, value in variables.items() if value}


def _read_file(path: Path) -> Mapping[str, str | None]:
    if not (path.is_file() or path.is_fifo()):
        return {}
    from dotenv import dotenv_values

    return dotenv_values(path, encoding="utf-8-sig")
