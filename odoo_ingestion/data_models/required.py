"""What a new record needs and a row does not give."""

from __future__ import annotations

from collections.abc import Collection

from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.schema import is_importable
from odoo_ingestion.records import Draft, ModelSchema


class RequiredFields:
    """The fields that a new record of one model needs."""

    def __init__(
        self, required: Collection[str], schema: ModelSchema, model: type[RecordModel]
    ) -> None:
        """Take in ``required``, for which the server has no default."""
        self._model = model
        self._names = sorted(
            name
            for name in required
            if (spec := schema.fields.get(name)) is not None
            and is_importable(spec)
            and not spec.company_dependent
            and name not in model.filled_by_odoo
        )

    def missing(self, draft: Draft) -> tuple[str, ...]:
        """Return the fields that the row lacks to become a new record."""
        values, further = draft.values, self._model.missing_on_create(draft)
        for name in self._names:  # hardly any row lacks anything: no list is made for the others
            if not values.get(name) and name not in draft.references:
                break
        else:
            return further
        missing = [n for n in self._names if not values.get(n) and n not in draft.references]
        return (*missing, *(n for n in further if n not in missing))
