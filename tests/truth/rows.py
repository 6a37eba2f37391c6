"""Generated rows: a seeded mixture of rules, each of which knows what has to become of its rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_ingestion.records import Action, Category

CREATED, UPDATED, UNCHANGED = Action.CREATED, Action.UPDATED, Action.UNCHANGED
Verdict = Action | Category
Cells = Mapping[str, Any]

TEXTS = (
    "plain text",
    "Ünïcödé & ßtraße",
    "Ελληνικά κείμενα",
    "Русский текст",
    "עברית ושלום",
    "نص عربي",
    "日本語のテキスト",
    "한국어 텍스트",
    "हिन्दी पाठ",
    "ภาษาไทย",
    "emoji 🍵🧉 and beyond the BMP \U0001d510",
    "combining e\u0301 and zero\u200bwidth",
    "quotes \" ' ` « » “ ”",
    "semi;colon, comma | pipe\ttab",
    "line one\nline two",
    "-- ; DROP TABLE res_partner; --",
    "100% _under_ \\back\\slash",
    "=HYPERLINK(1)",
    "{'a': [1, 2]}",
    "%(name)s {0} $x",
)
"""Texts of many scripts, and texts that something on the way might take for more than text."""


@dataclass(frozen=True)
class Made:
    """One generated row: its cells, what has to become of it, and what its record then holds.

    ``marker`` is the text of the field by which the record is read back (each row's own), None for
    a row whose record is not read back. ``holds`` is in the terms of ``read(load='')``.
    """

    cells: Cells
    verdict: Verdict
    holds: Mapping[str, Any] = field(default_factory=dict)
    marker: str | None = None
    rule: str = ""


@dataclass(frozen=True)
class Draw:
    """What a rule may use: chance, a number of its own, and the ids of the records made by hand."""

    chance: random.Random
    number: int
    ids: Mapping[str, int]
    prefix: str = ""

    @property
    def tag(self) -> str:
        """A text that no other rows have."""
        return f"{self.prefix}{self.number:04d}"

    def text(self) -> str:
        """A text that no other row has, in any script."""
        return f"{self.tag} {self.chance.choice(TEXTS)}"

    def one(self, *choices: Any) -> Any:
        """One of the choices."""
        return self.chance.choice(choices)


Rule = Callable[[Draw], Sequence[Made]]


class Rules:
    """The rules for one kind of file, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, tuple[Rule, bool]] = {}

    def rule(self, *, once: bool = False) -> Callable[[Rule], Rule]:
        """Take in a rule; ``once``: its rows speak of one record made by hand."""

        def take(function: Rule) -> Rule:
            self.by_name[function.__name__] = (function, once)
            return function

        return take


def generate(
    rules: Rules, ids: Mapping[str, int], prefix: str, *, seed: int, rows: int
) -> list[Made]:
    """Return at least so many rows: every rule once, then any; rows of a rule keep their order."""
    chance = random.Random(seed)
    often = [name for name, (_, once) in rules.by_name.items() if not once]
    names = list(rules.by_name)
    groups: list[list[Made]] = []
    while len(groups) < len(names) or sum(map(len, groups)) < rows:
        number = len(groups)
        name = names[number] if number < len(names) else chance.choice(often)
        made = rules.by_name[name][0](Draw(chance, number, ids, prefix))
        groups.append([replace(one, rule=name) for one in made])
    return list(_shuffled(groups, chance))


def _shuffled(groups: Sequence[Sequence[Made]], chance: random.Random) -> Iterator[Made]:
    """Yield the rows of all groups mixed, those of one group in their own order."""
    order = [number for number, group in enumerate(groups) for _ in group]
    chance.shuffle(order)
    waiting = [iter(group) for group in groups]
    for number in order:
        yield next(waiting[number])
