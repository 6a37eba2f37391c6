"""External ids: how ours are derived, and how any are looked up, with or without rights on them."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.ports import Odoo

MODULE = "odoo_ingestion"
"""The namespace of derived ids: no installed Odoo module has this name, so that no module upgrade
ever deletes them (``ir.model.data._process_end``, Odoo 14 to 19)."""

IMPORT_MODULE = "__import__"
"""Where Odoo's load() puts an external id that is given without a module."""

TEMPLATE, VARIANT = "product.template", "product.product"

_OF_TEMPLATE = "_product_template"
"""What Odoo puts behind the external id of a variant that it loads, for the template that it makes
with it (``_load_records``, Odoo 14 to 19); derived ids of templates end so too."""

_SLUG_LENGTH = 40
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_BETWEEN = '"'
"""Stands between texts that are worked on together; none of them is plain that holds it."""
_SLUG_LETTERS = {
    code: chr(code).lower() if chr(code).isalnum() or chr(code) == _BETWEEN else "_"
    for code in range(128)
}
_DIGEST_SIZE = 8
_LOOK_UP_SIZE = 2_000


class Target(NamedTuple):
    """What an external id points to; ``record_id`` may name a record that is gone."""

    model: str
    record_id: int


def complete(text: str) -> str:
    """Return ``module.name`` for an external id as a file may give it, like load() completes it."""
    text = text.strip()
    return text if "." in text else f"{IMPORT_MODULE}.{text}"


def derive(model: str, key: Sequence[str], texts: Sequence[str], company_id: int | None) -> str:
    """Return the stable external id of the record that a key names, safe for any text.

    ``key`` are field names, ``texts`` their values; case and spaces count. ``company_id`` keeps
    the same key in two companies apart (None for models without a company). The readable part is
    cut; 64 bits of BLAKE2b over everything keep ids apart.
    """
    before, behind, start = _frame(model, tuple(key), company_id)
    apart = digest(f"{before}{','.join(map(encode_basestring, texts))}{behind}")
    slug = _slug(" ".join(texts))
    name = f"{start}_{slug}_{apart}" if slug else f"{start}_{apart}"
    return f"{MODULE}.{name}" + (_OF_TEMPLATE if model == TEMPLATE else "")


def derive_all(
    model: str, key: Sequence[str], texts: Sequence[str], company_id: int | None
) -> list[str]:
    """Return what ``derive`` returns for each of many texts of a key of one field.

    It takes a third of the time: all texts are made fit for an id at once, where they are plain.
    """
    joined = _BETWEEN.join(texts)
    if not _is_plain(joined, len(texts)):
        return [derive(model, key, (text,), company_id) for text in texts]
    before, behind, start = _frame(model, tuple(key), company_id)
    begin = hashlib.blake2b(f'{before}"'.encode(), digest_size=_DIGEST_SIZE).copy
    end = f'"{behind}'.encode()
    head = f"{MODULE}.{start}_"
    tail = _OF_TEMPLATE if model == TEMPLATE else ""
    slugs = _slugs(joined)
    names = []
    for content, slug in zip(joined.encode().split(_BETWEEN.encode()), slugs, strict=True):
        hasher = begin()
        hasher.update(content + end)
        apart = hasher.hexdigest()
        names.append(f"{head}{slug}_{apart}{tail}" if slug else f"{head}{apart}{tail}")
    return names


def derived_start(model: str) -> str:
    """Return what the derived external ids of a model's records begin with."""
    return f"{MODULE}.{model.replace('.', '_')}_"


def of_variant(name: str) -> str | None:
    """Return the id of the variant with which a template of a derived id is made; else None."""
    if not (name.startswith(f"{MODULE}.") and name.endswith(_OF_TEMPLATE)):
        return None
    return name.removesuffix(_OF_TEMPLATE)


