"""The rows that only the server can refuse: the maintained list, with a real example of each.

docs/dry-run.md shows it to users; test_server_only.py proves every line of it.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.odoo_reader import OdooReader
from tests.truth.worlds import find, make, name_record, partner, product

_INCOMPRESSIBLE = "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=4_000))


def _nothing(reader: OdooReader) -> None:
    """Need nothing in the database before."""


@dataclass(frozen=True)
class ServerOnly:
    """One kind of row; ``what``, ``why`` and ``message`` are the columns of the table in the docs.

    ``file`` is the import type, or a model; ``prepare`` makes what the row runs into.
    """

    what: str
    why: str
    message: str
    file: str
    cells: Mapping[str, str]
    prepare: Callable[[OdooReader], None] = _nothing
    company: str | None = None


# --- what the rows run into -----------------------------------------------------------------


def _descendant(reader: OdooReader) -> None:
    above = partner(reader, ref="ABOVE")
    partner(reader, ref="BELOW", parent_id=above)


def _user_of_first_company(reader: OdooReader) -> None:
    user = make(reader, "res.users", name="Employee", login="employee")
    [read] = reader.search_read("res.users", [("id", "=", user)], ["partner_id"])
    name_record(reader, "employee", "res.partner", read["partner_id"][0])


def _entries_of_a_partner(reader: OdooReader) -> None:
    partner(reader, ref="GROUP", is_company=True, vat="BE2")
    debtor = partner(reader, ref="DEBTOR", is_company=True, vat="BE1")
    _post_entry(reader, {"partner_id": debtor}, {})


def _entry_with_another_unit(reader: OdooReader) -> None:
    values = {"product_id": _variant(reader, "POSTED"), "product_uom_id": _pack(reader)}
    _post_entry(reader, {}, values)


def _post_entry(reader: OdooReader, debit: Mapping[str, int], credit: Mapping[str, int]) -> None:
    receivable, income = (
        reader.search_read("account.account", [("account_type", "=", kind)], ["id"])[0]["id"]
        for kind in ("asset_receivable", "income")
    )
    journal = reader.search_read("account.journal", [("type", "=", "general")], ["id"])[0]["id"]
    lines = [
        (0, 0, {"account_id": receivable, "debit": 5, **debit}),
        (0, 0, {"account_id": income, "credit": 5, **credit}),
    ]
    entry = make(reader, "account.move", move_type="entry", journal_id=journal, line_ids=lines)
    reader.call("account.move", "action_post", [entry])


def _variant(reader: OdooReader, code: str) -> int:
    template = product(reader, default_code=code, is_storable=True)
    return find(reader, "product.product", ("product_tmpl_id", "=", template))


def _pack(reader: OdooReader) -> int:
    return find(reader, "uom.uom", ("name", "=", "Pack of 6"))


def _order(reader: OdooReader, line: Mapping[str, int]) -> None:
    lines = [(0, 0, {"product_uom_qty": 1, **line})]
    make(reader, "sale.order", partner_id=partner(reader), order_line=lines)


def _ordered_in_packs(reader: OdooReader) -> None:
    variant = _variant(reader, "ORDERED")
    _order(reader, {"product_id": variant, "product_uom_id": _pack(reader)})


def _sold_in_first_company(reader: OdooReader) -> None:
    _order(reader, {"product_id": _variant(reader, "SOLD")})


def _moved_in_first_company(reader: OdooReader) -> None:
    places = {
        kind: reader.search_read("stock.location", [("usage", "=", kind)], ["id"])[0]["id"]
        for kind in ("internal", "customer")
    }
    make(
        reader,
        "stock.move",
        product_id=_variant(reader, "MOVED"),
        product_uom_qty=1,
        location_id=places["internal"],
        location_dest_id=places["customer"],
    )


def _barcode_in_second_company(reader: OdooReader) -> None:
    second = find(reader, "res.company", ("name", "=", "Second"))
    product(reader, barcode="ELSEWHERE", company_id=second)


def _category_below(reader: OdooReader) -> None:
    upper = make(reader, "product.category", name="Upper")
    make(reader, "product.category", name="Lower", parent_id=upper)
    name_record(reader, "upper", "product.category", upper)


def _tag(reader: OdooReader) -> None:
    make(reader, "product.tag", name="Taken tag")


def _rule_against_a_tag(reader: OdooReader) -> None:
    model = find(reader, "ir.model", ("model", "=", "product.tag"))
    domain = "[('name', '!=', 'Ruled')]"
    make(reader, "ir.rule", name="No such tags", model_id=model, domain_force=domain)


# --- the list -------------------------------------------------------------------------------

SERVER_ONLY: tuple[ServerOnly, ...] = (
    ServerOnly(
        "a partner whose new parent, in Odoo already, stands below it",
        "the chain of parents runs through records outside the file",
        "You cannot create recursive Partner hierarchies.",
        "partners",
        {"ref": "ABOVE", "parent_id": "BELOW"},
        _descendant,
    ),
    ServerOnly(
        "archiving the partner of an active user",
        "a rule in Odoo's code about users",
        "You cannot archive contacts linked to an active user.",
        "partners",
        {"id": "base.partner_admin", "active": "0"},
    ),
    ServerOnly(
        "giving the partner of a user another company than the user's",
        "a rule in Odoo's code about users",
        "The selected company is not compatible with the companies of the related user(s)",
        "partners",
        {"id": "truth.employee", "company_id/id": "truth.second"},
        _user_of_first_company,
        "Second",
    ),
    ServerOnly(
        "giving the partner of a company another company",
        "a rule in Odoo's code about companies",
        "The company assigned to this partner does not match the company this partner represents.",
        "partners",
        {"id": "base.main_partner", "company_type": "company", "company_id/id": "truth.second"},
        company="Second",
    ),
    ServerOnly(
        "a Peppol endpoint of the wrong form for its scheme",
        "the forms are in the code of the app that brings the field",
        "The Peppol endpoint is not valid.",
        "partners",
        {"ref": "PEPPOL", "name": "Peppol", "peppol_eas": "0208", "peppol_endpoint": "abc"},
    ),
    ServerOnly(
        "a row below a parent of the same file that only the server refuses",
        "the parent would be refused",
        "its parent, row",
        "partners",
        {"ref": "BELOW PEPPOL", "name": "Dependent", "parent_id": "PEPPOL"},
    ),
    ServerOnly(
        "a partner with journal entries put below a parent with another tax number",
        "journal entries are not looked at",
        "You cannot set a partner as an invoicing address of another if they have a different",
        "partners",
        {"ref": "DEBTOR", "parent_id": "GROUP"},
        _entries_of_a_partner,
    ),
    ServerOnly(
        "a text of more than about 2,700 bytes in a field that the database indexes",
        "which fields have an index, and how well the text is compressed, is the database's affair",
        "exceeds btree version 4 maximum",
        "partners",
        {"ref": _INCOMPRESSIBLE, "name": "Long"},
    ),
    ServerOnly(
        "a combo product without choices",
        "a rule in Odoo's code",
        "A combo product must contain at least 1 combo choice.",
        "products",
        {"default_code": "COMBO", "name": "Combo", "type": "combo"},
    ),
    ServerOnly(
        "a service that is bought for each order, without a vendor",
        "a rule in the code of an app",
        "Please define the vendor from whom you would like to purchase this service automatically.",
        "products",
        {"default_code": "BOUGHT", "name": "B", "type": "service", "service_to_purchase": "1"},
    ),
    ServerOnly(
        "a barcode that a product of another company has, on a product of all companies",
        "records of other companies cannot be seen",
        "Barcode(s) already assigned:",
        "products",
        {"default_code": "BAR", "name": "Barcode", "barcode": "ELSEWHERE"},
        _barcode_in_second_company,
    ),
    ServerOnly(
        "another unit for a product that is on orders or moves in a third unit",
        "orders and moves are not looked at",
        "As other units of measure",
        "products",
        {"default_code": "ORDERED", "uom_id": "kg"},
        _ordered_in_packs,
    ),
    ServerOnly(
        "another unit for a product that is in posted journal entries",
        "journal entries are not looked at",
        "This product is already being used in posted Journal Entries.",
        "products",
        {"default_code": "POSTED", "uom_id": "kg"},
        _entry_with_another_unit,
    ),
    ServerOnly(
        "a record that a record rule keeps from you",
        "Odoo applies record rules once the record is written",
        "doesn't have 'create' access",
        "product.tag",
        {"name": "Ruled"},
        _rule_against_a_tag,
    ),
    ServerOnly(
        "restricting a product to one company after it was sold in another",
        "orders of other companies cannot be seen",
        "The following products cannot be restricted to the company",
        "products",
        {"default_code": "SOLD", "company_id/id": "truth.second"},
        _sold_in_first_company,
        "Second",
    ),
    ServerOnly(
        "restricting a product to one company while another has stock or moves of it",
        "stock of other companies cannot be seen",
        "This product's company cannot be changed as long as there are stock moves of it",
        "products",
        {"default_code": "MOVED", "company_id/id": "truth.second"},
        _moved_in_first_company,
        "Second",
    ),
    ServerOnly(
        "a category whose new parent, in Odoo already, stands below it",
        "the chain of parents runs through records outside the file",
        "Recursion Detected.",
        "categories",
        {"id": "truth.upper", "parent_id": "Upper / Lower"},
        _category_below,
    ),
    ServerOnly(
        "a value that has to be unique, in a model imported by --model",
        "fields_get does not tell unique constraints",
        "Tag name already exists!",
        "product.tag",
        {"name": "Taken tag"},
        _tag,
    ),
    ServerOnly(
        "what else a model's own code refuses, in a model imported by --model",
        "the rules are in the code of the model's app",
        "Please specify the category for which this rule should be applied",
        "product.pricelist.item",
        {"fixed_price": "3", "applied_on": "2_product_category"},
    ),
)
"""Every kind of row that a plain dry run accepts and the real run refuses (Odoo 19)."""
