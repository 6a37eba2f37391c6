"""Purchase orders with their lines."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportKind, ImportType, LineType

_LINE_NAMES = spell(
    {
        "product_id": "product,products,sku,item,article,part,product name,default code,"
        "internal reference,ean,barcode,"
        + ",".join(numbers_of(noun) for noun in ("product", "item", "article", "part")),
        "name": "description,label,line description,product description,text",
        "product_qty": "quantity,qty,order qty,ordered quantity,ordered,product uom qty",
        "price_unit": "unit price,price,price each,unit cost,cost,purchase price",
        "discount": "discount %,disc,disc %,rebate",
        "tax_ids": "taxes,tax,vat,tax rate,tax id,taxes id",
        "product_uom_id": "unit,uom,unit of measure,product uom,product unit of measure",
        "date_planned": "line expected arrival,scheduled date,delivery date,line date,"
        "planned date,receipt date",
        "display_type": "line type,display type",
        "sequence": "line sequence",
    }
)

PURCHASE_ORDERS = ImportType(
    name="purchase-orders",
    model="purchase.order",
    keys=(("name",),),
    synonyms=spell(
        {
            "name": "name,order,po,order reference,purchase order,purchase,rfq,document,"
            + ",".join(numbers_of(noun) for noun in ("order", "po", "purchase order", "purchase")),
            "partner_id": "vendor,supplier,vendor name,supplier name,seller,partner,"
            + ",".join(numbers_of(noun) for noun in ("vendor", "supplier", "partner")),
            "partner_ref": "vendor reference,supplier reference,their reference",
            "date_order": "order date,date,order deadline,purchase date,ordered on",
            "date_planned": "date planned,expected arrival,arrival,expected date,due date,"
            "ship date,required date,expected delivery",
            "currency_id": "currency,currency code",
            "payment_term_id": "payment terms,payment term,terms",
            "user_id": "buyer,purchase representative,purchaser,responsible",
            "picking_type_id": "deliver to,receipt operation,operation type",
            "fiscal_position_id": "fiscal position",
            "origin": "source,source document",
            "note": "notes,terms and conditions,remarks,comment,comments",
        }
    ),
    nouns=("order", "purchase", "po"),
    example={
        "name": "PO-1001",
        "partner_id": "Wood Corner",
        "date_order": "2024-03-01 09:00:00",
        "order_line/product_id": "TEA-001",
        "order_line/product_qty": "12",
        "order_line/price_unit": "2.10",
    },
    description="Purchase orders (requests for quotation) with their lines",
    kind=ImportKind.DOCUMENTS,
    requires=("users", "suppliers", "products", "variants"),
    lines=LineType(
        one2many="order_line",
        model="purchase.order.line",
        synonyms=_LINE_NAMES,
        same=("product_id",),
        nouns=("line", "order line", "product", "item"),
        totals=spell(
            {
                "amount_untaxed": "sub total,subtotal,untaxed amount,untaxed total,net total,"
                "total excluding tax,total without tax,order subtotal,order sub total",
                "amount_tax": "tax amount,total tax,tax total,amount tax,tax amt",
                "amount_total": "total,grand total,order total,total amount,amount,total due,"
                "amount total",
            }
        ),
        line_totals=spell(
            {
                "price_subtotal": "line total,line subtotal,line amount,extended price,"
                "price subtotal,net line amount",
            }
        ),
    ),
)
