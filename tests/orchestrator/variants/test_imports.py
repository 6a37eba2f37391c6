"""Files of variants in a real Odoo: what is there before, after, and after that again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.records import Mode
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]

_numbers = itertools.count(1)


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a text as a CSV file of variants into the module's database."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        options.setdefault("type", "variants")
        return OdooImporter(config_for(module_database)).import_file(path, **options)

    return run


@pytest.fixture
def tag() -> str:
    """A word that no other test has in its names."""
    return f"T{next(_numbers):03d}"


def counts(result: RunResult) -> dict[str, int]:
    assert result.error is None, result.error
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


def agreed(importing: Import, text: str, **options: Any) -> RunResult:
    """Import twice, dry and for good: both say the same of every row."""
    foretold = importing(text, dry_run=True, **options)
    result = importing(text, **options)
    assert counts(foretold) == counts(result)
    assert foretold.examples == result.examples
    assert foretold.records == result.records
    return result


def failed_text(result: RunResult) -> str:
    [path] = result.failed_files
    return Path(path).read_text(encoding="utf-8-sig")


def variants(reader: OdooReader, name: str) -> dict[str, tuple[str, float]]:
    """Return code -> (its values in order, its price) of the product's variants that exist."""
    found = {}
    for row in reader.search_read(
        "product.product",
        [("name", "=", name), ("active", "in", [True, False])],
        ["default_code", "lst_price", "product_template_attribute_value_ids", "active"],
    ):
        values = reader.search_read(
            "product.template.attribute.value",
            [("id", "in", row["product_template_attribute_value_ids"])],
            ["name"],
        )
        assert row["active"]
        found[row["default_code"] or ""] = (
            "/".join(value["name"] for value in values),
            row["lst_price"],
        )
    return found


def product_by_hand(
    reader: OdooReader, name: str, lines: dict[str, tuple[str, list[str]]], **cells: Any
) -> int:
    """Make a product as a person would in Odoo: attribute -> (mode, values)."""
    commands = []
    for attribute, (mode, values) in lines.items():
        number = reader.call(
            "product.attribute", "create", {"name": attribute, "create_variant": mode}
        )
        made = reader.call(
            "product.attribute.value",
            "create",
            [{"name": value, "attribute_id": number} for value in values],
        )
        commands.append([0, 0, {"attribute_id": number, "value_ids": [[6, 0, made]]}])
    made_id: int = reader.call(
        "product.template", "create", {"name": name, "attribute_line_ids": commands, **cells}
    )
    return made_id


def save_as_a_person_does(reader: OdooReader, template: int) -> None:
    """Save the attribute lines of a product, which makes Odoo look after its variants."""
    lines = reader.call("product.template", "read", [template], ["attribute_line_ids"])[0]
    for line in lines["attribute_line_ids"]:
        values = reader.call("product.template.attribute.line", "read", [line], ["value_ids"])[0]
        reader.call(
            "product.template.attribute.line",
            "write",
            [line],
            {"value_ids": [[6, 0, values["value_ids"]]]},
        )


def template_id(reader: OdooReader, name: str) -> int:
    [row] = reader.search_read("product.template", [("name", "=", name)], ["name"])
    number: int = row["id"]
    return number


