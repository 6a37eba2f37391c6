"""How many rows a call of load() holds: found out by what calls took and brought."""

from __future__ import annotations

import threading

from odoo_ingestion.batch_processor.answers import Call, Landed, NoAnswer

FIRST_SIZE = 100
LARGEST_SIZE = 1_000
SIZE_AFTER_REFUSAL = 50
"""Rows a call: to begin with, at most, and once the server refused something.

Measured on Odoo 19: 1,000 rows with 5 bad ones land fastest in fifties; 6,000 clean partners took
2.9 s in calls of 500 and 2.7 s in calls of 1,000.
"""

CLEAN_ROWS_FOR_ONE = 8
CLEAN_ROWS_FOR_ONE_AFTER_REFUSAL = 40
"""Rows that have to land without a refusal for each row of a call that is risked.

A refused call takes 4 to 12 times as long as a clean one: the server tries it row by row. So the
first refusal costs about as much as all that landed before it, later ones a third of that.
"""

FIRST_SIZE_OF_DOCUMENTS = 500
CLEAN_ROWS_FOR_ONE_OF_DOCUMENTS = 3
"""The same of records with lines: 1,000 orders of 3 lines took 5.2 to 9.0 s in calls of 99 rows,
4.6 to 6.2 s in calls of 249 and 4.2 to 4.6 s in calls of 498, and an order alone, as the server
tries those of a refused call, takes about 3 times its share of a large call.
"""

TARGET_SECONDS = 5.0
"""A call should not take longer; the server ends a call after 120 s (limit_time_real)."""

CALLS_OF_BATCH = 5
"""Most calls for what one worker takes at once."""


class BatchSizer:
    """Finds the number of rows a call by what calls took; a number given by the user stands.

    Safe to share between threads.
    """

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed = fixed
        self._size = FIRST_SIZE
        self._refused = False
        self._documents = False
        self._landed_rows = 0
        self._lock = threading.Lock()

    @property
    def rows(self) -> int:
        """Rows of the next call, 1 or more."""
        return max(1, self._fixed or self._size)

    @property
    def rows_of_batch(self) -> int:
        """Rows that one worker takes at once: a few calls, so that they are read back together."""
        calls = min(CALLS_OF_BATCH, max(1, LARGEST_SIZE // self.rows))
        return calls * self.rows

    def expect_documents(self) -> None:
        """Take in that records have lines, of which a call may hold more; once is enough."""
        with self._lock:
            if not self._documents and not self._refused and not self._landed_rows:
                self._size = max(self._size, FIRST_SIZE_OF_DOCUMENTS)
            self._documents = True

    def learn(self, call: Call) -> None:
        """Take in what a call brought and took."""
        with self._lock:
            if isinstance(call.answer, Landed):
                self._landed(call.rows, call.seconds)
            elif isinstance(call.answer, NoAnswer):
                self._size = max(1, min(self._size, call.rows // 2))
            else:
                self._refused = True
                self._landed_rows = 0
                self._size = min(self._size, SIZE_AFTER_REFUSAL)

    def _landed(self, rows: int, seconds: float) -> None:
        self._landed_rows += rows
        fitting = int(rows * TARGET_SECONDS / max(seconds, 0.001))
        if fitting < min(rows, self._size):
            self._size = max(1, fitting)
        elif rows >= self._size * 0.8:
            self._size = max(self._size, min(2 * self._size, fitting, self._risked()))

    def _risked(self) -> int:
        least, each = FIRST_SIZE, CLEAN_ROWS_FOR_ONE
        if self._refused:
            least, each = SIZE_AFTER_REFUSAL, CLEAN_ROWS_FOR_ONE_AFTER_REFUSAL
        elif self._documents:
            least, each = FIRST_SIZE_OF_DOCUMENTS, CLEAN_ROWS_FOR_ONE_OF_DOCUMENTS
        return min(LARGEST_SIZE, max(least, self._landed_rows // each))
