"""How much memory is left for batches, and how large they may be in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

COPIES_OF_A_BATCH = 12
"""What a byte of cell text costs while it is sent: rows, Python strings, XML, the reply."""

SHARE_FOR_BATCHES = 0.25
"""The part of the free memory that batches may take together."""

SMALLEST_BATCH_BYTES = 64 * 1024
"""Below this a batch is not cut further: the calls would cost more than the memory saved."""

CHECK_SECONDS = 1.0
"""How often the free memory is looked at."""

_log = logging.getLogger("odoo_ingestion.batch_processor")

_CGROUP = Path("/sys/fs/cgroup")


def available_memory(cgroup: Path = _CGROUP) -> int:
    """Return the bytes that this process may still take.

    The smaller of what the machine has free and what the container's limit leaves (cgroup v2:
    ``memory.max`` minus ``memory.current``; no such files or no limit means the machine decides).
    """
    import psutil

    free = int(psutil.virtual_memory().available)
    left = _left_in_container(cgroup)
    return free if left is None else min(free, left)


def _left_in_container(cgroup: Path) -> int | None:
    try:
        limit = (cgroup / "memory.max").read_text().strip()
        used = (cgroup / "memory.current").read_text().strip()
    except OSError:
        return None  # not in a container, or cgroup v1
    if not limit.isdigit() or not used.isdigit():
        return None  # "max": no limit
    return max(0, int(limit) - int(used))


def bytes_per_batch(available: int, batches: int, most: int) -> int:
    """Return how many bytes of cell text one batch may hold.

    ``available`` is in bytes, ``batches`` is how many exist at the same time (queued and in
    flight), ``most`` is the limit when memory is plentiful.
    """
    share = int(available * SHARE_FOR_BATCHES) // (COPIES_OF_A_BATCH * max(1, batches))
    return max(min(SMALLEST_BATCH_BYTES, most), min(most, share))


class BatchMemory:
    """The bytes of cell text that one batch may hold, looked at anew every second.

    ``available`` tells the free memory in bytes, ``most`` is the limit when it is plentiful.
    """

    def __init__(self, available: Callable[[], int], most: int) -> None:
        self._available = available
        self._most = most
        self._size = most
        self._checked = float("-inf")

    def bytes_per_batch(self, batches: int) -> int:
        """Return the bytes for each of so many batches that exist at the same time."""
        now = time.monotonic()
        if now - self._checked >= CHECK_SECONDS:
            self._checked = now
            size = bytes_per_batch(self._available(), batches, self._most)
            if size < self._size:
                _log.info("Memory is short: batches hold at most %d bytes of text", size)
            self._size = size
        return self._size
