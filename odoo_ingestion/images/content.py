"""What the bytes of an image are, by their own first bytes; nothing is decoded. Pure."""

from __future__ import annotations

import struct
from typing import NamedTuple

from odoo_ingestion.records import Category

LARGEST_BYTES = 10 * 1024 * 1024
"""Most bytes of one image."""

MOST_PIXELS = 50_000_000
"""Most pixels that Odoo takes (``IMAGE_MAX_RESOLUTION``, odoo/tools/image.py, Odoo 19)."""

_KINDS = "PNG, JPEG, GIF, WEBP or SVG"
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that begin a frame: its size follows (ITU T.81, table B.1)."""

_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG without a length."""


class ImageRefused(Exception):  # noqa: N818 - reads as what happened
    """An image that is not sent; the message says why, the hint what to do."""

    def __init__(
        self, message: str, hint: str, *, category: Category = Category.VALIDATION
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.category = category


class Picture(NamedTuple):
    """What the head of an image tells: ``png``, ``jpeg``..., and its size in pixels.

    ``size`` is width and height, (0, 0) for SVG.
    """

    kind: str
    size: tuple[int, int]


def describe_image(content: bytes) -> Picture:
    """Return what an image is, by content: PNG, JPEG, GIF, WEBP or SVG.

    Only the head is looked at: what else is wrong inside is found by Odoo. Raises ImageRefused for
    what is no image that Odoo takes, is cut off at its head, or is too large.
    """
    if len(content) > LARGEST_BYTES:
        raise too_large(len(content))
    try:
        picture = _describe(content)
    except (IndexError, struct.error) as error:
        raise ImageRefused(
            "the image is cut off", "Give the whole file, in another copy."
        ) from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ImageRefused(
            f"the image has {width} x {height} pixels, and Odoo takes 50 million at most",
            "Make it smaller.",
        )
    return picture


def too_large(size: int) -> ImageRefused:
    """Return the refusal of an image of so many bytes."""
    return ImageRefused(
        f"the image has {size / 1024 / 1024:.1f} MB, and 10 MB is the most", "Make it smaller."
    )


def _describe(content: bytes) -> Picture:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("png", _pair(">II", content, 16))
    if content.startswith((b"GIF87a", b"GIF89a")):
        return Picture("gif", _pair("<HH", content, 6))
    if content.startswith(b"\xff\xd8\xff"):
        return Picture("jpeg", _jpeg_size(content))
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Picture("webp", _webp_size(content))
    if content.startswith(b"<") and b"<svg" in content[:4096]:
        return Picture("svg", (0, 0))
    raise ImageRefused(f"this is no {_KINDS} image", f"Give an image as {_KINDS}.")


def _pair(layout: str, content: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(layout, content, offset)
    return int(first), int(second)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if content[at] != 0xFF or marker in (0xD9, 0xDA):
            raise ImageRefused("the image is damaged", "Give it in another copy.")
        if marker in _FRAMES:
            height, width = _pair(">HH", content, at + 5)
            return width, height
        at += 2
        if marker not in _ALONE:
            at += struct.unpack_from(">H", content, at)[0]


def _webp_size(content: bytes) -> tuple[int, int]:
    """Return the size by the first chunk (RFC 9649)."""
    kind = content[12:16]
    if kind == b"VP8X":
        packed = content[24:30]
        if len(packed) < 6:
            raise IndexError
        return (
            1 + int.from_bytes(packed[:3], "little"),
            1 + int.from_bytes(packed[3:], "little"),
        )
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    width, height = _pair("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF
