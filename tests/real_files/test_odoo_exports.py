"""A file that Odoo exported imports as it is, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import counts, to_csv
from tests.real_files.odoo_exports import WebClient

PARTNER_COLUMNS = (
    "id,.id,name,company_type,is_company,parent_id/id,type,ref,email,phone,street,street2,zip,city,"
    "state_id/id,country_id/id,vat,website,category_id/id,comment,lang,active,user_id/id,color,"
    "function,company_id/id,barcode,credit_limit,partner_latitude"
)
PRODUCT_COLUMNS = (
    "id,.id,name,default_code,barcode,type,is_storable,list_price,standard_price,weight,volume,"
    "categ_id/id,uom_id/id,taxes_id/id,supplier_taxes_id/id,sale_ok,purchase_ok,description_sale,"
    "product_tag_ids/id,active,invoice_policy,sequence,responsible_id/id,tracking"
)
CATEGORY_COLUMNS = "id,.id,name,parent_id/id,property_cost_method,property_valuation"
BANK_COLUMNS = "id,.id,acc_number,acc_holder_name,partner_id/id,bank_id/id,sequence,active"

EXPORTS = {
    "res.partner": ("partners", PARTNER_COLUMNS),
    "product.template": ("products", PRODUCT_COLUMNS),
    "product.category": ("categories", CATEGORY_COLUMNS),
    "res.partner.bank": (None, BANK_COLUMNS),
}


@pytest.fixture(scope="module")
def filled(module_database: OdooReader) -> OdooReader:
    """A database with records of each model, made without the code under test."""
    call = module_database.call
    tags = call("res.partner.category", "create", [{"name": "Red, deep"}, {"name": "Blue"}])
    belgium = call("ir.model.data", "check_object_reference", "base", "be")[1]
    california = call("ir.model.data", "check_object_reference", "base", "state_us_5")[1]
    [company] = call(
        "res.partner",
        "create",
        [
            {
                "name": 'Café "Ünïque"',
                "is_company": True,
                "ref": "007",
                "phone": "+32 2 555 01 00",
                "zip": "01000",
                "country_id": belgium,
                "website": "unique.example",
                "comment": "<p>Two <b>words</b> &amp; more</p>",
                "category_id": [(6, 0, tags)],
            }
        ],
    )
    call(
        "res.partner",
        "create",
        [
            {
                "name": "Zoé",
                "parent_id": company,
                "function": "+1 in charge",
                "email": "zoe@x.example",
            },
            {"name": "-minus", "state_id": california, "street": "Line 1\nLine 2"},
        ],
    )
    [shop] = call("product.category", "create", [{"name": "Shop"}])
    [tea] = call("product.category", "create", [{"name": "Tea", "parent_id": shop}])
    call(
        "product.template",
        "create",
        [
            {"name": "Green tea", "default_code": "T-1", "categ_id": tea, "list_price": 4.9},
            {"name": "Advice", "type": "service", "list_price": 1234.5, "taxes_id": False},
            {"name": "Pot", "is_storable": True, "barcode": "0012345678905", "weight": 0.12},
        ],
    )
    [bank] = call("res.bank", "create", [{"name": "Atlantis Bank", "bic": "ATLABEBB"}])
    call(
        "res.partner.bank",
        "create",
        [{"acc_number": "00123", "partner_id": company, "bank_id": bank}],
    )
    return module_database


@pytest.fixture(scope="module")
def web_client(filled: OdooReader) -> Iterator[WebClient]:
    with WebClient(filled) as client:
        yield client


def field_types(reader: OdooReader, model: str) -> dict[str, str]:
    fields = reader.call(model, "fields_get", [], ["type"])
    return {**{name: spec["type"] for name, spec in fields.items()}, "": "integer"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("model", EXPORTS)
def test_an_import_compatible_export_changes_nothing(
    importing: Import,
    filled: OdooReader,
    web_client: WebClient,
    tmp_path: Path,
    model: str,
    form: str,
) -> None:
    kind, columns = EXPORTS[model]
    names = [name for name in columns.split(",") if name != ".id"]
    path = tmp_path / f"export.{form}"
    path.write_bytes(web_client.export(form, model, names, field_types(filled, model)))
    options = {"type": kind} if kind else {"model": model}
    result = importing(path, **options)
    assert (counts(result), result.notices) == ({"unchanged": filled.count(model)}, ())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("model", EXPORTS)
def test_an_export_under_labels_with_names_of_relations_changes_nothing(
    importing: Import,
    filled: OdooReader,
    web_client: WebClient,
    tmp_path: Path,
    model: str,
    form: str,
) -> None:
    kind, columns = EXPORTS[model]
    types = field_types(filled, model)
    names = [name.removesuffix("/id") for name in columns.split(",") if name != ".id"]
    # Such an export spreads several tags or taxes over several rows.
    names = [name for name in names if types[name] != "many2many"]
    path = tmp_path / f"export.{form}"
    path.write_bytes(web_client.export(form, model, names, types, web_client.labels(model)))
    options = {"type": kind} if kind else {"model": model}
    assert counts(importing(path, **options)) == {"unchanged": filled.count(model)}


@pytest.mark.parametrize("model", EXPORTS)
def test_database_ids_beside_or_in_place_of_external_ids_change_nothing(
    importing: Import, filled: OdooReader, tmp_path: Path, model: str
) -> None:
    kind, columns = EXPORTS[model]
    options = {"type": kind} if kind else {"model": model}
    ids = filled.call(model, "search", [])
    for dropped in ((), ("id",)):
        names = [name for name in columns.split(",") if name not in dropped]
        lines = filled.call(model, "export_data", ids, names)["datas"]
        path = tmp_path / f"export{len(dropped)}.csv"
        path.write_bytes(to_csv([dict(zip(names, line, strict=True)) for line in lines]))
        assert counts(importing(path, **options)) == {"unchanged": len(ids)}
