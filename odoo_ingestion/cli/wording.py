"""How numbers, times and commands are put into words."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_PROTOCOLS = {"xmlrpc": "XML-RPC", "json2": "JSON-2"}


def rows(count: int) -> str:
    """Return `1 row`, `1,200 rows`."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def duration(seconds: float) -> str:
    """Return a time in words that are as exact as it is short: `0.4 s`, `42 s`, `3 min 05 s`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes == 0:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def rate(rows_per_second: float) -> str:
    """Return `410 rows/s`; slow ones with a decimal."""
    exact = ",.0f" if rows_per_second >= 9.95 else ".1f"
    return f"{rows_per_second:{exact}} rows/s"


def over(protocol: str) -> str:
    """Return how Odoo is spoken to: `over JSON-2`."""
    return f"over {_PROTOCOLS.get(protocol, protocol)}"


def quoted(words: Sequence[str]) -> str:
    """Return a command as it can be pasted into a shell."""
    return " ".join(shlex.quote(word) for word in words)


def program() -> list[str]:
    """Return the words that run this program again from the same place."""
    called = sys.argv[0] if sys.argv else ""
    name = Path(called).name
    if name == "__main__.py":
        return ["python", "-m", "odoo_ingestion"]
    found = shutil.which("odoo-ingestion")
    if name != "odoo-ingestion" or (found and Path(found).resolve() == Path(called).resolve()):
        return ["odoo-ingestion"]
    path = Path(called).absolute()
    here = Path.cwd()
    return [str(path.relative_to(here) if path.is_relative_to(here) else path)]


def path_for_people(path: str) -> str:
    """Return a path as short as it can be said from the current folder."""
    given = Path(path)
    if given.is_absolute() and given.is_relative_to(Path.cwd()):
        return str(given.relative_to(Path.cwd()))
    return path
