"""How fast the importer creates partners, as a ratio to a bare client on the same server.

The bare client posts ready-made load() bodies (500 rows, tracking off, 2 threads) and does nothing
else: no file, no checks, no look-ups, no reading back. Both work on fresh databases of the
sandbox, in turn, so that the machine's drift hits both.

    python benchmarks/against_bare_client.py [ROWS] [PAIRS]
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from odoo_ingestion import sandbox
from odoo_ingestion.sandbox import SandboxStatus

COLUMNS = ["ref", "name", "email", "phone", "street", "zip", "city", "website", "comment"]
CONTEXT = {"tracking_disable": True, "noupdate": True}


def rows_of(count: int) -> list[list[str]]:
    """Return made-up partners."""
    return [
        [
            f"B-{n}",
            f"Partner {n}",
            f"p{n}@bench.example",
            f"+32 {n:08d}",
            f"Street {n}",
            f"{n % 10_000:05d}",
            "Gent",
            f"http://p{n}.bench.example",
            f"<p>Note {n}</p>",
        ]
        for n in range(count)
    ]


def log_in(status: SandboxStatus, database: str) -> Any:
    """Return the user's id; the first login makes Odoo load the database, for either client."""
    with xmlrpc.client.ServerProxy(f"{status.url}/xmlrpc/2/common") as common:
        return common.authenticate(database, status.username, status.password, {})


def bare_client(status: SandboxStatus, database: str, rows: list[list[str]]) -> float:
    """Return the seconds that the bare client takes."""
    uid = log_in(status, database)

    def load(batch: list[list[str]]) -> None:
        body = [[f"bench.{row[0]}", *row] for row in batch]
        with xmlrpc.client.ServerProxy(f"{status.url}/xmlrpc/2/object", allow_none=True) as odoo:
            arguments = [["id", *COLUMNS], body]
            answer = odoo.execute_kw(
                database,
                uid,
                status.password,
                "res.partner",
                "load",
                arguments,
                {"context": CONTEXT},
            )
        if not isinstance(answer, dict) or not answer["ids"]:
            raise SystemExit(f"the bare client was refused: {answer!r}")

    batches = [rows[start : start + 500] for start in range(0, len(rows), 500)]
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(load, batches))
    return time.perf_counter() - started


def importer(status: SandboxStatus, database: str, path: Path) -> float:
    """Return the seconds that the command line takes, process start to exit."""
    command = [
        *(sys.executable, "-m", "odoo_ingestion", "import", str(path), "--type", "partners"),
        *("--url", status.url, "--database", database, "--username", status.username, "--quiet"),
    ]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={"ODOO_API_KEY": status.password})
    return time.perf_counter() - started


def main(count: int, pairs: int) -> None:
    """Measure and print."""
    status = sandbox.start()
    rows = rows_of(count)
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "partners.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        for pair in range(pairs):
            seconds = []
            for of_ours in (False, True):
                database = f"bench_{uuid.uuid4().hex[:8]}"
                sandbox.create_database(database)
                try:
                    log_in(status, database)
                    seconds.append(
                        importer(status, database, path)
                        if of_ours
                        else bare_client(status, database, rows)
                    )
                finally:
                    sandbox.drop_database(database)
            ratios.append(seconds[0] / seconds[1])
            print(  # noqa: T201 - a script's answer
                f"pair {pair + 1}: bare {seconds[0]:.2f} s, importer {seconds[1]:.2f} s, "
                f"ratio {ratios[-1]:.2f}"
            )
    print(f"median ratio {statistics.median(ratios):.2f} over {count:,} rows")  # noqa: T201


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [5_000, 3][len(given) :]))
