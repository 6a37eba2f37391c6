"""The command line; the only room that prints, reads a terminal or exits."""

from __future__ import annotations

import gc
import os
import sys

_INTERRUPTED = 4

_ALLOCATIONS = 100_000
"""Objects made before Python looks for reference cycles, instead of 700: rows and answers are
hundreds of thousands of objects without any, and looking took a quarter of the time of a run that
compares 20,000 partners (4.5 s of CPU time, 3.4 s with this)."""


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    gc.set_threshold(_ALLOCATIONS, 20, 100)
    # Else pydantic reads the lists of all installed packages to find plugins, which we do not use.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    try:
        from odoo_ingestion.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # So early that nothing has begun, or so late that everything was said.
        code = _INTERRUPTED
    sys.exit(code)
