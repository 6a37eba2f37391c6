import pytest

from odoo_ingestion.images import ImageRefused, describe_image
from odoo_ingestion.images.content import LARGEST_BYTES
from tests.images.pictures import SVG, gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(7, 5), "png"),
        (jpeg(7, 5), "jpeg"),
        (b"\xff\xd8\xff\x01\xff\xd0" + jpeg(7, 5)[2:], "jpeg"),
        (gif(7, 5), "gif"),
        (webp(b"VP8X", 7, 5), "webp"),
        (webp(b"VP8L", 7, 5), "webp"),
        (webp(b"VP8 ", 7, 5), "webp"),
    ],
)
def test_an_image_is_known_by_its_content(content: bytes, kind: str) -> None:
    assert describe_image(content) == (kind, (7, 5))


def test_svg_has_no_size() -> None:
    assert describe_image(SVG) == ("svg", (0, 0))


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<html></html>", b"BM" + b"\0" * 60, b"RIFF1234WAVE", b"GIF"]
)
def test_what_is_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused, match="this is no PNG, JPEG, GIF, WEBP or SVG image"):
        describe_image(content)


@pytest.mark.parametrize(
    "content",
    [png()[:20], jpeg(7, 5)[:14], gif(7, 5)[:7]]
    + [webp(kind, 7, 5)[:24] for kind in (b"VP8X", b"VP8L", b"VP8 ")],
)
def test_an_image_cut_off_in_its_head_is_refused(content: bytes) -> None:
    with pytest.raises(ImageRefused, match="cut off"):
        describe_image(content)


@pytest.mark.parametrize("rest", [b"\xff\xd9", b"\xff\xda\0\0", b"\0\0\0\0"])
def test_a_jpeg_without_a_frame_is_refused(rest: bytes) -> None:
    with pytest.raises(ImageRefused, match=r"damaged|cut off"):
        describe_image(b"\xff\xd8\xff\xfe\0\2" + rest)


def test_an_image_that_would_fill_the_memory_is_refused_by_its_head() -> None:
    describe_image(png(1, 1)[:16] + (10_000).to_bytes(4) + (5_000).to_bytes(4))
    bomb = png(1, 1)[:16] + (50_000).to_bytes(4) + (50_000).to_bytes(4)
    with pytest.raises(ImageRefused, match="50000 x 50000 pixels"):
        describe_image(bomb)


def test_an_image_of_more_than_ten_megabytes_is_refused() -> None:
    content = png()
    describe_image(content + b"\0" * (LARGEST_BYTES - len(content)))
    with pytest.raises(ImageRefused, match=r"10\.0 MB, and 10 MB is the most"):
        describe_image(content + b"\0" * (LARGEST_BYTES - len(content) + 1))
