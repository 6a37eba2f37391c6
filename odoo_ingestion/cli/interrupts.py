"""What Ctrl-C and SIGTERM do to an import: once ends it well, twice ends it at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from odoo_ingestion.cli.failures import INTERRUPTED

_SOFTLY = (
    b"\nStopping: what is on its way to Odoo is finished first.\nCtrl-C once more stops at once.\n"
)
_AT_ONCE = (
    b"\nStopped at once. The last rows may have landed or not:\n"
    b"'odoo-ingestion resume' finds out and goes on; nothing is doubled.\n"
)
_SHOW_CURSOR = b"\x1b[?25h"
_STDERR = 2


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Give an event that the first signal sets; the second one ends the process with exit 4."""
    stop = threading.Event()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        # os.write: the signal may have come in the middle of a print.
        if stop.is_set():
            _say((_SHOW_CURSOR if sys.stderr.isatty() else b"") + _AT_ONCE)
            os._exit(INTERRUPTED)
        stop.set()
        _say(_SOFTLY)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: bytes) -> None:
    # A terminal that was closed can be told nothing, and the run ends all the same.
    with suppress(OSError):
        os.write(_STDERR, text)
