"""What odoo-import-export-client from PyPI does with the same partners, at its best settings."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.bare_client import load_all
from benchmarks.goals import Finding, compare
from benchmarks.groundwork import bare_partners
from benchmarks.importer import environment
from benchmarks.measure import Measured, measure
from benchmarks.places import Place, clone
from benchmarks.scales import Scale
from benchmarks.workloads import Table, partners

_PACKAGE = "odoo-import-export-client==3.0.0"
_SETTINGS = ("--worker", "4", "--size", "500", "--sep", ",", "--encoding", "utf-8")
_CONTEXT = "{'tracking_disable': True, 'noupdate': True}"


def measure_peer(scale: Scale) -> list[Finding]:
    """Create the partners with the peer, in an environment of its own that is thrown away."""
    table = partners(scale.partners)
    bare: list[float] = []
    theirs: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        program = _install(Path(folder))
        path = _write(table, Path(folder))
        for _ in range(scale.pairs):
            with clone(table.model) as place:
                bare.append(load_all(place, table.model, *bare_partners(table)))
            with clone(table.model) as place:
                theirs.append(_import(program, place, path, table))
    return [compare("peer-partners", theirs, bare, as_speed=True)]


def _install(folder: Path) -> list[str]:
    """Return the words that start the peer, once it is installed."""
    home = folder / "environment"
    subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", home], check=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", _PACKAGE], check=True)
    return [str(python), str(home / "bin" / "odoo_import_thread.py")]


def _write(table: Table, folder: Path) -> Path:
    """Write the table with the external ids that the peer asks for."""
    path = folder / "partners.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *table.columns])
        writer.writerows([f"bench.{row[0]}", *row] for row in table.rows())
    return path


def _import(program: list[str], place: Place, path: Path, table: Table) -> Measured:
    address = urlsplit(place.url)
    settings = path.with_name("connection.conf")
    settings.write_text(
        f"[Connection]\nhostname = {address.hostname}\nport = {address.port}\n"
        f"database = {place.database}\nlogin = {place.username}\npassword = {place.secret}\n"
        f"protocol = jsonrpc\nuid = {place.login()}\n",
        encoding="utf-8",
    )
    command = [*program, "-c", str(settings), "--file", str(path), "--model", table.model]
    measured = measure(
        [*command, *_SETTINGS, "--context", _CONTEXT], environment(None, path.parent), path.parent
    )
    here = place.call(place.login(), table.model, "search_count", [["ref", "like", "B-"]])
    if here != table.count:
        raise SystemExit(f"The peer made {here} of {table.count} partners: {measured.err[-2000:]}")
    return measured
