"""Records whose images are named -> records that hold them, just before they are sent."""

from __future__ import annotations

import base64
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from odoo_ingestion.images.content import ImageRefused, Picture, describe_image
from odoo_ingestion.images.files import read_image_file
from odoo_ingestion.images.held import Held, checksum, held_checksums
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Problem, Record

FILE_PREFIX = "file:"
"""How a cell begins that names a file; base64 has no colon."""

_WEB_PREFIXES = ("http://", "https://")
_CALLS_AT_ONCE = 4
_RECORDS_AHEAD = 8
_CACHE_BYTES = 64 * 1024 * 1024

Fetch = Callable[[str], bytes]
"""Fetches an address; raises ImageRefused."""

Loaded = tuple[Record, Record | tuple[Problem, ...]]
"""A record, and what is to be sent in its place or why it is not."""


class ImageLoader:
    """Fills the image cells of records; used by one thread, fetches in a few others.

    ``fields`` are the image fields of the model. ``folder`` is where paths begin (None: nowhere).
    ``fetch`` fetches addresses, None where the user did not allow it. An image that Odoo holds
    already, byte for byte, is taken out of a record that exists (``odoo`` None: none is).

    Memory: the images of a record, 8 fetched ahead, and 64 MB of fetched ones.
    """

    def __init__(
        self,
        odoo: Odoo | None,
        model: str,
        fields: Collection[str],
        *,
        folder: Path | None,
        fetch: Fetch | None,
    ) -> None:
        self._odoo = odoo
        self._model = model
        self._fields = frozenset(fields)
        self._folder = folder
        self._web = _Web(fetch) if fetch is not None else None
        self._shrunk = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What to say in the end of images that Odoo does not keep as they are."""
        if not self._shrunk:
            return ()
        return (
            f"images larger than Odoo keeps them: {self._shrunk}; Odoo makes them smaller, so that "
            "they cannot be compared and are sent in each run",
        )

    def load(self, records: Sequence[Record]) -> Iterator[Loaded]:
        """Yield each record, in order, with its images loaded, or with what is wrong with them."""
        held = self._held(records)
        waiting = iter(records)
        ahead: deque[Record] = deque()
        while True:
            for record in islice(waiting, _RECORDS_AHEAD - len(ahead)):
                self._begin(record)
                ahead.append(record)
            if not ahead:
                return
            record = ahead.popleft()
            yield record, self._filled(record, held)

    def close(self) -> None:
        """End the threads; what is still being fetched is waited for."""
        if self._web is not None:
            self._web.close()

    def __enter__(self) -> ImageLoader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _held(self, records: Sequence[Record]) -> Held:
        ids = [
            record.database_id
            for record in records
            if record.action is Action.UPDATED
            and record.database_id is not None
            and any(record.values.get(field) for field in self._fields)
        ]
        if self._odoo is None or not ids:
            return {}
        return held_checksums(self._odoo, self._model, self._fields, ids)

    def _begin(self, record: Record) -> None:
        for field in self._fields:
            cell = record.values.get(field, "")
            if self._web is not None and cell.startswith(_WEB_PREFIXES):
                self._web.begin(cell)

    def _filled(self, record: Record, held: Held) -> Record | tuple[Problem, ...]:
        values = dict(record.values)
        problems = []
        for field in sorted(self._fields & values.keys()):
            if not values[field]:  # to be cleared
                continue
            try:
                content = self._content(values[field])
                picture = describe_image(content)
            except ImageRefused as error:
                problems.append(Problem(error.category, error.message, field, error.hint))
                continue
            number = record.database_id
            if number is not None and held.get((number, field)) == checksum(content):
                del values[field]
            else:
                values[field] = base64.b64encode(content).decode("ascii")
                self._shrunk += _is_shrunk(field, picture)
        return tuple(problems) or replace(record, values=values)

    def _content(self, cell: str) -> bytes:
        if cell.startswith(FILE_PREFIX):
            return read_image_file(cell.removeprefix(FILE_PREFIX), self._folder)
        if not cell.startswith(_WEB_PREFIXES):
            return base64.b64decode(cell)
        if self._web is None:
            raise ImageRefused(
                "the image is a web address, and fetching images was not asked for",
                "Add --fetch-images, or leave the column out with --ignore.",
            )
        return self._web.wait_for(cell)


def _is_shrunk(field: str, picture: Picture) -> bool:
    """Tell whether Odoo makes an image smaller: ``image_1920`` holds 1920 pixels a side.

    Not those of GIF, WEBP and SVG (``ImageProcess.resize``, odoo/tools/image.py, Odoo 19).
    """
    most = field.rpartition("_")[2]
    return picture.kind in ("png", "jpeg") and most.isdecimal() and max(picture.size) > int(most)


class _Web:
    """Fetches each address once a run, a few at a time; forgets the oldest beyond 64 MB."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._pool = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="images")
        self._answers: OrderedDict[str, Future[bytes]] = OrderedDict()
        self._sizes: OrderedDict[str, int] = OrderedDict()

    def begin(self, url: str) -> None:
        if url not in self._answers:
            self._answers[url] = self._pool.submit(self._fetch, url)

    def wait_for(self, url: str) -> bytes:
        """Return what the address answers; raises ImageRefused, each time it is asked for."""
        self.begin(url)
        content = self._answers[url].result()
        self._sizes[url] = len(content)
        self._sizes.move_to_end(url)
        while sum(self._sizes.values()) > _CACHE_BYTES and len(self._sizes) > 1:
            oldest, _ = self._sizes.popitem(last=False)
            del self._answers[oldest]
        return content

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
