"""Documents whose lines name another document of the same file: pricelists built on pricelists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odoo_ingestion.data_models import is_no_value
from odoo_ingestion.documents import FileDocument
from odoo_ingestion.records import Column, ModelSchema, Row


class DocumentWaves:
    """Holds such documents back until the ones that they name are in.

    ``columns`` and ``line_columns`` are those of the file for the document and for its lines. Where
    no column of the lines can name a document nothing is held; memory: the documents held.
    """

    def __init__(
        self,
        schema: ModelSchema,
        columns: Sequence[Column],
        line_schema: ModelSchema,
        line_columns: Sequence[Column],
        parent: str,
    ) -> None:
        self._naming = [
            column.name
            for column in line_columns
            if column.field != parent
            and column.field in line_schema.fields
            and line_schema.fields[column.field].relation == schema.model
        ]
        self._names = [column.name for column in columns if column.field in ("id", "name")]
        self._held: list[FileDocument] = []

    def free(self, documents: Sequence[FileDocument]) -> list[FileDocument]:
        """Return the documents that name none, in order; the others are held."""
        if not self._naming:
            return list(documents)
        named = [bool(self._named_by(document)) for document in documents]
        self._held += [d for d, names in zip(documents, named, strict=True) if names]
        return [d for d, names in zip(documents, named, strict=True) if not names]

    def waves(self) -> Iterator[list[FileDocument]]:
        """Yield the documents held, those that are named before those that name them.

        Where they name each other in a circle the rest comes as it is.
        """
        while self._held:
            names = {id(document): self._names_of(document) for document in self._held}
            wave = [d for d in self._held if not self._waits(d, names)] or self._held
            taken = {id(document) for document in wave}
            self._held = [d for d in self._held if id(d) not in taken]
            yield wave

    def _waits(self, document: FileDocument, names: dict[int, set[str]]) -> bool:
        others = {name for key, own in names.items() if key != id(document) for name in own}
        return bool(self._named_by(document) & others)

    def _named_by(self, document: FileDocument) -> set[str]:
        return {text for row in document.lines for text in _texts(row, self._naming)}

    def _names_of(self, document: FileDocument) -> set[str]:
        return set(_texts(document.own, self._names))


def _texts(row: Row, columns: Sequence[str]) -> Iterator[str]:
    for name in columns:
        cell = row.values.get(name)
        if not is_no_value(cell):
            yield str(cell).strip().casefold()
