from pathlib import Path

import pytest

from odoo_ingestion.images import ImageRefused
from odoo_ingestion.images.content import LARGEST_BYTES
from odoo_ingestion.images.files import read_image_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.png").write_bytes(b"secret")
    inside = tmp_path / "data"
    (inside / "images").mkdir(parents=True)
    (inside / "images" / "tea.png").write_bytes(b"tea")
    return inside


@pytest.mark.parametrize("text", ["images/tea.png", "./images/tea.png", "images\\tea.png"])
def test_a_path_begins_beside_the_file(folder: Path, text: str) -> None:
    assert read_image_file(text, folder) == b"tea"


@pytest.mark.parametrize(
    "text",
    [
        "../secret.png",
        "images/../../secret.png",
        "/etc/passwd",
        "\\\\host\\a.png",
        "C:\\a.png",
        "..\\secret.png",
        "images/../tea.png",
    ],
)
def test_a_path_never_leads_out_of_the_folder(folder: Path, text: str) -> None:
    with pytest.raises(ImageRefused, match="leads out of the folder"):
        read_image_file(text, folder)


def test_a_link_never_leads_out_of_the_folder(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    (folder / "images" / "up").symlink_to(folder.parent)
    (folder / "good.png").symlink_to(folder / "images" / "tea.png")
    for text in ("link.png", "images/up/secret.png"):
        with pytest.raises(ImageRefused, match="by a link"):
            read_image_file(text, folder)
    assert read_image_file("good.png", folder) == b"tea"


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "a.png").symlink_to(folder / "b.png")
    (folder / "b.png").symlink_to(folder / "a.png")
    with pytest.raises(ImageRefused):
        read_image_file("a.png", folder)


@pytest.mark.parametrize("text", ["images", "none.png", "a\0b.png", "x" * 300 + ".png"])
def test_what_is_no_file_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ImageRefused, match=r"no image file|no usable path|cannot be read"):
        read_image_file(text, folder)


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "large.png").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(ImageRefused, match="10 MB is the most"):
        read_image_file("large.png", folder)


def test_rows_without_a_file_have_no_folder() -> None:
    with pytest.raises(ImageRefused, match="do not come from a file"):
        read_image_file("tea.png", None)
