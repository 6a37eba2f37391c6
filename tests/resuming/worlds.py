"""The kinds of files that are broken off: what they need, say, and come to in Odoo.

``MARK`` in a text stands for what tells the files of two tests apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.odoo_reader import OdooReader

Held = dict[str, Any]
"""What Odoo holds of a file's records, by what people call them."""


def _nothing(_: OdooReader, __: str) -> None:
    pass


@dataclass(frozen=True)
class World:
    """One kind of file; ``text`` and what ``held`` returns say MARK for the mark."""

    name: str
    type: str
    text: str
    held: Callable[[OdooReader, str], Held]
    options: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[OdooReader, str], None] = _nothing


# --- stock ----------------------------------------------------------------------------------


def _make_stock(reader: OdooReader, mark: str) -> None:
    goods = [
        {
            "name": f"{mark}{n}",
            "default_code": f"{mark}-{n}",
            "is_storable": True,
            "tracking": "lot" if n == 5 else "none",
        }
        for n in range(1, 7)
    ]
    made = reader.call("product.product", "create", goods)
    [place] = reader.search_read("stock.warehouse", [("code", "=", "WH")], ["lot_stock_id"])
    quants = [
        {
            "product_id": n,
            "location_id": place["lot_stock_id"][0],
            "inventory_quantity_auto_apply": 2,
        }
        for n in made[:4:2]
    ]
    reader.call("stock.quant", "create", quants, context={"inventory_mode": True})


def _stock_held(reader: OdooReader, mark: str) -> Held:
    """Return what lies there and waits there of each piece, and how it was moved."""
    named = ("product_id.default_code", "=like", f"{mark}-%")
    held: Held = {}
    for quant in reader.search_read(
        "stock.quant",
        [named, ("location_id.usage", "=", "internal")],
        ["product_id", "lot_id", "quantity", "inventory_quantity", "inventory_quantity_set",
         "inventory_diff_quantity"],
    ):  # fmt: skip
        code = quant["product_id"][1].partition("]")[0].strip("[")
        waits = quant["inventory_quantity_set"] and quant["inventory_quantity"]
        lot = quant["lot_id"] and quant["lot_id"][1]
        held.setdefault(f"{code} {lot}", []).append(
            (quant["quantity"], waits, quant["inventory_diff_quantity"])
        )
    for move in reader.search_read("stock.move", [named], ["product_id", "quantity"], order="id"):
        code = move["product_id"][1].partition("]")[0].strip("[")
        held.setdefault(f"moves of {code}", []).append(move["quantity"])
    return held


COUNTS = World(
    "counts",
    "inventory",
    "sku,location,lot,quantity\n"
    + "".join(f"MARK-{n},WH/Stock,,{n + 10}\n" for n in (1, 2, 3, 4))
    + "MARK-5,WH/Stock,MARK-L1,3\nMARK-5,WH/Stock,MARK-L2,4\nMARK-6,WH/Stock,,many\n",
    _stock_held,
    {"apply": True, "batch_size": 3},
    _make_stock,
)

DIFFERENCES = World(
    "differences",
    "inventory",
    "sku,location,delta,reference\n"
    "MARK-1,WH/Stock,5,A\nMARK-2,WH/Stock,3,A\nMARK-1,WH/Stock,-1,B\nMARK-3,WH/Stock,-9,A\n"
    "MARK-4,WH/Stock,7,A\n",
    _stock_held,
    {"apply": True},
    _make_stock,
)

# --- products -------------------------------------------------------------------------------


def _make_shirt(reader: OdooReader, mark: str) -> None:
    """Make a product that the file changes, and one that it finds as it is."""
    for name, price in ((f"Hat {mark}", 5), (f"Cap {mark}", 7)):
        reader.call(
            "product.template", "create",
            {"name": name, "list_price": price, "default_code": f"{mark}-{name[:3].lower()}"},
        )  # fmt: skip


def _variants_held(reader: OdooReader, mark: str) -> Held:
    found = reader.search_read(
        "product.product",
        [("name", "=like", f"% {mark}"), ("active", "in", [True, False])],
        ["name", "default_code", "barcode", "lst_price", "product_template_attribute_value_ids"],
    )
    values = reader.search_read("product.template.attribute.value", [], ["display_name"])
    names = {row["id"]: row["display_name"] for row in values}
    return {
        f"{row['name']} {row['default_code']}": (
            row["lst_price"],
            row["barcode"],
            sorted(names[n] for n in row["product_template_attribute_value_ids"]),
        )
        for row in found
    }


VARIANTS = World(
    "variants",
    "variants",
    "product,sku,attribute:MARK Size,attribute:MARK Color,price,tags\n"
    "Shirt MARK,MARK-1,S,Red,20,MARK new\n"
    "Shirt MARK,MARK-2,M,Red,22,MARK new\n"
    "Shirt MARK,MARK-3,M,Blue,22,MARK new\n"
    "Sock MARK,MARK-4,S,,4,\n"
    "Sock MARK,MARK-5,L,,four,\n"
    "Hat MARK,MARK-hat,,,6,\n"
    "Cap MARK,MARK-cap,,,7,\n"
    "Belt MARK,MARK-6,,,9,\n",
    _variants_held,
    {"create_missing": ("product_tag_ids",)},
    _make_shirt,
)


