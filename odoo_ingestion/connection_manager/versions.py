"""Which Odoo versions are supported, and how a server tells its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from odoo_ingestion.errors import ConnectionFailed

OLDEST = 14
NEWEST = 19
"""The newest version that this program was tested with; newer ones are let through."""

_SUPPORTED = f"Supported are Odoo {OLDEST} to {NEWEST}."


def read_version(answer: Mapping[str, Any], url: str) -> str:
    """Return the series (``"19.0"``) from what ``common.version()`` tells.

    Reads ``19.0-20251120``, ``17.0+e``, ``saas~18.2+e`` (``"18.2"``) and the like. Raises
    ConnectionFailed for a version that is too old or cannot be read.
    """
    told = str(answer.get("server_serie") or answer.get("server_version") or "")
    found = re.match(r"(?:saas[~-])?(\d+)\.(\d+)", told)
    if found is None:
        raise ConnectionFailed(
            f"{url} does not tell an Odoo version (it says {told!r}).", hint=_SUPPORTED
        )
    if int(found[1]) < OLDEST:
        raise ConnectionFailed(f"{url} runs Odoo {told}, which is not supported.", hint=_SUPPORTED)
    return f"{found[1]}.{found[2]}"


def major(version: str) -> int:
    """Return the first number of a series: 19 for ``"19.0"``."""
    return int(version.partition(".")[0])