def of_variants(names: Iterable[str]) -> list[str]:
    """Return the id of the variant of each of the names that is a template's of a derived id."""
    start, behind = f"{MODULE}.", -len(_OF_TEMPLATE)
    return [
        name[:behind] for name in names if name.startswith(start) and name.endswith(_OF_TEMPLATE)
    ]


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a text that is equal for rows of equal content, whatever the order of columns."""
    filled = {k: str(v) for k, v in values.items() if v not in (None, "")}
    return digest(_json(sorted(filled.items())))


def find(odoo: Odoo, names: Iterable[str], *, may_read: bool) -> dict[str, Target]:
    """Look up complete external ids in bulk; ids that do not exist are absent from the answer.

    ``may_read`` false is for users without rights on ``ir.model.data``: each distinct id is then
    asked for on its own, which needs no such right (``check_object_reference``, Odoo 14 to 19).
    """
    distinct = sorted(set(names))
    if not may_read:
        found = {name: _check_reference(odoo, name) for name in distinct}
        return {name: target for name, target in found.items() if target is not None}
    result: dict[str, Target] = {}
    for start in range(0, len(distinct), _LOOK_UP_SIZE):
        wanted = set(distinct[start : start + _LOOK_UP_SIZE])
        parts = [name.partition(".") for name in wanted]
        modules = sorted({module for module, _, _ in parts})
        tails = sorted({tail for _, _, tail in parts})
        for data in odoo.call(
            "ir.model.data",
            "search_read",
            [("module", "in", modules), ("name", "in", tails)],
            ["module", "name", "model", "res_id"],
        ):
            name = f"{data['module']}.{data['name']}"
            if name in wanted:
                result[name] = Target(data["model"], data["res_id"])
    return result


def may_read_external_ids(odoo: Odoo) -> bool:
    """Tell whether the user may search ``ir.model.data`` (group Access Rights, Odoo 14 to 19)."""
    return _has_access(odoo, "read")


def may_create_external_ids(odoo: Odoo) -> bool:
    """Tell whether the user may give an existing record an external id."""
    return _has_access(odoo, "create")


def _has_access(odoo: Odoo, operation: str) -> bool:
    return bool(odoo.call("ir.model.data", "check_access_rights", operation, False))


def _check_reference(odoo: Odoo, name: str) -> Target | None:
    module, _, tail = name.partition(".")
    try:
        model, record_id = odoo.call("ir.model.data", "check_object_reference", module, tail)
    except ServerRefused as error:  # a ValueError of the server, which has no type of its own here
        if "External ID not found" in error.message:
            return None
        raise
    return Target(model, record_id) if record_id else None


@cache
def _frame(model: str, key: tuple[str, ...], company_id: int | None) -> tuple[str, str, str]:
    """Return what stands before and behind the texts of a key in JSON, and how its ids begin."""
    before, _, behind = _json([model, key, [], company_id]).rpartition("[]")
    start = f"{model.replace('.', '_')}_{'_'.join(key).replace('/', '_')}"
    return f"{before}[", f"]{behind}", start


def _slug(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_LETTERS.sub("_", text.lower()).strip("_")[:_SLUG_LENGTH].strip("_")


def _is_plain(joined: str, count: int) -> bool:
    """Tell whether JSON and UTF-8 write texts as they are, and the mark between them is in none."""
    return (
        joined.isascii()
        and joined.isprintable()
        and "\\" not in joined
        and joined.count(_BETWEEN) == count - 1
    )


def _slugs(joined: str) -> list[str]:
    """Return the slug of each of the plain texts that were joined."""
    slugs = joined.translate(_SLUG_LETTERS)
    while "__" in slugs:
        slugs = slugs.replace("__", "_")
    return [slug.strip("_")[:_SLUG_LENGTH].strip("_") for slug in slugs.split(_BETWEEN)]


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """Return 64 bits of BLAKE2b of a text in hexadecimal, the same on every machine."""
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_SIZE
    ).hexdigest()
