"""Chinook's customers, tracks and invoices, as the rows of three files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def tables(path: Path) -> dict[str, list[Row]]:
    """Return the tables of the one JSON object that Chinook is published as."""
    found: dict[str, list[Row]] = json.loads(path.read_text(encoding="utf-8-sig"))
    return found


def customers(source: Mapping[str, list[Row]]) -> list[Row]:
    """Return the customers as a file of type customers has them."""
    return [
        {
            "Customer ID": f"CH-{row['CustomerId']}",
            "Name": f"{row['FirstName']} {row['LastName']}",
            "Email": row["Email"],
            "City": row["City"] or "",
            "Country": row["Country"],
        }
        for row in source["Customer"]
    ]


def tracks(source: Mapping[str, list[Row]]) -> list[Row]:
    """Return the tracks that were sold, as a file of type products has them."""
    sold = {row["TrackId"] for row in source["InvoiceLine"]}
    return [
        {
            "SKU": f"TRACK-{row['TrackId']}",
            "Name": row["Name"],
            "Product Type": "Service",
            "Price": str(row["UnitPrice"]),
        }
        for row in source["Track"]
        if row["TrackId"] in sold
    ]


def invoices(source: Mapping[str, list[Row]]) -> list[Row]:
    """Return one row a line, the cells of its invoice on the first line only."""
    by_invoice: dict[int, list[Row]] = {}
    for line in source["InvoiceLine"]:
        by_invoice.setdefault(line["InvoiceId"], []).append(line)
    rows = []
    for invoice in source["Invoice"]:
        for place, line in enumerate(by_invoice[invoice["InvoiceId"]]):
            first = place == 0
            rows.append(
                {
                    "Invoice Number": number(invoice) if first else "",
                    "Type": "Customer Invoice" if first else "",
                    "Customer ID": f"CH-{invoice['CustomerId']}" if first else "",
                    "Invoice Date": invoice["InvoiceDate"][:10] if first else "",
                    "Total": f"{invoice['Total']:.2f}" if first else "",
                    "SKU": f"TRACK-{line['TrackId']}",
                    "Qty": str(line["Quantity"]),
                    "Unit Price": f"{line['UnitPrice']:.2f}",
                    "Taxes": "0% Exports",
                }
            )
    return rows


def number(invoice: Row) -> str:
    """Return the number that an invoice is known by in the file."""
    return f"CHINOOK-{invoice['InvoiceId']:04}"


def totals(source: Mapping[str, list[Row]]) -> dict[str, float]:
    """Return the total of each invoice in the source."""
    return {number(invoice): round(invoice["Total"], 2) for invoice in source["Invoice"]}
