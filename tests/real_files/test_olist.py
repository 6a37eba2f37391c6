"""olist's 3,095 sellers: no names, postcodes without their zeros, states of one country."""

from __future__ import annotations

from pathlib import Path

from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Command, Import
from tests.real_files.files import DATA, counts, csv_rows, failed_rows

SELLERS = DATA / "olist" / "olist_sellers_dataset.csv"
TRANSLATION = DATA / "olist" / "product_category_name_translation.csv"


def test_states_without_a_country_are_never_guessed(command: Command) -> None:
    words = ("--type", "suppliers", "--set", "name=Seller", "--dry-run")
    ended = command("import", str(SELLERS), *words)
    assert ended.code == 1
    refused = failed_rows(ended.told["failed_file"])
    of_sao_paulo = [row for row in refused if row["seller_state"] == "SP"]
    assert len(of_sao_paulo) == 1_849
    assert {row["_error_category"] for row in of_sao_paulo} == {"ambiguous_relation"}
    assert "São Paulo (BR)" in of_sao_paulo[0]["_error_message"]
    assert "La Spezia (IT)" in of_sao_paulo[0]["_error_message"]


def test_sellers_go_in_once_they_have_names_as_a_spreadsheet_saves_them(
    importing: Import, command: Command, module_database: OdooReader, tmp_path: Path
) -> None:
    nameless = command("import", str(SELLERS), "--type", "suppliers", "--set", "country_id=BR")
    assert (nameless.code, nameless.told["read"], nameless.told["failed"]) == (1, 3_095, 3_095)
    assert nameless.told["errors"] == {"validation": 3_095}
    refused = failed_rows(nameless.told["failed_file"])
    [(field, hint)] = {(row["_error_field"], row["_error_hint"]) for row in refused}
    assert (field, "--set name=VALUE" in hint) == ("name", True)

    rows = csv_rows("olist/olist_sellers_dataset.csv")
    path = tmp_path / "sellers.csv"
    first, *lines = SELLERS.read_text(encoding="utf-8").splitlines()
    named = [f"{first},name", *(f"{line},Seller {line[:8]}" for line in lines)]
    path.write_text("\r\n".join(named) + "\r\n", encoding="utf-8-sig", newline="")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfseller_id")

    result = importing(path, type="suppliers", set_values={"country_id": "BR"})

    assert counts(result) == {"created": 3_095}
    read = module_database.search_read(
        "res.partner",
        [("supplier_rank", ">", 0)],
        ["ref", "name", "zip", "city", "state_id", "country_id"],
    )
    brazil = module_database.search_read(
        "res.country.state", [("country_id.code", "=", "BR")], ["code"]
    )
    code_of = {state["id"]: state["code"] for state in brazil}
    assert {
        p["ref"]: (p["name"], p["zip"], p["city"], code_of[p["state_id"][0]]) for p in read
    } == {
        row["seller_id"]: (
            f"Seller {row['seller_id'][:8]}",
            row["seller_zip_code_prefix"],
            row["seller_city"],
            row["seller_state"],
        )
        for row in rows
    }
    assert {p["country_id"][1] for p in read} == {"Brazil"}
    again = importing(path, type="suppliers", set_values={"country_id": "BR"})
    assert counts(again) == {"unchanged": 3_095}


def test_categories_of_a_file_with_byte_order_mark_and_crlf_go_in(
    importing: Import, module_database: OdooReader
) -> None:
    assert TRANSLATION.read_bytes().startswith(b"\xef\xbb\xbf")
    assert TRANSLATION.read_bytes().count(b"\r\n") == 71
    names = {
        row["product_category_name"]
        for row in csv_rows("olist/product_category_name_translation.csv")
    }
    result = importing(TRANSLATION, type="categories", ignore_unknown_columns=True)
    assert counts(result) == {"created": 71}
    made = module_database.search_read("product.category", [("name", "in", list(names))], ["name"])
    assert {category["name"] for category in made} == names
