import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import AccessRefused
from odoo_ingestion.images import ImageLoader, ImageRefused, held_checksums
from odoo_ingestion.images import loader as loading
from odoo_ingestion.images.held import checksum
from odoo_ingestion.records import Action, Category, Problem, Record, Row
from tests.images.pictures import gif, jpeg, png

FIELD = "image_1920"


def record(cell: str | None, number: int = 1, database_id: int | None = None) -> Record:
    action = Action.CREATED if database_id is None else Action.UPDATED
    values = {"name": "Tea"} if cell is None else {"name": "Tea", FIELD: cell}
    row = Row(number, number + 1, {})
    return Record(row, "product.template", action, f"x.t{number}", database_id, values)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def loader(
    folder: Path | None = None, fetch: Callable[[str], bytes] | None = None, odoo: Any = None
) -> ImageLoader:
    return ImageLoader(odoo, "product.template", [FIELD], folder=folder, fetch=fetch)


def loaded(images: ImageLoader, *records: Record) -> list[Any]:
    with images:
        pairs = list(images.load(records))
    assert [before for before, _ in pairs] == list(records)
    return [after for _, after in pairs]


def problem(after: Any) -> Problem:
    (found,) = after
    assert isinstance(found, Problem)
    assert found.field == FIELD
    assert found.hint
    return found


def test_a_file_beside_the_input_becomes_base64(tmp_path: Path) -> None:
    (tmp_path / "tea.png").write_bytes(png())
    (after,) = loaded(loader(tmp_path), record("file:tea.png"))
    assert after.values == {"name": "Tea", FIELD: encoded(png())}


def test_records_without_an_image_pass_as_they_are() -> None:
    plain, cleared = loaded(loader(), record(None), record("", 2))
    assert plain.values == {"name": "Tea"}
    assert cleared.values == {"name": "Tea", FIELD: ""}


def test_content_is_checked_wherever_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "tea.png").write_bytes(b"%PDF-1.7")
    by_path, by_cell = loaded(loader(tmp_path), record("file:tea.png"), record(encoded(b"x"), 2))
    assert "this is no PNG" in problem(by_path).message
    assert problem(by_cell).category is Category.VALIDATION


def test_addresses_are_not_fetched_unasked() -> None:
    (after,) = loaded(loader(), record("https://a.example/tea.png"))
    assert "fetching images was not asked for" in problem(after).message
    assert "--fetch-images" in str(problem(after).hint)


def test_each_address_is_asked_once_a_run_also_when_it_fails() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if "bad" in url:
            raise ImageRefused("gone", "look", category=Category.CONNECTION)
        return png()

    good, bad = "https://a.example/good.png", "https://a.example/bad.png"
    images = loader(fetch=fetch)
    first = list(images.load([record(good), record(bad, 2), record(good, 3)]))
    second = list(images.load([record(bad, 4), record(good, 5)]))
    images.close()
    assert sorted(asked) == [bad, good]
    assert problem(first[1][1]).category is Category.CONNECTION
    assert problem(second[0][1]).message == "gone"


def test_several_addresses_are_asked_at_the_same_time_and_no_more_than_four() -> None:
    together = threading.Barrier(4, timeout=5)
    most = threading.Semaphore(4)

    def fetch(url: str) -> bytes:
        assert most.acquire(blocking=False)
        together.wait()
        most.release()
        return png()

    records = [record(f"https://a.example/{n}.png", n) for n in range(1, 9)]
    assert all(isinstance(after, Record) for after in loaded(loader(fetch=fetch), *records))


def test_fetched_images_are_forgotten_when_they_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "_CACHE_BYTES", len(png()))
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return png()

    images = loader(fetch=fetch)
    for url in ("https://a/1.png", "https://a/2.png", "https://a/2.png", "https://a/1.png"):
        list(images.load([record(url)]))
    images.close()
    assert asked == ["https://a/1.png", "https://a/2.png", "https://a/1.png"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(png(1921, 1), True), (jpeg(1, 3000), True), (png(1920, 1), False), (gif(3000, 1), False)],
)
def test_images_that_odoo_makes_smaller_are_told(content: bytes, said: bool) -> None:
    images = loader()
    loaded(images, record(encoded(content)))
    assert any("larger than Odoo keeps them: 1;" in one for one in images.notices) is said


class Attachments:
    """Stands for Odoo: knows one image, or refuses to tell."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[tuple[Any, ...]] = []

    def call(self, *args: Any, **_: Any) -> Any:
        self.calls.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_an_image_that_odoo_has_is_not_sent_again() -> None:
    odoo = Attachments([{"res_id": 7, "res_field": FIELD, "checksum": checksum(png())}])
    same, other, new = loaded(
        loader(odoo=odoo),
        record(encoded(png()), 1, 7),
        record(encoded(png(9, 9)), 2, 7),
        record(encoded(png()), 3),
    )
    assert same.values == {"name": "Tea"}
    assert other.values[FIELD] == encoded(png(9, 9))
    assert new.values[FIELD] == encoded(png())
    assert len(odoo.calls) == 1


def test_odoo_is_not_asked_where_no_record_with_an_image_exists() -> None:
    odoo = Attachments([])
    loaded(loader(odoo=odoo), record(encoded(png())), record(None, 2, 7))
    assert odoo.calls == []


def test_a_user_who_may_not_see_attachments_sends_images_each_time() -> None:
    odoo = Attachments(AccessRefused("no"))
    (after,) = loaded(loader(odoo=odoo), record(encoded(png()), 1, 7))
    assert after.values[FIELD] == encoded(png())


def test_checksums_are_looked_up_in_parts() -> None:
    odoo: Any = Attachments([])
    assert held_checksums(odoo, "res.partner", [FIELD], range(1, 2002)) == {}
    assert len(odoo.calls) == 3
