"""Inputs that break after a good start: what landed is told, the repaired file doubles none."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.hostile.conftest import Command, Said
from tests.odoo_reader import OdooReader

ROWS = 1300
"""More than what is read to learn the header, and more than one chunk."""

FAILING = 7
"""Every so many rows one without a name."""


def cells(mark: str) -> list[dict[str, str]]:
    return [
        {"ref": f"{mark}-{n}", "name": "" if n % FAILING == 0 else f"Partner {n * 7919 % 10007:x}"}
        for n in range(ROWS)
    ]


def as_csv(rows: list[dict[str, str]]) -> bytes:
    return ("ref,name\n" + "".join(f"{r['ref']},{r['name']}\n" for r in rows)).encode()


def as_wide_csv(rows: list[dict[str, str]]) -> bytes:
    """Return more than what is read to find out the encoding."""
    filler = "x" * 8000
    return ("ref,name,_\n" + "".join(f"{r['ref']},{r['name']},{filler}\n" for r in rows)).encode()


def cut_gzip(whole: bytes) -> bytes:
    packed = gzip.compress(whole, 0)
    return packed[: int(len(packed) * 0.98)]


def late_byte(whole: bytes) -> bytes:
    lines = whole.splitlines(keepends=True)
    # Odd bytes at the start would make another encoding of it.
    return b"".join(lines[:-40]) + b"\xc3\x28" + b"".join(lines[-40:])


def late_brace(whole: bytes) -> bytes:
    place = whole.rindex(b"{", 0, len(whole) - 900)
    return whole[:place] + b"}" + whole[place:]


def open_quote(whole: bytes) -> bytes:
    lines = whole.splitlines(keepends=True)
    return b"".join(lines[:-40]) + b'Q-1,"open\n' + b"".join(lines[-40:])


def as_json(rows: list[dict[str, str]]) -> bytes:
    return json.dumps(rows, indent=0).encode()


CASES = {
    "a gzip cut off": ("a.csv.gz", as_wide_csv, cut_gzip, ("--ignore-unknown-columns",)),
    "an odd byte": ("a.csv", as_csv, late_byte, ("--encoding", "utf-8")),
    "broken JSON": ("a.json", as_json, late_brace, ()),
    "an open quote": ("a.csv", as_csv, open_quote, ()),
}


def failed_refs(said: Said) -> list[str]:
    refs: list[str] = []
    for name in said.json["failed_files"]:
        path = Path(name)
        if path.suffix == ".json":
            refs += [row["ref"] for row in json.loads(path.read_bytes())]
        else:
            with path.open(encoding="utf-8-sig", newline="") as file:
                refs += [row["ref"] for row in csv.DictReader(file)]
    return refs


@pytest.mark.parametrize("what", CASES)
def test_what_landed_is_told_and_the_repaired_file_doubles_nothing(
    what: str, command: Command, odoo: OdooReader
) -> None:
    name, write, spoil, options = CASES[what]
    mark = f"MI{list(CASES).index(what)}"
    rows = cells(mark)
    words = ("import", name, "--type", "partners", "--json", *options)
    good = gzip.compress(write(rows)) if name.endswith(".gz") else write(rows)
    Path(name).write_bytes(spoil(write(rows)))

    broken = command(*words)

    mine = [("ref", "=like", f"{mark}-%")]
    there = {row["ref"] for row in odoo.search_read("res.partner", mine, ["ref"])}
    assert broken.code == 2, broken.err
    assert broken.json["error"]["code"] == "file"
    assert broken.json["read"] < ROWS
    assert broken.json["read"] and there
    told = any("read and not imported" in notice for notice in broken.json["notices"])
    assert told == bool(broken.json["skipped"])
    assert broken.json["created"] == len(there)
    refs = failed_refs(broken)
    assert len(refs) == len(set(refs)) == broken.json["failed"]
    assert not there & set(refs)

    Path(name).write_bytes(good)
    again = command(*(word for word in words if word not in ("--encoding", "utf-8")))

    bad = len(range(0, ROWS, FAILING))
    assert again.json["unchanged"] == len(there)
    assert again.json["failed"] == bad
    assert odoo.count("res.partner", mine) == ROWS - bad
