"""Files of generated rows, each run dry, on the server, for real, and dry once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tests.truth.family_rules  # noqa: F401 - adds the rules for contacts and parents
from tests.odoo_reader import OdooReader
from tests.truth.category_rules import PATH_COLUMNS, PATHS, TREE, TREE_COLUMNS
from tests.truth.partner_rules import COLUMNS as PARTNER_COLUMNS
from tests.truth.partner_rules import PARTNERS
from tests.truth.product_rules import COLUMNS as PRODUCT_COLUMNS
from tests.truth.product_rules import PRODUCTS
from tests.truth.rows import Made, Rules, generate
from tests.truth.runs import Run, Snapshot, run, write_file
from tests.truth.worlds import Ids, category_world, partner_world, product_world

World = Callable[[OdooReader], Ids]
"""Makes the records that stand in the database before, and returns the ids of those spoken of."""


@dataclass(frozen=True)
class Plot:
    """A file to be: whose rows, how many, in which format and encoding."""

    type: str
    rules: Rules
    columns: Sequence[str]
    world: World
    rows: int
    file: str
    seed: int
    encoding: str = "utf-8"
    read_by: str = "name"


PLOTS: Mapping[str, Plot] = {
    "partners": Plot("partners", PARTNERS, PARTNER_COLUMNS, partner_world, 170, "a.csv", 1),
    "products": Plot(
        "products", PRODUCTS, PRODUCT_COLUMNS, product_world, 90, "b.csv", 2, "utf-16"
    ),
    "category paths": Plot(
        *("categories", PATHS, PATH_COLUMNS, category_world, 40, "c.jsonl", 3),
        read_by="complete_name",
    ),
    "category tree": Plot(
        *("categories", TREE, TREE_COLUMNS, category_world, 30, "d.xlsx", 4),
        read_by="complete_name",
    ),
}


@dataclass(frozen=True)
class Story:
    """A file, its four runs, and the database around each of them."""

    plot: Plot
    made: Sequence[Made]
    dry: Run
    server: Run
    real: Run
    again: Run
    before: Snapshot
    after_dry: Snapshot
    after: Snapshot

    def describe(self, number: int) -> str:
        """Return what a row is, for a failing test."""
        made = self.made[number - 1]
        outcomes = {
            name: (str(outcome.action), *(p.message for p in outcome.problems))
            for name, a_run in (("dry", self.dry), ("server", self.server), ("real", self.real))
            for outcome in [a_run.outcomes[number]]
        }
        return f"row {number} ({made.rule}) {dict(made.cells)} {outcomes}"[:1_500]


def tell(name: str, ids: Ids, reader: OdooReader, folder: Path) -> Story:
    """Make the file and run it four times."""
    plot = PLOTS[name]
    prefix = "".join(word[0] for word in name.split()) + "t"
    made = generate(plot.rules, ids, prefix, seed=plot.seed, rows=plot.rows)
    path = folder / plot.file
    write_file(path, plot.columns, [row.cells for row in made], plot.encoding)
    before = Snapshot(reader)
    dry = run(reader, path, type=plot.type, dry_run=True)
    after_dry = Snapshot(reader)
    server = run(reader, path, type=plot.type, dry_run_server=True)
    real = run(reader, path, type=plot.type)
    after = Snapshot(reader)
    again = run(reader, path, type=plot.type, dry_run=True)
    return Story(plot, made, dry, server, real, again, before, after_dry, after)
