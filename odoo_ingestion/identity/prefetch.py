"""What exists is read at once where it is little, instead of being asked for row after row."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, Generic, TypeVar

from odoo_ingestion.external_ids import Target, derived_start, find
from odoo_ingestion.ports import Odoo

T = TypeVar("T")

_IDS = "ir.model.data"

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
    odoo: Odoo, model: str, domain: list[Any], fields: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """Yield what all records of a domain hold, page by page, so that no answer is large."""
    last = 0
    while True:
        beyond = [*domain, ("id", ">", last)]
        page = odoo.call(model, "search_read", beyond, list(fields), limit=PAGE, order="id")
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


class ExternalIds:
    """Looks up external ids, those of a module all at once where they are few.

    Of derived ids those of the rows' model count: their names begin with it.
    """

    def __init__(self, odoo: Odoo, model: str, *, may_read: bool, may_prefetch: bool) -> None:
        self._odoo = odoo
        self._derived = derived_start(model)
        self._may_read = may_read
        self._may_prefetch = may_prefetch and may_read
        self._read: dict[str, Prefetch[dict[str, Target]]] = {}

    def find(self, names: Sequence[str]) -> dict[str, Target]:
        """Return what complete external ids point to; those that do not exist are absent."""
        if not self._may_prefetch:
            return find(self._odoo, names, may_read=self._may_read)
        found: dict[str, Target] = {}
        left: list[str] = []
        for beginning, some in self._groups_of(names):
            held = self._held(beginning, len(some))
            if held is None:
                left += some
            elif held:
                found |= {name: held[name] for name in some if name in held}
        return found | find(self._odoo, left, may_read=True) if left else found

    def _groups_of(self, names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield the ids that are read together, with what they begin with; most are derived."""
        derived = [name for name in names if name.startswith(self._derived)]
        if derived:
            yield self._derived, derived
        if len(derived) == len(names):
            return
        others: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if not name.startswith(self._derived):
                others[f"{name.partition('.')[0]}."].append(name)
        yield from others.items()

    def _held(self, beginning: str, asked: int) -> dict[str, Target] | None:
        if beginning not in self._read:
            self._read[beginning] = self._prefetch(beginning)
        return self._read[beginning].get(asked)

    def _prefetch(self, beginning: str) -> Prefetch[dict[str, Target]]:
        module, _, tail = beginning.partition(".")
        domain: list[Any] = [("module", "=", module)]
        if tail:
            domain.append(("name", "=like", f"{tail}%"))

        def read() -> dict[str, Target]:
            found = read_all(self._odoo, _IDS, domain, ["name", "model", "res_id"])
            return {
                f"{module}.{data['name']}": Target(sys.intern(data["model"]), data["res_id"])
                for data in found
            }

        return Prefetch(lambda number: exceeds(self._odoo, _IDS, domain, number), read)
