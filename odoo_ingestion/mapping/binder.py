"""One column name -> the field that it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from odoo_ingestion.mapping.bound import (
    AmbiguousColumn,
    Bound,
    UnknownColumn,
    UnsupportedColumn,
    lines_reason,
    relation_column,
)
from odoo_ingestion.mapping.names import (
    Path,
    bare,
    folded,
    is_either_id,
    kind_of_part,
    split_language,
    split_path,
    words,
)
from odoo_ingestion.mapping.other_versions import reason_without
from odoo_ingestion.records import (
    Column,
    ColumnKind,
    FieldSpec,
    ImportType,
    LineType,
    ModelSchema,
)
from odoo_ingestion.versions import is_converted, present_name

_RELATIONS = ("many2one", "many2many")
_COMPUTED_INPUTS = {"product.category": frozenset({"complete_name"})}
"""Fields that Odoo computes and that a file may hold all the same: they say other fields."""

_KEPT_BY_ODOO = frozenset(
    {"create_date", "create_uid", "write_date", "write_uid", "__last_update", "parent_path"}
)

_SUGGESTIONS = 3


class ColumnBinder:
    """Knows the names of a model's fields: technical ones beat labels, labels beat synonyms.

    A field may be called by the name that it has in an older or newer Odoo; one that the server
    does not have at all is known from the catalogues, so that the column is refused with a reason.
    """

    def __init__(
        self,
        schema: ModelSchema,
        import_type: ImportType | LineType | None,
        *,
        translations: bool = False,
    ) -> None:
        """Take in a model's fields; ``translations`` lets columns like ``name:fr_FR`` in."""
        self._takes_translations = translations
        self._schema = schema
        self._fields = schema.fields
        self._model = schema.model
        self._nouns = import_type.nouns if import_type else ()
        self._all_synonyms = import_type.synonyms if import_type else {}
        self._synonyms = {
            name: own
            for name, field in self._all_synonyms.items()
            if (own := self._own_name(field)) is not None
        }
        self._labels: dict[str, list[str]] = defaultdict(list)
        self._words: dict[str, list[str]] = defaultdict(list)
        for label, names in _labels_of(schema):
            self._labels[folded(label)] += names
            self._words[words(label)] += names
        self._technical = {name.casefold(): name for name in schema.fields}
        self._technical_words = {words(name): name for name in schema.fields}
        self._known = self._all_names()

    def bind_known(self, name: str) -> Column | None:
        """Return the column with its field, or None where there is none (see ``bind``).

        A column of translations is none: its language has to be known before the first row.
        """
        bound = self.bind(name, explain=False)
        return bound if isinstance(bound, Column) and bound.lang is None else None

    def bind(self, name: str, *, explain: bool = True) -> Bound:
        """Return the column with its field, or why there is none.

        ``explain`` false leaves out why: telling that reads what every version of Odoo has.
        """
        text, lang = split_language(bare(name))
        if lang is not None:
            return self._translation(name, text, lang)
        if is_either_id(text):
            return AmbiguousColumn(name, ("id (external id)", ".id (database id)"))
        own = kind_of_part(text)
        if own in (ColumnKind.EXTERNAL_ID, ColumnKind.DATABASE_ID):
            return Column(name, "id", own)
        path = split_path(text)
        if path is None or not self._is_path(text, path):
            fields = self._find(text)
            part, meant = None, text
        else:
            fields = self._find(path.field)
            part, meant = path.part, path.field
        if fields:
            return self._column(name, fields, part)
        return self._missing(name, meant) if explain else UnknownColumn(name, ())

    def bind_literally(self, name: str) -> Bound | None:
        """Return what a column means by technical name or label alone, or None."""
        fields = self._find_exact(bare(name))
        return self._column(name, fields, None) if fields else None

    def is_renamed(self, column: Column) -> bool:
        """Tell whether a column has its field's technical name in another version of Odoo."""
        path = split_path(bare(column.name))
        called = (path.field if path else bare(column.name)).casefold()
        return called not in self._technical and self._own_name(called) == column.field

    def _own_name(self, field: str) -> str | None:
        """Return what the server calls a field, or None where it has nothing for it."""
        own = present_name(self._model, field, self._fields)
        if own != field and self._fields[own].readonly:
            return None  # like product_uom of vendors' prices up to Odoo 18: shown, never written
        if own in self._fields or is_converted(self._model, own, self._fields):
            return own
        return None

    def _translation(self, name: str, text: str, lang: str) -> Bound:
        """Return the column of translations into a language, or why there is none."""
        bound = self.bind(text)
        if isinstance(bound, UnknownColumn):
            return UnknownColumn(name, bound.suggestions)
        if isinstance(bound, UnsupportedColumn):
            return UnsupportedColumn(name, bound.reason)
        if isinstance(bound, AmbiguousColumn):
            return AmbiguousColumn(name, bound.fields)
        spec = self._fields.get(bound.field)
        if not self._takes_translations:
            return UnsupportedColumn(name, "translations cannot stand in a file of this type")
        if spec is None or not spec.translate:
            return UnsupportedColumn(name, f"{bound.field} is the same in every language of Odoo")
        return Column(name, bound.field, lang=lang)

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
        if synonym or named:
            return (synonym,) if synonym else named
        own = self._own_name(text.casefold()) or self._own_name("_".join(spelled.split()))
        return (own,) if own else self._find_loosely(spelled)

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
        spec = self._fields.get(name) or FieldSpec(name, "char")
        return (spec.readonly or not spec.store) and name not in self._inputs

    def _is_worth_naming(self, name: str) -> bool:
        known = name in self._synonyms.values() or not self._is_weak(name)
        return name in self._fields and known and self._refusal(self._fields[name]) is None

    @property
    def _inputs(self) -> frozenset[str]:
        return _COMPUTED_INPUTS.get(self._model, frozenset())

    # --- judging ----------------------------------------------------------------------------

    def _column(self, name: str, fields: tuple[str, ...], part: str | None) -> Bound:
        if len(fields) > 1:
            return AmbiguousColumn(name, fields)
        spec = self._fields.get(fields[0])
        if spec is None:  # said by the value of another field, see is_converted
            return Column(name, fields[0])
        reason = self._refusal(spec)
        if reason:
            return UnsupportedColumn(name, reason)
        if spec.type in _RELATIONS:
            return relation_column(name, spec, part)
        if part is not None:
            return UnsupportedColumn(name, f"{spec.name} is no relation and has no parts")
        return Column(name, spec.name)

    def _refusal(self, spec: FieldSpec) -> str | None:
        """Return why the field cannot be filled from a column, or None."""
        if spec.type == "one2many":
            return lines_reason(spec)
        if spec.name in _KEPT_BY_ODOO:
            return f"{spec.name} is written by Odoo itself"
        if spec.readonly and spec.name not in self._inputs:
            return f"{spec.name} is computed or read-only in Odoo"
        if spec.type in ("json", "properties", "properties_definition", "reference"):
            return f"{spec.name} is of type {spec.type}, which cannot be imported"
        return None

    def _missing(self, name: str, text: str) -> UnsupportedColumn | UnknownColumn:
        """Return the column with why the server has no such field, or with the nearest ones."""
        spelled = words(text)
        first, _, rest = spelled.partition(" ")
        called = [spelled, rest] if first in self._nouns and rest else [spelled]
        meant = [self._all_synonyms[n] for n in called if n in self._all_synonyms]
        for field in (*meant, text, *called, "_".join(spelled.split())):
            if reason := reason_without(self._schema, field):
                return UnsupportedColumn(name, reason)
        return self._unknown(name, text)

    def _unknown(self, name: str, text: str) -> UnknownColumn:
        """Return the column with the fields whose names are nearest: alike, or sharing words."""
        asked = words(text)
        parts = set(asked.split())
        alike = get_close_matches(asked, self._known, n=6, cutoff=0.75)
        within = [n for n in self._known if parts.issuperset(n.split()) and n not in self._nouns]
        around = [n for n in self._known if parts.issubset(n.split())] if asked else []
        near = [*alike, *sorted(within, key=len, reverse=True), *sorted(around, key=len)]
        fields = [field for spelled in near for field in self._known[spelled]]
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


def _is_plain(spec: FieldSpec) -> bool:
    return spec.store and not spec.readonly and not spec.computed
