"""The command line; the only room that prints, reads a terminal or exits."""

from __future__ import annotations

import sys

_INTERRUPTED = 4


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    try:
        from odoo_ingestion.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # So early that nothing has begun, or so late that everything was said.
        code = _INTERRUPTED
    sys.exit(code)
