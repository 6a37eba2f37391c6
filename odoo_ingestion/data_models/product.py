"""Products: what is storable, a service or a consumable, in the words of each Odoo version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, cast

from pydantic import ValidationInfo, model_validator

from odoo_ingestion.data_models.base import RecordModel, Surroundings, Value
from odoo_ingestion.data_models.cell_errors import CellError, shown
from odoo_ingestion.data_models.cells import Converter, read_boolean
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, FieldSpec, ModelSchema

STORABLE, CONSUMABLE, SERVICE, GOODS = "storable", "consumable", "service", "goods"

TYPE_FIELDS = ("type", "detailed_type")

# ``goods`` says nothing about whether stock is tracked (Odoo 18 and 19), ``consumable`` says no.
_KINDS: Mapping[str, str] = {
    "storable": STORABLE,
    "storable product": STORABLE,
    "stockable": STORABLE,
    "stockable product": STORABLE,
    "stock": STORABLE,
    "product": STORABLE,
    "consumable": CONSUMABLE,
    "consumable product": CONSUMABLE,
    "consu": GOODS,
    "goods": GOODS,
    "service": SERVICE,
    "services": SERVICE,
}
_KEYS = {GOODS: "consu", CONSUMABLE: "consu", STORABLE: "product", SERVICE: "service"}
_KINDS_BY_KEY = {"product": STORABLE, "consu": GOODS, "service": SERVICE}
_PRICES = ("list_price", "standard_price")


class ProductTemplate(RecordModel):
    """A product: ``type`` is said once, in any version's words, and written as the server has it.

    Odoo 14 has ``type=product``, 15 to 17 ``detailed_type=product``, 18 and 19 ``type=consu`` with
    ``is_storable`` (product, stock: ``product.template``).
    """

    written_from: ClassVar[Mapping[str, str]] = {
        "type": "detailed_type",
        "detailed_type": "type",
        "is_storable": "type",
    }
    never_cleared: ClassVar[frozenset[str]] = frozenset(TYPE_FIELDS)
    doubted: ClassVar[frozenset[str]] = frozenset(_PRICES)

    type: Any = None
    detailed_type: Any = None
    is_storable: Any = None

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column; the product's type is read as one of the kinds."""
        if spec.name == "is_storable":
            return read_boolean
        read = super().reader(spec, column, notation)
        if spec.name not in TYPE_FIELDS:
            return read

        def read_kind(cell: Any) -> str:
            kind = _KINDS.get(cell.strip().lower()) if isinstance(cell, str) else None
            if kind is not None:
                return kind
            try:
                key = str(read(cell))
            except CellError as error:
                hint = f"{error.hint} Or write Storable, Consumable or Service."
                raise CellError(error.message, hint) from error
            return _KINDS_BY_KEY.get(key, key)

        return read_kind

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the prices below zero: Odoo takes them."""
        found: tuple[str, ...] = ()
        for name in _PRICES:
            price = values.get(name)
            if isinstance(price, str) and price.startswith("-"):
                found += (f"{name} is negative: {price}",)
        return found

    @classmethod
    def may_doubt(cls, columns: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether any price of many rows may be below zero."""
        return any("-" in "".join(prices) for prices in columns.values())

    @model_validator(mode="after")
    def write_type(self, info: ValidationInfo) -> Self:
        """Write the product's type as the server's version wants it."""
        kind = self._kind()
        schema = cast(Surroundings, info.context).schema
        fields = schema.fields
        if "is_storable" not in fields:
            kind = self._kind_with_storable(kind, _keeps_stock_in_type(fields))
        if kind is None:
            return self
        self.type = self.detailed_type = None
        if "is_storable" in fields:
            self._write_storable(kind)
            self.type = _KEYS.get(kind, kind) if kind != STORABLE else "consu"
            return self
        target = "detailed_type" if "detailed_type" in fields else "type"
        key = _KEYS.get(kind, kind)
        if key not in {allowed for allowed, _ in fields[target].selection}:
            raise CellError(
                f"this server has no product type {shown(kind)}",
                _hint_without(kind, schema, target),
                fields=TYPE_FIELDS,
            )
        setattr(self, target, key)
        return self

    def _kind(self) -> str | None:
        kinds = [kind for kind in (self.type, self.detailed_type) if kind is not None]
        if len({_KEYS.get(kind, kind) for kind in kinds}) > 1:
            raise CellError(
                f"type says {kinds[0]}, detailed_type says {kinds[1]}",
                "Keep the one that is right.",
                fields=TYPE_FIELDS,
            )
        return kinds[0] if kinds else None

    def _kind_with_storable(self, kind: str | None, has_storable_type: bool) -> str | None:
        """Return the kind where ``is_storable`` is said and only the type can hold it."""
        said, self.is_storable = self.is_storable, None
        if said is None or (said == "0" and (kind in (SERVICE, GOODS, CONSUMABLE))):
            return kind
        if said == "1" and kind in (None, GOODS, STORABLE):
            return STORABLE
        if said == "0" and kind is None:
            if not has_storable_type:  # nothing is storable without the Inventory app
                return None
            raise CellError(
                "stock is not to be tracked, and whether this is a consumable or a service is "
                "not said",
                "This Odoo says it by the type: fill in a column type.",
                fields=("is_storable",),
            )
        raise CellError(
            f"the type says {kind}, is_storable says {said}",
            "Stock is tracked for goods only: correct one of the two.",
            fields=("is_storable", *TYPE_FIELDS),
        )

    def _write_storable(self, kind: str) -> None:
        """Set ``is_storable`` where the type implies it and the row does not say it."""
        implied = {STORABLE: "1", CONSUMABLE: "0"}.get(kind)
        contradicts = self.is_storable == "0" if kind == STORABLE else self.is_storable == "1"
        if contradicts and kind not in (GOODS, CONSUMABLE):
            raise CellError(
                f"the type says {kind}, is_storable says {self.is_storable}",
                "Stock is tracked for goods only: correct one of the two.",
                fields=("is_storable", *TYPE_FIELDS),
            )
        if self.is_storable is None:
            self.is_storable = implied


def _keeps_stock_in_type(fields: Mapping[str, FieldSpec]) -> bool:
    target = fields["detailed_type" if "detailed_type" in fields else "type"]
    return "product" in {key for key, _ in target.selection}


def _hint_without(kind: str, schema: ModelSchema, target: str) -> str:
    if kind == STORABLE:
        return "Storable needs the Inventory app: install it, or write Consumable."
    labels = ", ".join(label for _, label in schema.fields[target].selection)
    return f"Allowed: {labels}."
