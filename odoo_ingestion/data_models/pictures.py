"""Cells that hold an image: its content in base64, or where it is."""

from __future__ import annotations

import re
from typing import Any

from odoo_ingestion.data_models.cell_errors import CellError, shown
from odoo_ingestion.records import FieldSpec

_NAMES = ("image", "avatar", "logo")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_LONGEST = 2_000


def is_image(spec: FieldSpec) -> bool:
    """Tell whether a field holds an image: a binary one called image, avatar or logo.

    ``fields_get`` calls images ``binary`` like any file (Odoo 14 to 19).
    """
    return spec.type == "binary" and spec.name.startswith(_NAMES)


def image_source(cell: Any) -> str | None:
    """Return where the image of a cell is: ``file:PATH`` or an http(s) address.

    None means that the cell holds the image itself. A path has a dot in it, base64 has none. Raises
    CellError for addresses of another kind, and for what is too long for either.
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if text.startswith("data:"):
        return None
    if _WEB.fullmatch(text) and len(text) <= _LONGEST:
        scheme, colon, rest = text.partition(":")
        return scheme.lower() + colon + rest
    if _SCHEME.match(text):
        raise CellError(
            f"{shown(text)} is no address of an image",
            "Give a path beside the file, base64, or an address like https://host/a.png.",
        )
    if "." not in text or len(text) > _LONGEST:
        return None
    return f"file:{text}"
