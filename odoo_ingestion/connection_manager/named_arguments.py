"""JSON-2 takes named arguments only: what the arguments of Odoo's methods are called.

Names and kinds are those of Odoo 19.0 (odoo/orm/models.py, addons ``web``, ``base``, ``stock`` and
others). A method of records (one without ``@api.model``) takes the ids of its records beside its
arguments; ids given to a method of the model are refused by the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from odoo_ingestion.errors import UsageError


class Signature(NamedTuple):
    """The names of a method's arguments in order; ``records``: the ids of records come first."""

    names: tuple[str, ...] = ()
    records: bool = False


def _of_model(*names: str) -> Signature:
    return Signature(names)


def _of_records(*names: str) -> Signature:
    return Signature(names, records=True)


_SIGNATURES: Mapping[str, Signature] = {
    # of models
    "check_access_rights": _of_model("operation", "raise_exception"),
    "check_object_reference": _of_model("module", "xml_id", "raise_on_access_error"),
    "context_get": _of_model(),
    "create": _of_model("vals_list"),
    "default_get": _of_model("fields"),
    "display_name_for": _of_model("models"),
    "fields_get": _of_model("allfields", "attributes"),
    "formatted_read_group": _of_model(
        "domain", "groupby", "aggregates", "having", "offset", "limit", "order"
    ),
    "get_installed": _of_model(),
    "get_param": _of_model("key", "default"),
    "get_views": _of_model("views", "options"),
    "load": _of_model("fields", "data"),
    "name_create": _of_model("name"),
    "name_search": _of_model("name", "domain", "operator", "limit"),
    "read_group": _of_model("domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"),
    "search": _of_model("domain", "offset", "limit", "order"),
    "search_count": _of_model("domain", "limit"),
    "search_read": _of_model("domain", "fields", "offset", "limit", "order"),
    "set_param": _of_model("key", "value"),
    # of records
    "action_apply_inventory": _of_records("date"),
    "button_approve": _of_records("force"),
    "copy": _of_records("default"),
    "export_data": _of_records("fields_to_export"),
    "get_external_id": _of_records(),
    "get_field_translations": _of_records("field_name", "langs"),
    "get_metadata": _of_records(),
    "has_access": _of_records("operation"),
    "has_group": _of_records("group_ext_id"),
    "lang_install": _of_records(),
    "onchange": _of_records("values", "field_names", "fields_spec"),
    "read": _of_records("fields", "load"),
    "toggle_active": _of_records(),
    "unlink": _of_records(),
    "update_field_translations": _of_records("field_name", "translations", "source_lang"),
    "web_read": _of_records("specification"),
    "web_save": _of_records("vals", "specification", "next_id"),
    "web_save_multi": _of_records("vals_list", "specification"),
    "write": _of_records("vals"),
}

_BUTTON = re.compile(r"(action|button)_")
"""What a button of a form calls: a method of records without further arguments."""

_MISSING_ARGUMENT = re.compile(r"missing a required argument: '(\w+)'")


def signature_of(method: str) -> Signature | None:
    """Return what a method takes, None where that is not known."""
    known = _SIGNATURES.get(method)
    return _of_records() if known is None and _BUTTON.match(method) else known


def name_arguments(
    model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return positional and named arguments as the named ones that JSON-2 takes, ``ids`` included.

    Raises UsageError for arguments by position whose names are not known.
    """
    if not args:
        return dict(kwargs)
    signature = signature_of(method)
    values = list(args)
    named: dict[str, Any] = {}
    if signature is not None and signature.records:
        ids = values.pop(0)
        named["ids"] = [ids] if isinstance(ids, int) else list(ids or ())
    if signature is None or len(values) > len(signature.names):
        raise UsageError(
            f"JSON-2 takes arguments by name only, and those of {model}.{method} are not known.",
            hint="Use --protocol xmlrpc, and report this: it is a gap in this program.",
        )
    return named | dict(zip(signature.names, values, strict=False)) | dict(kwargs)


def missing_argument(words: str) -> str | None:
    """Return the argument that Odoo misses, from the words of its refusal (inspect.signature)."""
    found = _MISSING_ARGUMENT.search(words)
    return found[1] if found else None


def rename_argument(method: str, named: Mapping[str, Any], wanted: str) -> dict[str, Any] | None:
    """Return the arguments of a call with the name that the server wants, None where unclear.

    Modules that extend Odoo often call an argument otherwise (``write(self, values)``). Odoo then
    refuses the call before it begins and names what it misses. Only a method of one argument
    leaves no doubt which is meant.
    """
    signature = signature_of(method)
    if signature is None or len(signature.names) != 1 or wanted in named:
        return None
    (ours,) = signature.names
    if ours not in named:
        return None
    return {wanted if name == ours else name: value for name, value in named.items()}
