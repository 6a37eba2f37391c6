"""A database with two companies that one user works for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xmlrpc.client import Fault

import pytest
from pydantic import SecretStr

from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import ImportOptions, RunResult
from tests.connection_manager.test_real_odoo import make_api_key
from tests.connections import config_for
from tests.odoo_reader import OdooReader

FIRST = "My Company"
SECOND = "Second Company"


class Companies(NamedTuple):
    """Both companies, each with a chart of accounts and a warehouse whose code is WH."""

    reader: OdooReader
    key: str
    first: int
    second: int

    def read(
        self, company: int, model: str, domain: Sequence[Any], fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return records as somebody sees them who works for one company only."""
        context = {"allowed_company_ids": [company], "active_test": False}
        return self.reader.search_read(model, domain, fields, context=context, order="id")

    def create(self, model: str, company: int, **values: Any) -> int:
        """Create a record that belongs to one company."""
        record: int = self.reader.call(
            model,
            "create",
            {"company_id": company, **values},
            context={"allowed_company_ids": [company]},
        )
        return record


@pytest.fixture(scope="module")
def companies(module_database: OdooReader) -> Companies:
    reader = module_database
    second = reader.call("res.company", "create", {"name": SECOND})
    try:
        # Odoo's own chart of accounts, as in the first company; it answers None.
        reader.call("account.chart.template", "try_loading", [], "generic_coa", second, False)
    except Fault as e:
        assert "cannot marshal None" in e.faultString
    two = Companies(reader, make_api_key(reader), 1, second)
    two.create("stock.warehouse", second, name=SECOND, code="WH")
    return two


Import = Callable[..., RunResult]


@pytest.fixture
def import_rows(companies: Companies, tmp_path: Path) -> Import:
    """Imports rows given as the lines of a CSV, into the company that is named."""

    def run(lines: Sequence[str], company: str, **options: Any) -> RunResult:
        path = tmp_path / "rows.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        chosen = ImportOptions(company=company, failed_dir=tmp_path, **options)
        config = config_for(companies.reader).model_copy(
            update={"api_key": SecretStr(companies.key)}
        )
        return OdooImporter(config).run([str(path)], chosen)

    return run
