"""What stands in the databases before the generated rows come: records made by hand."""

from __future__ import annotations

from typing import Any

from tests.odoo_reader import OdooReader

Ids = dict[str, int]


def make(reader: OdooReader, model: str, /, **values: Any) -> int:
    """Create a record by hand and return its id."""
    [number] = reader.call(model, "create", [values])
    return int(number)


def name_record(reader: OdooReader, name: str, model: str, record_id: int) -> None:
    """Give a record the external id ``truth.<name>``."""
    make(reader, "ir.model.data", module="truth", name=name, model=model, res_id=record_id)


def find(reader: OdooReader, model: str, *domain: Any) -> int:
    """Return the id of the one record of a domain."""
    [found] = reader.search_read(model, domain, ["id"], context={"active_test": False})
    return int(found["id"])


def partner_world(reader: OdooReader) -> Ids:
    """Make the partners, tags and fields that the rules for partners speak of."""
    _custom_fields(reader)
    second = make(reader, "res.company", name="Second Company")
    make(reader, "account.payment.term", name="Terms of the second", company_id=second)
    ids = {
        "US": find(reader, "res.country", ("code", "=", "US")),
        "US-TX": find(reader, "res.country.state", ("code", "=", "TX"), ("name", "=", "Texas")),
        "admin": find(reader, "res.users", ("login", "=", "admin")),
        **{tag: make(reader, "res.partner.category", name=tag) for tag in ("Gold", "Silver")},
        "hand": partner(reader, ref="HAND", city="Kept"),
        "hand by vat": partner(reader, vat="BE0477472701", is_company=True),
        "archived": partner(reader, ref="ARCHIVED", active=False),
        "known": partner(reader, ref="old ref"),
        "by id": partner(reader),
        "parent": partner(
            reader,
            name="Parent Company",
            ref="PARENT",
            is_company=True,
            email="parent@company.example",
            street="Main street 1",
            city="Antwerpen",
        ),
    }
    name_record(reader, "known", "res.partner", ids["known"])
    name_record(reader, "gone", "res.partner", 99_999_999)
    for parent in ("Gold", "Silver"):
        make(reader, "res.partner.category", name="Twin tag", parent_id=ids[parent])
        partner(reader, name="Twin Company", is_company=True)
        partner(reader, ref="TWICE")
    make(reader, "res.partner.category", name="Old tag", active=False)
    partner(reader, name="Sleepy Company", active=False)
    partner(reader, barcode="TAKEN")
    partner(reader, name="Bystander", parent_id=ids["parent"])
    [user] = reader.search_read("res.users", [("id", "=", reader.uid)], ["partner_id"])
    [company] = reader.search_read("res.company", [("id", "=", 1)], ["partner_id"])
    reader.call("res.partner", "write", user["partner_id"][0], {"ref": "OF USER"})
    reader.call("res.partner", "write", company["partner_id"][0], {"ref": "OF COMPANY"})
    return ids


def partner(reader: OdooReader, **values: Any) -> int:
    """Make a partner by hand."""
    return make(reader, "res.partner", **{"name": "Made by hand", **values})


def _custom_fields(reader: OdooReader) -> None:
    model = find(reader, "ir.model", ("model", "=", "res.partner"))
    fields: list[dict[str, Any]] = [
        {"name": "x_born", "ttype": "date"},
        {"name": "x_seen", "ttype": "datetime"},
        {"name": "x_short", "ttype": "char", "size": 8},
        {"name": "x_amount", "ttype": "float"},
        {"name": "x_grade", "ttype": "selection", "selection_ids": _choices(a="Good", b="Bad")},
    ]
    described = [{"model_id": model, "field_description": f["name"], **f} for f in fields]
    reader.call("ir.model.fields", "create", described)


def _choices(**labels: str) -> list[tuple[int, int, dict[str, str]]]:
    return [(0, 0, {"value": key, "name": label}) for key, label in labels.items()]


def product_world(reader: OdooReader) -> Ids:
    """Make the products, categories, units and taxes that the rules for products speak of."""
    shop = make(reader, "product.category", name="Shop")
    other = make(reader, "product.category", name="Other")
    make(reader, "product.category", name="Tea", parent_id=other)
    kg = find(reader, "uom.uom", ("name", "=", "kg"))
    make(reader, "uom.uom", name="Old unit", active=False)
    make(reader, "account.tax", name="Only purchase", amount=6, type_tax_use="purchase")
    taxes = [
        {"name": "Truth 10%", "amount": 10, "type_tax_use": use} for use in ("sale", "purchase")
    ]
    sale, purchase = reader.call("account.tax", "create", taxes)
    hot, cold = reader.call("product.tag", "create", [{"name": "Hot"}, {"name": "Cold"}])
    products: dict[str, dict[str, Any]] = {
        "hand": {"default_code": "HAND", "list_price": 7.0},
        "hand by barcode": {"barcode": "HAND-BAR"},
        "archived": {"default_code": "ARCHIVED", "active": False},
        "known": {},
        "one of two": {"default_code": "TWICE"},
        "other of two": {"default_code": "TWICE"},
        "taken": {"default_code": "TAKEN", "barcode": "TAKEN"},
        "packed": {},
    }
    # One call for all: each call after a new product has Odoo check the password anew (0.4 s).
    values = [{"name": "Made by hand", **more} for more in products.values()]
    made = dict(zip(products, reader.call("product.template", "create", values), strict=True))
    ids = {
        **made,
        "Shop / Tea": make(reader, "product.category", name="Tea", parent_id=shop),
        "kg": kg,
        "sale tax": sale,
        "purchase tax": purchase,
        "Hot": hot,
        "Cold": cold,
        "shirt one": _shirt(reader, "shirt_one", "VARIANT-1"),
        "shirt two": _shirt(reader, "shirt_two", "VARIANT-2"),
    }
    name_record(reader, "known_product", "product.template", ids["known"])
    packed = ids["packed"]
    [variant] = reader.search_read("product.product", [("product_tmpl_id", "=", packed)], ["id"])
    make(reader, "product.uom", product_id=variant["id"], uom_id=kg, barcode="OF A PACKAGING")
    return ids


def product(reader: OdooReader, **values: Any) -> int:
    """Make a product by hand."""
    return make(reader, "product.template", **{"name": "Made by hand", **values})


def _shirt(reader: OdooReader, name: str, code: str) -> int:
    """Make a product in two sizes; the first has the code."""
    size = make(reader, "product.attribute", name=f"Size of {name}")
    values = [make(reader, "product.attribute.value", name=n, attribute_id=size) for n in "SL"]
    lines = [(0, 0, {"attribute_id": size, "value_ids": [(6, 0, values)]})]
    shirt = product(reader, name=name, attribute_line_ids=lines)
    variants = reader.search_read("product.product", [("product_tmpl_id", "=", shirt)], ["id"])
    reader.call("product.product", "write", variants[0]["id"], {"default_code": code})
    name_record(reader, name, "product.template", shirt)
    return shirt


def category_world(reader: OdooReader) -> Ids:
    """Make the categories that the rules for categories speak of."""
    hand = make(reader, "product.category", name="Hand")
    for _ in range(2):
        make(reader, "product.category", name="Double")
    known = make(reader, "product.category", name="Known")
    name_record(reader, "known_category", "product.category", known)
    return {
        "Hand / Child": make(reader, "product.category", name="Child", parent_id=hand),
        "known": known,
        "fifo": find(reader, "product.removal", ("method", "=", "fifo")),
    }
