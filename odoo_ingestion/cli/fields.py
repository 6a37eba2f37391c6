"""`odoo-ingestion fields`: what can be imported into a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from odoo_ingestion.cli import logs, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import SUCCESS
from odoo_ingestion.cli.screen import Screen, print_json, print_words
from odoo_ingestion.errors import ModelMissing, UsageError

if TYPE_CHECKING:
    from odoo_ingestion.records import FieldSpec, ModelSchema

_NEWEST = "19.0"
_NARROW = 100

ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="A model, like res.partner.")]


def fields(
    model: ModelName,
    offline: Annotated[
        bool, typer.Option("--offline", help="From the lists that are shipped, without a server.")
    ] = False,
    odoo_version: o.OdooVersion = None,
    lang: o.Lang = None,
    json: o.Json = False,
    verbose: o.Verbose = False,
    url: o.Url = None,
    database: o.Database = None,
    username: o.Username = None,
    protocol: o.Protocol = None,
    insecure: o.Insecure = None,
) -> int:
    """List what can be imported into a model."""
    screen = Screen(json, False, verbose)
    if odoo_version and not offline:
        raise UsageError("--odoo-version is for --offline only: a server tells its version itself.")
    if offline:
        schema, defaults = _from_catalogue(model, odoo_version or _NEWEST, screen), frozenset[str]()
    else:
        login = running.Login(url, database, username, protocol, insecure=insecure)
        schema, defaults = _from_server(model, login, lang, screen)
    if json:
        print_json(as_dict(schema))
    else:
        _tell(screen, schema, defaults)
    return SUCCESS


def importable(schema: ModelSchema) -> list[FieldSpec]:
    """Return the fields that a column may fill: the required ones first, then by name."""
    from odoo_ingestion.data_models import type_for_model
    from odoo_ingestion.mapping import ColumnBinder

    binder = ColumnBinder(schema, type_for_model(schema.model))
    found = [
        spec
        for name, spec in schema.fields.items()
        if name != "id" and binder.bind_known(name) is not None
    ]
    return sorted(found, key=lambda spec: (not spec.required, spec.name))


def as_dict(schema: ModelSchema) -> dict[str, Any]:
    """Return what `--json` prints."""
    return {
        "model": schema.model,
        "version": schema.version,
        "fields": [
            {
                "name": spec.name,
                "label": spec.label,
                "type": spec.type,
                "required": spec.required,
                "relation": spec.relation,
                "values": [{"value": key, "label": label} for key, label in spec.selection],
            }
            for spec in importable(schema)
        ],
    }


def _from_catalogue(model: str, version: str, screen: Screen) -> ModelSchema:
    from odoo_ingestion.data_models import catalogue_notice, load_catalogue

    schema = load_catalogue(version, model)
    if notice := catalogue_notice(version):
        print_words(screen.err, notice)
    return schema


def _from_server(
    model: str, login: running.Login, lang: str | None, screen: Screen
) -> tuple[ModelSchema, frozenset[str]]:
    """Return the fields, and the names of the required ones that have a default."""
    from odoo_ingestion.connection_manager import connect
    from odoo_ingestion.data_models import FIELD_ATTRIBUTES, schema_from_fields_get
    from odoo_ingestion.defaults import fetch_defaults

    config = login.config()
    logs.start_logging(screen, config)
    with connect(config) as odoo:
        context = {"lang": lang} if lang else {}
        try:
            described = odoo.call(model, "fields_get", [], list(FIELD_ATTRIBUTES), context=context)
            required = [name for name, data in described.items() if data.get("required")]
            defaults = fetch_defaults(odoo, model, required)
        except ModelMissing as e:
            raise UsageError(
                f"The server has no model {model}.",
                hint="Correct the name, or install the app that brings it.",
            ) from e
        schema = schema_from_fields_get(model, odoo.version, described)
        return schema, frozenset(name for name, value in defaults.items() if value is not False)


def _tell(screen: Screen, schema: ModelSchema, defaults: frozenset[str]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    listed = importable(schema)
    narrow = screen.out.width < _NARROW
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Field", overflow="fold")
    if not narrow:
        table.add_column("Label")
    table.add_column("Type", no_wrap=True)
    table.add_column("Required", no_wrap=True)
    table.add_column("Names records of, or allowed values")
    for spec in listed:
        label = [spec.label] if not narrow else []
        name = Text(spec.name, style="bold" if spec.required else "")
        required = ("has a default" if spec.name in defaults else "yes") if spec.required else ""
        table.add_row(name, *label, spec.type, required, Text(_allowed(spec)))
    print_words(screen.out, "", lead=f"{schema.model}, Odoo {schema.version}")
    screen.out.print(table)
    print_words(
        screen.out,
        f"{len(listed)} fields. A column may be called by field or label; id holds the external "
        "id; a relation is named by field (name or code), field/id (external id) or field/.id.",
    )


def _allowed(spec: FieldSpec) -> str:
    if spec.selection:
        # The label of the user's language comes first, others follow under the same key.
        labels: dict[str, str] = {}
        for key, label in spec.selection:
            labels.setdefault(key, label)
        return ", ".join(f"{key} ({label})" for key, label in labels.items())
    return spec.relation or ""
