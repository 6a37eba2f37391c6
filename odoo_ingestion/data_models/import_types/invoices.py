"""Customer invoices, vendor bills and their refunds, with their lines."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportKind, ImportType, LineType

_LINE_NAMES = spell(
    {
        "product_id": "product,products,sku,item,article,product name,default code,"
        "internal reference,ean,barcode,"
        + ",".join(numbers_of(noun) for noun in ("product", "item", "article", "track")),
        "name": "description,label,line description,product description,text",
        "quantity": "qty,invoiced quantity,product qty,product uom qty",
        "price_unit": "unit price,price,price each,rate",
        "discount": "discount %,disc,disc %,rebate",
        "tax_ids": "taxes,tax,vat,tax rate,tax id,taxes id",
        "product_uom_id": "unit,uom,unit of measure,product uom",
        "account_id": "account,account code,ledger account,income account,expense account",
        "display_type": "line type,display type",
        "sequence": "line sequence",
    }
)

INVOICES = ImportType(
    name="invoices",
    model="account.move",
    keys=(("name",), ("partner_id", "ref")),
    synonyms=spell(
        {
            "name": "name,invoice,document,credit note,refund,"
            + ",".join(numbers_of(noun) for noun in ("invoice", "credit note", "refund")),
            "ref": "ref,reference,bill,bill reference,vendor reference,supplier reference,"
            "supplier invoice,vendor bill,"
            + ",".join(numbers_of(noun) for noun in ("bill", "vendor bill", "supplier invoice")),
            "move_type": "type,invoice type,document type,kind",
            "partner_id": "customer,vendor,client,supplier,partner,customer name,vendor name,"
            "supplier name,bill to,"
            + ",".join(numbers_of(noun) for noun in ("customer", "vendor", "supplier", "partner")),
            "partner_shipping_id": "delivery address,ship to",
            "invoice_date": "date,invoice date,bill date,document date,issue date,issued on",
            "invoice_date_due": "due date,due,date due,payable by",
            "date": "accounting date,posting date",
            "currency_id": "currency,currency id,currency code",
            "journal_id": "journal,journal code",
            "invoice_payment_term_id": "payment terms,payment term,terms",
            "payment_reference": "payment ref,memo",
            "invoice_user_id": "salesperson,sales rep,user",
            "fiscal_position_id": "fiscal position",
            "partner_bank_id": "bank account,recipient bank",
            "narration": "notes,note,terms and conditions,remarks,comment,comments",
        }
    ),
    nouns=("invoice", "bill"),
    example={
        "name": "INV-1001",
        "move_type": "Customer Invoice",
        "partner_id": "Deco Addict",
        "invoice_date": "2024-03-01",
        "invoice_line_ids/product_id": "TEA-001",
        "invoice_line_ids/quantity": "3",
        "invoice_line_ids/price_unit": "4.90",
    },
    description="Customer invoices, vendor bills and refunds with their lines, as drafts",
    kind=ImportKind.DOCUMENTS,
    requires=("partners", "customers", "suppliers", "products", "variants"),
    lines=LineType(
        one2many="invoice_line_ids",
        model="account.move.line",
        synonyms=_LINE_NAMES,
        same=("product_id",),
        nouns=("line", "invoice line", "product", "item"),
        totals=spell(
            {
                "amount_untaxed": "sub total,subtotal,untaxed amount,untaxed total,net total,"
                "total excluding tax,total without tax,invoice subtotal,invoice sub total",
                "amount_tax": "tax amount,total tax,tax total,amount tax,tax amt",
                "amount_total": "total,grand total,invoice total,total amount,amount,total due,"
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
