"""A refused batch is cut until the bad rows stand alone and every good row has landed. Pure.

Every error inside ``load()`` rolls back the rows before it, so later rows can be named for the
lack of an earlier, good one; duplicates of rolled-back rows stay unnamed; after ten errors the
server stops looking. So a named row is a suspect: the others are sent again without it, and then
each suspect is sent alone. Only a row that was refused alone has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odoo_ingestion.batch_processor.answers import Answer, Landed, Refused, suspects
from odoo_ingestion.batch_processor.cutting import pieces
from odoo_ingestion.batch_processor.sizing import SIZE_AFTER_REFUSAL
from odoo_ingestion.records import Record

Records = tuple[Record, ...]

FALSE_NAMINGS = 2
"""How often the first row alone may be named before the batch is halved instead.

A server that blames whatever comes first would else cost one call for each row.
"""


def isolate(
    records: Records, send: Callable[[Records], Answer]
) -> Iterator[tuple[Records, Answer]]:
    """Send records and yield, piece by piece, those that are settled and how.

    Each record is yielded exactly once: in a piece that landed, alone when it was refused or
    brought no answer, or in a piece of which the server refuses every row (``Refused.whole``).
    Whatever ``send`` raises goes through; the records not yielded yet were not settled.
    """
    waiting: list[Records] = [records] if records else []
    suspected: list[Record] = []
    first_named = 0
    while waiting:
        piece = waiting.pop()
        answer = send(piece)
        if _is_settled(piece, answer):
            yield piece, answer
            continue
        named = suspects(answer.faults, len(piece)) if isinstance(answer, Refused) else []
        first_named = first_named + 1 if named == [0] else 0
        if not named or first_named > FALSE_NAMINGS:
            waiting.extend(reversed(_halves(piece)))
            continue
        suspected.extend(piece[row] for row in named)
        waiting.extend(reversed(_without(piece, named)))
    for record in suspected:
        yield (record,), send((record,))


def _is_settled(piece: Records, answer: Answer) -> bool:
    if isinstance(answer, Landed) or len(piece) == 1:
        return True
    return isinstance(answer, Refused) and answer.whole


def _halves(piece: Records) -> list[Records]:
    middle = len(piece) // 2
    return [piece[:middle], piece[middle:]]


def _without(piece: Records, named: list[int]) -> list[Records]:
    dropped = set(named)
    rest = tuple(record for row, record in enumerate(piece) if row not in dropped)
    return pieces(rest, SIZE_AFTER_REFUSAL)
