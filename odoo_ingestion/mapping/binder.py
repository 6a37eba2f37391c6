"""One column name -> the field that it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from odoo_ingestion.mapping.names import (
    Path,
    bare,
    folded,
    is_either_id,
    kind_of_part,
    split_path,
    words,
)
from odoo_ingestion.records import Column, ColumnKind, FieldSpec, ImportType, ModelSchema

_RELATIONS = ("many2one", "many2many")
_COMPUTED_INPUTS = {"product.category": frozenset({"complete_name"})}
"""Fields that Odoo computes and that a file may hold all the same: they say other fields."""

_KEPT_BY_ODOO = frozenset(
    {"create_date", "create_uid", "write_date", "write_uid", "__last_update", "parent_path"}
)

_SUCCESSORS = {("res.partner", "mobile"): "phone"}
"""Fields that a later Odoo has no more, and what it has in their place."""

_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column that means no field; ``suggestions`` are the nearest fields."""

    name: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnsupportedColumn:
    """A column whose field is known and cannot be imported."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AmbiguousColumn:
    """A column that may mean any of several fields."""

    name: str
    fields: tuple[str, ...]


Bound = Column | UnknownColumn | UnsupportedColumn | AmbiguousColumn


class ColumnBinder:
    """Knows the names of a model's fields: technical ones beat labels, labels beat synonyms."""

    def __init__(self, schema: ModelSchema, import_type: ImportType | None) -> None:
        self._fields = schema.fields
        self._model = schema.model
        self._nouns = import_type.nouns if import_type else ()
        synonyms = import_type.synonyms if import_type else {}
        self._synonyms = {name: f for name, f in synonyms.items() if f in schema.fields}
        self._labels: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, list[str]] = defaultdict(list)
        for label, names in _labels_of(schema):
            self._labels[folded(label)] += names
            self._words[words(label)] += names
        self._technical = {name.casefold(): name for name in schema.fields}
        self._technical_words = {words(name): name for name in schema.fields}
        self._known = self._all_names()

    def bind_known(self, name: str) -> Column | None:
        """Return the column with its field, or None where there is none (see ``bind``)."""
        bound = self.bind(name)
        return bound if isinstance(bound, Column) else None

    def bind(self, name: str) -> Bound:
        """Return the column with its field, or why there is none."""
        text = bare(name)
        if is_either_id(text):
            return AmbiguousColumn(name, ("id (external id)", ".id (database id)"))
        own = kind_of_part(text)
        if own in (ColumnKind.EXTERNAL_ID, ColumnKind.DATABASE_ID):
            return Column(name, "id", own)
        path = split_path(text)
        if path is None or not self._is_path(text, path):
            fields = self._find(text)
            return self._column(name, fields, None) if fields else self._unknown(name, text)
        fields = self._find(path.field)
        if fields:
            return self._column(name, fields, path.part)
        return self._unknown(name, path.field)

    def bind_literally(self, name: str) -> Bound | None:
        """Return what a column means by technical name or label alone, or None."""
        fields = self._find_exact(bare(name))
        return self._column(name, fields, None) if fields else None

    def _is_path(self, text: str, path: Path) -> bool:
        """Tell a path from a label or synonym with a slash, and from JSON's ``country.id``."""
        if "/" not in text:
            return path.field.casefold() in self._technical
        names_record = kind_of_part(path.part) is not None or is_either_id(path.part)
        return not self._find_exact(text) and (names_record or words(text) not in self._synonyms)

    def _all_names(self) -> dict[str, list[str]]:
        """Return every name, in words, with the fields that have it: for suggestions."""
        known: dict[str, list[str]] = defaultdict(list)
        for spelled, field in [*self._technical_words.items(), *self._synonyms.items()]:
            known[spelled].append(field)
        for spelled, fields in self._words.items():
            known[spelled] += fields
        return known

    # --- finding ----------------------------------------------------------------------------

    def _find(self, text: str) -> tuple[str, ...]:
        """Return the fields that a name means: one, several if ambiguous, or none."""
        named = self._find_exact(text)
        spelled = words(text)
        synonym = self._synonyms.get(spelled)
        # An unwritable field's name gives way: Odoo 14 has a computed `price` beside list_price.
        if named and not (synonym and all(self._is_weak(field) for field in named)):
            return named
        return (synonym,) if synonym else named or self._find_loosely(spelled)

    def _find_exact(self, text: str) -> tuple[str, ...]:
        technical = self._technical.get(text.casefold())
        if technical:
            return (technical,)
        return self._prefer(self._labels.get(folded(text), ()))

    def _find_loosely(self, spelled: str) -> tuple[str, ...]:
        """Find by words alone, then without the nouns of the type before them (``seller city``)."""
        technical = self._technical_words.get(spelled)
        if technical:
            return (technical,)
        if spelled in self._words:
            return self._prefer(self._words[spelled])
        first, _, rest = spelled.partition(" ")
        if first not in self._nouns or not rest:
            return ()
        synonym = self._synonyms.get(rest)
        if synonym:
            return (synonym,)
        return () if rest in ("id", "type") else self._find_loosely(rest)

    def _prefer(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the field meant by a label of several: the only one that can well be written."""
        several = tuple(dict.fromkeys(names))
        for is_good in (_is_plain, lambda spec: not spec.readonly):
            good = tuple(name for name in several if is_good(self._fields[name]))
            if len(good) == 1:
                return good
        return several

    def _is_weak(self, name: str) -> bool:
        spec = self._fields[name]
        return (spec.readonly or not spec.store) and name not in self._inputs

    def _is_worth_naming(self, name: str) -> bool:
        known = name in self._synonyms.values() or not self._is_weak(name)
        return known and self._refusal(self._fields[name]) is None

    @property
    def _inputs(self) -> frozenset[str]:
        return _COMPUTED_INPUTS.get(self._model, frozenset())

    # --- judging ----------------------------------------------------------------------------

    def _column(self, name: str, fields: tuple[str, ...], part: str | None) -> Bound:
        if len(fields) > 1:
            return AmbiguousColumn(name, fields)
        spec = self._fields[fields[0]]
        reason = self._refusal(spec)
        if reason:
            return UnsupportedColumn(name, reason)
        if spec.type in _RELATIONS:
            return _relation(name, spec, part)
        if part is not None:
            return UnsupportedColumn(name, f"{spec.name} is no relation and has no parts")
        return Column(name, spec.name)

    def _refusal(self, spec: FieldSpec) -> str | None:
        """Return why the field cannot be filled from a column, or None."""
        if spec.type == "one2many":
            return _lines_reason(spec)
        if spec.name in _KEPT_BY_ODOO:
            return f"{spec.name} is written by Odoo itself"
        if spec.readonly and spec.name not in self._inputs:
            return f"{spec.name} is computed or read-only in Odoo"
        if spec.type in ("json", "properties", "properties_definition", "reference"):
            return f"{spec.name} is of type {spec.type}, which cannot be imported"
        return None

    def _unknown(self, name: str, text: str) -> UnknownColumn:
        """Return the column with the fields whose names are nearest: alike, or sharing words."""
        asked = words(text)
        parts = set(asked.split())
        alike = get_close_matches(asked, self._known, n=6, cutoff=0.75)
        within = [n for n in self._known if parts.issuperset(n.split()) and n not in self._nouns]
        around = [n for n in self._known if parts.issubset(n.split())] if asked else []
        near = [*alike, *sorted(within, key=len, reverse=True), *sorted(around, key=len)]
        fields = [_SUCCESSORS.get((self._model, text.lower()), "")]
        fields += [field for spelled in near for field in self._known[spelled]]
        usable = [
            field
            for field in dict.fromkeys(fields)
            if field in self._fields and self._is_worth_naming(field)
        ]
        return UnknownColumn(name, tuple(usable[:_SUGGESTIONS]))


def _labels_of(schema: ModelSchema) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, spec in schema.fields.items():
        if spec.label:
            yield spec.label, (name,)
    yield from schema.labels.items()


def _relation(name: str, spec: FieldSpec, part: str | None) -> Bound:
    """Return the column of a relation, by the part that says how records are named."""
    if part is None:
        return Column(name, spec.name, ColumnKind.NAME)
    if is_either_id(part):
        return AmbiguousColumn(name, (f"{spec.name}/id", f"{spec.name}/.id"))
    kind = kind_of_part(part)
    if kind is None:
        return UnsupportedColumn(
            name,
            f"{spec.name} is named by {spec.name} (name), {spec.name}/id (external id) or "
            f"{spec.name}/.id (database id) only",
        )
    return Column(name, spec.name, kind)


def _is_plain(spec: FieldSpec) -> bool:
    return spec.store and not spec.readonly and not spec.computed


def _lines_reason(spec: FieldSpec) -> str:
    if not spec.relation or not spec.relation_field:
        return f"{spec.name} holds lines of another model, which cannot stand in one row"
    return (
        f"{spec.name} holds lines of their own: import them with --model {spec.relation} and a "
        f"column {spec.relation_field}"
    )
