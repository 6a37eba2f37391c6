"""Row numbers in few characters: ``1-100,205``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def compress(numbers: Iterable[int]) -> str:
    """Return distinct numbers in order, neighbours joined."""
    distinct = set(numbers)
    if distinct and max(distinct) - min(distinct) == len(distinct) - 1 > 0:
        return f"{min(distinct)}-{max(distinct)}"  # the usual case: the next rows of a file
    parts: list[list[int]] = []
    for number in sorted(distinct):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def expand(text: str) -> Iterator[int]:
    """Yield the numbers of a compressed text."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
