"""Answers what is asked of one field: from memory, from Odoo, or by creating what is missing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import ColumnKind, Problem, Reference
from odoo_ingestion.relations.comodels import MORE_THAN_A_NAME
from odoo_ingestion.relations.creation import Creator
from odoo_ingestion.relations.earlier_rows import EarlierRows, failed_problem, label_of
from odoo_ingestion.relations.ids import IdLookup
from odoo_ingestion.relations.matching import SETTLED, Ask, Finding, Kind, Match, decide
from odoo_ingestion.relations.names import NameLookup
from odoo_ingestion.relations.problems import (
    finding_problem,
    missing_problem,
    unsendable_problem,
    wrong_model_problem,
)
from odoo_ingestion.relations.rule import Rule
from odoo_ingestion.relations.texts import is_sendable

Answer = Match | Problem


class Answers:
    """Finds the record that each text means, or says why there is none."""

    def __init__(
        self,
        odoo: Odoo,
        names: NameLookup,
        model: str,
        creator: Creator,
        create_missing: Collection[str],
        earlier: EarlierRows,
        *,
        may_read_ids: Callable[[], bool],
        cache_size: int,
    ) -> None:
        self._model = model
        self._creator = creator
        self._create_missing_fields = create_missing
        self._names = names
        self._earlier = earlier
        self._ids = IdLookup(odoo, may_read_ids)
        self._memory = Memory(cache_size)

    def answer(
        self,
        rule: Rule,
        reference: Reference,
        asks: Mapping[Ask, Sequence[str]],
        *,
        create: bool,
    ) -> dict[Ask, Answer]:
        """Return the record or the problem of each text.

        ``asks`` holds for each text the labels of what it is restricted to; ``reference`` says
        what kind of texts they are and whose column.
        """
        answers: dict[Ask, Answer] = {
            ask: unsendable_problem(reference, ask.text)
            for ask in asks
            if not is_sendable(ask.text)
        }
        clean = [ask for ask in asks if ask not in answers]
        if reference.kind in (ColumnKind.EXTERNAL_ID, ColumnKind.DATABASE_ID):
            findings = self._find_ids(rule, reference, clean, answers)
        else:
            findings = self._find_names(rule, clean)
            failed = self._failed_earlier(rule, reference, findings)
            answers |= failed
            findings = {ask: found for ask, found in findings.items() if ask not in failed}
            answers |= self._create_missing(rule, reference, findings, create=create)
        missing: list[Ask] = []
        for ask, finding in findings.items():
            if ask in answers:
                continue
            if finding.kind is Kind.FOUND:
                answers[ask] = finding.matches[0]
            elif finding.kind is Kind.MISSING:
                missing.append(ask)
            else:
                answers[ask] = finding_problem(rule, reference, ask.text, finding, asks[ask])
        return answers | self._explain_missing(rule, reference, missing, create=create)

    # --- looking up -------------------------------------------------------------------------

    def _find_ids(
        self,
        rule: Rule,
        reference: Reference,
        asks: Collection[Ask],
        answers: dict[Ask, Answer],
    ) -> dict[Ask, Finding]:
        texts = sorted({ask.text for ask in asks})
        found: Mapping[str, Match | str]
        if reference.kind is ColumnKind.EXTERNAL_ID:
            found = self._ids.by_external_id(rule, texts)
        else:
            found = self._ids.by_database_id(rule, texts)
        findings: dict[Ask, Finding] = {}
        for ask in asks:
            target = found.get(ask.text)
            if isinstance(target, str):
                answers[ask] = wrong_model_problem(rule, reference, ask.text, target)
            elif target is None and (earlier := self._earlier_id(rule, reference, ask.text)):
                answers[ask] = earlier
            else:
                matches = [target] if target else []
                findings[ask] = decide(rule.comodel.name, matches, ask.within)
        return findings

    def _earlier_id(self, rule: Rule, reference: Reference, text: str) -> Answer | None:
        """Return what an earlier row of the run says of an external id that Odoo does not have."""
        if reference.kind is not ColumnKind.EXTERNAL_ID:
            return None
        record = self._earlier.by_external_id(external_ids.complete(text))
        if record is None:
            return None
        if record.model != rule.comodel.name:
            return wrong_model_problem(rule, reference, text, record.model)
        if record.failed:
            return failed_problem(reference, text, record.failed)
        return Match(record.token, label_of(record))

    def _failed_earlier(
        self, rule: Rule, reference: Reference, findings: Mapping[Ask, Finding]
    ) -> dict[Ask, Answer]:
        """Return the problems of texts that name rows which failed; such records are not made."""
        problems = {
            ask: self._earlier.failed(rule, reference, ask.text)
            for ask, finding in findings.items()
            if finding.kind in (Kind.MISSING, Kind.ELSEWHERE)
        }
        return {ask: problem for ask, problem in problems.items() if problem is not None}

    def _find_names(self, rule: Rule, asks: Collection[Ask]) -> dict[Ask, Finding]:
        findings: dict[Ask, Finding] = {}
        left: list[Ask] = []
        for ask in asks:
            known = self._memory.get(rule.field, ask.text)
            finding = decide(rule.comodel.name, known, ask.within)
            if finding.kind in SETTLED:
                findings[ask] = finding
            else:
                left.append(ask)
        found = self._names.find(rule, left) if left else {}
        for ask in left:
            matches = found[ask.text]
            planned = self._creator.planned(rule, ask.text)
            findings[ask] = decide(rule.comodel.name, [*matches, *planned], ask.within)
            if findings[ask].kind in SETTLED and rule.comodel.name != self._model:
                self._memory.put(rule.field, ask.text, [*matches, *planned])
        return findings

    # --- what is missing --------------------------------------------------------------------

    def _create_missing(
        self, rule: Rule, reference: Reference, findings: Mapping[Ask, Finding], *, create: bool
    ) -> Mapping[Ask, Answer]:
        missing = [
            ask
            for ask, finding in findings.items()
            if finding.kind in (Kind.MISSING, Kind.ELSEWHERE)
        ]
        if not missing or not create or rule.field not in self._create_missing_fields:
            return {}
        if self._creator.refusal(rule) is not None:
            return {}
        self._memory.clear()
        return self._creator.create(rule, reference, missing)

    def _explain_missing(
        self, rule: Rule, reference: Reference, asks: Sequence[Ask], *, create: bool
    ) -> dict[Ask, Answer]:
        if not asks:
            return {}
        if reference.kind in (ColumnKind.EXTERNAL_ID, ColumnKind.DATABASE_ID):
            return {ask: missing_problem(rule, reference, ask.text) for ask in asks}
        tried = create and rule.field in self._create_missing_fields
        about_creation = _about_creation(rule, self._creator.refusal(rule) if tried else None)
        texts = sorted({ask.text for ask in asks})
        nearest = self._names.nearest(rule, texts)
        elsewhere = self._names.elsewhere(rule, texts)
        return {
            ask: missing_problem(
                rule,
                reference,
                ask.text,
                nearest=nearest.get(ask.text, ()),
                is_elsewhere=ask.text in elsewhere,
                creation=about_creation,
            )
            for ask in asks
        }


class Memory:
    """Keeps the answers used last; ``size`` is the number of texts that it holds at most."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[tuple[str, str], tuple[Match, ...]] = OrderedDict()

    def get(self, field: str, text: str) -> tuple[Match, ...]:
        """Return the records that a text was found to name in a field; empty where unknown."""
        answer = self._answers.get((field, text), ())
        if answer:
            self._answers.move_to_end((field, text))
        return answer

    def put(self, field: str, text: str, matches: Sequence[Match]) -> None:
        """Keep an answer and forget the one that was not used for longest."""
        self._answers[field, text] = tuple(matches)
        self._answers.move_to_end((field, text))
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: new records may make a text ambiguous."""
        self._answers.clear()


def _about_creation(rule: Rule, refusal: str | None) -> str | None:
    if refusal is not None:
        return f"It cannot be created from its name: {refusal}."
    if rule.comodel.name in MORE_THAN_A_NAME or "name" not in rule.comodel.candidates:
        return None
    return f"Or have such records created: --create-missing {rule.field}."
