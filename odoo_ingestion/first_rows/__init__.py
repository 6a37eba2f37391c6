"""Which row was the first with a mark, for millions of rows in little memory."""

from odoo_ingestion.first_rows.rows import FirstRows

__all__ = ["FirstRows"]
