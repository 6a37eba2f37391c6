"""How batches are cut and sent: the user's choices, and the limits behind "auto"."""

from __future__ import annotations

from msgspec import Struct

AUTO_WORKERS = 2
"""Calls in flight when the user names no number: what a server with two workers can take."""

BATCH_BYTES = 4 * 1024 * 1024
"""Most bytes of cell text in one call; Odoo itself refuses a body over 128 MiB."""


class BatchSettings(Struct, frozen=True):
    """What a user can say about batches.

    ``batch_size`` is rows per call and ``workers`` calls in flight; None finds them out while
    running. ``tracking`` None leaves chatter messages out for new records and keeps them for
    existing ones, True keeps them for both, False leaves them out for both. ``time_zone`` is the
    logged-in user's (an IANA name): load() reads datetimes in it. ``batch_bytes`` is the most
    cell text in one call. ``m2m_add`` adds what many2many cells name to what existing records hold,
    instead of replacing it; an empty cell clears all the same. ``by_variant`` loads new templates
    of simple products through product.product, where they end up the same.
    """

    batch_size: int | None = None
    workers: int | None = None
    tracking: bool | None = None
    time_zone: str = "UTC"
    batch_bytes: int = BATCH_BYTES
    m2m_add: bool = False
    by_variant: bool = False

    @property
    def calls_in_flight(self) -> int:
        """The number of workers: at least one."""
        return max(1, self.workers or AUTO_WORKERS)
