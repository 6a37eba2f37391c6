"""What Odoo has to hold for the rows of Northwind, reckoned from the files by the tests alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.odoo_reader import OdooReader

COUNTRIES = {"UK": "United Kingdom", "USA": "United States"}

STATES_NOT_IN_ODOO = {
    "GROSR": "DF",
    "HILAA": "Táchira",
    "HUNGO": "Co. Cork",
    "LILAS": "Lara",
    "LINOD": "Nueva Esparta",
    "MEREP": "Québec",
}
"""Customers with a region that Odoo 19 does not know under that name."""

_ADDRESS = ("name", "street", "city", "zip", "phone")


def addresses_of(rows: Sequence[Mapping[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Return what Odoo has to hold for the rows, by their key; nothing there is False."""
    return {str(row[key]): _address_of(row) for row in rows}


def addresses_in(reader: OdooReader, rank: str) -> dict[str, dict[str, Any]]:
    """Return the same of the customers or suppliers in Odoo, by their reference."""
    fields = ["ref", *_ADDRESS, "country_id", "state_id"]
    return {
        partner["ref"]: {
            **{name: partner[name] for name in _ADDRESS},
            "country": partner["country_id"] and partner["country_id"][1],
            "has state": bool(partner["state_id"]),
        }
        for partner in reader.search_read("res.partner", [(rank, ">", 0)], fields)
    }


def _address_of(row: Mapping[str, Any]) -> dict[str, Any]:
    nested = isinstance(row["address"], dict)
    place = row["address"] if nested else row
    cells = {
        "name": row["companyName"],
        "street": place["street"] if nested else row["address"],
        "city": place["city"],
        "zip": place["postalCode"],
        "phone": place["phone"],
    }
    found: dict[str, Any] = {name: cell != "NULL" and str(cell) for name, cell in cells.items()}
    found["country"] = COUNTRIES.get(place["country"], place["country"])
    found["has state"] = place["region"] != "NULL"
    return found
