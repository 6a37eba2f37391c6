"""What the tests of the relations share: drafts, and a connection that counts its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import (
    Category,
    ColumnKind,
    Draft,
    FieldSpec,
    ModelSchema,
    Problem,
    Reference,
    Row,
)
from odoo_ingestion.relations import RelationResolver, Resolution
from tests.odoo_reader import OdooReader


class CountingOdoo:
    """Passes calls on to a connection and remembers which they were."""

    def __init__(self, odoo: Odoo, calls: list[tuple[str, str]] | None = None) -> None:
        self._odoo = odoo
        self.calls = [] if calls is None else calls

    @property
    def version(self) -> str:
        return self._odoo.version

    @property
    def uid(self) -> int:
        return self._odoo.uid

    @property
    def context(self) -> Mapping[str, Any]:
        return self._odoo.context

    def with_context(self, **context: Any) -> CountingOdoo:
        return CountingOdoo(self._odoo.with_context(**context), self.calls)

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        self.calls.append((model, method))
        return self._odoo.call(model, method, *args, **kwargs)


def record(reader: OdooReader, model: str, **values: Any) -> int:
    """Create a record by plain XML-RPC."""
    made: list[int] = reader.call(model, "create", [values])
    return made[0]


def schema_of(odoo: Odoo, model: str) -> ModelSchema:
    """Return the relations of a model with their domains, as the server tells them."""
    wanted = ["type", "relation", "domain", "string"]
    described = odoo.call(model, "fields_get", [], wanted)
    return ModelSchema(
        model,
        odoo.version,
        {
            name: FieldSpec(
                name,
                facts["type"],
                label=facts["string"],
                relation=facts.get("relation"),
                domain=facts.get("domain"),
            )
            for name, facts in described.items()
        },
    )


def resolver_of(odoo: Odoo, model: str, **options: Any) -> RelationResolver:
    """Return a resolver for a model's rows, in company 1 unless told otherwise."""
    options.setdefault("company_id", 1)
    return RelationResolver(odoo, schema_of(odoo, model), **options)


def by_name(*texts: str, column: str = "the column") -> Reference:
    return Reference(column, ColumnKind.NAME, texts)


def by_external_id(*texts: str) -> Reference:
    return Reference("the column/id", ColumnKind.EXTERNAL_ID, texts)


def by_database_id(*texts: str) -> Reference:
    return Reference("the column/.id", ColumnKind.DATABASE_ID, texts)


def draft(number: int = 1, **references: Reference | str) -> Draft:
    """Return a draft with these relations; a plain text is a name."""
    told = {
        name: reference if isinstance(reference, Reference) else by_name(reference)
        for name, reference in references.items()
    }
    return Draft(Row(number, number + 1, {}), {}, told)


def resolve_one(resolver: RelationResolver, **references: Reference | str) -> Resolution:
    """Return what a single row comes to."""
    (resolution,) = resolver.resolve([draft(1, **references)])
    return resolution


def cells_of(resolution: Resolution) -> dict[str, str]:
    """Return the cells of a row that must have none but good relations."""
    assert isinstance(resolution, dict), resolution
    return resolution


def problem_of(resolution: Resolution, category: Category) -> Problem:
    """Return the one problem of a row that must have one, of this category."""
    assert isinstance(resolution, tuple), resolution
    (problem,) = resolution
    assert problem.category is category, problem
    return problem


def names_resolved(
    resolver: RelationResolver, field: str, texts: Sequence[str]
) -> dict[str, Resolution]:
    """Return what each text comes to as the field of a row of its own."""
    drafts = [draft(number, **{field: by_name(text)}) for number, text in enumerate(texts, 1)]
    return dict(zip(texts, resolver.resolve(drafts), strict=True))
