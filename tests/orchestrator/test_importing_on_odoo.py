"""Whole runs: a file in, a real Odoo, and an independent reader that looks at what is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock

import pytest
from pytest_mock import MockerFixture

from odoo_ingestion import ImportOptions, OdooImporter, Progress, RunResult
from odoo_ingestion.batch_processor import BatchProcessor
from odoo_ingestion.errors import ColumnError, ConfigurationError, InputFileError, UsageError
from odoo_ingestion.records import Mode
from odoo_ingestion.runs import FileStart
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a text as a CSV file into the module's database."""

    def run(text: str, name: str = "rows.csv", **options: Any) -> RunResult:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, **options)

    return run


def counts(result: RunResult) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


def failed_text(result: RunResult) -> str:
    [path] = result.failed_files
    return Path(path).read_text(encoding="utf-8-sig")


def test_partners_go_in_and_the_second_run_changes_nothing(
    importing: Import, module_database: OdooReader
) -> None:
    text = (
        "ref,name,email,phone,street,zip,city,country_id\n"
        "IN-1,Café Ünïque,info@unique.example,+32 2 555,Rue 1,01000,Bruxelles,BE\n"
        'IN-2,"Multi\nline ""Q""",,,,,,Germany\n'
    )
    first = importing(text, type="partners")
    assert (counts(first), first.status) == ({"created": 2}, "completed")
    read = module_database.search_read(
        "res.partner", [("ref", "like", "IN-%")], ["name", "zip", "country_id"], order="ref"
    )
    assert [p["name"] for p in read] == ["Café Ünïque", 'Multi\nline "Q"']
    assert read[0]["zip"] == "01000"
    assert [p["country_id"][1] for p in read] == ["Belgium", "Germany"]
    second = importing(text, type="partners")
    assert counts(second) == {"unchanged": 2}
    changed = importing(text.replace("Rue 1", "Rue 2"), type="partners")
    assert counts(changed) == {"updated": 1, "unchanged": 1}
    assert module_database.count("res.partner", [("ref", "like", "IN-%")]) == 2


def test_every_record_has_one_external_id_with_noupdate(
    importing: Import, module_database: OdooReader
) -> None:
    importing("ref,name\nXID-1,A\n", type="partners")
    importing("id,ref,name\nshop.x2,XID-2,B\n", type="partners")
    importing("id,name\nbare3,C\n", type="partners")
    names = module_database.xids("res.partner")
    assert "shop.x2" in names
    assert "__import__.bare3" in names
    [ours] = [name for name in names if name.startswith("odoo_ingestion.res_partner_ref_xid_1_")]
    [partner] = module_database.search_read("res.partner", [("ref", "=", "XID-1")], ["id"])
    assert names[ours] == partner["id"]
    flags = module_database.search_read(
        "ir.model.data", [("module", "in", ["odoo_ingestion", "shop"])], ["noupdate"]
    )
    assert all(flag["noupdate"] for flag in flags)


def test_a_record_made_by_hand_is_adopted_and_its_other_fields_are_left(
    importing: Import, module_database: OdooReader
) -> None:
    made = module_database.call(
        "res.partner", "create", [{"name": "By hand", "ref": "BH-1", "phone": "1", "city": "Gent"}]
    )[0]
    result = importing("ref,name,phone\nBH-1,By file,\n", type="partners")
    assert counts(result) == {"updated": 1}
    [read] = module_database.search_read(
        "res.partner", [("ref", "=", "BH-1")], ["id", "name", "phone", "city"]
    )
    assert read == {"id": made, "name": "By file", "phone": "1", "city": "Gent"}
    assert made in module_database.xids("res.partner").values()


def test_an_empty_cell_is_cleared_only_when_told(
    importing: Import, module_database: OdooReader
) -> None:
    importing("ref,name,city\nCL-1,Clear,Gent\n", type="partners")
    importing("ref,name,city\nCL-1,Clear,\n", type="partners")
    [kept] = module_database.search_read("res.partner", [("ref", "=", "CL-1")], ["city"])
    importing("ref,name,city\nCL-1,Clear,\n", type="partners", clear_empty=("city",))
    [cleared] = module_database.search_read("res.partner", [("ref", "=", "CL-1")], ["city"])
    assert (kept["city"], cleared["city"]) == ("Gent", False)


