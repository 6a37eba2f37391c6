"""The command line; the only room that prints, reads a terminal or exits."""

from __future__ import annotations

import sys

from odoo_ingestion.cli.app import run


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    sys.exit(run(sys.argv[1:]))
