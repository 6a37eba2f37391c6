"""The external ids of lines: never their position, so that lines may move in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.documents.rules import DocumentRules
from odoo_ingestion.records import Category, Draft, Problem

KEY = ("document", "line")


def name_lines(
    document_id: str,
    model: str,
    drafts: Sequence[Draft],
    cells: Sequence[Mapping[str, str]],
    same: Sequence[str],
    rules: DocumentRules,
) -> list[str | Problem]:
    """Return the external id of each line, or what is wrong with the one that it gives.

    A line is its own id, else what it is about (``same``: its product) and how often that has stood
    in the document before; sections and notes go by their text. ``cells`` are load() columns.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    taken: dict[str, int] = {}
    names: list[str | Problem] = []
    for draft, values in zip(drafts, cells, strict=True):
        if draft.external_id:
            name = external_ids.complete(draft.external_id)
        else:
            about = _about(values, same, rules)
            seen[about] += 1
            texts = (document_id, *about, str(seen[about]))
            name = external_ids.derive(model, KEY, texts, None)
        if name in taken:
            names.append(_doubled(name, taken[name]))
        else:
            taken[name] = draft.row.number
            names.append(name)
    return names


def _about(values: Mapping[str, str], same: Sequence[str], rules: DocumentRules) -> tuple[str, ...]:
    found = tuple(values.get(f"{field}/.id") or values.get(field) or "" for field in same)
    if any(found):
        return found
    kind = values.get(rules.line_kind, "") if rules.line_kind else ""
    return (*found, kind, values.get(rules.line_text, "").strip())


def _doubled(name: str, row: int) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"row {row} has a line with the same id {name}",
        "id",
        "Give each line an id of its own, or leave the lines' ids out.",
    )
