"""Attributes and their values: those that Odoo has, and those that a file brings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.variants.texts import fold, tidy

ATTRIBUTE, VALUE = "product.attribute", "product.attribute.value"
DYNAMIC, ALWAYS, NEVER = "dynamic", "always", "no_variant"


class Attribute(Struct, eq=False):
    """An attribute; ``record_id`` is None until it is made. ``mode`` is its ``create_variant``."""

    name: str
    mode: str
    record_id: int | None = None
    archived: bool = False

    @property
    def external_id(self) -> str:
        """The derived id of one that is to be made."""
        return external_ids.derive(ATTRIBUTE, ("name",), (fold(self.name),), None)

    @property
    def token(self) -> str:
        """What goes into ``.id`` cells: the database id, or a placeholder of a dry run."""
        return str(self.record_id or f"new:{ATTRIBUTE}:{fold(self.name)}")


class Value(Struct, eq=False):
    """A value of an attribute; ``extra`` is what Odoo adds to prices by default."""

    attribute: Attribute
    name: str
    record_id: int | None = None
    archived: bool = False
    extra: float = 0.0

    @property
    def external_id(self) -> str:
        """The derived id of one that is to be made, whatever its attribute is called by then."""
        texts = (self.attribute.token, fold(self.name))
        return external_ids.derive(VALUE, ("attribute_id", "name"), texts, None)

    @property
    def token(self) -> str:
        """What goes into ``.id`` cells."""
        made = f"new:{VALUE}:{fold(self.attribute.name)}:{fold(self.name)}"
        return str(self.record_id or made)

    @property
    def label(self) -> str:
        """The value as messages name it."""
        return f"{self.attribute.name}: {self.name}"


class _Values(Struct):
    by_name: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))


class AttributeBook:
    """Finds attributes and values by name, whatever their case and blanks, and remembers new ones.

    Reads the attributes once and the values of an attribute when it is first met. Memory: one
    small entry for each of them. Without a server (``odoo`` None) everything is new. ``fields`` are
    those that the two models have on this server.
    """

    def __init__(
        self,
        odoo: Odoo | None,
        fields: Mapping[str, Collection[str]],
        *,
        may_read_ids: bool = True,
    ) -> None:
        self._odoo = odoo.with_context(active_test=False) if odoo is not None else None
        self._may_read_ids = may_read_ids
        self._fields = fields
        self._by_name: dict[str, list[Attribute]] = defaultdict(list)
        self._by_id: dict[int, Attribute] = {}
        self._values: dict[Attribute, _Values] = {}
        self._value_by_id: dict[int, Value] = {}
        self._read_all = False

    def meet(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Look up attributes and values, given as the file spells them, in a few calls."""
        wanted = {(fold(a), fold(v)): (tidy(a), tidy(v)) for a, v in pairs}
        self._read_attributes()
        unknown = {a: name for (a, _), (name, _) in wanted.items() if not self._by_name.get(a)}
        self._find_renamed_attributes(unknown)
        met = [one for a, _ in wanted for one in self._by_name.get(a, ()) if one.record_id]
        self.load_values([one.record_id for one in met if one.record_id])
        self._find_renamed_values(wanted.values())

    def attribute(self, text: str, column: str) -> Attribute | Problem:
        """Return the attribute of that name, a new one where there is none, or why not."""
        found = self._by_name.get(fold(text), [])
        if not found:
            return self._enter_attribute(Attribute(tidy(text), DYNAMIC), text)
        exact = [one for one in found if one.name == tidy(text)]
        if len(found) > 1 and len(exact) != 1:
            return _several(ATTRIBUTE, text, column, [one.record_id for one in found])
        chosen = exact[0] if exact else found[0]
        return _archived(chosen.name, column) if chosen.archived else chosen

    def value(self, attribute: Attribute, text: str, column: str) -> Value | Problem:
        """Return the attribute's value of that name, a new one where there is none, or why not."""
        found = self._values_of(attribute).by_name.get(fold(text), [])
        if not found:
            return self._enter_value(Value(attribute, tidy(text)), text)
        exact = [one for one in found if one.name == tidy(text)]
        if len(found) > 1 and len(exact) != 1:
            return _several(VALUE, text, column, [one.record_id for one in found])
        chosen = exact[0] if exact else found[0]
        return _archived(chosen.label, column) if chosen.archived else chosen

    def attribute_by_id(self, record_id: int) -> Attribute:
        """Return an attribute that Odoo has."""
        self._read_attributes()
        return self._by_id[record_id]

    def value_by_id(self, record_id: int) -> Value:
        """Return a value that Odoo has, of an attribute whose values were loaded."""
        return self._value_by_id[record_id]

    def load_values(self, attribute_ids: Iterable[int]) -> None:
        """Read all values of attributes, once for each."""
        self._read_attributes()
        new = sorted({i for i in attribute_ids if self._by_id[i] not in self._values})
        if self._odoo is None or not new:
            return
        for data in self._search(VALUE, [("attribute_id", "in", new)], ("attribute_id",)):
            attribute = self._by_id[data["attribute_id"][0]]
            archived = not data.get("active", True)
            extra = data.get("default_extra_price") or 0.0
            found = Value(attribute, tidy(data["name"] or ""), data["id"], archived, extra)
            self._enter_value(found, found.name)
        for record_id in new:
            self._values_of(self._by_id[record_id])

    # --- parts ------------------------------------------------------------------------------

    def _read_attributes(self) -> None:
        if self._odoo is None or self._read_all:
            return
        self._read_all = True
        for data in self._search(ATTRIBUTE, [], ("create_variant",)):
            name = tidy(data["name"] or "")
            archived = not data.get("active", True)
            self._enter_attribute(
                Attribute(name, data["create_variant"], data["id"], archived), name
            )

    def _search(self, model: str, domain: list[Any], more: tuple[str, ...]) -> list[dict[str, Any]]:
        """Read records with what this version of the model has of the optional fields."""
        assert self._odoo is not None  # noqa: S101 - callers have looked
        optional = ("active", "default_extra_price")
        fields = ["name", *more, *(name for name in optional if name in self._fields[model])]
        found: list[dict[str, Any]] = self._odoo.call(
            model, "search_read", domain, fields, order="id"
        )
        return found

    def _find_renamed_attributes(self, names: Mapping[str, str]) -> None:
        """Enter attributes that an earlier run made of these names and somebody renamed since."""
        made = {Attribute(name, DYNAMIC).external_id: folded for folded, name in names.items()}
        for external_id, target in self._look_up(made).items():
            if target.model == ATTRIBUTE and target.record_id in self._by_id:
                self._by_name[made[external_id]].append(self._by_id[target.record_id])

    def _find_renamed_values(self, pairs: Iterable[tuple[str, str]]) -> None:
        made: dict[str, tuple[Attribute, str]] = {}
        for name, text in pairs:
            for attribute in self._by_name.get(fold(name), ()):
                if not self._values_of(attribute).by_name.get(fold(text)):
                    new = Value(attribute, text)
                    made[new.external_id] = (attribute, fold(text))
        for external_id, target in self._look_up(made).items():
            attribute, folded = made[external_id]
            value = self._value_by_id.get(target.record_id)
            if target.model == VALUE and value is not None and value.attribute is attribute:
                self._values_of(attribute).by_name[folded].append(value)

    def _look_up(self, names: Iterable[str]) -> Mapping[str, external_ids.Target]:
        wanted = list(names)
        if self._odoo is None or not wanted:
            return {}
        return external_ids.find(self._odoo, wanted, may_read=self._may_read_ids)

    def _enter_attribute(self, attribute: Attribute, text: str) -> Attribute:
        self._by_name[fold(text)].append(attribute)
        if attribute.record_id is not None:
            self._by_id[attribute.record_id] = attribute
        return attribute

    def _enter_value(self, value: Value, text: str) -> Value:
        self._values_of(value.attribute).by_name[fold(text)].append(value)
        if value.record_id is not None:
            self._value_by_id[value.record_id] = value
        return value

    def _values_of(self, attribute: Attribute) -> _Values:
        return self._values.setdefault(attribute, _Values())

    def note_made(self, made: Attribute | Value, record_id: int) -> None:
        """Note the database id of an attribute or value that has been made."""
        made.record_id = record_id
        if isinstance(made, Attribute):
            self._by_id[record_id] = made
        else:
            self._value_by_id[record_id] = made


def no_variant_problem(attribute: Attribute, column: str) -> Problem:
    """Return why an attribute that never makes variants cannot tell them apart."""
    return Problem(
        Category.PROTECTED,
        f"the attribute {attribute.name} never makes variants in Odoo (create_variant no_variant)",
        column,
        "Give the column the name of another attribute, or leave it out. Odoo lets the mode be "
        "changed only while no product uses the attribute.",
    )


def _several(model: str, text: str, column: str, ids: list[int | None]) -> Problem:
    listed = ", ".join(str(number) for number in ids)
    what = "attributes" if model == ATTRIBUTE else "values"
    return Problem(
        Category.AMBIGUOUS_RELATION,
        f"{len(ids)} {what} in Odoo are called {tidy(text)!r} (ids {listed})",
        column,
        "Spell it exactly as one of them, or rename the others in Odoo.",
    )


def _archived(name: str, column: str) -> Problem:
    return Problem(
        Category.ARCHIVED_RELATION,
        f"{name} is archived in Odoo",
        column,
        "Make it active there, or use another.",
    )
