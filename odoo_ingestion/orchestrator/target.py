"""What an import writes to: model, fields, company, language and rights on one server."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.data_models import (
    FIELD_ATTRIBUTES,
    catalogue_notice,
    load_catalogue,
    required_without_default,
    schema_from_fields_get,
    type_for_model,
)
from odoo_ingestion.data_models import import_type as import_type_named
from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.errors import AccessRefused, ModelMissing, ServerBug, ServerRefused, UsageError
from odoo_ingestion.ports import Odoo, RunRecords
from odoo_ingestion.records import ImportType, ModelSchema
from odoo_ingestion.runs import ImportOptions

_CONTEXT: Mapping[str, Any] = {
    # load() writes noupdate=False otherwise; under a module's name the record is then deleted when
    # that module is upgraded (ir.model.data._process_end, Odoo 14 to 19).
    "noupdate": True,
    # one mail per record whose salesperson is set (mail.thread._message_auto_subscribe)
    "mail_auto_subscribe_no_notify": True,
    # one invitation mail per user (res.users.create, auth_signup)
    "no_reset_password": True,
}


class Target(Struct, frozen=True):
    """Where rows go; ``odoo`` is None in an offline dry run.

    ``run_records`` tells what earlier rows of the run came to, where that is kept.
    """

    odoo: Odoo | None
    schema: ModelSchema
    import_type: ImportType | None
    lang: str | None = None
    tz: str = "UTC"
    company_id: int | None = None
    company: str | None = None
    user: str | None = None
    required_on_create: frozenset[str] = frozenset()
    may_read_ids: bool = True
    may_create_ids: bool = True
    notices: tuple[str, ...] = field(default_factory=tuple)
    run_records: RunRecords | None = None

    def schema_of(self, model: str) -> ModelSchema:
        """Return the fields of a further model: from the server, else from the catalogue.

        Raises UsageError for a model that is not there.
        """
        if model == self.schema.model:
            return self.schema
        if self.odoo is None:
            return load_catalogue(self.schema.version, model)
        return _schema(self.odoo, model, self.lang or "en_US", {})

    def required_of(self, schema: ModelSchema) -> frozenset[str]:
        """Return the fields that a new record of a further model needs and Odoo does not fill."""
        return _required(self.odoo, schema) if self.odoo is not None else frozenset()


def type_of(options: ImportOptions) -> ImportType | None:
    """Return the import type that the options name, or the one whose rules fit the model.

    Raises UsageError when neither or both are given, or the type is not known.
    """
    if bool(options.type) == bool(options.model):
        raise UsageError("say what the file holds: either --type TYPE or --model MODEL")
    if options.type:
        return import_type_named(options.type)
    return type_for_model(options.model or "")


def offline_target(options: ImportOptions) -> Target:
    """Return a target from the shipped catalogues, for a dry run without any server."""
    chosen = type_of(options)
    model = options.model or (chosen.model if chosen else "")
    version = options.odoo_version or "19.0"
    schema = load_catalogue(version, model)
    notice = "offline: relations, existing records and the server's own checks were not looked at"
    borrowed = catalogue_notice(version)
    notices = (notice, borrowed) if borrowed else (notice,)
    return Target(None, schema, chosen, lang=options.lang, notices=notices)


def server_target(odoo: Odoo, options: ImportOptions) -> Target:
    """Return a target with what the server tells about the model, the user and the company.

    Raises UsageError for a model, company or language that is not there.
    """
    chosen = type_of(options)
    model = options.model or (chosen.model if chosen else "")
    with ThreadPoolExecutor(2) as threads:  # asked at the same time as who the user is
        may_read_ids = threads.submit(external_ids.may_read_external_ids, odoo)
        may_create_ids = threads.submit(external_ids.may_create_external_ids, odoo)
        user = odoo.call(
            "res.users", "read", [odoo.uid], ["name", "lang", "tz", "company_id", "company_ids"]
        )[0]
    may_read, may_create = may_read_ids.result(), may_create_ids.result()
    company_id, company = _company(odoo, user, options.company)
    lang = _language(odoo, options.lang) or user["lang"] or "en_US"
    context = {"lang": lang, "allowed_company_ids": [company_id], **_CONTEXT, **options.context}
    connection = odoo.with_context(**context)
    schema = _schema(connection, model, lang, options.context)
    notices: tuple[str, ...] = ()
    if not may_create:
        notices = (
            "you may not create external ids (group Access Rights): records that exist already "
            "are updated without being given one",
        )
    return Target(
        connection,
        schema,
        chosen,
        lang=lang,
        tz=user["tz"] or "UTC",
        company_id=company_id,
        company=company,
        user=user["name"],
        required_on_create=_required(connection, schema),
        may_read_ids=may_read,
        may_create_ids=may_create,
        notices=notices,
    )


def _schema(odoo: Odoo, model: str, lang: str, context: Mapping[str, Any]) -> ModelSchema:
    try:
        described = _describe(odoo, model)
        english = (
            []
            if lang == "en_US"
            else [
                odoo.call(
                    model, "fields_get", [], ["string", "selection"], context={"lang": "en_US"}
                )
            ]
        )
    except ModelMissing as error:
        raise UsageError(
            f"the server has no model {model}",
            hint="Install the app that brings it, or correct --model.",
        ) from error
    except AccessRefused as error:
        raise UsageError(
            f"the user has no right to see {model}: {error.message}",
            hint="Ask for the right, or log in as another user.",
        ) from error
    except ServerRefused as error:
        if not context:
            raise
        given = ", ".join(context)
        raise UsageError(
            f"Odoo does not take the context that you gave ({given}): {error.message}",
            hint="Correct --context, or leave it out.",
        ) from error
    return schema_from_fields_get(model, odoo.version, described, others=english)


def _describe(odoo: Odoo, model: str) -> dict[str, dict[str, Any]]:
    attributes = list(FIELD_ATTRIBUTES)
    try:
        described: dict[str, dict[str, Any]] = odoo.call(model, "fields_get", [], attributes)
    except ServerBug:
        # A domain computed in Python may be None, which XML-RPC cannot carry
        # (product.pricelist.item_ids, Odoo 19); relations are then looked up without it.
        attributes.remove("domain")
        described = odoo.call(model, "fields_get", [], attributes)
    return described


def _required(odoo: Odoo, schema: ModelSchema) -> frozenset[str]:
    """Return the required fields for which the server knows no default and computes nothing."""
    without = required_without_default(schema, ())
    defaults = fetch_defaults(odoo, schema.model, sorted(without))
    # 0 is a default too; False is none.
    given = [name for name in without if defaults.get(name, False) is not False]
    return required_without_default(schema, given)


def _company(odoo: Odoo, user: Mapping[str, Any], wanted: str | None) -> tuple[int, str]:
    if wanted is None:
        return user["company_id"][0], user["company_id"][1]
    companies = odoo.call(
        "res.company", "search_read", [("id", "in", user["company_ids"])], ["name"]
    )
    found = [
        data for data in companies if wanted == str(data["id"]) or data["name"] == wanted.strip()
    ]
    if len(found) == 1:
        return found[0]["id"], found[0]["name"]
    listed = ", ".join(f"{data['name']} (id {data['id']})" for data in companies)
    many = "several companies are" if found else "no company that you may use is"
    raise UsageError(f"{many} called {wanted}", hint=f"You may use: {listed}.")


def _language(odoo: Odoo, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    installed = [code for code, _ in odoo.call("res.lang", "get_installed")]
    if wanted not in installed:
        raise UsageError(
            f"the language {wanted} is not installed in this database",
            hint=f"Installed: {', '.join(installed)}.",
        )
    return wanted
