"""Text columns of Arrow to Python in a fifth of the time of ``to_pylist``, from their buffers.

``to_numpy`` would be as fast, but it imports pandas, whether that is needed or not.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pyarrow as pa


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of that type is one of texts."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def texts_of(column: pa.Array[Any]) -> list[str | None]:
    """Return the cells of a column of texts; raises UnicodeDecodeError for one that is none."""
    valid, places, data = column.buffers()
    if places is None or data is None:
        return [None if cell is None else "" for cell in column.to_pylist()]
    numbers = memoryview(places)
    numbers = numbers.cast("q") if pa.types.is_large_string(column.type) else numbers.cast("i")
    ends = numbers[column.offset : column.offset + len(column) + 1].tolist()
    begin = ends[0]
    if begin:
        ends = [end - begin for end in ends]
    own = memoryview(data)[begin : begin + ends[-1]]
    text = str(own, "utf-8")
    cells: list[str | None]
    if text.isascii():
        cells = [text[start:end] for start, end in pairwise(ends)]
    else:
        # Places count bytes.
        cells = [str(own[start:end], "utf-8") for start, end in pairwise(ends)]
    if column.null_count and valid is not None:
        bits = f"{int.from_bytes(valid, 'little') >> column.offset:0{len(cells)}b}"[::-1]
        cells = [cell if bit == "1" else None for cell, bit in zip(cells, bits, strict=False)]
    return cells
