"""What Odoo kept of records that landed: read back, all of them or a part, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.batch_processor.reading import Held, Reader
from odoo_ingestion.batch_processor.sampling import Sampler
from odoo_ingestion.batch_processor.shipment import Landing
from odoo_ingestion.records import Action, Batch

NotKept = Mapping[int, tuple[str, ...]]
"""The fields that Odoo holds otherwise than sent, by database id."""


class Keeping:
    """Looks up what Odoo kept; of new records without lines a part may be enough."""

    def __init__(self, reader: Reader, sampler: Sampler) -> None:
        self._reader = reader
        self._sampler = sampler

    def look(self, batch: Batch, landed: Sequence[Landing]) -> tuple[NotKept, Held | None]:
        """Return the fields that were not kept, and what the records hold that were looked at.

        None for the latter means that the server refuses to read them. Raises what ``Odoo.call``
        raises.
        """
        checked = self._to_check(landed)
        if not checked:
            return {}, {}
        field = batch.records[0].lines_field
        ids = [number for _, number in checked]
        held = self._reader.read(batch.model, ids, batch.columns, (field,) if field else ())
        not_kept = {
            number: self._reader.differing(record.model, record.values, held[number])
            for record, number in checked
            if held is not None and number in held
        }
        fields = {name for names in not_kept.values() for name in names}
        self._sampler.found(batch.model, fields)
        return not_kept, held

    def _to_check(self, landed: Sequence[Landing]) -> Sequence[Landing]:
        first, _ = landed[0]
        if first.action is not Action.CREATED or first.lines_field:
            return landed
        chosen = {id(record) for record in self._sampler.chosen([each for each, _ in landed])}
        return [landing for landing in landed if id(landing[0]) in chosen]