def _attributes_held(reader: OdooReader, mark: str) -> Held:
    found = reader.search_read(
        "product.attribute.value",
        [("attribute_id.name", "=like", f"{mark} %")],
        ["name", "attribute_id", "html_color"],
    )
    return {f"{row['attribute_id'][1]} {row['name']}": row["html_color"] for row in found}


def _make_attribute(reader: OdooReader, mark: str) -> None:
    [number] = reader.call("product.attribute", "create", [{"name": f"{mark} Old"}])
    reader.call("product.attribute.value", "create", {"name": "X", "attribute_id": number})


ATTRIBUTES = World(
    "attributes",
    "attributes",
    "attribute,value,html_color\n"
    "MARK Size,S,\nMARK Size,M,\nMARK Size,s,\nMARK Hue,Red,#ff0000\nMARK Hue,Blue,#0000ff\n"
    "MARK Old,X,#00ff00\nMARK Old,Y,#00ff01\nMARK Alone,,\n",
    _attributes_held,
    prepare=_make_attribute,
)


def _make_french(reader: OdooReader, mark: str) -> None:
    wanted = [["code", "=", "fr_FR"], ["active", "in", [True, False]]]
    reader.call("res.lang", "write", reader.call("res.lang", "search", wanted), {"active": True})
    reader.call(
        "product.template", "create", {"name": f"Tea {mark}", "default_code": f"{mark}-old"}
    )


def _translations_held(reader: OdooReader, mark: str) -> Held:
    held: Held = {}
    for lang in ("en_US", "fr_FR"):
        found = reader.search_read(
            "product.template",
            [("default_code", "=like", f"{mark}-%")],
            ["default_code", "name"],
            context={"lang": lang},
        )
        held |= {f"{one['default_code']} {lang}": one["name"] for one in found}
    return held


TRANSLATIONS = World(
    "translations",
    "products",
    "sku,name,name:fr_FR\nMARK-old,Tea MARK,Thé MARK\n"
    + "".join(f"MARK-{n},Tea {n},{'Thé' if n % 3 else ''} {n}\n" for n in range(1, 6))
    + "MARK-6,,Thé\n",
    _translations_held,
    prepare=_make_french,
)

# --- partners and orders --------------------------------------------------------------------


def _partners_held(reader: OdooReader, mark: str) -> Held:
    found = reader.search_read(
        "res.partner",
        [("name", "=like", f"{mark} %"), ("active", "in", [True, False])],
        ["name", "city", "category_id", "bank_ids"],
    )
    tags = {
        row["id"]: row["name"] for row in reader.search_read("res.partner.category", [], ["name"])
    }
    return {
        row["name"]: (
            row["city"],
            sorted(tags[n] for n in row["category_id"]),
            len(row["bank_ids"]),
        )
        for row in found
    }


def _make_partners(reader: OdooReader, mark: str) -> None:
    old = {"name": f"{mark} old", "ref": f"{mark}-old", "active": False}
    held = {"name": f"{mark} held", "ref": f"{mark}-held", "city": "Gent"}
    reader.call("res.partner", "create", [old, held])


PARTNERS = World(
    "partners",
    "partners",
    "ref,name,city,tags,bank_ids/acc_number\n"
    "MARK-old,MARK old,Gent,MARK A,\n"
    "MARK-held,MARK held,Gent,,MARK-acc\n"
    ",MARK keyless,Gent,MARK A,\n"
    + "".join(f"MARK-{n},MARK {n},Gent,MARK T{n % 2},{n}MARK\n" for n in range(5))
    + "MARK-12,,Gent,MARK A,\n",
    _partners_held,
    {"create_missing": ("category_id",)},
    _make_partners,
)  # fmt: skip


def _make_goods(reader: OdooReader, mark: str) -> None:
    reader.call("res.partner", "create", [{"name": f"{mark} Buyer", "ref": f"{mark}-B"}])
    goods = [{"name": f"{mark} {n}", "default_code": f"{mark}-{n}"} for n in "XYZ"]
    reader.call("product.product", "create", goods)


def _orders_held(reader: OdooReader, mark: str) -> Held:
    orders = reader.search_read(
        "sale.order", [("name", "=like", f"{mark}%")], ["name", "state", "client_order_ref"]
    )
    held: Held = {}
    for order in orders:
        held.setdefault(order["name"], []).append((order["state"], order["client_order_ref"]))
    for line in reader.search_read(
        "sale.order.line",
        [("order_id.name", "=like", f"{mark}%")],
        ["order_id", "product_id", "product_uom_qty"],
        order="id",
    ):
        name = line["order_id"][1].split(" ")[0]
        code = line["product_id"][1].partition("]")[0].strip("[")
        held.setdefault(f"lines of {name}", []).append((code, line["product_uom_qty"]))
    return held


ORDERS = World(
    "orders",
    "orders",
    "order,customer,customer reference,product,quantity\n"
    + "".join(
        f"MARK/{order},MARK-B,R{order},{'NONE' if order == 3 else 'MARK'}-{good},{order}\n"
        for order in range(1, 7)
        for good in "XYZ"
    ),
    _orders_held,
    {"confirm": True, "batch_size": 6},
    _make_goods,
)

WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (COUNTS, DIFFERENCES, VARIANTS, ATTRIBUTES, TRANSLATIONS, PARTNERS, ORDERS)
}
