"""What becomes of every canonical column of every type in every Odoo that has a catalogue.

`python -m tests.version_matrix` prints the table of docs/versions.md.
"""

from __future__ import annotations

import csv
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from odoo_ingestion.data_models import IMPORT_TYPES, ImportType, available_versions
from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.files import open_source
from odoo_ingestion.orchestrator.assembly import Job, Place
from odoo_ingestion.orchestrator.kinds import assemble
from odoo_ingestion.orchestrator.target import offline_target
from odoo_ingestion.records import ImportKind
from odoo_ingestion.runs import ImportOptions

BOUND, CONVERTED, REPORTED = "yes", "by the type", "no"
LEFT_OUT, AMBIGUOUS = "left out", "ambiguous"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a column: one of the words above, or the field's other name."""

    word: str
    sentence: str = ""


def canonical_columns(kind: ImportType) -> list[str]:
    """Return the columns that a type speaks of, by their canonical names."""
    fields = [
        *kind.synonyms.values(),
        *(field for key in kind.keys for field in key),
        *kind.ranks,
    ]
    columns = [*kind.example, *fields]
    if kind.lines is not None:
        named = [*kind.lines.synonyms.values(), *kind.lines.same]
        columns += [f"{kind.lines.one2many}/{field}" for field in named]
    return list(dict.fromkeys(columns))


@cache
def verdicts(name: str, version: str) -> dict[str, Verdict]:
    """Return what becomes of each canonical column of a type in an Odoo, offline."""
    kind = IMPORT_TYPES[name]
    found: dict[str, Verdict] = {}
    header = canonical_columns(kind)
    while True:
        try:
            pairs = _pairs(name, version, header)
        except ColumnError as error:
            lines = error.message.splitlines()
            refused = {
                column: line
                for line in lines
                if (column := _last_named(header, line, kind.example)) is not None
            }
            assert refused, f"{name} {version}: no column of the header is named in {lines}"
            for column, line in refused.items():
                found[column] = Verdict(_word_of(line), line)
                header.remove(column)
        except UsageError as error:
            sentence = error.message
            assert version.removesuffix(".0") in sentence, f"{name} {version}: {sentence}"
            return {column: Verdict(REPORTED, sentence) for column in canonical_columns(kind)}
        else:
            for column in header:
                found[column] = _judge(column, pairs)
            return found


def _word_of(sentence: str) -> str:
    if "for the same field" in sentence:
        return BOUND
    return AMBIGUOUS if "may mean" in sentence else REPORTED


def _last_named(header: Sequence[str], line: str, example: Iterable[str]) -> str | None:
    """Return the column that a sentence is about; of two, the one that no example needs."""
    named = [column for column in header if f"'{column}'" in line]
    named.sort(key=lambda column: column not in example)
    return named[-1] if named else None


def _judge(column: str, pairs: Mapping[str, str]) -> Verdict:
    field = pairs[column]
    if field.startswith(LEFT_OUT):
        return Verdict(LEFT_OUT, field)
    own = column.rpartition("/")[2]
    filled = field.removesuffix("/.id").removesuffix("/id").rpartition("/")[2]
    if filled == own or column in ("id", ".id"):
        return Verdict(BOUND)
    return Verdict(f"`{filled}`")


def _pairs(name: str, version: str, header: Sequence[str]) -> dict[str, str]:
    """Return what each column fills, or the sentence by which it is left out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, ["" for _ in header]])
        options = ImportOptions(
            type=name,
            dry_run=True,
            offline=True,
            odoo_version=version,
            apply=IMPORT_TYPES[name].kind is ImportKind.INVENTORY,
            failed_dir=Path(folder),
        )
        with open_source(str(path)) as source:
            job = Job(
                source, offline_target(options), options, Place(), threading.Event(), _nothing
            )
            assembly = assemble(job)
            said = assembly.ledger.tally.notices_before
            return {**_left_out(assembly.ignored, said), **dict(assembly.columns)}


def _left_out(ignored: Sequence[str], said: Sequence[str]) -> dict[str, str]:
    """Return the sentence that was said of each column that is left out: there is one."""
    return {
        name: next(sentence for sentence in said if f"{LEFT_OUT}: column '{name}'" in sentence)
        for name in ignored
    }


def _nothing(_: object) -> None:
    return None


def table() -> list[tuple[str, ...]]:
    """Return type, column and a word for each version, for columns that are not yes everywhere."""
    rows: list[tuple[str, ...]] = []
    for name, kind in IMPORT_TYPES.items():
        for column in canonical_columns(kind):
            words = tuple(_word(name, version, column) for version in available_versions())
            if len(set(words)) > 1:
                usual = words[-1] if words[-1] != REPORTED else BOUND
                words = tuple(BOUND if word == usual else word for word in words)
                if set(words) != {BOUND}:
                    rows.append((name, f"`{column}`", *words))
    return _merged(rows)


def _word(name: str, version: str, column: str) -> str:
    word = verdicts(name, version)[column].word
    return CONVERTED if column == "is_storable" and version in ("14.0", "17.0") else word


def _merged(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows with types that say the same of a column in one."""
    merged: dict[tuple[str, ...], list[str]] = {}
    for name, *rest in rows:
        merged.setdefault(tuple(rest), []).append(name)
    return [(", ".join(names), *rest) for rest, names in merged.items()]


if __name__ == "__main__":
    series = [version.removesuffix(".0") for version in available_versions()]
    print("| Type | Column |", " | ".join(series), "|")  # noqa: T201 - a tool for the desk
    print("| --- | --- |" + " --- |" * len(series))  # noqa: T201
    for row in table():
        print("|", " | ".join(row), "|")  # noqa: T201