def test_bad_rows_fail_good_rows_land_and_the_corrected_file_goes_in(
    importing: Import, module_database: OdooReader
) -> None:
    text = (
        "ref,name,country_id,customer_rank\n"
        "BAD-1,Good one,BE,\n"
        "BAD-2,,BE,\n"
        "BAD-3,No such land,Atlantis,\n"
        "BAD-4,Not a number,BE,many\n"
        "BAD-1,Twice,BE,\n"
    )
    result = importing(text, type="partners")
    assert counts(result) == {"created": 1, "failed": 4}
    assert result.status == "completed_with_failures"
    assert dict(result.errors) == {"validation": 2, "missing_relation": 1, "duplicate": 1}
    failed = failed_text(result)
    assert failed.splitlines()[0].startswith("ref,name,country_id,customer_rank,_error_row,")
    assert "Atlantis" in failed
    corrected = (
        failed.replace("BAD-2,,", "BAD-2,Named,")
        .replace("Atlantis", "Belgium", 1)
        .replace("many", "3", 1)
        .replace("BAD-1", "BAD-5", 1)
    )
    again = importing(corrected, name="corrected.csv", type="partners")
    assert counts(again) == {"created": 4}
    assert module_database.count("res.partner", [("ref", "like", "BAD-")]) == 5


def test_contacts_may_stand_before_their_company(
    importing: Import, module_database: OdooReader
) -> None:
    text = (
        "ref,name,is_company,parent_id,city\n"
        "FAM-2,Child,0,FAM-1,\n"
        "FAM-3,Grandchild,0,Child,\n"
        "FAM-1,Parent,1,,Gent\n"
        "FAM-4,Orphan,0,Nobody At All,\n"
    )
    dry = importing(text, type="partners", dry_run=True)
    assert counts(dry) == {"created": 3, "failed": 1}
    assert module_database.count("res.partner", [("ref", "like", "FAM-")]) == 0
    result = importing(text, type="partners")
    assert counts(result) == {"created": 3, "failed": 1}
    read = {
        p["ref"]: p["parent_id"] and p["parent_id"][1]
        for p in module_database.search_read(
            "res.partner", [("ref", "like", "FAM-")], ["ref", "parent_id"]
        )
    }
    assert read["FAM-1"] is False
    assert "Parent" in str(read["FAM-2"])
    assert "Child" in str(read["FAM-3"])
    assert counts(importing(text, type="partners")) == {"unchanged": 3, "failed": 1}


def test_children_of_a_failed_row_fail_and_say_which_row_that_was(importing: Import) -> None:
    text = (
        "ref,name,parent_id,country_id\n"
        "CF-1,Parent,,Atlantis\n"
        "CF-2,Child,CF-1,\n"
        "CF-3,Grandchild,CF-2,\n"
    )
    result = importing(text, type="partners")
    assert counts(result) == {"failed": 3}
    assert "row 1 of this file" in failed_text(result)
    assert "row 2 of this file" in failed_text(result)


def test_parents_that_form_a_loop_fail(importing: Import) -> None:
    text = "ref,name,parent_id\nLO-1,A,LO-2\nLO-2,B,LO-1\nLO-3,C,LO-3\n"
    result = importing(text, type="partners")
    assert counts(result) == {"failed": 3}
    assert "loop" in failed_text(result)


def test_category_paths_make_a_tree_in_any_order(
    importing: Import, module_database: OdooReader
) -> None:
    text = (
        "path\nTree / A / B / C / D / E / F\nTree / A / B / C / D / E\nTree / A\nTree\n"
        "Tree / A / B\nTree / A / B / C\nTree / A / B / C / D\nNowhere / X\n"
    )
    first = importing(text, type="categories")
    assert counts(first) == {"created": 7, "failed": 1}
    assert "Nowhere" in failed_text(first)
    assert (
        module_database.count(
            "product.category", [("complete_name", "=", "Tree / A / B / C / D / E / F")]
        )
        == 1
    )
    assert counts(importing(text, type="categories")) == {"unchanged": 7, "failed": 1}


