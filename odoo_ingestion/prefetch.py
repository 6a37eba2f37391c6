"""What exists is read at once where it is little, instead of being asked for row after row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, Generic, TypeVar

from odoo_ingestion.ports import Odoo

T = TypeVar("T")

PAGE = 5_000
"""Records of one answer: read as XML it takes 20 MB for as long as it is taken apart."""

MOST_PREFETCHED = 50_000
"""Records that are read at once; they take about 10 MB here and a second of the server's time."""

FEWEST_ASKED = 1_000
"""Rows of a file for which less is asked: looking them up costs no more than counting."""

WORTH = 4
"""Records to read at once for each row that was looked up until then. Reading an external id among
all takes 12 us of the server's time, finding one by name 20 to 40 us (Odoo 19): what is read is
worth no more than what was spent already, so that neither way costs much more than the better."""

SECONDS = 30.0
"""How long what was read counts. Others may make records meanwhile, as they may between any
look-up and the call that writes; what the run's own rows make is known without looking."""


class Prefetch(Generic[T]):
    """Reads what exists once enough was asked that it pays.

    ``exceeds`` tells whether there are more records than a number, ``read`` returns them. Both
    raise what ``Odoo.call`` raises.
    """

    def __init__(
        self,
        exceeds: Callable[[int], bool],
        read: Callable[[], T],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._exceeds = exceeds
        self._read = read
        self._clock = clock
        self._asked = 0
        self._held: T | None = None
        self._until = float("-inf")

    def get(self, asked: int) -> T | None:
        """Return all that exists, or None where the next ``asked`` had better be looked up."""
        self._asked += asked
        now = self._clock()
        if now < self._until:
            return self._held
        self._held = None
        few = min(MOST_PREFETCHED, WORTH * self._asked)
        if self._asked < FEWEST_ASKED:
            return None
        if not self._exceeds(few):
            self._held = self._read()
            self._until = self._clock() + SECONDS
        elif few == MOST_PREFETCHED:  # too many: that changes slowly
            self._until = now + SECONDS
        return self._held


def exceeds(odoo: Odoo, model: str, domain: list[Any], number: int) -> bool:
    """Tell whether more records match a domain; the server looks no further than it has to."""
    return bool(odoo.call(model, "search", domain, offset=number, limit=1, order="id"))


def read_all(
    odoo: Odoo, model: str, domain: list[Any], fields: Sequence[str], **options: Any
) -> Iterator[Mapping[str, Any]]:
    """Yield what all records of a domain hold, page by page, so that no answer is large.

    ``options`` are further ones of ``search_read``.
    """
    last = 0
    while True:
        beyond = [*domain, ("id", ">", last)]
        page = odoo.call(
            model, "search_read", beyond, list(fields), limit=PAGE, order="id", **options
        )
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]
