"""Creates the records that a file names and Odoo does not have, where the user asks for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Problem, Reference
from odoo_ingestion.relations.creatable import cells_of_domain, why_not_creatable
from odoo_ingestion.relations.loading import Loader
from odoo_ingestion.relations.matching import Ask, Kind, Match, Rank, Restriction, decide
from odoo_ingestion.relations.names import NameLookup
from odoo_ingestion.relations.problems import parent_problem, unscoped_problem
from odoo_ingestion.relations.rule import Rule
from odoo_ingestion.relations.texts import segments, sort_of

NEW = "new:"
"""How the cell of a record begins that a dry run would create."""

Place = tuple[str, Restriction]
"""A record to be: its path, case and blanks not counting, and what it belongs to."""
Made = dict[Place, Match | Problem]


class Creator:
    """Creates records that are known by their name alone, parents first, none of them twice.

    In a dry run nothing is written: each record gets a cell like ``new:res.partner.category:1``,
    and is found again under its name. Memory there: one entry per record that would be created.
    """

    def __init__(
        self,
        odoo: Odoo,
        names: NameLookup,
        make_external_id: Callable[[str, str], str],
        *,
        dry_run: bool,
        may_read_ids: Callable[[], bool],
        recorder: Recorder | None = None,
    ) -> None:
        self.created: Counter[str] = Counter()
        self._odoo = odoo
        self._names = names
        self._loader = Loader(odoo, make_external_id, may_read_ids, recorder)
        self._dry_run = dry_run
        self._planned: dict[tuple[str, str], list[Match]] = defaultdict(list)
        self._refusals: dict[str, str | None] = {}

    def refusal(self, rule: Rule) -> str | None:
        """Return why records of the field's model cannot be made from a text, or None."""
        if rule.field not in self._refusals:
            self._refusals[rule.field] = why_not_creatable(self._odoo, rule)
        return self._refusals[rule.field]

    def planned(self, rule: Rule, text: str) -> list[Match]:
        """Return the records that the dry run has planned and that answer to the text."""
        key = sort_of(text, is_path=rule.comodel.has_parent)
        return self._planned.get((rule.comodel.name, key), [])

    def create(
        self, rule: Rule, reference: Reference, asks: Sequence[Ask]
    ) -> dict[Ask, Match | Problem]:
        """Create what each text names, and the missing parents of a path; same names once.

        Raises RetryableError or ConnectionFailed; what the server refuses becomes problems.
        """
        made: Made = {}
        result: dict[Ask, Match | Problem] = {}
        paths = {ask: _path(rule, ask.text) for ask in asks}
        for ask in asks:
            if rule.scopes and None in ask.within:
                result[ask] = unscoped_problem(rule, ask.text)
                del paths[ask]
        self._take_known_parents(rule, paths, made)
        for depth in range(1, max((len(path) for path in paths.values()), default=0) + 1):
            level: dict[Place, tuple[str, ...]] = {}
            for ask, path in paths.items():
                place = (_key(path[:depth]), ask.within)
                if len(path) >= depth and place not in made:
                    level.setdefault(place, path[:depth])
            self._create_level(rule, level, made)
        result |= {ask: made[_key(path), ask.within] for ask, path in paths.items()}
        return {
            ask: replace(answer, field=reference.column) if isinstance(answer, Problem) else answer
            for ask, answer in result.items()
        }

    def _take_known_parents(
        self, rule: Rule, paths: Mapping[Ask, tuple[str, ...]], made: Made
    ) -> None:
        """Find the parents that exist already, in Odoo or in the dry run's plans."""
        prefixes = {
            Ask(" / ".join(path[:depth]), ask.within)
            for ask, path in paths.items()
            for depth in range(1, len(path))
        }
        found = self._names.find(rule, prefixes, only_paths=True)
        for prefix in prefixes:
            place = (_key(segments(prefix.text)), prefix.within)
            planned = [match for match in self.planned(rule, prefix.text) if match.by_path]
            finding = decide(rule.comodel.name, [*found[prefix.text], *planned], prefix.within)
            if finding.kind is Kind.FOUND:
                made[place] = finding.matches[0]
            elif finding.kind in (Kind.AMBIGUOUS, Kind.ARCHIVED):
                made[place] = parent_problem(rule, prefix.text, finding.kind)

    def _create_level(self, rule: Rule, level: Mapping[Place, tuple[str, ...]], made: Made) -> None:
        """Create records whose parents are known; a parent's problem is its children's too."""
        rows: dict[Place, dict[str, str]] = {}
        labels: dict[Place, str] = {}
        for place, path in level.items():
            above = made[_key(path[:-1]), place[1]] if len(path) > 1 else None
            if isinstance(above, Problem):
                made[place] = above
            else:
                rows[place] = _cells(rule, path, place[1], above)
                labels[place] = f"{above.label} / {path[-1]}" if above else path[-1]
        for place, result in self._make(rule, rows, labels).items():
            if isinstance(result, Problem):
                made[place] = result
                continue
            self.created[rule.comodel.name] += 1
            self._names.forget()
            match = Match(result, labels[place], within=place[1], by_path=True)
            made[place] = match
            if self._dry_run:
                self._remember(rule, level[place], match)

    def _make(
        self,
        rule: Rule,
        rows: Mapping[Place, Mapping[str, str]],
        labels: Mapping[Place, str],
    ) -> dict[Place, str | Problem]:
        """Return the ``.id`` cell of each new record, or why there is none."""
        if not self._dry_run:
            texts = [_text_of(labels[place], place[1]) for place in rows]
            results = self._loader.load(rule.comodel, texts, list(rows.values()))
            return dict(zip(rows, results, strict=True))
        first = self.created[rule.comodel.name] + 1
        return {
            place: f"{NEW}{rule.comodel.name}:{number}" for number, place in enumerate(rows, first)
        }

    def _remember(self, rule: Rule, path: tuple[str, ...], match: Match) -> None:
        """Keep a planned record under its path, and under its name alone where that is another."""
        key = sort_of("/".join(path), is_path=rule.comodel.has_parent)
        self._planned[rule.comodel.name, key].append(match)
        name = sort_of(path[-1], is_path=rule.comodel.has_parent)
        if name != key:
            by_name = replace(match, rank=Rank(0, False, 1), by_path=False)
            self._planned[rule.comodel.name, name].append(by_name)


def _path(rule: Rule, text: str) -> tuple[str, ...]:
    """Return the names from the top down; only models with a parent have several.

    Where Odoo stores no path (tags), a slash without blanks around it may be part of a name.
    """
    if not rule.comodel.has_parent:
        return (text,)
    if "complete_name" in rule.comodel.candidates:
        return tuple(segments(text)) or (text,)
    return tuple(part.strip() for part in text.split(" / ") if part.strip()) or (text,)


def _key(path: Sequence[str]) -> str:
    return "/".join(sort_of(part, is_path=False) for part in path)


def _text_of(label: str, within: Restriction) -> str:
    """Return what an external id is made of: the path, and what the record belongs to."""
    scopes = [cell for cell in within if cell]
    return f"{label} in {', '.join(scopes)}" if scopes else label


def _cells(
    rule: Rule, path: tuple[str, ...], within: Restriction, above: Match | None
) -> dict[str, str]:
    cells = {"name": path[-1], **(cells_of_domain(rule) or {})}
    if rule.comodel.has_parent:
        cells["parent_id/.id"] = above.cell if above else ""
    for scope, cell in zip(rule.scopes, within, strict=True):
        cells[f"{scope.path}/.id"] = cell or ""
    return cells