def test_products_go_in_by_category_path_with_prices_and_barcodes(
    importing: Import, module_database: OdooReader
) -> None:
    importing("path\nShop\nShop / Tea\n", type="categories")
    text = (
        "sku,Name,Sales Price,Cost,barcode,category,type\n"
        "PR-1,Green tea,4.90,2.1,0012345678905,Shop / Tea,storable\n"
        'PR-2,Advice,"1.234,50",,,Shop,service\n'
    )
    assert counts(importing(text, type="products")) == {"created": 2}
    read = module_database.search_read(
        "product.template",
        [("default_code", "like", "PR-")],
        ["list_price", "standard_price", "barcode", "type", "is_storable", "categ_id"],
        order="default_code",
    )
    assert [p["list_price"] for p in read] == [4.9, 1234.5]
    assert read[0]["barcode"] == "0012345678905"
    assert (read[0]["type"], read[0]["is_storable"]) == ("consu", True)
    assert (read[1]["type"], read[1]["is_storable"]) == ("service", False)
    assert [p["categ_id"][1] for p in read] == ["Shop / Tea", "Shop"]
    assert counts(importing(text, type="products")) == {"unchanged": 2}


def test_missing_categories_and_tags_are_created_only_when_told(
    importing: Import, module_database: OdooReader
) -> None:
    text = 'sku,name,categ_id,product_tag_ids\nCM-1,P,New / Path / Deep,"red,blue"\n'
    assert counts(importing(text, type="products")) == {"failed": 1}
    told = {"type": "products", "create_missing": ("categ_id", "product_tag_ids")}
    dry = importing(text, dry_run=True, **told)
    assert counts(dry) == {"created": 1}
    assert dict(dry.records["product.category"]) == {"created": 3, "updated": 0}
    assert module_database.count("product.category", [("name", "=", "Deep")]) == 0
    result = importing(text, **told)
    assert counts(result) == {"created": 1}
    assert {m: c["created"] for m, c in result.records.items()} == {
        "product.template": 1,
        "product.category": 3,
        "product.tag": 2,
    }
    assert counts(importing(text, **told)) == {"unchanged": 1}
    paths = "path\nNew\nNew / Path\nNew / Path / Deep\n"
    assert counts(importing(paths, type="categories")) == {"unchanged": 3}


def test_customers_and_suppliers_get_their_rank_once(
    importing: Import, module_database: OdooReader
) -> None:
    importing("ref,name\nRK-1,R\n", type="customers")
    [partner] = module_database.search_read(
        "res.partner", [("ref", "=", "RK-1")], ["customer_rank", "supplier_rank"]
    )
    assert (partner["customer_rank"], partner["supplier_rank"]) == (1, 0)
    module_database.call("res.partner", "write", [partner["id"]], {"customer_rank": 9})
    again = importing("ref,name\nRK-1,R\n", type="customers")
    assert counts(again) == {"unchanged": 1}
    importing("ref,name\nRK-1,R\n", type="suppliers")
    [partner] = module_database.search_read(
        "res.partner", [("ref", "=", "RK-1")], ["customer_rank", "supplier_rank"]
    )
    assert (partner["customer_rank"], partner["supplier_rank"]) == (9, 1)


def test_any_model_can_be_imported_with_its_required_fields_checked(
    importing: Import, module_database: OdooReader
) -> None:
    text = "name,code\nAtlantis Bank,ATL\n,NONAME\n"
    result = importing(text.replace("code", "bic"), model="res.bank")
    assert counts(result) == {"created": 1, "failed": 1}
    assert module_database.count("res.bank", [("bic", "=", "ATL")]) == 1
    assert counts(importing(text.replace("code", "bic"), model="res.bank")) == {
        "unchanged": 1,
        "failed": 1,
    }


def test_a_required_field_whose_default_is_zero_may_be_left_out(
    importing: Import, module_database: OdooReader
) -> None:
    # product.supplierinfo.min_qty (addon product, Odoo 19)
    importing("sku,name\nZD-1,Z\n", type="products")
    text = "partner_id/id,product_tmpl_id,price\nbase.main_partner,ZD-1,2.5\n"
    assert counts(importing(text, model="product.supplierinfo")) == {"created": 1}
    assert module_database.count("product.supplierinfo", [("price", "=", 2.5)]) == 1


def test_a_context_that_odoo_refuses_is_wrong_usage(importing: Import) -> None:
    with pytest.raises(UsageError, match="does not take the context"):
        importing("ref,name\nCX-1,C\n", type="partners", context={"lang": "xx"})


def test_a_model_whose_fields_cannot_all_be_described_is_imported(
    importing: Import, module_database: OdooReader
) -> None:
    assert counts(importing("name\nSummer prices\n", model="product.pricelist")) == {"created": 1}
    assert module_database.count("product.pricelist", [("name", "=", "Summer prices")]) == 1


