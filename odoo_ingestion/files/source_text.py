"""The text of a row that could not be taken apart: kept to be written again as it was."""

from __future__ import annotations


class SourceText(str):
    """A piece of the input's own text, the ``raw`` of a row that is broken in itself."""

    __slots__ = ()
