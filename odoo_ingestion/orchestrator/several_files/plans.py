"""The files of one import, each with what its rows are, in the order in which they go in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.data_models import IMPORT_TYPES, available_versions
from odoo_ingestion.mapping import columns_without, map_columns
from odoo_ingestion.orchestrator.run_memory import FileMemory, RunMemory
from odoo_ingestion.orchestrator.several_files.option_fit import fit_options
from odoo_ingestion.orchestrator.several_files.order import order_by_dependency
from odoo_ingestion.orchestrator.several_files.types_of_files import find_file_type
from odoo_ingestion.orchestrator.target import Target, offline_target, server_target, type_of
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import FieldSpec, ImportType
from odoo_ingestion.runs import ImportOptions

if TYPE_CHECKING:
    from odoo_ingestion.connection_manager import OdooConnection

_LINES_NAME_OTHERS = frozenset({"product.pricelist"})
"""Documents whose lines may name another document: a pricelist is built on others."""


class TypedFile(Struct, frozen=True):
    """An opened file, its own options (with its type or model), and how the type was found.

    ``found`` is a sentence for people, empty where the user said the type.
    """

    source: RowSource
    options: ImportOptions
    kind: ImportType | None
    found: str = ""


class FilePlan(Struct, frozen=True):
    """A file and what its rows go to."""

    file: TypedFile
    target: Target
    memory: RunMemory | None = None

    @property
    def source(self) -> RowSource:
        """The opened file."""
        return self.file.source

    @property
    def names_itself(self) -> bool:
        """Whether columns other than the parent's name records of the file's own model."""
        parent = self.file.kind.parent_field if self.file.kind else None
        own = self.target.schema.model
        if own in _LINES_NAME_OTHERS:
            return True
        return any(s.relation == own and s.name != parent for s in self.fields)

    @property
    def fields(self) -> list[FieldSpec]:
        """The fields that the columns of the file fill; of documents without those of lines."""
        schema = self.target.schema
        header = columns_without(self.source.header, self.options.ignore)
        columns = map_columns(header, schema, self.file.kind, explain=False).columns
        return [schema.fields[c.field] for c in columns if c.field in schema.fields]

    @property
    def options(self) -> ImportOptions:
        """The file's own options."""
        return self.file.options


def type_files(sources: Sequence[RowSource], options: ImportOptions) -> list[TypedFile]:
    """Return the files with their types: the one that the options name, else what is found.

    Raises UsageError where a type cannot be told, or an option fits none of the files.
    """
    files = [_typed(source, options) for source in sources]
    fitted = fit_options(options, [file.kind for file in files])
    return [
        replace(file, options=replace(own, type=file.options.type, model=file.options.model))
        for file, own in zip(files, fitted, strict=True)
    ]


def _typed(source: RowSource, options: ImportOptions) -> TypedFile:
    if options.type or options.model:
        return TypedFile(source, options, type_of(options))
    version = options.odoo_version if options.offline else None
    header = columns_without(source.header, options.ignore)
    found = find_file_type(source.facts.path, header, version or available_versions()[-1])
    own = replace(options, type=found.type, model=None if found.type else found.model)
    what = f"{found.type} ({found.model})" if found.type else found.model
    told = f"taken as {what}: {found.why}. Another type: --type or --model"
    return TypedFile(source, own, type_of(own), told)


def plan_files(
    files: Sequence[TypedFile], odoo: OdooConnection | None, options: ImportOptions
) -> list[FilePlan]:
    """Return the files with their targets, in the order in which they go in.

    Files whose type the user said keep the order given. Raises UsageError for a model, company or
    language that is not there.
    """
    targets: dict[tuple[str | None, str | None], Target] = {}
    plans = []
    for file in files:
        key = file.options.type, file.options.model
        if key not in targets:
            targets[key] = (
                server_target(odoo, file.options) if odoo else offline_target(file.options)
            )
        plans.append(FilePlan(file, targets[key]))
    if options.type or options.model or len(plans) == 1:
        return plans
    kinds = [plan.file.kind for plan in plans]
    models = [plan.target.schema.model for plan in plans]
    named = [_models_named(plan) for plan in plans]
    return [plans[i] for i in order_by_dependency(kinds, models, named, IMPORT_TYPES)]


def _models_named(plan: FilePlan) -> frozenset[str]:
    """Return the models of which the columns of a file name records."""
    return frozenset(spec.relation for spec in plan.fields if spec.relation)


def order_told(plans: Sequence[FilePlan], given: Sequence[str]) -> str:
    """Return a sentence that tells the order of the files where it is not the one given."""
    names = [plan.source.facts.path for plan in plans]
    if names == list(given):
        return ""
    return f"the files go in by what they refer to: {', '.join(_short_names(names))}"


def _short_names(paths: Sequence[str]) -> list[str]:
    short = [path.replace("\\", "/").rsplit("/", 1)[-1] for path in paths]
    return short if len(set(short)) == len(short) else list(paths)


def with_memory(plans: Sequence[FilePlan], options: ImportOptions) -> list[FilePlan]:
    """Return the plans with a memory of the run, where a row may name what an earlier one made.

    That is so with several files, and with one whose rows name records of its own model.
    """
    if len(plans) == 1 and not plans[0].names_itself:
        return list(plans)
    memory = RunMemory(dry_run=options.is_dry)
    return [replace(p, target=replace(p.target, run_records=memory), memory=memory) for p in plans]


def memories(plans: Sequence[FilePlan]) -> list[FileMemory]:
    """Return what feeds the memory from each file; the last file is behind all that could ask."""
    names = _short_names([plan.source.facts.path for plan in plans])
    return [
        FileMemory(plan.memory, name, keeps=number < len(plans) - 1 or plan.names_itself)
        for number, (plan, name) in enumerate(zip(plans, names, strict=True))
    ]
