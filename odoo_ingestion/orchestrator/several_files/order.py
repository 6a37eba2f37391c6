"""The order in which the files of one import go in: what others refer to goes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.records import ImportType


def order_by_dependency(
    kinds: Sequence[ImportType | None],
    models: Sequence[str],
    named: Sequence[frozenset[str]],
    known: Mapping[str, ImportType],
) -> list[int]:
    """Return the positions of the files in the order in which they go in.

    ``kinds`` are the files' types, None for a model without one, ``models`` their models, ``named``
    the models of which their columns name records; ``known`` are all types by name. A file goes
    behind those whose types (or models) its own type requires, over types that no file has too; of
    two that require each other, one by its type and one by its model, the type counts; a
    file without a type goes behind those that its columns name, and before those that name it; a
    file that names records of its own model goes behind those of that model that do not.
    Else the order given is kept, also where files require each other.
    """
    before = [
        _required(i, kinds, models, known) | _named(i, kinds, models, named)
        for i in range(len(kinds))
    ]
    left = list(range(len(kinds)))
    ordered: list[int] = []
    while left:
        ready = next((i for i in left if before[i].isdisjoint(set(left) - {i})), left[0])
        left.remove(ready)
        ordered.append(ready)
    return ordered


def _required(
    index: int,
    kinds: Sequence[ImportType | None],
    models: Sequence[str],
    known: Mapping[str, ImportType],
) -> set[int]:
    own = kinds[index]
    if own is None:
        return set()
    names = _closure(own, known)
    wanted = {known[name].model for name in names} - {own.model}
    found = set()
    for i, kind in enumerate(kinds):
        if i == index:
            continue
        by_name = kind is not None and kind.name in names
        # Products with vendors are products, which suppliers require, and require the suppliers.
        reverse = kind is not None and own.name in _closure(kind, known)
        if by_name or (models[i] in wanted and not reverse):
            found.add(i)
    return found


def _named(
    index: int,
    kinds: Sequence[ImportType | None],
    models: Sequence[str],
    named: Sequence[frozenset[str]],
) -> set[int]:
    found = set()
    for i, model in enumerate(models):
        if model not in named[index]:
            continue
        if model == models[index]:
            behind = model not in named[i]
        else:
            behind = kinds[index] is None or kinds[i] is None
        if behind:
            found.add(i)
    return found


def _closure(kind: ImportType, known: Mapping[str, ImportType]) -> set[str]:
    """Return the names of all types that a type requires, directly or through others."""
    found: set[str] = set()
    left = list(kind.requires)
    while left:
        name = left.pop()
        if name not in found and name in known:
            found.add(name)
            left += known[name].requires
    return found - {kind.name}
