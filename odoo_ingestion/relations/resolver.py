"""Turns what rows name of other models into the cells that load() takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.errors import ServerRefused, UsageError
from odoo_ingestion.ports import Odoo, Recorder, RunRecords
from odoo_ingestion.records import ColumnKind, Draft, ModelSchema, Problem, Reference
from odoo_ingestion.relations.answers import Answers
from odoo_ingestion.relations.creation import Creator
from odoo_ingestion.relations.earlier_rows import EarlierRows, NoEarlierRows
from odoo_ingestion.relations.loading import derive_external_id
from odoo_ingestion.relations.matching import Ask, Match
from odoo_ingestion.relations.names import NameLookup
from odoo_ingestion.relations.problems import refused_problem
from odoo_ingestion.relations.rule import Rule
from odoo_ingestion.relations.rules import Rules

Resolution = dict[str, str] | tuple[Problem, ...]
"""The load() cells of a row's relations (``country_id/.id``: ``75``), or what is wrong."""


class _Row(Struct):
    """A draft whose relations are being resolved; ``names`` are the labels of what was found."""

    draft: Draft
    cells: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)


class RelationResolver:
    """Resolves the relations of drafts of one model, a chunk at a time.

    Each field costs a few calls a chunk, whatever the number of rows; what was found is remembered
    (``cache_size`` texts at most), what was not found is looked up again in the next chunk.
    Relations to the model that is being imported are never remembered: the run itself changes it.

    ``company_id`` keeps records of other companies out. ``create_missing`` are the fields whose
    missing records may be created; in a dry run they are only counted. ``may_read_ids`` says
    whether the user may search ``ir.model.data`` (asked for when None). ``run_records`` tells what
    earlier rows of the run came to, ``recorder`` is told of what is created. Not for several
    threads.
    """

    def __init__(  # noqa: PLR0913 - what tells how relations are looked up
        self,
        odoo: Odoo,
        schema: ModelSchema,
        *,
        company_id: int | None = None,
        create_missing: Collection[str] = (),
        dry_run: bool = False,
        make_external_id: Callable[[str, str], str] = derive_external_id,
        may_read_ids: bool | None = None,
        run_records: RunRecords | None = None,
        recorder: Recorder | None = None,
        cache_size: int = 20_000,
    ) -> None:
        check_create_missing(schema, create_missing)
        self._odoo = odoo
        self._schema = schema
        self._rules = Rules(odoo, schema, company_id)
        self._may_read_ids = may_read_ids
        # In a dry run nothing changes; else the run changes the names of its own model.
        earlier = EarlierRows(run_records or NoEarlierRows())
        names = NameLookup(odoo, changing=None if dry_run else schema.model, earlier=earlier)
        self._creator = Creator(
            odoo,
            names,
            make_external_id,
            dry_run=dry_run,
            may_read_ids=self._can_read_ids,
            recorder=recorder,
        )
        self._answers = Answers(
            odoo,
            names,
            schema.model,
            self._creator,
            frozenset(create_missing),
            earlier,
            may_read_ids=self._can_read_ids,
            cache_size=cache_size,
        )

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many records were created, or in a dry run would be, by model."""
        return self._creator.created

    def resolve(
        self, drafts: Sequence[Draft], *, fields: Collection[str] | None = None, create: bool = True
    ) -> list[Resolution]:
        """Return the cells or the problems of each draft, in order.

        ``fields`` limits the answer to some fields; ``create`` false leaves missing records
        missing. A dry run's cells may hold ``new:MODEL:NUMBER`` for a record that would be
        created. A relation that the user may not look up is a problem of its rows.

        Raises RetryableError or ConnectionFailed.
        """
        rows = [_Row(draft) for draft in drafts]
        for name in self._order(drafts, fields):
            needed = self._rules.scope_fields(name)
            asking = [
                row
                for row in rows
                if name in row.draft.references
                # Without its country a state cannot be judged, and the row has failed already.
                and not any(scope in row.problems for scope in needed)
            ]
            self._resolve_field(name, asking, create=create)
        return [
            tuple(problem for problems in row.problems.values() for problem in problems)
            if row.problems
            else row.cells
            for row in rows
        ]

    def parent_paths(self, record_ids: Sequence[int]) -> dict[int, str]:
        """Return the whole paths (or display names) of records of the imported model; one call."""
        name = "complete_name" if "complete_name" in self._schema.fields else "display_name"
        found = self._odoo.with_context(active_test=False).call(
            self._schema.model, "search_read", [("id", "in", list(record_ids))], [name]
        )
        return {record["id"]: record[name] or "" for record in found}

    def _order(self, drafts: Sequence[Draft], fields: Collection[str] | None) -> list[str]:
        """Return the fields to resolve, those after whose value others are looked up first."""
        named = {name for draft in drafts for name in draft.references}
        wanted = named if fields is None else named & set(fields)
        return sorted(wanted, key=lambda name: (len(self._rules.scope_fields(name)), name))

    def _resolve_field(self, name: str, rows: Sequence[_Row], *, create: bool) -> None:
        by_column: dict[tuple[str, ColumnKind], list[_Row]] = defaultdict(list)
        for row in rows:
            reference = row.draft.references[name]
            by_column[reference.column, reference.kind].append(row)
        for some in by_column.values():
            reference = some[0].draft.references[name]
            try:
                answers = self._look_up(name, reference, some, create=create)
            except ServerRefused as error:
                model = self._schema.fields[name].relation or name
                problem = refused_problem(model, reference, error)
                for row in some:
                    row.problems[name] = [problem]
            else:
                for row in some:
                    self._settle(row, name, answers)

    def _look_up(
        self, name: str, reference: Reference, rows: Sequence[_Row], *, create: bool
    ) -> Mapping[Ask, Match | Problem]:
        rule = self._rules.of(name)
        asks: dict[Ask, tuple[str, ...]] = {}
        for row in rows:
            labels = tuple(
                row.labels[scope.field] for scope in rule.scopes if scope.field in row.labels
            )
            asks.update(dict.fromkeys(_asks(row, rule), labels))
        return self._answers.answer(rule, reference, asks, create=create)

    def _settle(self, row: _Row, name: str, answers: Mapping[Ask, Match | Problem]) -> None:
        found = [answers[ask] for ask in _asks(row, self._rules.of(name))]
        problems = [answer for answer in found if isinstance(answer, Problem)]
        if problems:
            row.problems[name] = list(dict.fromkeys(problems))
            return
        matches = [answer for answer in found if isinstance(answer, Match)]
        if matches:
            row.cells[f"{name}/.id"] = ",".join(dict.fromkeys(match.cell for match in matches))
            row.labels[name] = matches[0].label

    def _can_read_ids(self) -> bool:
        if self._may_read_ids is None:
            self._may_read_ids = external_ids.may_read_external_ids(self._odoo)
        return self._may_read_ids


def _asks(row: _Row, rule: Rule) -> list[Ask]:
    within = tuple(row.cells.get(f"{scope.field}/.id") for scope in rule.scopes)
    texts = (text.strip() for text in row.draft.references[rule.field].texts)
    return [Ask(text, within) for text in texts if text]


def check_create_missing(schema: ModelSchema, names: Collection[str]) -> None:
    """Raise UsageError for a field that is unknown or no relation."""
    for name in names:
        spec = schema.fields.get(name)
        if spec is None or spec.type not in ("many2one", "many2many"):
            relations = sorted(
                f.name for f in schema.fields.values() if f.type in ("many2one", "many2many")
            )
            raise UsageError(
                f"--create-missing {name}: {schema.model} has no such relation",
                hint=f"Its relations: {', '.join(relations)}.",
            )
