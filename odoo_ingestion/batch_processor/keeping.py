"""What Odoo kept of records that landed: read back, all of them or a part, and compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from odoo_ingestion.batch_processor.creating import TEMPLATE_FIELD
from odoo_ingestion.batch_processor.reading import Held, Reader
from odoo_ingestion.batch_processor.sampling import Sampler
from odoo_ingestion.batch_processor.shipment import Landing, Shipment
from odoo_ingestion.external_ids import VARIANT
from odoo_ingestion.records import Action

NotKept = Mapping[int, tuple[str, ...]]
"""The fields that Odoo holds otherwise than sent, by database id."""


class Keeping:
    """Looks up what Odoo kept; of new records without lines a part may be enough."""

    def __init__(self, reader: Reader, sampler: Sampler) -> None:
        self._reader = reader
        self._sampler = sampler

    def look(self, shipment: Shipment, landed: list[Landing]) -> tuple[NotKept, Held | None]:
        """Return the fields that were not kept, and what the records hold that were looked at.

        None for the latter means that the server refuses to read them. Records that went in with
        their variants have their own ids in ``landed`` afterwards. Raises what ``Odoo.call``
        raises.
        """
        batch = shipment.batch
        chosen = {id(record) for record, _ in self._to_check(landed)}
        of_variants = self._held_of_variants(shipment, landed, chosen)
        held: Held | None = of_variants
        checked = [
            landing
            for landing in landed
            if id(landing[0]) in chosen and id(landing[0]) not in shipment.by_variant
        ]
        if ids := [number for _, number in checked if number not in of_variants]:
            field = batch.records[0].lines_field
            read = self._reader.read(batch.model, ids, batch.columns, (field,) if field else ())
            held = read if read is None else of_variants | read
        not_kept = {
            number: self._reader.differing(record.model, record.values, held[number])
            for record, number in checked
            if held is not None and number in held
        }
        fields = {name for names in not_kept.values() for name in names}
        self._sampler.found(batch.model, fields)
        return not_kept, held

    def _held_of_variants(
        self, shipment: Shipment, landed: list[Landing], chosen: Collection[int]
    ) -> Held:
        """Return what those records hold that went in with their variants, by their own ids.

        A variant tells the fields of its template too, and which one it is: that is asked of all,
        the fields of those chosen. One that cannot be read stays among ``shipment.by_variant``.
        """
        waiting = shipment.by_variant
        held: Held = {}
        for columns, is_chosen in ((shipment.batch.columns, True), ((), False)):
            places = [
                place
                for place, (record, _) in enumerate(landed)
                if id(record) in waiting and (id(record) in chosen) is is_chosen
            ]
            if not places:
                continue
            ids = [landed[place][1] for place in places]
            variants = self._reader.read(VARIANT, ids, columns, (TEMPLATE_FIELD,)) or {}
            for place in places:
                record, number = landed[place]
                if (row := variants.get(number)) is not None:
                    landed[place] = record, row[TEMPLATE_FIELD]
                    waiting.remove(id(record))
                    if is_chosen:
                        held[row[TEMPLATE_FIELD]] = row
        return held

    def _to_check(self, landed: Sequence[Landing]) -> Sequence[Landing]:
        first, _ = landed[0]
        if first.action is not Action.CREATED or first.lines_field:
            return landed
        chosen = {id(record) for record in self._sampler.chosen([each for each, _ in landed])}
        return [landing for landing in landed if id(landing[0]) in chosen]
