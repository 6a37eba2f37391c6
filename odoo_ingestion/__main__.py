"""Lets `python -m odoo_ingestion` do what `odoo-ingestion` does."""

from odoo_ingestion.cli import main

if __name__ == "__main__":
    main()
