"""Quantities on hand: one row a quantity at a place."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportKind, ImportType

INVENTORY = ImportType(
    name="inventory",
    model="stock.quant",
    kind=ImportKind.INVENTORY,
    keys=(("product_id", "location_id"), ("product_id",)),
    synonyms=spell(
        {
            "product_id": "sku,code,default code,internal reference,internal ref,article,item,"
            "barcode,ean,ean13,ean 13,gtin,upc,isbn,part number,part no,product name,"
            + ",".join(numbers_of(noun) for noun in ("product", "article", "item", "sku")),
            "location_id": "location name,location path,location code,location barcode,"
            "storage location,stock location,bin,bin location,shelf,place",
            "warehouse_id": "warehouse code,warehouse name,depot",
            "lot_id": "lot,lot number,lot no,lot name,lot serial number,serial,serial number,"
            "serial no,batch,batch number,batch no",
            "package_id": "package name,package number,pack",
            "owner_id": "owner name,consignor",
            "product_uom_id": "uom,unit,unit of measure",
            "inventory_quantity": "quantity,qty,counted,counted quantity,counted qty,count,on hand,"
            "on hand quantity,quantity on hand,qty on hand,stock,stock quantity,stock level,"
            "inventory,inventory level,units in stock,in stock,new quantity",
            "inventory_date": "scheduled date,scheduled",
            "user_id": "assigned to",
            "inventory_diff_quantity": "delta,diff,change,quantity change,adjustment,"
            "adjustment quantity,quantity adjustment,movement",
            "reference": "document,document number,document no,adjustment number,movement number,"
            "reason",
        }
    ),
    nouns=("inventory", "stock", "product"),
    example={
        "default_code": "TEA-001",
        "location_id": "WH/Stock",
        "lot_id": "",
        "quantity": "25",
    },
    description="Quantities on hand: products at locations, with lots, packages and owners",
    requires=("products", "variants"),
)
