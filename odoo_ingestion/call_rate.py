"""How many calls a server is to get in a time, as people write it: 60/min."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {"s": (1, "s"), "m": (60, "min"), "h": (3600, "h")}
_WRITTEN = re.compile(
    r"(\d{1,6})\s*(?:/|per)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)", re.IGNORECASE
)


class CallRate(NamedTuple):
    """At most ``calls`` in ``seconds``; ``unit`` is how people call that time."""

    calls: int
    seconds: int
    unit: str

    def __str__(self) -> str:
        return f"{self.calls}/{self.unit}"


def parse_rate(text: str) -> CallRate:
    """Return the rate that ``60/min``, ``2/s`` or ``1000/h`` says; raises ValueError."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise ValueError("write it like 60/min, 2/s or 1000/h")
    return CallRate(int(found[1]), *_UNITS[found[2][0].lower()])
