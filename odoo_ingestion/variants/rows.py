"""Rows of a file of variants, and the products that they belong to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from odoo_ingestion.records import Category, Draft, Problem, Reference
from odoo_ingestion.variants.axes import Option
from odoo_ingestion.variants.texts import fold


class KeyKind(StrEnum):
    """By what a row names its product, the strongest first."""

    EXTERNAL_ID = "id"
    DATABASE_ID = ".id"
    KEY = "variants_key"
    NAME = "name"


class ProductKey(Struct, frozen=True):
    """What the rows of one product have in common."""

    kind: KeyKind
    text: str


class VariantRow(Struct, frozen=True):
    """A row of a file of variants as far as it can be read without a server.

    ``names`` are the names of the numbered options. ``problems`` are why the row fails; its
    draft then holds the rest, which still speaks for its product unless it ``spoils`` it.
    """

    draft: Draft
    key: ProductKey
    options: tuple[Option, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    spoils: bool = False


class Product(Struct, frozen=True):
    """What the rows of one product say of the product itself.

    ``values`` and ``references`` are as those of a draft. ``problems`` has the rows that say
    something else than a row before them, by their place among the rows.
    """

    values: Mapping[str, str]
    references: Mapping[str, Reference]
    problems: Mapping[int, Problem]


def describe_product(
    rows: Sequence[VariantRow], fields: Collection[str], columns: Mapping[str, str]
) -> Product:
    """Return what the rows say in the product's own ``fields``; the first to fill one counts.

    ``columns`` are the names of the fields' columns, for messages.
    """
    values: dict[str, str] = {}
    references: dict[str, Reference] = {}
    told_by: dict[str, int] = {}
    problems: dict[int, Problem] = {}
    for place, row in enumerate(rows):
        said: dict[str, str | Reference] = {
            **{k: v for k, v in row.draft.values.items() if k in fields},
            **{k: r for k, r in row.draft.references.items() if k in fields},
        }
        wrong = next((n for n, v in said.items() if _contradicts(n, v, values, references)), None)
        if wrong is not None:
            problems[place] = _contradiction(wrong, told_by[wrong], columns)
            continue
        for name, value in said.items():
            if isinstance(value, Reference):
                references.setdefault(name, value)
            elif value or name not in values:
                values[name] = value
            told_by.setdefault(name, row.draft.row.number)
    return Product(values, references, problems)


def _contradicts(
    name: str,
    value: str | Reference,
    values: Mapping[str, str],
    references: Mapping[str, Reference],
) -> bool:
    if isinstance(value, Reference):
        known = references.get(name)
        return known is not None and [fold(t) for t in known.texts] != [
            fold(t) for t in value.texts
        ]
    return bool(value) and bool(values.get(name)) and values[name] != value


def _contradiction(name: str, row: int, columns: Mapping[str, str]) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"row {row} of the same product says something else in {columns.get(name, name)}",
        name,
        "What belongs to the product must be the same in all its rows, or blank after the first.",
    )


def name_options(rows: Sequence[VariantRow]) -> list[VariantRow]:
    """Give numbered options the name that the product's first row with one has for them.

    A row whose option has no name anywhere, or names one attribute twice, gets a problem.
    """
    names: dict[int, str] = {}
    for row in rows:
        for number, name in row.names.items():
            names.setdefault(number, name)
    return [_with_options(row, names) for row in rows]


def _with_options(row: VariantRow, names: Mapping[int, str]) -> VariantRow:
    options: list[Option] = []
    problems: list[Problem] = []
    for option in row.options:
        attribute = option.attribute or names.get(option.number or 0, "")
        if not attribute:
            problems.append(
                Problem(
                    Category.VALIDATION,
                    f"the attribute that {option.value!r} is a value of has no name",
                    option.column,
                    f"Fill in Option{option.number} Name.",
                )
            )
        elif any(fold(other.attribute) == fold(attribute) for other in options):
            problems.append(
                Problem(
                    Category.VALIDATION,
                    f"the row gives {attribute} two values",
                    option.column,
                    "Keep one of them.",
                )
            )
        else:
            options.append(replace(option, attribute=attribute))
    return replace(row, options=tuple(options), problems=(*row.problems, *problems))
