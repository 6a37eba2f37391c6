"""Records that exist, but in another of the user's companies than the one that is imported into."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from odoo_ingestion.external_ids import Target
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Draft, ModelSchema, Problem


class OtherCompanies:
    """Tells whose a record is that the run's company does not see.

    Odoo hides such records (record rules of the multi-company kind), so that to a search in one
    company they look deleted; load() then refuses the row that names one.
    """

    def __init__(self, odoo: Odoo, schema: ModelSchema) -> None:
        self._odoo = odoo
        self._model = schema.model
        self._has_company = "company_id" in schema.fields

    def holders(self, record_ids: Collection[int]) -> dict[int, str]:
        """Return the company's name for each of the records that another company has.

        Records of companies that the user has no part in are not seen here either. Raises
        RetryableError, ServerRefused or ConnectionFailed.
        """
        if not record_ids or not self._has_company or len(self._companies) < 2:
            return {}
        everywhere = self._odoo.with_context(
            active_test=False, allowed_company_ids=list(self._companies)
        )
        domain = [("id", "in", sorted(record_ids))]
        found = everywhere.call(self._model, "search_read", domain, ["company_id"])
        return {data["id"]: data["company_id"][1] for data in found if data["company_id"]}

    @cached_property
    def _companies(self) -> tuple[int, ...]:
        (user,) = self._odoo.call("res.users", "read", [self._odoo.uid], ["company_ids"])
        return tuple(user["company_ids"])


def foreign_problem(
    draft: Draft, name: str, target: Target | None, elsewhere: Mapping[int, str]
) -> Problem | None:
    """Return why a row must not touch the record that it names, when another company has it.

    ``name`` is the row's external id and ``target`` what it points to; ``elsewhere`` is what
    ``OtherCompanies.holders`` tells.
    """
    by_number = draft.database_id is not None
    record_id = draft.database_id or (target.record_id if target is not None else None)
    if record_id is None or record_id not in elsewhere:
        return None
    what = f"the database id {record_id}" if by_number else f"the external id {name}"
    return Problem(
        Category.PERMISSION,
        f"{what} belongs to a record of the company {elsewhere[record_id]}",
        ".id" if by_number else "id",
        "Import the row with --company for that company, or give it another id.",
    )
