"""The database behind Odoo throws its clients out and takes none for a moment, in an import."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from odoo_ingestion import OdooImporter
from odoo_ingestion.runs import Progress
from odoo_ingestion.sandbox import default_home
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.postgres import Cluster, find_postgres
from tests.odoo_reader import OdooReader
from tests.reliability.files import named_once
from tests.reliability.runs import OUTCOMES, Place

ROWS = 60
AWAY_SECONDS = 1.0


def throw_out(database: str) -> None:
    """End every connection to a database and refuse new ones for a while, as a restart does."""
    binaries = find_postgres()
    assert binaries is not None
    cluster = Cluster(default_home(), service_account(), binaries)
    cluster.query(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    cluster.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 - a name of ours
        f"WHERE datname = '{database}'"
    )
    time.sleep(AWAY_SECONDS)
    cluster.query(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')


def test_a_database_that_is_away_for_a_moment_loses_and_doubles_nothing(
    module_database: OdooReader, tmp_path: Path
) -> None:
    reader = module_database
    path = tmp_path / "partners.csv"
    path.write_text("ref,name\n" + "".join(f"DB-{n},Partner {n}\n" for n in range(ROWS)))
    began = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.created and not began.is_set():
            began.set()
            throw_out(reader.database)

    place = Place(reader, reader.password, tmp_path)
    config = place.config("xmlrpc", breaker_seconds=0.5)
    result = OdooImporter(config, on_progress=watch).import_file(
        path, type="partners", batch_size=10, workers=2, failed_dir=tmp_path / "failed"
    )
    assert began.is_set()
    assert result.count("read") == sum(result.count(name) for name in OUTCOMES)
    assert (result.error, result.count("created")) == (None, ROWS)
    found = reader.search_read("res.partner", [("ref", "=like", "DB-%")], ["ref"])
    assert sorted(row["ref"] for row in found) == sorted(f"DB-{n}" for n in range(ROWS))
    named_once(reader, "res.partner", [row["id"] for row in found])