def test_a_parent_that_stands_in_the_file_is_not_created_as_missing(
    importing: Import, module_database: OdooReader
) -> None:
    text = "path\nMake / A\nMake\nOther / B\n"
    told: dict[str, Any] = {"type": "categories", "create_missing": ("parent_id",)}
    dry = importing(text, dry_run=True, **told)
    assert counts(dry) == {"created": 3}
    assert dict(dry.records["product.category"])["created"] == 4
    result = importing(text, **told)
    assert dict(result.records["product.category"])["created"] == 4
    for path in ("Make", "Make / A", "Other", "Other / B"):
        assert module_database.count("product.category", [("complete_name", "=", path)]) == 1


def test_a_custom_field_is_a_column_like_any_other(
    importing: Import, module_database: OdooReader
) -> None:
    [model] = module_database.search_read("ir.model", [("model", "=", "res.partner")], ["id"])
    field = {
        "name": "x_shop_code",
        "field_description": "Shop Code",
        "model_id": model["id"],
        "ttype": "char",
    }
    module_database.call("ir.model.fields", "create", [field])
    assert counts(importing("ref,name,x_shop_code\nCU-1,C,S1\n", type="partners")) == {"created": 1}
    [read] = module_database.search_read("res.partner", [("ref", "=", "CU-1")], ["x_shop_code"])
    assert read["x_shop_code"] == "S1"


def test_modes_keep_to_what_they_say(importing: Import, module_database: OdooReader) -> None:
    importing("ref,name\nMO-1,One\n", type="partners")
    text = "ref,name\nMO-1,Changed\nMO-2,New\n"
    update = importing(text, type="partners", mode=Mode.UPDATE)
    assert counts(update) == {"updated": 1, "failed": 1}
    create = importing(text, type="partners", mode=Mode.CREATE)
    assert counts(create) == {"created": 1, "failed": 1}
    assert dict(create.errors) == {"exists": 1}


def test_a_constant_fills_every_row(importing: Import, module_database: OdooReader) -> None:
    importing(
        "ref,name\nSE-1,A\nSE-2,B\n",
        type="partners",
        set_values={"city": "Gent", "country_id": "BE"},
    )
    read = module_database.search_read(
        "res.partner", [("ref", "like", "SE-")], ["city", "country_id"]
    )
    assert {(p["city"], p["country_id"][1]) for p in read} == {("Gent", "Belgium")}


def test_a_key_of_the_users_own_finds_records(
    importing: Import, module_database: OdooReader
) -> None:
    made = module_database.call(
        "res.partner", "create", [{"name": "Mail", "email": "key@mail.example"}]
    )[0]
    result = importing("email,name\nkey@mail.example,New name\n", type="partners", key=("email",))
    assert counts(result) == {"updated": 1}
    [read] = module_database.search_read(
        "res.partner", [("email", "=", "key@mail.example")], ["id", "name"]
    )
    assert (read["id"], read["name"]) == (made, "New name")


def test_rows_without_key_are_not_doubled_and_the_summary_warns(
    importing: Import, module_database: OdooReader
) -> None:
    text = "name,city\nKeyless,Gent\nKeyless,Gent\n"
    first = importing(text, type="partners")
    assert counts(first) == {"created": 2}
    assert any("content" in notice for notice in first.notices)
    assert counts(importing(text, type="partners")) == {"unchanged": 2}
    assert module_database.count("res.partner", [("name", "=", "Keyless")]) == 2


def test_a_field_that_odoo_does_not_keep_is_reported_by_name(importing: Import) -> None:
    result = importing("sku,name,weight\nNK-1,N,0.123456789\n", type="products")
    assert counts(result) == {"created": 1}
    text = "ref,name,comment\nNK-2,N,<script>alert(1)</script>Bold\n"
    result = importing(text, type="partners")
    assert any("comment" in notice and "not kept" in notice for notice in result.notices)


def test_an_archived_record_is_updated_and_said_to_stay_archived(
    importing: Import, module_database: OdooReader
) -> None:
    module_database.call("res.partner", "create", [{"name": "Old", "ref": "AR-1", "active": False}])
    result = importing("ref,name\nAR-1,Newer\n", type="partners")
    assert counts(result) == {"updated": 1}
    assert any("archived" in notice for notice in result.notices)
    [read] = module_database.search_read(
        "res.partner",
        [("ref", "=", "AR-1")],
        ["name", "active"],
        context={"active_test": False},
    )
    assert (read["name"], read["active"]) == ("Newer", False)


