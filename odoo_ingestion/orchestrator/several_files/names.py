"""What the name of a file says about what its rows are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from odoo_ingestion.data_models import IMPORT_TYPES, available_models, available_versions
from odoo_ingestion.error_handler import input_stem

_CALLED: Mapping[str, str] = {
    "categories": "category,product category,categ",
    "products": "product,item,article,catalog,catalogue",
    "variants": "variant,product variant,sku",
    "attributes": "attribute,product attribute,attribute value",
    "partners": "partner,contact,company,business partner,address book",
    "customers": "customer,client,buyer",
    "suppliers": "supplier,vendor",
    "orders": "order,sale order,sales order,customer order,sale,quotation,quote",
    "purchase-orders": "purchase order,supplier order,vendor order,purchase,request for quotation,"
    "requests for quotation,rfq",
    "invoices": "invoice,bill,credit note,refund,customer invoice,vendor bill,supplier invoice",
    "inventory": "inventory,stock,stock level,stock quantity,stock count,quant,on hand",
    "pricelists": "pricelist,price list",
    "supplier-prices": "supplier price,vendor price,supplierinfo,supplier pricelist,"
    "vendor pricelist,supplier price list,vendor price list",
    "product-vendors": "product vendor,product supplier,product purchase",
    "units": "unit,uom,unit of measure,units of measure",
    "users": "user",
    "bank-accounts": "bank account,iban",
}
"""What people call files of each type, in the singular; a type is called by its own name too."""

_NOISE = frozenset(
    {
        *("all", "copy", "data", "demo", "example", "examples", "export", "exported", "file"),
        *("final", "full", "import", "list", "master", "my", "new", "odoo", "old", "output"),
        *("part", "sample", "template", "test", "tmp", "update", "v"),
    }
)
"""Words in names of files that say nothing of what is in them."""

_COPY = re.compile(r"[\s_-]*(?:\(\d+\)|copy(?:[\s_-]*\d+)?)$", re.IGNORECASE)
_MODEL = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_WORD_STARTS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z]+")


class NameEvidence(Struct, frozen=True):
    """What a name says: a model by its technical name, or types that files like it hold.

    ``strong`` is true where the name ends with what the type is called (``2024-customers``), and
    nothing else is said behind it (``customer_notes``).
    """

    model: str | None = None
    types: tuple[str, ...] = ()
    strong: bool = False


def read_name(path: str) -> NameEvidence:
    """Return what the name of a file says; nothing where it says nothing."""
    stem = _COPY.sub("", input_stem(path)).strip()
    if model := _model_of(stem):
        return NameEvidence(model=model, strong=True)
    words = _words(stem)
    found: dict[str, tuple[int, int]] = {}
    for name in IMPORT_TYPES:
        places = [place for alias in _aliases(name) for place in _places(words, alias)]
        if places:
            found[name] = max(places)
    if not found:
        return NameEvidence()
    # The longest name says most (product categories), then the last: it is the head of the phrase.
    best = max(found.values())
    types = tuple(name for name, place in found.items() if place == best)
    length, end = best
    return NameEvidence(types=types, strong=end == len(words) and length > 0)


def _model_of(stem: str) -> str | None:
    """Return the model that a file is named after: ``res.partner``, ``product_template``."""
    text = re.sub(r"[-_ ]?\d[-\d_ ]*$", "", stem).lower()
    known = {kind.model for kind in IMPORT_TYPES.values()}
    known |= set(available_models(available_versions()[-1]))
    by_words = {model.replace(".", "_"): model for model in known if "." in model}
    if model := by_words.get(re.sub(r"[ .]", "_", text)):
        return model
    behind = [m for m in known if text.startswith(m) and text[len(m)] in "_- "]
    if behind:
        return max(behind, key=len)
    return text if _MODEL.fullmatch(text) else None


def _aliases(name: str) -> list[tuple[str, ...]]:
    spelled = [name.replace("-", " "), *_CALLED.get(name, "").split(",")]
    return list(dict.fromkeys(tuple(map(_singular, text.split())) for text in spelled if text))


def _places(words: Sequence[str], alias: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return (length, end) of each place where the words of an alias stand side by side."""
    size = len(alias)
    ends = range(size, len(words) + 1)
    return [(size, end) for end in ends if tuple(words[end - size : end]) == alias]


def _words(stem: str) -> list[str]:
    spaced = _WORD_STARTS.sub(" ", stem).lower()
    found = [_singular(word) for word in _BETWEEN.split(spaced) if word]
    while found and found[-1] in _NOISE:
        found.pop()
    return found


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
