"""`odoo-ingestion template`: a file to begin with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from odoo_ingestion.cli.failures import SUCCESS
from odoo_ingestion.cli.screen import print_text


class TemplateFormat(StrEnum):
    """The formats that a template is printed in."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


TemplateType = Annotated[
    str,
    typer.Option(
        "--type", metavar="TYPE", help="What the rows are: 'odoo-ingestion types' lists the types."
    ),
]
Format = Annotated[
    TemplateFormat, typer.Option("--format", metavar="FORMAT", help="csv, json or jsonl.")
]


def template(type: TemplateType, format: Format = TemplateFormat.CSV) -> int:
    """Print a header and an example row.

    Save it as a file and fill it in.
    """
    from odoo_ingestion.data_models import import_type

    print_text(example_text(import_type(type).example, format))
    return SUCCESS


def example_text(example: Mapping[str, str], format: TemplateFormat) -> str:
    """Return an example row in a format."""
    row = dict(example)
    if format is TemplateFormat.JSON:
        return json.dumps([row], ensure_ascii=False, indent=2) + "\n"
    if format is TemplateFormat.JSONL:
        return json.dumps(row, ensure_ascii=False) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(row)
    writer.writerow(row.values())
    return text.getvalue()
