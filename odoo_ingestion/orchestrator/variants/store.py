"""The rows of a file of variants, put aside until all rows of a product are read."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator

from odoo_ingestion.variants.rows import ProductKey, VariantRow

_MEMORY = 16 * 1024 * 1024


class RowStore:
    """Rows by product, wherever in the file they stand; on disk when they are many.

    Memory: an entry of some 100 bytes a row. Used in a ``with`` statement, which drops them.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115 - see __exit__
        self._places: dict[ProductKey, list[int]] = {}

    def add(self, row: VariantRow) -> None:
        """Put a row aside."""
        self._file.seek(0, 2)
        self._places.setdefault(row.key, []).append(self._file.tell())
        pickle.dump(row, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def chunks(self, rows: int) -> Iterator[dict[ProductKey, list[VariantRow]]]:
        """Yield whole products, about so many rows at a time, as the file begins them."""
        chunk: dict[ProductKey, list[VariantRow]] = {}
        count = 0
        for key, places in self._places.items():
            chunk[key] = [self._read(place) for place in places]
            count += len(places)
            if count >= rows:
                yield chunk
                chunk, count = {}, 0
        if chunk:
            yield chunk

    def _read(self, place: int) -> VariantRow:
        self._file.seek(place)
        row: VariantRow = pickle.load(self._file)  # noqa: S301 - written by this process, never named
        return row

    def __enter__(self) -> RowStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
