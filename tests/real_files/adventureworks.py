"""AdventureWorks' purchases, which come without header lines, as the rows of headed files."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

Row = dict[str, str]

_HEADERS = {
    "Vendor.csv": ("BusinessEntityID", "AccountNumber", "Name"),
    "Product.csv": ("ProductID", "Name", "ProductNumber"),
    "PurchaseOrderHeader.csv": (
        "PurchaseOrderID",
        "RevisionNumber",
        "Status",
        "EmployeeID",
        "VendorID",
        "ShipMethodID",
        "OrderDate",
        "ShipDate",
        "SubTotal",
        "TaxAmt",
        "Freight",
        "TotalDue",
    ),
    "PurchaseOrderDetail.csv": (
        "PurchaseOrderID",
        "PurchaseOrderDetailID",
        "DueDate",
        "OrderQty",
        "ProductID",
        "UnitPrice",
        "LineTotal",
    ),
}
"""What the columns are called in the database that the files were written from (instawdb.sql)."""


def table(folder: Path, name: str) -> list[Row]:
    """Return the rows of a file by the names of their first columns."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return [
            dict(zip(_HEADERS[name], line, strict=False))
            for line in csv.reader(file, delimiter="\t")
        ]


def vendors(folder: Path) -> list[Row]:
    """Return the vendors as a file of type suppliers has them."""
    return [
        {"Vendor No": row["AccountNumber"], "Name": row["Name"], "Is a company": "1"}
        for row in table(folder, "Vendor.csv")
    ]


def products(folder: Path) -> list[Row]:
    """Return the products that are bought, as a file of type products has them."""
    bought = {row["ProductID"] for row in table(folder, "PurchaseOrderDetail.csv")}
    return [
        {"Product Number": row["ProductNumber"], "Name": row["Name"], "Product Type": "Goods"}
        for row in table(folder, "Product.csv")
        if row["ProductID"] in bought
    ]


def purchase_orders(folder: Path) -> list[Row]:
    """Return one row a line, the cells of its order repeated: headers and lines joined."""
    accounts = {row["BusinessEntityID"]: row for row in table(folder, "Vendor.csv")}
    codes = {row["ProductID"]: row["ProductNumber"] for row in table(folder, "Product.csv")}
    orders = {row["PurchaseOrderID"]: row for row in table(folder, "PurchaseOrderHeader.csv")}
    rows = []
    for line in table(folder, "PurchaseOrderDetail.csv"):
        order = orders[line["PurchaseOrderID"]]
        rows.append(
            {
                "Purchase Order": f"AW-{line['PurchaseOrderID']}",
                "Vendor No": accounts[order["VendorID"]]["AccountNumber"],
                "Order Date": order["OrderDate"].removesuffix(".000"),
                "SubTotal": order["SubTotal"],
                "Product Number": codes[line["ProductID"]],
                "Order Qty": line["OrderQty"],
                "Unit Price": line["UnitPrice"],
                "Scheduled Date": line["DueDate"].removesuffix(".000"),
            }
        )
    return rows


def subtotals(folder: Path) -> Mapping[str, float]:
    """Return the total of each order in the source, rounded to cents."""
    return {
        f"AW-{row['PurchaseOrderID']}": cents(row["SubTotal"])
        for row in table(folder, "PurchaseOrderHeader.csv")
    }


def line_counts(folder: Path) -> Mapping[str, int]:
    """Return the number of lines of each order in the source."""
    counted: dict[str, int] = defaultdict(int)
    for row in table(folder, "PurchaseOrderDetail.csv"):
        counted[f"AW-{row['PurchaseOrderID']}"] += 1
    return counted


def cents(amount: str) -> float:
    """Return an amount with four decimals as Odoo rounds it to two."""
    return float(Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP))
