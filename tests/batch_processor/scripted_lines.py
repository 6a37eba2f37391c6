"""Orders with lines that need no server."""

from __future__ import annotations

from odoo_ingestion.records import Action, FieldSpec, Line, ModelSchema, Record, Row

SCHEMAS = {
    "sale.order": ModelSchema(
        "sale.order",
        "19.0",
        {
            "order_line": FieldSpec(
                "order_line", "one2many", relation="sale.order.line", relation_field="order_id"
            )
        },
    ),
    "sale.order.line": ModelSchema(
        "sale.order.line",
        "19.0",
        {
            spec.name: spec
            for spec in (
                FieldSpec("product_id", "many2one", relation="product.product"),
                FieldSpec("name", "text", required=True, computed=True),
                FieldSpec("price_unit", "float", computed=True),
                FieldSpec("display_type", "selection"),
                FieldSpec("note", "char"),
                FieldSpec("route", "char"),
                FieldSpec("sequence", "integer"),
            )
        },
    ),
}


def line(tag: str, database_id: int | None = None, /, **values: str) -> Line:
    cells = {column.replace("__", "/."): cell for column, cell in values.items()}
    action = Action.CREATED if database_id is None else Action.UPDATED
    return Line(Row(1, None, {}), action, f"t.{tag}", database_id, cells)


def order(*lines: Line, action: Action = Action.CREATED) -> Record:
    return Record(
        Row(1, None, {}),
        "sale.order",
        action,
        "t.o",
        None if action is Action.CREATED else 1,
        {"note": "x"},
        lines_field="order_line",
        lines=lines,
    )