def test_an_archived_record_that_does_not_land_is_not_said_to_be_updated(
    importing: Import, module_database: OdooReader
) -> None:
    product = {"name": "O", "default_code": "AR-3", "active": False}
    taken = {"name": "T", "barcode": "4006381333955"}
    module_database.call("product.template", "create", [product, taken])
    text = "sku,name,barcode\nAR-3,Newer,4006381333955\n"
    for options in ({"dry_run": True}, {}):
        result = importing(text, type="products", **options)
        assert counts(result) == {"failed": 1}
        assert not any("archived" in notice for notice in result.notices)


def test_a_dry_run_on_the_server_says_what_would_happen_to_archived_records(
    importing: Import, module_database: OdooReader
) -> None:
    module_database.call("res.partner", "create", [{"name": "O", "ref": "AR-2", "active": False}])
    result = importing("ref,name\nAR-2,Newer\n", type="partners", dry_run_server=True)
    assert any("records would stay archived: row 1" in notice for notice in result.notices)


def test_calls_that_were_sent_again_are_counted_in_the_summary(
    importing: Import, mocker: MockerFixture
) -> None:
    mocker.patch.object(
        BatchProcessor, "retries", new_callable=PropertyMock, return_value={"busy": 3}
    )
    result = importing("ref,name\nRT-1,A\n", type="partners")
    assert "3 calls had to be repeated" in result.notices


def test_a_dry_run_writes_nothing_not_even_a_sequence_number(
    importing: Import, module_database: OdooReader
) -> None:
    before = module_database.call("res.partner", "create", [{"name": "Marker 1"}])[0]
    result = importing("ref,name\nDR-1,A\nDR-2,\n", type="partners", dry_run=True)
    assert counts(result) == {"created": 1, "failed": 1}
    assert result.dry_run
    assert ".dry-run.failed.csv" in result.failed_files[0]
    after = module_database.call("res.partner", "create", [{"name": "Marker 2"}])[0]
    assert after == before + 1


def test_the_server_can_be_asked_to_validate_and_nothing_stays(
    importing: Import, module_database: OdooReader
) -> None:
    text = "ref,name,parent_id\nDS-1,A,\nDS-2,B,DS-1\n"
    result = importing(text, type="partners", dry_run_server=True)
    assert counts(result) == {"created": 2}
    assert result.dry_run
    assert module_database.count("res.partner", [("ref", "like", "DS-")]) == 0


