"""The importer works against the stub as against an Odoo, over both protocols."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.data_files import write_table
from benchmarks.stub_odoo import StubOdoo, catalogue
from benchmarks.stub_server import KEY, serving
from benchmarks.workloads import PRODUCT_COLUMNS, products
from odoo_ingestion.config import Config
from odoo_ingestion.orchestrator.importer import OdooImporter


@pytest.mark.parametrize(("secret", "protocol"), [(KEY, "json2"), ("a password", "xmlrpc")])
def test_every_row_is_accepted(secret: str, protocol: str, tmp_path: Path) -> None:
    path = write_table(products(250), tmp_path / "products.csv")
    with serving(secret) as (place, stub):
        config = Config(
            _env_file=None,
            url=place.url,
            database=place.database,
            username=place.username,
            api_key=place.secret,
            journal=tmp_path / "journal.sqlite",
            failed_dir=tmp_path / "failed",
        )
        result = OdooImporter(config).import_file(path, "products")

    [file] = result.files
    assert (file.created, result.protocol, result.error) == (250, protocol, None)
    assert result.notices == ()
    assert stub.rows == 250
    assert stub.first_load is not None


def test_what_was_loaded_can_be_read_back_and_found_by_its_external_id() -> None:
    stub = StubOdoo()
    rows = [["shop.a", "Tea", "1.5", "3"]]
    columns = ["id", "name", "list_price", "categ_id/.id"]

    [number] = stub.answer("product.template", "load", {"fields": columns, "data": rows})["ids"]
    fields = ["name", "list_price", "categ_id"]
    [read] = stub.answer("product.template", "read", {"ids": [number], "fields": fields})
    domain = [["module", "=", "shop"], ["name", "in", ["a", "b"]]]
    found = stub.answer("ir.model.data", "search_read", {"domain": domain, "fields": ["res_id"]})

    assert read == {"id": number, "name": "Tea", "list_price": 1.5, "categ_id": [3, "3"]}
    assert [record["res_id"] for record in found] == [number]


def test_a_variant_brings_its_template_as_odoo_names_it() -> None:
    stub = StubOdoo()
    stub.answer("product.product", "load", {"fields": ["id", "name"], "data": [["shop.a", "Tea"]]})
    domain = [["module", "=", "shop"], ["name", "in", ["a_product_template"]]]

    fields = ["model"]
    [found] = stub.answer("ir.model.data", "search_read", {"domain": domain, "fields": fields})

    assert found["model"] == "product.template"


def test_what_the_stub_does_not_know_is_told_by_name() -> None:
    with pytest.raises(NotImplementedError, match=r"product\.template\.unheard_of"):
        StubOdoo().answer("product.template", "unheard_of", {})


def test_the_catalogue_knows_the_columns_of_the_measured_file() -> None:
    assert set(PRODUCT_COLUMNS) <= set(catalogue()["product.template"])