def test_exactly_the_named_combinations_exist_and_stay(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,attribute:{tag} Color,attribute:{tag} Size,sku,price,cost\n"
    text = (
        head
        + f"{tag} Shirt,Red,S,{tag}-RS,10,4\n"
        + f"{tag} Shirt,red ,L,{tag}-RL,12,5\n"
        + f"{tag} Shirt,  BLUE,l,{tag}-BL,12.50,6\n"
    )

    result = agreed(importing, text)

    assert counts(result) == {"created": 3}
    assert variants(module_database, f"{tag} Shirt") == {
        f"{tag}-RS": ("Red/S", 10.0),
        f"{tag}-RL": ("Red/L", 12.0),
        f"{tag}-BL": ("BLUE/L", 12.5),
    }
    assert counts(importing(text)) == {"unchanged": 3}
    save_as_a_person_does(module_database, template_id(module_database, f"{tag} Shirt"))
    assert len(variants(module_database, f"{tag} Shirt")) == 3

    more = text.replace("12.50,6", "13.50,6") + f"{tag} Shirt,Green,S,{tag}-GS,10,4\n"
    assert counts(agreed(importing, more)) == {"created": 1, "updated": 1, "unchanged": 2}
    assert variants(module_database, f"{tag} Shirt") == {
        f"{tag}-RS": ("Red/S", 10.0),
        f"{tag}-RL": ("Red/L", 12.0),
        f"{tag}-BL": ("BLUE/L", 13.5),
        f"{tag}-GS": ("Green/S", 10.0),
    }
    names = module_database.search_read(
        "product.attribute.value", [("attribute_id.name", "=", f"{tag} Color")], ["name"]
    )
    assert sorted(row["name"] for row in names) == ["BLUE", "Green", "Red"]


def test_variants_that_no_row_names_keep_their_price_and_their_existence(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,attribute:{tag} Color,attribute:{tag} Size,sku,price\n"
    importing(
        head
        + f"{tag} Cap,Red,S,{tag}-RS,10\n{tag} Cap,Red,L,{tag}-RL,12\n"
        + f"{tag} Cap,Blue,S,{tag}-BS,11\n"
    )

    result = agreed(importing, head + f"{tag} Cap,Blue,S,{tag}-BS,15\n")

    assert counts(result) == {"updated": 1}
    assert variants(module_database, f"{tag} Cap") == {
        f"{tag}-RS": ("Red/S", 10.0),
        f"{tag}-RL": ("Red/L", 12.0),
        f"{tag}-BS": ("Blue/S", 15.0),
    }


def test_prices_that_no_extras_can_say_go_to_the_pricelist_or_fail(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,attribute:{tag} Color,attribute:{tag} Size,sku,price\n"
    text = (
        head
        + f"{tag} Bag,Red,S,{tag}-RS,10\n{tag} Bag,Red,L,{tag}-RL,12\n"
        + f"{tag} Bag,Blue,S,{tag}-BS,11\n{tag} Bag,Blue,L,{tag}-BL,99\n"
    )

    refused = agreed(importing, text)
    assert counts(refused) == {"failed": 4}
    assert "--pricelist" in failed_text(refused)
    assert variants(module_database, f"{tag} Bag") == {}

    with pytest.raises(UsageError, match="there is no such pricelist"):
        importing(text, pricelist=f"{tag} shop")
    pricelist = module_database.call("product.pricelist", "create", {"name": f"{tag} shop"})
    assert counts(importing(text, pricelist=f"{tag} shop")) == {"created": 4}
    items = module_database.search_read(
        "product.pricelist.item",
        [("pricelist_id", "=", pricelist)],
        ["product_id", "fixed_price", "applied_on", "compute_price"],
    )
    assert {(row["applied_on"], row["compute_price"]) for row in items} == {
        ("0_product_variant", "fixed")
    }
    assert sorted(row["fixed_price"] for row in items) == [10.0, 11.0, 12.0, 99.0]
    assert {price for _, price in variants(module_database, f"{tag} Bag").values()} == {10.0}
    assert counts(importing(text, pricelist=f"{tag} shop")) == {"unchanged": 4}
    dearer = text.replace(",99", ",98")
    assert counts(importing(dearer, pricelist=f"{tag} shop")) == {
        "updated": 1,
        "unchanged": 3,
    }


def test_attributes_that_make_everything_are_kept_to_the_file_by_exclusions(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    importing(
        f"attribute,value,create_variant\n{tag} Color,Red,always\n{tag} Size,S,always\n",
        type="attributes",
    )
    head = f"name,attribute:{tag} color,attribute:{tag} size,sku,price\n"
    text = (
        head
        + f"{tag} Desk,Red,S,{tag}-RS,10\n{tag} Desk,Red,L,{tag}-RL,10\n"
        + f"{tag} Desk,Blue,L,{tag}-BL,10\n"
    )

    result = agreed(importing, text)

    assert counts(result) == {"created": 3}
    template = template_id(module_database, f"{tag} Desk")
    save_as_a_person_does(module_database, template)
    assert {values for values, _ in variants(module_database, f"{tag} Desk").values()} == {
        "Red/S",
        "Red/L",
        "Blue/L",
    }
    exclusions = module_database.xids("product.template.attribute.exclusion")
    assert any(name.startswith("odoo_ingestion.") for name in exclusions)
    assert counts(importing(text)) == {"unchanged": 3}

    ids = set(module_database.call("product.product", "search", [("name", "=", f"{tag} Desk")]))
    more = text + f"{tag} Desk,Blue,S,{tag}-BS,10\n{tag} Desk,Green,S,{tag}-GS,10\n"
    assert counts(agreed(importing, more)) == {"created": 2, "unchanged": 3}
    save_as_a_person_does(module_database, template)
    assert {values for values, _ in variants(module_database, f"{tag} Desk").values()} == {
        "Red/S",
        "Red/L",
        "Blue/L",
        "Blue/S",
        "Green/S",
    }
    assert ids < set(
        module_database.call("product.product", "search", [("name", "=", f"{tag} Desk")])
    )


def test_an_attribute_that_never_makes_variants_is_refused(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    module_database.call(
        "product.attribute", "create", {"name": f"{tag} Engraving", "create_variant": "no_variant"}
    )
    result = agreed(importing, f"name,attribute:{tag} engraving,sku\n{tag} Pen,Yes,{tag}-P\n")
    assert counts(result) == {"failed": 1}
    assert "never makes variants" in failed_text(result)
    assert module_database.count("product.template", [("name", "=", f"{tag} Pen")]) == 0


def test_two_products_share_an_attribute_and_rows_stand_in_any_order(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    result = agreed(
        importing,
        f"handle,name,attribute:{tag} Hue,sku,price\n"
        f"{tag}-a,{tag} A,Red,{tag}-A-R,5\n"
        f"{tag}-b,{tag} B,Red,{tag}-B-R,7\n"
        f"{tag}-a,,Blue,{tag}-A-B,5\n"
        f"{tag}-b,,Green,{tag}-B-G,8\n",
    )
    assert counts(result) == {"created": 4}
    assert variants(module_database, f"{tag} A") == {
        f"{tag}-A-R": ("Red", 5.0),
        f"{tag}-A-B": ("Blue", 5.0),
    }
    assert variants(module_database, f"{tag} B") == {
        f"{tag}-B-R": ("Red", 7.0),
        f"{tag}-B-G": ("Green", 8.0),
    }
    assert module_database.count("product.attribute", [("name", "=", f"{tag} Hue")]) == 1
    assert result.records["product.template"]["created"] == 2


def test_a_plain_product_gets_variants_only_when_a_row_says_which_one_it_is(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    template = product_by_hand(module_database, f"{tag} Mug", {}, default_code=f"{tag}-OLD")
    [variant] = module_database.call("product.product", "search", [("name", "=", f"{tag} Mug")])
    head = f"name,attribute:{tag} Glaze,sku\n"

    refused = agreed(importing, head + f"{tag} Mug,Red,{tag}-R\n{tag} Mug,Blue,{tag}-B\n")
    assert counts(refused) == {"failed": 2}
    assert "Odoo deletes such variants" in failed_text(refused)

    result = importing(head + f"{tag} Mug,Red,{tag}-OLD\n{tag} Mug,Blue,{tag}-B\n")
    assert counts(result) == {"updated": 1, "created": 1}
    save_as_a_person_does(module_database, template)
    assert {code: v for code, (v, _) in variants(module_database, f"{tag} Mug").items()} == {
        f"{tag}-OLD": "Red",
        f"{tag}-B": "Blue",
    }
    assert variant in module_database.call(
        "product.product", "search", [("name", "=", f"{tag} Mug")]
    )


def test_what_a_person_made_is_found_extended_and_otherwise_left(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    template = product_by_hand(
        module_database, f"{tag} Lamp", {f"{tag} Shade": ("always", ["White", "Black", "Grey"])}
    )
    made = module_database.search_read(
        "product.product", [("product_tmpl_id", "=", template)], ["display_name"]
    )
    by_name = {row["display_name"]: row["id"] for row in made}
    grey = by_name[f"{tag} Lamp (Grey)"]
    module_database.call("product.product", "write", [grey], {"active": False})

    result = agreed(
        importing,
        f"name,attribute:{tag} shade,sku\n{tag} Lamp,white,{tag}-W\n{tag} Lamp,Red,{tag}-R\n",
    )

    assert counts(result) == {"updated": 1, "created": 1}
    now = module_database.search_read(
        "product.product",
        [("product_tmpl_id", "=", template), ("active", "in", [True, False])],
        ["default_code", "active"],
    )
    assert {(row["id"] in by_name.values(), row["default_code"], row["active"]) for row in now} == {
        (True, f"{tag}-W", True),
        (True, False, True),
        (True, False, False),
        (False, f"{tag}-R", True),
    }


def test_a_combination_that_a_person_excluded_is_not_made(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,attribute:{tag} Wood,attribute:{tag} Legs,sku\n"
    importing(head + f"{tag} Table,Oak,Steel,{tag}-1\n{tag} Table,Pine,Brass,{tag}-2\n")
    template = template_id(module_database, f"{tag} Table")
    own = {
        row["name"]: row["id"]
        for row in module_database.search_read(
            "product.template.attribute.value", [("product_tmpl_id", "=", template)], ["name"]
        )
    }
    module_database.call(
        "product.template.attribute.exclusion",
        "create",
        {
            "product_template_attribute_value_id": own["Oak"],
            "product_tmpl_id": template,
            "value_ids": [[6, 0, [own["Brass"]]]],
        },
    )
    result = agreed(importing, head + f"{tag} Table,Oak,Brass,{tag}-3\n")
    assert counts(result) == {"failed": 1}
    assert "somebody excluded this combination" in failed_text(result)


def test_bad_rows_fail_by_themselves_and_say_why(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,description_sale,attribute:{tag} Fit,attribute:{tag} Cut,sku,price,barcode\n"
    importing(head + f"{tag} Jeans,,Slim,Low,{tag}-1,10,\n{tag} Other,,Slim,Low,{tag}-X,1,\n")
    result = agreed(
        importing,
        head
        + f"{tag} Jeans,Blue,Wide,Low,{tag}-2,10,\n"
        + f"{tag} Jeans,Green,Wide,High,{tag}-3,10,\n"  # says something else of the product
        + f"{tag} Jeans,,Slim,High,{tag}-1,10,\n"  # is Low in Odoo
        + f"{tag} Jeans,,Slim,,{tag}-4,10,\n"  # has no cut
        + f"{tag} Jeans,,Wide,LOW,{tag}-5,10,\n"  # the same as row 1
        + f"{tag} Jeans,,Bootcut,Low,{tag}-X,10,\n"  # the code of another product
        + f"{tag} Jeans,,Bootcut,High,{tag}-6,ten,\n"  # no price
        + f",,Bootcut,High,{tag}-7,10,\n"  # no product
        + f"{tag} Jeans,,Baggy,High,{tag}-2,10,\n",  # the code of row 1
    )
    assert counts(result) == {"created": 1, "failed": 8}
    text = failed_text(result)
    for reason in (
        "row 1 of the same product says something else in description_sale",
        "Cut Low in Odoo, the row says High",
        "told apart by",
        "row 1 of this file is the same variant",
        "belongs to a variant of another product",
        "names no product",
    ):
        assert reason in text
    assert variants(module_database, f"{tag} Jeans") == {
        f"{tag}-1": ("Slim/Low", 10.0),
        f"{tag}-2": ("Wide/Low", 10.0),
    }


def test_a_row_that_is_wrong_about_its_product_fails_the_product(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    result = agreed(
        importing,
        f"handle,name,category,attribute:{tag} Scent,sku\n"
        f"{tag}-soap,{tag} Soap,No Such Category,Rose,{tag}-1\n"
        f"{tag}-soap,,,Mint,{tag}-2\n",
    )
    assert counts(result) == {"failed": 2}
    assert module_database.count("product.template", [("name", "=", f"{tag} Soap")]) == 0


def test_what_only_the_server_refuses_fails_its_row_alone(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    importing(f"name,sku,barcode\n{tag} One,{tag}-1,{tag}0001\n")
    result = agreed(
        importing,
        f"name,attribute:{tag} Side,sku,barcode\n"
        f"{tag} Two,Left,{tag}-2,{tag}0001\n{tag} Two,Right,{tag}-3,{tag}0003\n",
    )
    assert counts(result) == {"created": 1, "failed": 1}
    assert "already used by" in failed_text(result)
    assert list(variants(module_database, f"{tag} Two")) == [f"{tag}-3"]


def test_an_external_id_names_a_variant_or_a_product(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"id,product_tmpl_id/id,name,attribute:{tag} Ink,sku\n"
    text = head + f"{tag}.v1,{tag}.t,{tag} Pen,Black,{tag}-1\n{tag}.v2,{tag}.t,,Blue,{tag}-2\n"
    assert counts(agreed(importing, text)) == {"created": 2}
    assert {f"{tag}.v1", f"{tag}.v2"} <= module_database.xids("product.product").keys()
    assert f"{tag}.t" in module_database.xids("product.template")
    renamed = text.replace(f"{tag}-2", f"{tag}-2b").replace("Pen", "Biro")
    assert counts(importing(renamed)) == {"updated": 2}
    assert set(variants(module_database, f"{tag} Biro")) == {f"{tag}-1", f"{tag}-2b"}
    wrong = head + f"{tag}.t,{tag}.t,,Black,\n"
    assert counts(importing(wrong)) == {"failed": 1}


def test_variants_without_a_code_are_their_combination(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    text = f"name,attribute:{tag} Tone,weight\n{tag} Bell,High,1\n{tag} Bell,Low,2\n"
    assert counts(agreed(importing, text)) == {"created": 2}
    assert counts(importing(text)) == {"unchanged": 2}
    assert counts(importing(text.replace("Low,2", "low,3"))) == {
        "updated": 1,
        "unchanged": 1,
    }
    coded = f"name,attribute:{tag} Tone,sku\n{tag} Bell,HIGH,{tag}-H\n"
    assert counts(importing(coded)) == {"updated": 1}
    assert counts(importing(coded)) == {"unchanged": 1}
    assert module_database.count("product.product", [("name", "=", f"{tag} Bell")]) == 2


def test_an_attribute_renamed_in_odoo_is_still_the_same(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    text = f"name,attribute:{tag} Colour,sku\n{tag} Kite,Red,{tag}-1\n"
    importing(text)
    for model, name in (("product.attribute", f"{tag} Colour"), ("product.attribute.value", "Red")):
        ids = module_database.call(model, "search", [("name", "=", name)])
        numbers = [max(ids)]
        module_database.call(model, "write", numbers, {"name": f"{tag} other {model}"})
    assert counts(importing(text)) == {"unchanged": 1}


def test_modes_keep_to_what_they_say(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    head = f"name,attribute:{tag} Lens,sku,price\n"
    first = head + f"{tag} Glasses,Clear,{tag}-1,10\n"
    assert counts(importing(first, mode=Mode.UPDATE)) == {"failed": 1}
    assert counts(importing(first, mode=Mode.CREATE)) == {"created": 1}
    both = head + f"{tag} Glasses,Clear,{tag}-1,10\n{tag} Glasses,Dark,{tag}-2,12\n"
    assert counts(importing(both, mode=Mode.UPDATE)) == {"unchanged": 1, "failed": 1}
    assert counts(importing(both, mode=Mode.CREATE)) == {"created": 1, "failed": 1}
    assert variants(module_database, f"{tag} Glasses") == {
        f"{tag}-1": ("Clear", 10.0),
        f"{tag}-2": ("Dark", 12.0),
    }


def test_options_and_headers_that_mean_nothing_are_refused(importing: Import) -> None:
    with pytest.raises(UsageError, match="--key does nothing"):
        importing("name,sku\na,b\n", key=("name",))
    with pytest.raises(ColumnError, match="which product"):
        importing("sku,attribute:Color\na,b\n")
    with pytest.raises(ColumnError, match="go by their names"):
        importing("id,attribute,value\nx.y,Color,Red\n", type="attributes")
    with pytest.raises(ColumnError, match="Option1 Name"):
        importing("name,Option1 Value\na,b\n")


def test_offline_the_rows_are_checked_without_a_server(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("name,attribute:Color,sku\nShirt,Red,1\nShirt,Blue,2\nShirt,red,3\n")
    result = OdooImporter().import_file(
        path, "variants", dry_run=True, offline=True, failed_dir=tmp_path
    )
    assert counts(result) == {"created": 2, "failed": 1}


def test_attributes_go_in_once_whatever_their_spelling(
    importing: Import, module_database: OdooReader, tag: str
) -> None:
    text = (
        f"attribute,value,html_color\n{tag} Paint,Red,#ff0000\n{tag}  paint,Blue,\n"
        f"{tag} PAINT,red,\n{tag} Varnish,,\n"
    )
    result = agreed(importing, text, type="attributes")
    assert counts(result) == {"created": 3, "failed": 1}
    rows = module_database.search_read(
        "product.attribute", [("name", "=ilike", f"{tag} %")], ["name", "create_variant"]
    )
    assert {(row["name"], row["create_variant"]) for row in rows} == {
        (f"{tag} Paint", "dynamic"),
        (f"{tag} Varnish", "dynamic"),
    }
    again = text.replace(f"{tag} PAINT,red,\n", "").replace("#ff0000", "#fe0000")
    assert counts(importing(again, type="attributes")) == {"updated": 1, "unchanged": 2}
    other = f"attribute,value,create_variant\n{tag} paint,Green,always\n"
    refused = importing(other, type="attributes")
    assert "is of mode dynamic, the row says always" in failed_text(refused)