def test_an_offline_dry_run_needs_no_server(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("sku,name,price\nA,Apple,1.5\nA,Twice,1\nB,Bad,x\n", encoding="utf-8")
    result = OdooImporter().import_file(
        path, type="products", dry_run=True, offline=True, failed_dir=tmp_path / "f"
    )
    assert counts(result) == {"created": 1, "failed": 2}
    assert result.url is None
    assert any("offline" in notice for notice in result.notices)


def test_an_unknown_column_stops_before_anything_is_sent(
    importing: Import, module_database: OdooReader
) -> None:
    with pytest.raises(ColumnError, match="emial"):
        importing("ref,name,emial\nUC-1,A,x\n", type="partners")
    assert module_database.count("res.partner", [("ref", "=", "UC-1")]) == 0
    result = importing("ref,name,emial\nUC-1,A,x\n", type="partners", ignore_unknown_columns=True)
    assert counts(result) == {"created": 1}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, UsageError),
        ({"type": "partners", "model": "res.partner"}, UsageError),
        ({"type": "partnres"}, UsageError),
        ({"model": "no.such.model"}, UsageError),
        ({"type": "partners", "company": "Nobody Ltd"}, UsageError),
        ({"type": "partners", "lang": "xx_XX"}, UsageError),
        ({"type": "partners", "key": ("nonsense",)}, UsageError),
        ({"type": "partners", "create_missing": ("name",)}, UsageError),
        ({"type": "partners", "clear_empty": ("nonsense",)}, UsageError),
        ({"type": "partners", "set_values": {"name": "X"}}, UsageError),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(
    importing: Import, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        importing("ref,name\nWO-1,A\n", **options)


def test_a_missing_file_or_a_header_alone_is_told(importing: Import, tmp_path: Path) -> None:
    with pytest.raises(InputFileError):
        importing("ref,name\n", type="partners")
    with pytest.raises(InputFileError):
        OdooImporter().import_file(
            tmp_path / "none.csv", type="partners", dry_run=True, offline=True
        )


def test_without_configuration_the_way_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("ref,name\nA,B\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no server"):
        OdooImporter().import_partner_data(path)


def test_too_many_errors_stop_the_run_and_the_rest_is_counted(importing: Import) -> None:
    rows = "".join(f"TM-{n},\n" for n in range(2_000))
    result = importing(f"ref,name\n{rows}", type="partners", max_errors=5)
    assert result.status == "failed"
    assert (result.error or {})["code"] == "max_errors"
    assert result.count("failed") >= 5
    assert result.count("read") < 2_000
    counts(result)


def test_a_stop_ends_the_run_and_counts_what_was_left(
    module_database: OdooReader, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    rows = "".join(f"ST-{n},Stop {n}\n" for n in range(3_000))
    path.write_text(f"ref,name\n{rows}", encoding="utf-8")
    stop = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.created:
            stop.set()

    importer = OdooImporter(config_for(module_database), on_progress=watch, stop=stop)
    result = importer.import_partner_data(path, failed_dir=tmp_path / "failed")
    assert result.status == "interrupted"
    landed = module_database.count("res.partner", [("ref", "like", "ST-")])
    assert 0 < landed < 3_000
    assert landed == result.count("created")
    counts(result)
    again = OdooImporter(config_for(module_database)).import_partner_data(path)
    assert again.count("created") + again.count("unchanged") == 3_000
    assert module_database.count("res.partner", [("ref", "like", "ST-")]) == 3_000


def test_progress_and_start_tell_what_happens(module_database: OdooReader, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("ref;name\nPG-1;A\nPG-2;\n", encoding="utf-8")
    seen: list[Progress] = []
    starts: list[FileStart] = []
    importer = OdooImporter(
        config_for(module_database), on_progress=seen.append, on_start=starts.append
    )
    importer.import_partner_data(path, failed_dir=tmp_path / "failed")
    last = seen[-1]
    assert (last.read, last.created, last.failed, last.total) == (2, 1, 1, 2)
    assert last.finished
    [start] = starts
    assert start.facts.separator == ";"
    assert start.columns == (("ref", "ref"), ("name", "name"))
    assert (start.database, start.lang) == (module_database.database, "en_US")


def test_a_data_frame_is_imported_like_a_file(module_database: OdooReader, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"ref": ["DF-1", "DF-2"], "name": ["A", None], "color": [3, 4]})
    result = OdooImporter(config_for(module_database)).import_dataframe(
        frame, type="partners", failed_dir=tmp_path
    )
    assert counts(result) == {"created": 1, "failed": 1}
    [read] = module_database.search_read("res.partner", [("ref", "=", "DF-1")], ["color"])
    assert read["color"] == 3


def test_several_files_share_one_summary(module_database: OdooReader, tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        path = tmp_path / f"part{number}.csv"
        path.write_text(f"ref,name\nSF-{number},A\nSF-X{number},\n", encoding="utf-8")
        paths.append(str(path))
    result = OdooImporter(config_for(module_database)).run(
        paths, ImportOptions(type="partners", failed_dir=tmp_path / "failed")
    )
    assert counts(result) == {"created": 2, "failed": 2}
    assert len(result.failed_files) == 2
    told = result.as_dict()
    assert told["failed_file"] == told["failed_files"][0]
    assert told["records"] == {"res.partner": {"created": 2, "updated": 0}}


def test_a_user_without_rights_on_external_ids_can_import(
    module_database: OdooReader, tmp_path: Path
) -> None:
    call = module_database.call
    groups = [
        call("ir.model.data", "check_object_reference", module, name)[1]
        for module, name in (("base", "group_user"), ("base", "group_partner_manager"))
    ]
    call(
        "res.users",
        "create",
        [
            {
                "name": "Clerk",
                "login": "clerk",
                "password": "clerk-pw",
                "group_ids": [(6, 0, groups)],
            }
        ],
    )
    call("res.partner", "create", [{"name": "Clerk's", "ref": "CK-1"}])
    clerk = OdooReader(module_database.url, module_database.database, "clerk", "clerk-pw")
    path = tmp_path / "clerk.csv"
    path.write_text("ref,name,country_id\nCK-1,Updated,BE\nCK-2,New,DE\n", encoding="utf-8")
    first = OdooImporter(config_for(clerk)).import_partner_data(path)
    assert counts(first) == {"created": 1, "updated": 1}
    assert any("external ids" in notice for notice in first.notices)
    assert counts(OdooImporter(config_for(clerk)).import_partner_data(path)) == {"unchanged": 2}
    assert module_database.count("res.partner", [("ref", "like", "CK-")]) == 2
    clerk.close()
