"""The parts of an .xlsx file (ECMA-376): which sheets there are, its texts, its number formats.

They are read here rather than by openpyxl's workbook reader: that one gives up on a file whose
document properties or cell styles are not as it expects, knows no strict files, and cannot tell an
escaped character from its escape. What a number format means is openpyxl's knowledge.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse
from openpyxl.styles.numbers import (
    builtin_format_code,
    is_date_format,
    is_datetime,
    is_timedelta_format,
)

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.excel_cells import unescape
from odoo_ingestion.files.unpacking import check_unpacked

MOST_UNPACKED = 2 * 1024**3
"""Bytes that a workbook may unpack to; more is a zip bomb, or too much for a spreadsheet."""

MOST_IN_MEMORY = 512 * 1024**2
"""Bytes of a part that has to be held in memory, the texts above all."""

_SAVE_AS = "Open it in a spreadsheet and save it as .xlsx."
_SHORT = 16 * 1024**2


class SheetEntry(NamedTuple):
    """A sheet by its title, the part of the package that holds it, and whether it is shown."""

    title: str
    part: str
    hidden: bool


class Package:
    """An .xlsx file; raises InputFileError for another kind of file and for a zip bomb."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        self._archive = zipfile.ZipFile(file)
        self._parts = {part.filename.lower(): part for part in self._archive.infolist()}
        self._check_kind()
        self._check_size()
        start = self._relations("")
        self._workbook = next(
            (part for kind, part in start.values() if kind == "officeDocument"), "xl/workbook.xml"
        )
        self._related = self._relations(self._workbook)
        workbook = self._xml(self._workbook)
        settings = find(workbook, "workbookPr")
        self.from_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        self.sheets = list(self._sheets(workbook))

    def open(self, part: str) -> zipfile.ZipExtFile:
        """Open a part to be read as a stream."""
        return cast(zipfile.ZipExtFile, self._archive.open(self._part(part)))

    def size(self, part: str) -> int:
        """Return the unpacked size of a part in bytes."""
        return self._part(part).file_size

    def texts(self) -> list[str]:
        """Return the table of texts that cells refer to by number."""
        part = self._related_part("sharedStrings")
        texts: list[str] = []
        if part is None:
            return texts
        with self.open(part) as source:
            for _, element in iterparse(source):
                if local_name(element) == "si":
                    texts.append(read_text(element))
                    element.clear()
        return texts

    def time_styles(self) -> dict[int, str]:
        """Return what styles show a number as: ``date``, ``datetime``, ``time``, ``timedelta``."""
        part = self._related_part("styles")
        if part is None:
            return {}
        root = self._xml(part)
        formats = find(root, "numFmts")
        codes = {
            entry.get("numFmtId", ""): entry.get("formatCode", "")
            for entry in (formats if formats is not None else ())
        }
        styles = find(root, "cellXfs")
        kinds = {}
        for number, style in enumerate(styles if styles is not None else ()):
            kind = _kind_of(style.get("numFmtId", "0"), codes)
            if kind is not None:
                kinds[number] = kind
        return kinds

    def close(self) -> None:
        """Release the file."""
        self._archive.close()

    def _check_kind(self) -> None:
        if "xl/workbook.bin" in self._parts:
            raise InputFileError(f"{self._name} is a binary workbook (.xlsb).", hint=_SAVE_AS)
        if "content.xml" in self._parts:
            raise InputFileError(f"{self._name} is an OpenDocument file.", hint=_SAVE_AS)
        if not any(part.startswith("xl/") for part in self._parts):
            raise InputFileError(
                f"{self._name} is a ZIP archive and no Excel workbook.",
                hint="Unpack it and name the files that are in it.",
            )

    def _check_size(self) -> None:
        # What an entry says of its size holds: more than that is never unpacked of it.
        parts = self._parts.values()
        packed = sum(part.compress_size for part in parts)
        unpacked = sum(part.file_size for part in parts)
        check_unpacked(self._name, packed, unpacked, MOST_UNPACKED)

    def _part(self, path: str) -> zipfile.ZipInfo:
        try:
            return self._parts[path.lower()]
        except KeyError as e:
            raise InputFileError(
                f"{self._name} is not a sound Excel workbook: its part {path} is missing.",
                hint=_SAVE_AS,
            ) from e

    def _xml(self, path: str) -> Element:
        part = self._part(path)
        if part.file_size > _SHORT:
            raise InputFileError(
                f"{self._name} is not a sound Excel workbook: its part {path} is too large.",
                hint=_SAVE_AS,
            )
        root: Element = fromstring(self._archive.read(part))
        return root

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to: kind and path by id."""
        folder, file = posixpath.split(part)
        path = posixpath.join(folder, "_rels", file + ".rels")
        if path.lower() not in self._parts:
            return {}
        relations = {}
        for entry in self._xml(path):
            kind = entry.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, entry.get("Target", "")))
            relations[entry.get("Id", "")] = (kind, target.lstrip("/"))
        return relations

    def _related_part(self, wanted: str) -> str | None:
        for kind, part in self._related.values():
            if kind == wanted and part.lower() in self._parts:
                if self.size(part) > MOST_IN_MEMORY:
                    raise InputFileError(
                        f"{self._name}: its part {part} is larger than "
                        f"{MOST_IN_MEMORY >> 20} MiB, too large for the memory.",
                        hint="Save it as CSV and import that.",
                    )
                return part
        return None

    def _sheets(self, workbook: Element) -> Iterator[SheetEntry]:
        entries = find(workbook, "sheets")
        for entry in entries if entries is not None else ():
            key = next((entry.attrib[name] for name in entry.attrib if name.endswith("}id")), "")
            kind, part = self._related.get(key, ("", ""))
            if kind == "worksheet" and local_name(entry) == "sheet":
                hidden = entry.get("state", "visible") != "visible"
                yield SheetEntry(entry.get("name", ""), part, hidden)


def local_name(element: Element) -> str:
    """Return an element's name without its namespace: strict files have another one."""
    return element.tag.rpartition("}")[2]


def find(parent: Element, name: str) -> Element | None:
    """Return the first child of that name."""
    return next((child for child in parent if local_name(child) == name), None)


def read_text(element: Element) -> str:
    """Return a text that is in one piece or in several of different looks; no reading aids."""
    pieces = []
    for child in element:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [part.text or "" for part in child if local_name(part) == "t"]
    return unescape("".join(pieces))


def _kind_of(number: str, codes: dict[str, str]) -> str | None:
    code = codes.get(number)
    if code is None:
        code = builtin_format_code(int(number)) if number.isdecimal() else None
    if code is None or not is_date_format(code):
        return None
    return "timedelta" if is_timedelta_format(code) else is_datetime(code)
