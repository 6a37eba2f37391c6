"""What Odoo kept of records that landed: read back, all of them or a part, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from odoo_ingestion.batch_processor.creating import TEMPLATE_FIELD
from odoo_ingestion.batch_processor.reading import Held, Reader
from odoo_ingestion.batch_processor.sampling import Sampler
from odoo_ingestion.batch_processor.shipment import Landing, Shipment
from odoo_ingestion.external_ids import VARIANT
from odoo_ingestion.records import Action, LineOutcome

NotKept = Mapping[int, tuple[str, ...]]
"""The fields that Odoo holds otherwise than sent, by database id."""


class Keeping:
    """Looks up what Odoo kept; of new records, and of the lines of new documents, a part is enough.

    Lines are read by ``LineCarrier.outcomes``, of the documents that hold theirs in what ``look``
    returns.
    """

    def __init__(self, reader: Reader, sampler: Sampler) -> None:
        self._reader = reader
        self._sampler = sampler

    def look(self, shipment: Shipment, landed: list[Landing]) -> tuple[NotKept, Held | None]:
        """Return the fields that were not kept, and what the records hold that were looked at.

        None for the latter means that the server refuses to read them. Records that went in with
        their variants have their own ids in ``landed`` afterwards. Raises what ``Odoo.call``
        raises.
        """
        model = shipment.batch.model
        chosen, with_lines = self._to_check(shipment, landed)
        of_variants = self._held_of_variants(shipment, landed, chosen)
        checked = [
            landing
            for landing in landed
            if id(landing[0]) in chosen and id(landing[0]) not in shipment.by_variant
        ]
        left = [landing for landing in checked if landing[1] not in of_variants]
        read = self._held(shipment, left, with_lines)
        held = of_variants | read if read is not None else None
        not_kept = {
            number: self._reader.differing(record.model, record.values, held[number])
            for record, number in checked
            if held is not None and number in held
        }
        fields = {name for names in not_kept.values() for name in names}
        self._sampler.found(model, fields)
        return not_kept, held

    def learn_of_lines(self, model: str, lines: Iterable[Sequence[LineOutcome]]) -> None:
        """Take in what became of lines of a model: what was not kept of some may be so of more."""
        self._sampler.found(
            model, {name for some in lines for each in some for name in each.not_kept}
        )

    def _held(
        self, shipment: Shipment, landed: Sequence[Landing], with_lines: Collection[int]
    ) -> Held | None:
        """Return what records hold, and the ids of their lines of those ``with_lines``."""
        if not landed:
            return {}
        batch = shipment.batch
        field = batch.records[0].lines_field if with_lines else ""
        ids = [number for _, number in landed]
        held = self._reader.read(batch.model, ids, batch.columns, (field,) if field else ())
        for record, number in landed:
            if held is not None and field and id(record) not in with_lines and number in held:
                held[number] = {
                    name: value for name, value in held[number].items() if name != field
                }
        return held

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

    def _to_check(
        self, shipment: Shipment, landed: Sequence[Landing]
    ) -> tuple[Collection[int], Collection[int]]:
        """Return which records to look at, by ``id()``, and of which of them the lines as well."""
        records = [record for record, _ in landed]
        has_lines = bool(records[0].lines_field)
        if records[0].action is not Action.CREATED:
            every = set(map(id, records))
            return every, every if has_lines else ()
        chosen = set(map(id, self._sampler.chosen(records)))
        if not has_lines:
            return chosen, ()
        with_lines = set(map(id, self._sampler.chosen_by_lines(records, shipment.sent_lines)))
        return chosen | with_lines, with_lines
