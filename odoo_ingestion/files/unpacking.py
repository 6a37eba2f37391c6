"""How much a packed file may unpack to, whatever packs it."""

from __future__ import annotations

from odoo_ingestion.errors import InputFileError

MOST_UNPACKED = 20 * 1024**3
"""Bytes that a packed file may unpack to: more rows than an import sends in days."""

MOST_TIMES = 250
"""How many times as large as it was a file may become: tables reach 5 to 50, bombs 1000."""

UNSUSPECTED = 100 * 1024**2
"""Bytes up to which a file may become as many times as large as it likes."""


def check_unpacked(name: str, packed: int, unpacked: int, most: int | None = None) -> None:
    """Raise InputFileError when a file (``name``) unpacks to too much.

    ``packed`` and ``unpacked`` are bytes, so far or in all; ``most`` bytes are allowed,
    ``MOST_UNPACKED`` where nothing else is said.
    """
    most = MOST_UNPACKED if most is None else most
    if unpacked > most:
        raise _too_much(name, f"to more than {_size(most)}")
    if unpacked > UNSUSPECTED and unpacked > MOST_TIMES * max(packed, 1):
        raise _too_much(name, f"to more than {MOST_TIMES} times its size")


def _too_much(name: str, how: str) -> InputFileError:
    return InputFileError(
        f"{name} unpacks {how}: that is a broken or a malicious file.",
        hint="If it is neither, unpack it or save it as CSV, in parts, and import those.",
    )


def _size(count: int) -> str:
    return f"{count >> 30} GiB" if count >= 1 << 30 else f"{count >> 20} MiB"
