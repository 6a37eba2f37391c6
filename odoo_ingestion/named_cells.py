"""The cells of one row of a table: what they are called stands in its header, once."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping


class NamedCells(Mapping[str, str]):
    """The cells of a row under the names of a header that its file's rows share.

    A dictionary of its own for each row would cost five times as much, and most are never asked
    for a cell: they are read column by column.
    """

    __slots__ = ("cells", "header")

    def __init__(self, header: tuple[str, ...], cells: tuple[str, ...]) -> None:
        """Take a header of different names, and as many cells."""
        self.header = header
        self.cells = cells

    def __getitem__(self, name: str) -> str:
        try:
            return self.cells[self.header.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.header)

    def __len__(self) -> int:
        return len(self.header)

    def __repr__(self) -> str:
        return repr(dict(self.items()))

    def items(self) -> ItemsView[str, str]:
        """Return the names with their cells."""
        return dict(zip(self.header, self.cells, strict=True)).items()
