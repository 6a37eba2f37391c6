"""Turns what rows name of other models into the cells that load() takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.errors import ServerRefused, UsageError
from odoo_ingestion.ports import Odoo, Recorder, RunRecords
from odoo_ingestion.records import ColumnKind, Draft, ModelSchema, Problem, Reference
from odoo_ingestion.relations.answers import Answer, Answers
from odoo_ingestion.relations.creation import Creator
from odoo_ingestion.relations.earlier_rows import EarlierRows, NoEarlierRows
from odoo_ingestion.relations.loading import derive_external_id
from odoo_ingestion.relations.matching import Ask, Match, Restriction
from odoo_ingestion.relations.names import NameLookup
from odoo_ingestion.relations.problems import refused_problem
from odoo_ingestion.relations.rules import Rules

Resolution = Mapping[str, str] | tuple[Problem, ...]
"""The load() cells of a row's relations (``country_id/.id``: ``75``), or what is wrong; rows that
name the same share it."""


class _Named(Struct):
    """What some rows of a chunk name, by field; ``labels`` are those of what was found.

    Rows of equal references come to the same, so that they are looked at once.
    """

    references: Mapping[str, Reference]
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
        references = [draft.references for draft in drafts]
        order = self._order(references, fields)
        columns = [[named.get(name) for named in references] for name in order]
        keys = list(zip(*columns, strict=True)) if columns else [() for _ in references]
        once = dict(zip(keys, references, strict=True))
        different = {key: _Named(named) for key, named in once.items()}
        for name in order:
            needed = self._rules.scope_fields(name)
            asking = [
                named
                for named in different.values()
                if name in named.references
                # Without its country a state cannot be judged, and the row has failed already.
                and not any(scope in named.problems for scope in needed)
            ]
            self._resolve_field(name, asking, create=create)
        results = {key: _result(named) for key, named in different.items()}
        return list(map(results.__getitem__, keys))

    def parent_paths(self, record_ids: Sequence[int]) -> dict[int, str]:
        """Return the whole paths (or display names) of records of the imported model; one call."""
        name = "complete_name" if "complete_name" in self._schema.fields else "display_name"
        found = self._odoo.with_context(active_test=False).call(
            self._schema.model, "search_read", [("id", "in", list(record_ids))], [name]
        )
        return {record["id"]: record[name] or "" for record in found}

    def _order(
        self, references: Sequence[Mapping[str, Reference]], fields: Collection[str] | None
    ) -> list[str]:
        """Return the fields to resolve, those after whose value others are looked up first."""
        named: set[str] = set().union(*references)
        wanted = named if fields is None else named & set(fields)
        return sorted(wanted, key=lambda name: (len(self._rules.scope_fields(name)), name))

    def _resolve_field(self, name: str, some: Sequence[_Named], *, create: bool) -> None:
        by_column: dict[tuple[str, ColumnKind], list[_Named]] = defaultdict(list)
        for named in some:
            reference = named.references[name]
            by_column[reference.column, reference.kind].append(named)
        for alike in by_column.values():
            try:
                self._resolve_column(name, alike, create=create)
            except ServerRefused as error:
                model = self._schema.fields[name].relation or name
                problem = refused_problem(model, alike[0].references[name], error)
                for named in alike:
                    named.problems[name] = [problem]

    def _resolve_column(self, name: str, some: Sequence[_Named], *, create: bool) -> None:
        """Look up what a column names: the same texts within the same restriction once."""
        rule = self._rules.of(name)
        scope_cells = [f"{scope.field}/.id" for scope in rule.scopes]
        groups: dict[tuple[tuple[str, ...], Restriction], list[_Named]] = defaultdict(list)
        for named in some:
            within = tuple([named.cells.get(column) for column in scope_cells])
            groups[named.references[name].texts, within].append(named)
        asks = {key: _asks(*key) for key in groups}
        labelled: dict[Ask, tuple[str, ...]] = {}
        for key, alike in groups.items():
            labels = alike[-1].labels
            restrictions = tuple([labels[s.field] for s in rule.scopes if s.field in labels])
            labelled.update(dict.fromkeys(asks[key], restrictions))
        answers = self._answers.answer(rule, some[0].references[name], labelled, create=create)
        for key, alike in groups.items():
            _settle(alike, name, [answers[ask] for ask in asks[key]])

    def _can_read_ids(self) -> bool:
        if self._may_read_ids is None:
            self._may_read_ids = external_ids.may_read_external_ids(self._odoo)
        return self._may_read_ids


def _asks(texts: Sequence[str], within: Restriction) -> list[Ask]:
    return [Ask(text, within) for text in map(str.strip, texts) if text]


def _settle(some: Sequence[_Named], name: str, found: Sequence[Answer]) -> None:
    """Note what the texts of a field came to, for those that name them."""
    problems = [answer for answer in found if isinstance(answer, Problem)]
    matches = [answer for answer in found if isinstance(answer, Match)]
    if problems:
        different = list(dict.fromkeys(problems))
        for named in some:
            named.problems[name] = different
    elif matches:
        column = f"{name}/.id"
        cell = ",".join(dict.fromkeys(match.cell for match in matches))
        for named in some:
            named.cells[column] = cell
            named.labels[name] = matches[0].label


def _result(named: _Named) -> Resolution:
    if not named.problems:
        return named.cells
    return tuple(problem for problems in named.problems.values() for problem in problems)


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
