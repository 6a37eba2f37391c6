from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion import external_ids


def test_an_external_id_without_module_is_completed_as_load_does() -> None:
    assert external_ids.complete(" a1 ") == "__import__.a1"
    assert external_ids.complete("shop.a1") == "shop.a1"


def test_a_derived_id_is_readable_and_stable() -> None:
    first = external_ids.derive("res.partner", ("ref",), ("Café, Ünï №1",), 1)
    assert first.startswith("odoo_ingestion.res_partner_ref_cafe_uni_no1_")
    assert first == external_ids.derive("res.partner", ("ref",), ("Café, Ünï №1",), 1)


def test_case_spaces_company_field_and_model_keep_ids_apart() -> None:
    ids = {
        external_ids.derive("res.partner", ("ref",), ("a1",), 1),
        external_ids.derive("res.partner", ("ref",), ("A1",), 1),
        external_ids.derive("res.partner", ("ref",), ("a 1",), 1),
        external_ids.derive("res.partner", ("ref",), ("a1",), 2),
        external_ids.derive("res.partner", ("vat",), ("a1",), 1),
        external_ids.derive("product.template", ("ref",), ("a1",), 1),
    }
    assert len(ids) == 6


def test_a_products_derived_id_ends_so_that_its_variant_can_share_it() -> None:
    derived = external_ids.derive("product.template", ("default_code",), ("X",), None)
    assert derived.endswith("_product_template")


@given(st.text(), st.text())
def test_any_text_makes_a_name_that_odoo_takes(left: str, right: str) -> None:
    derived = external_ids.derive("res.partner", ("name", "city"), (left, right), 1)
    module, _, name = derived.partition(".")
    assert module == "odoo_ingestion"
    assert name.replace("_", "").isalnum()
    assert name.isascii()
    assert len(name) <= 128


@given(st.lists(st.text(), min_size=2, max_size=2), st.lists(st.text(), min_size=2, max_size=2))
def test_different_texts_make_different_ids(left: list[str], right: list[str]) -> None:
    one = external_ids.derive("res.partner", ("name", "city"), left, 1)
    other = external_ids.derive("res.partner", ("name", "city"), right, 1)
    assert (one == other) == (left == right)


def test_a_fingerprint_ignores_empty_cells_and_order() -> None:
    assert external_ids.fingerprint({"a": "1", "b": "", "c": None}) == external_ids.fingerprint(
        {"c": "", "a": "1"}
    )
    assert external_ids.fingerprint({"a": "1"}) != external_ids.fingerprint({"a": "2"})


CODES = st.text(st.characters(max_codepoint=127)) | st.text(st.sampled_from("Ab1 -_/")) | st.text()


@given(
    st.lists(CODES, max_size=5) | st.lists(st.text(st.sampled_from("Ab1 -_/."), max_size=60)),
    st.sampled_from(["res.partner", "product.template"]),
    st.sampled_from([None, 3]),
)
def test_ids_derived_together_are_those_derived_one_by_one(
    texts: list[str], model: str, company_id: int | None
) -> None:
    together = external_ids.derive_all(model, ("default_code",), texts, company_id)
    alone = [external_ids.derive(model, ("default_code",), (one,), company_id) for one in texts]
    assert together == alone


def test_ids_are_those_that_earlier_versions_derived() -> None:
    """Users have them in their databases."""
    assert external_ids.derive_all("res.partner", ("ref",), ["P-1"], 1) == [
        "odoo_ingestion.res_partner_ref_p_1_7944c81a0f148c31"
    ]
    assert external_ids.derive("product.template", ("default_code",), ('Café "1"',), None) == (
        "odoo_ingestion.product_template_default_code_cafe_1_7ca3605ddeb96939_product_template"
    )
