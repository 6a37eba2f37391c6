"""Sales orders with their lines."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportKind, ImportType, LineType

_ORDER_NAMES = spell(
    {
        "name": "name,order,order name,order reference,order ref,sales order,sale order,quotation,"
        + ",".join(numbers_of(noun) for noun in ("order", "sales order", "sale order")),
        "partner_id": "customer,customer name,customer email,customer e mail,customer vat,client,"
        "partner,partner name,buyer,bill to,sold to,"
        + ",".join(numbers_of(noun) for noun in ("customer", "client", "partner")),
        "partner_invoice_id": "invoice address,billing address,invoice to",
        "partner_shipping_id": "delivery address,shipping address,ship to,deliver to",
        "date_order": "order date,date,ordered on,ordered at,order datetime,created at",
        "validity_date": "expiration,expiration date,valid until,expires",
        "commitment_date": "delivery date,required date,requested delivery date,promised date",
        "client_order_ref": "customer reference,your reference,po number,customer po,"
        "purchase order number,customer order reference",
        "payment_term_id": "payment terms,payment term,terms of payment",
        "pricelist_id": "pricelist,price list",
        "user_id": "salesperson,sales person,sales rep,salesman,seller",
        "team_id": "sales team,team",
        "warehouse_id": "warehouse,warehouse code",
        "fiscal_position_id": "fiscal position",
        "origin": "source document,source,order source",
        "note": "terms and conditions,terms,order note,order notes",
        "tag_ids": "tags,tag",
        "company_id": "company",
        "picking_policy": "shipping policy",
        "incoterm": "incoterms",
    }
)

_LINE_NAMES = spell(
    {
        "product_id": "product,products,sku,item,article,product name,item name,product code,"
        "product reference,product variant,barcode,ean,product barcode,default code,"
        "internal reference,"
        + ",".join(numbers_of(noun) for noun in ("item", "article", "sku"))
        + ",product id,product no,product nr,product number,product num,product ref,product key",
        "name": "description,line description,label,text,line name,line text",
        "product_uom_qty": "quantity,qty,ordered quantity,ordered qty,quantity ordered,units,"
        "pieces,count",
        "product_uom_id": "unit,uom,unit of measure,product unit of measure,product uom,sales unit",
        "price_unit": "unit price,price,sales price,price per unit,unit cost,item price,list price",
        "discount": "discount percent,disc,disc %,discount %,rebate,line discount",
        "tax_ids": "taxes,tax,line taxes,vat,tax code",
        "display_type": "line type,display type,type of line",
        "customer_lead": "lead time,customer lead time",
        "route_ids": "route,routes",
        "sequence": "line number,line no,position,line sequence",
    }
)

ORDERS = ImportType(
    name="orders",
    model="sale.order",
    keys=(("name",),),
    synonyms=_ORDER_NAMES,
    nouns=("order", "sale", "sales", "so"),
    example={
        "name": "SO-2024-0001",
        "partner_id": "C-0001",
        "date_order": "2024-12-31 10:00:00",
        "client_order_ref": "PO 4711",
        "order_line/product_id": "TEA-001",
        "order_line/product_uom_qty": "3",
        "order_line/price_unit": "4.90",
        "order_line/discount": "0",
    },
    description="Sales orders with their lines: one row a line, or JSON with the lines inside",
    kind=ImportKind.DOCUMENTS,
    requires=("users", "customers", "products", "variants", "pricelists"),
    lines=LineType(
        one2many="order_line",
        model="sale.order.line",
        synonyms=_LINE_NAMES,
        same=("product_id",),
        nouns=("line", "item", "order line"),
        totals=spell(
            {
                "amount_total": "total,grand total,order total,total amount,amount",
                "amount_untaxed": "untaxed amount,untaxed total,net total,total untaxed,"
                "order subtotal,subtotal,sub total,total excluding tax,total without tax",
                "amount_tax": "tax amount,total tax,tax total,amount tax",
                "currency_id": "currency,currency code,order currency",
            }
        ),
        line_totals=spell(
            {
                "price_subtotal": "line total,line subtotal,line amount,extended price,"
                "price subtotal,net line amount,subtotal,sub total",
            }
        ),
    ),
)
