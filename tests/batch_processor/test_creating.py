"""Which new products go in with their variants, and what is known of them afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from odoo_ingestion import external_ids
from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings
from odoo_ingestion.errors import AccessRefused, ServerBug
from odoo_ingestion.records import Action, FieldSpec, ModelSchema, Outcome, Record
from tests.batch_processor.scripted_odoo import ScriptedOdoo, record

TEMPLATE, VARIANT = "product.template", "product.product"
FIELDS = {
    "name": "char",
    "barcode": "char",
    "list_price": "float",
    "lst_price": "float",
    "active": "boolean",
    "seller_ids": "one2many",
    "tags": "char",
}
SCHEMA = ModelSchema(TEMPLATE, "19.0", {n: FieldSpec(n, kind) for n, kind in FIELDS.items()})
DESCRIBED = {
    "name": {"type": "char", "readonly": False, "related": "product_tmpl_id.name"},
    "barcode": {"type": "char", "readonly": False},
    "list_price": {
        "type": "float",
        "readonly": False,
        "related": ["product_tmpl_id", "list_price"],
    },
    "lst_price": {"type": "float", "readonly": False},
    "active": {"type": "boolean", "readonly": False},
    "seller_ids": {"type": "one2many", "readonly": False, "related": "product_tmpl_id.seller_ids"},
    "tags": {"type": "char", "readonly": True, "related": "product_tmpl_id.tags"},
}


class Products:
    """A server of products, and runs against it."""

    def __init__(self) -> None:
        self.odoo = ScriptedOdoo()
        self.outcomes: list[Outcome] = []
        self.notices: list[str] = []
        self.odoo.answers[VARIANT, "fields_get"] = lambda names, attributes: {
            name: DESCRIBED[name] for name in names if name in DESCRIBED
        }
        for model in (TEMPLATE, VARIANT):
            self.odoo.answers[model, "default_get"] = lambda names, context: {"active": True}
        self.odoo.answers[VARIANT, "read"] = self._read

    def _read(self, ids: list[int], fields: list[str], **_: Any) -> list[dict[str, Any]]:
        rows = ({**self.odoo.held[number], "id": number} for number in ids)
        return [{**row, "product_tmpl_id": row["id"] + 1000} for row in rows]

    def load(self, *records: Record, by_variant: bool = True) -> Counter[str]:
        """Load records and return how many calls of load() each model got."""
        with BatchProcessor(
            self.odoo,
            SCHEMA,
            BatchSettings(by_variant=by_variant),
            on_outcomes=self.outcomes.extend,
            on_notice=self.notices.append,
        ) as processor:
            for each in records:
                processor.submit(each)
            processor.flush()
        return Counter(model for model, method in self.odoo.calls if method == "load")


@pytest.fixture
def products() -> Products:
    return Products()


def derived(number: int) -> str:
    return external_ids.derive(TEMPLATE, ("default_code",), (f"C{number}",), None)


def product(number: int, values: Mapping[str, str], name: str | None = None) -> Record:
    return record(number, external_id=name or derived(number), model=TEMPLATE, values=values)


def test_a_simple_product_goes_in_with_its_variant_and_is_told_by_its_own_number(
    products: Products,
) -> None:
    calls = products.load(product(1, {"name": "Tea", "barcode": "1", "list_price": "2"}))
    assert calls == {VARIANT: 1}
    [(cells, _)] = products.odoo.loads
    assert f"{cells[0]['id']}_product_template" == derived(1)
    [outcome] = products.outcomes
    assert (outcome.action, outcome.external_id) == (Action.CREATED, derived(1))
    [variant] = products.odoo.held
    assert outcome.database_id == variant + 1000
    assert not outcome.not_kept


@pytest.mark.parametrize("cells", [{"lst_price": "1"}, {"seller_ids": "x"}, {"tags": "x"}])
def test_what_a_variant_does_not_share_with_its_template_stays_with_the_template(
    products: Products, cells: dict[str, str]
) -> None:
    assert products.load(product(1, {"name": "Tea", **cells})) == {TEMPLATE: 1}


def test_an_id_of_the_file_stays_with_the_template(products: Products) -> None:
    names = ("shop.tea", "shop.tea_product_template", "odoo_ingestion.tea")
    rows = [product(n, {"name": "Tea"}, name) for n, name in enumerate(names, 1)]
    assert products.load(*rows) == {TEMPLATE: 1}


def test_a_product_archived_from_the_start_stays_with_the_template(products: Products) -> None:
    rows = [product(n, {"name": "Tea", "active": cell}) for n, cell in ((1, "1"), (2, "0"))]
    assert products.load(*rows) == {VARIANT: 1, TEMPLATE: 1}
    assert [outcome.action for outcome in products.outcomes] == [Action.CREATED] * 2


def test_other_defaults_and_servers_that_do_not_tell_stay_with_the_template(
    products: Products,
) -> None:
    products.odoo.answers[VARIANT, "default_get"] = lambda names, context: {"list_price": 1}
    assert products.load(product(1, {"name": "Tea"})) == {TEMPLATE: 1}
    silent = Products()

    def refuse(*_: Any, **__: Any) -> None:
        raise AccessRefused("no")

    silent.odoo.answers[VARIANT, "fields_get"] = refuse
    assert silent.load(product(1, {"name": "Tea"})) == {TEMPLATE: 1}


def test_only_runs_that_allow_it_use_another_model(products: Products) -> None:
    assert products.load(product(1, {"name": "Tea"}), by_variant=False) == {TEMPLATE: 1}


def test_rows_landed_also_where_nothing_can_be_read_of_them(products: Products) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ServerBug("broken")

    products.odoo.answers[VARIANT, "read"] = refuse
    products.load(product(1, {"name": "Tea"}), product(2, {"name": "Tea"}))
    told = [(o.action, o.external_id, o.database_id) for o in products.outcomes]
    assert told == [(Action.CREATED, derived(1), None), (Action.CREATED, derived(2), None)]
    assert any("broken" in notice for notice in products.notices)


def test_the_journal_hears_of_the_model_of_the_rows(products: Products) -> None:
    models = []

    class Told:
        def sending(
            self,
            model: str,
            intents: Mapping[Action, Any],
            beside: Mapping[Action, Any] | None = None,
        ) -> int:
            models.append(model)
            return 1

        def may_have_landed(self, row: int) -> bool:
            return False

        def answered(self, call: int, *, landed: bool | None) -> None:
            pass

    with BatchProcessor(
        products.odoo,
        SCHEMA,
        BatchSettings(by_variant=True),
        on_outcomes=products.outcomes.extend,
        recorder=Told(),
    ) as processor:
        processor.submit(product(1, {"name": "Tea"}))
        processor.flush()
    assert models == [TEMPLATE]
    assert (VARIANT, "load") in products.odoo.calls
