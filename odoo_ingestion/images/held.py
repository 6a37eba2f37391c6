"""Which images Odoo holds already, told without downloading them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.ports import Odoo

Held = Mapping[tuple[int, str], str]
"""SHA-1 of the content by record and field."""

_LOOK_UP_SIZE = 1_000


def held_checksums(
    odoo: Odoo, model: str, fields: Collection[str], ids: Sequence[int]
) -> dict[tuple[int, str], str]:
    """Return the checksums of the images that records hold, by id and field, in bulk.

    Odoo keeps an image as an attachment with the SHA-1 of its bytes, and the very bytes where it
    had nothing to make smaller (``ir.attachment``, ``odoo.tools.image``, Odoo 14 to 19). A user
    who may not read attachments gets an empty answer: images are then sent each time.
    """
    held: dict[tuple[int, str], str] = {}
    for start in range(0, len(ids), _LOOK_UP_SIZE):
        domain = [
            ("res_model", "=", model),
            ("res_field", "in", sorted(fields)),
            ("res_id", "in", list(ids[start : start + _LOOK_UP_SIZE])),
        ]
        try:
            found = odoo.call(
                "ir.attachment", "search_read", domain, ["res_id", "res_field", "checksum"]
            )
        except ServerRefused:
            return {}
        held.update({(one["res_id"], one["res_field"]): one["checksum"] for one in found})
    return held


def checksum(content: bytes) -> str:
    """Return the checksum that Odoo keeps of a file (``ir.attachment._compute_checksum``)."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
