"""Headers of files that nobody here wrote: samples, shops' exports, Odoo's own templates."""

import pytest

from odoo_ingestion.data_models import IMPORT_TYPES, load_catalogue
from odoo_ingestion.mapping import map_columns
from odoo_ingestion.records import ColumnKind


def mapped(kind: str, header: str, version: str = "19.0") -> tuple[dict[str, str], set[str]]:
    """Return column -> field (``field/id`` for external ids), and the columns left over."""
    chosen = IMPORT_TYPES[kind]
    found = map_columns(header.split(","), load_catalogue(version, chosen.model), chosen)
    endings = {ColumnKind.EXTERNAL_ID: "/id", ColumnKind.DATABASE_ID: "/.id"}
    bound = {c.name: c.field + endings.get(c.kind, "") for c in found.columns}
    return bound, set(found.left_out)


# --- Northwind (graphql-compose-examples, MIT) --------------------------------------------------

NORTHWIND_PARTNER = {
    "companyName": "name",
    "address": "street",
    "city": "city",
    "region": "state_id",
    "postalCode": "zip",
    "country": "country_id",
    "phone": "phone",
}


def test_northwind_customers() -> None:
    assert mapped(
        "customers",
        "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,"
        "phone,fax",
    ) == ({"customerID": "ref", **NORTHWIND_PARTNER}, {"contactName", "contactTitle", "fax"})


def test_northwind_suppliers() -> None:
    assert mapped(
        "suppliers",
        "supplierID,companyName,contactName,contactTitle,address,city,region,postalCode,country,"
        "phone,fax,homePage",
    ) == (
        {"supplierID": "ref", **NORTHWIND_PARTNER, "homePage": "website"},
        {"contactName", "contactTitle", "fax"},
    )


def test_northwind_customers_as_nested_json() -> None:
    bound, _ = mapped(
        "customers",
        "customerID,companyName,address.street,address.city,address.region,address.postalCode,"
        "address.country,address.phone",
    )
    assert list(bound.values()) == [
        "ref",
        "name",
        "street",
        "city",
        "state_id",
        "zip",
        "country_id",
        "phone",
    ]


def test_northwind_categories() -> None:
    assert mapped("categories", "categoryID,categoryName,description,picture") == (
        {"categoryName": "name"},
        {"categoryID", "description", "picture"},
    )


def test_northwind_products() -> None:
    assert mapped(
        "products",
        "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice,unitsInStock,"
        "unitsOnOrder,reorderLevel,discontinued",
    ) == (
        {"productID": "default_code", "productName": "name", "unitPrice": "list_price"},
        {
            "supplierID",
            "categoryID",
            "quantityPerUnit",
            "unitsInStock",
            "unitsOnOrder",
            "reorderLevel",
            "discontinued",
        },
    )


# --- Odoo's own templates (LGPL-3) --------------------------------------------------------------


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
def test_the_contacts_template_of_19(version: str) -> None:
    assert mapped(
        "partners",
        "Name*,Company Type*,Related Company,Email,Phone,Street,Street2,City,State,Zip,Country,"
        "Tax ID,Website,Tags,Reference,Notes",
        version,
    ) == (
        {
            "Name*": "name",
            "Company Type*": "company_type",
            "Related Company": "parent_id",
            "Email": "email",
            "Phone": "phone",
            "Street": "street",
            "Street2": "street2",
            "City": "city",
            "State": "state_id",
            "Zip": "zip",
            "Country": "country_id",
            "Tax ID": "vat",
            "Website": "website",
            "Tags": "category_id",
            "Reference": "ref",
            "Notes": "comment",
        },
        set(),
    )


@pytest.mark.parametrize(("version", "gone"), [("17.0", set()), ("19.0", {"mobile"})])
def test_the_contacts_template_of_17_and_18(version: str, gone: set[str]) -> None:
    names = (
        "name,is_company,company_name,country_id,state_id,zip,city,street,street2,phone,mobile,"
        "email,vat"
    )
    lines = {"bank_ids/bank", "bank_ids/acc_number"}
    bound, left_out = mapped("partners", f"{names},bank_ids/bank,bank_ids/acc_number", version)
    assert left_out == gone | lines
    assert bound == {name: name for name in names.split(",") if name not in gone}


