"""Tells, before a file is sent, what is about to happen to it."""

from __future__ import annotations

from collections.abc import Collection

from odoo_ingestion.cli.screen import Screen, print_facts, print_words
from odoo_ingestion.cli.wording import over, path_for_people
from odoo_ingestion.records import SourceFacts
from odoo_ingestion.runs import FileStart

_FORMATS = {
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
    "xlsx": "Excel",
    "xls": "Excel",
}
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def tell_start(
    screen: Screen, start: FileStart, *, again: bool = False, said: Collection[str] = ()
) -> None:
    """Print the block about one file on standard error.

    ``again`` leaves out what is the same for every file of a run, ``said`` are the notices that
    were told of files before.
    """
    if screen.quiet:
        return
    name = path_for_people(start.file)
    heading = f"Importing {name}"
    if start.dry_run:
        heading = f"Dry run of {name}: nothing will be written"
    print_words(screen.err, "", lead=heading)
    facts = _facts(start, again=again, said=said)
    print_facts(screen.err, [(f"  {label}", text) for label, text in facts])


def _facts(start: FileStart, *, again: bool, said: Collection[str]) -> list[tuple[str, str]]:
    facts = [("File", describe_source(start.facts)), ("Rows are", _kind(start))]
    if not again:
        facts += _where(start)
    renamed = [f"{column} = {field}" for column, field in start.columns if column != field]
    if renamed:
        facts.append(("Columns", ", ".join(renamed)))
    if start.ignored:
        facts.append(("Left out", ", ".join(start.ignored)))
    notes = (*start.facts.notes, *(notice for notice in start.notices if notice not in said))
    return facts + [("Note" if index == 0 else "", note) for index, note in enumerate(notes)]


def _where(start: FileStart) -> list[tuple[str, str]]:
    if start.url is None:
        return [("Goes to", "no server: checked offline")]
    where = f"{start.database} on {start.url}"
    if start.protocol is not None:
        where += f", {over(start.protocol)}"
    return [("Goes to", where), ("As", _who(start))]


def describe_source(facts: SourceFacts) -> str:
    """Return what was found out about a file, in one line."""
    parts = [_FORMATS.get(facts.format, facts.format)]
    if facts.encoding:
        parts.append(facts.encoding)
    if facts.separator:
        name = _SEPARATORS.get(facts.separator, repr(facts.separator))
        parts.append(f"separated by {name}")
    if facts.sheet:
        parts.append(f"sheet {facts.sheet}")
    if facts.compression:
        parts.append(f"compressed ({facts.compression})")
    return ", ".join(parts)


def _kind(start: FileStart) -> str:
    return f"{start.type} ({start.model})" if start.type else start.model


def _who(start: FileStart) -> str:
    parts = [part for part in (start.user, start.company) if part]
    if start.lang:
        parts.append(f"language {start.lang}")
    return ", ".join(parts)