@pytest.mark.parametrize(
    ("version", "type_field"),
    [("14.0", "type"), ("17.0", "detailed_type"), ("18.0", "type"), ("19.0", "type")],
)
def test_the_products_template(version: str, type_field: str) -> None:
    assert mapped(
        "products",
        "External ID,Name,Product Type,Internal Reference,Barcode,Sales Price,Cost,Weight,"
        "Sales Description",
        version,
    ) == (
        {
            "External ID": "id/id",
            "Name": "name",
            "Product Type": type_field,
            "Internal Reference": "default_code",
            "Barcode": "barcode",
            "Sales Price": "list_price",
            "Cost": "standard_price",
            "Weight": "weight",
            "Sales Description": "description_sale",
        },
        set(),
    )


def test_the_products_template_with_vendors() -> None:
    _, left_out = mapped(
        "products", "External ID,Name,Vendors/Vendor,Vendors/Price,Vendors/Delivery Lead Time"
    )
    assert left_out == {"Vendors/Vendor", "Vendors/Price", "Vendors/Delivery Lead Time"}


def test_the_examples_of_the_import_screen() -> None:
    assert mapped("categories", "External ID,Name,Parent Category/External ID") == (
        {"External ID": "id/id", "Name": "name", "Parent Category/External ID": "parent_id/id"},
        set(),
    )
    bound, left_out = mapped(
        "products",
        "External ID,Name,Internal Reference,Category/External ID,Can be Expensed,"
        "Can be Purchased,Can be Sold,Sale Price,Cost,Supply Method,Product Type,"
        "Procurement Method",
    )
    assert left_out == {"Can be Expensed", "Supply Method", "Procurement Method"}
    assert bound["Category/External ID"] == "categ_id/id"
    assert bound["Sale Price"] == "list_price"
    assert mapped("customers", "Name,Reference,Tags,Customer,Street,City,Country")[1] == {
        "Customer"
    }
    assert (
        mapped(
            "partners",
            "Name,Is a company,Related company,Address type,Street,ZIP,City,State,Country",
        )[1]
        == set()
    )


def test_the_vendor_pricelists_template_as_a_generic_model() -> None:
    header = (
        "Vendor,Product Template,Vendor Product Name,Vendor Product Code,Price,Quantity,"
        "Start Date,End Date"
    )
    for version in ("17.0", "18.0", "19.0"):
        found = map_columns(
            header.split(","), load_catalogue(version, "product.supplierinfo"), None
        )
        assert [c.field for c in found.columns] == [
            "partner_id",
            "product_tmpl_id",
            "product_name",
            "product_code",
            "price",
            "min_qty",
            "date_start",
            "date_end",
        ]


# --- shops --------------------------------------------------------------------------------------


def test_womens_fashion_catalogue() -> None:
    bound, left_out = mapped(
        "products",
        "id,handle,title,url,product_type,category_full_path,tags,description,price_min_usd,"
        "price_max_usd,in_stock_any,variant_count,image_count,featured_image_url,review_count,"
        "review_rating,created_at,updated_at",
    )
    assert bound == {
        "id": "id/id",
        "title": "name",
        "product_type": "type",
        "category_full_path": "categ_id",
        "tags": "product_tag_ids",
        "description": "description",
    }
    assert len(left_out) == 12


def test_olist_sellers_and_products() -> None:
    assert mapped("suppliers", "seller_id,seller_zip_code_prefix,seller_city,seller_state") == (
        {
            "seller_id": "ref",
            "seller_zip_code_prefix": "zip",
            "seller_city": "city",
            "seller_state": "state_id",
        },
        set(),
    )
    bound, left_out = mapped(
        "products", "product_id,product_category_name,product_name_lenght,product_weight_g"
    )
    assert bound == {"product_id": "default_code", "product_category_name": "categ_id"}
    assert left_out == {"product_name_lenght", "product_weight_g"}  # grams are not kilograms


def test_best_buy_categories() -> None:
    bound, left_out = mapped("categories", "id,name,path,subCategories")
    assert bound == {"id": "id/id", "name": "name", "path": "complete_name"}
    assert left_out == {"subCategories"}


def test_dp_data_customers_and_products() -> None:
    assert mapped("customers", "CustomerID,FirstName,LastName,EmailAddress") == (
        {"CustomerID": "ref", "EmailAddress": "email"},
        {"FirstName", "LastName"},
    )
    assert mapped("products", "ProductID,ProductName,Category,ListPrice") == (
        {
            "ProductID": "default_code",
            "ProductName": "name",
            "Category": "categ_id",
            "ListPrice": "list_price",
        },
        set(),
    )
