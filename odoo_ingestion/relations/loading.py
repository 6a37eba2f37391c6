"""Writes new records by load(), each with an external id that no record has yet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from tenacity import (
    before_sleep_log,
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from odoo_ingestion import external_ids
from odoo_ingestion.errors import ConcurrentUpdate, ServerRefused
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Action, Category, Problem
from odoo_ingestion.relations.comodels import Comodel

_LOG = logging.getLogger(__name__)
_CONFLICTS = ("could not serialize access", "deadlock detected", "could not obtain lock")


def derive_external_id(model: str, key: str) -> str:
    """Return the external id that a created record gets when nobody says otherwise."""
    return external_ids.derive(model, ("name",), (key,), None)


class Loader:
    """Creates records of any model; a call that is repeated creates nothing twice.

    ``recorder`` is told of every call before it is sent.
    """

    def __init__(
        self,
        odoo: Odoo,
        make_external_id: Callable[[str, str], str],
        may_read_ids: Callable[[], bool],
        recorder: Recorder | None = None,
    ) -> None:
        self._odoo = odoo.with_context(noupdate=True)
        self._make_external_id = make_external_id
        self._may_read_ids = may_read_ids
        self._recorder = recorder

    def load(
        self, comodel: Comodel, texts: Sequence[str], rows: Sequence[Mapping[str, str]]
    ) -> list[str | Problem]:
        """Create a record per row and return the database ids as text, or what was refused.

        ``texts`` are what the external ids are made of; all rows have the same columns.
        """
        if not rows:
            return []
        names = self._free_ids(comodel.name, texts)
        named = [{"id": name, **row} for name, row in zip(names, rows, strict=True)]
        return self._load(comodel, named)

    def _free_ids(self, model: str, texts: Sequence[str]) -> list[str]:
        """Derive external ids that nothing has.

        A record that was created from the same text and renamed since keeps its id and its name.
        """
        names = [self._make_external_id(model, text) for text in texts]
        attempt = 1
        while taken := external_ids.find(self._odoo, names, may_read=self._may_read_ids()):
            attempt += 1
            names = [
                self._make_external_id(model, f"{text} ({attempt})") if name in taken else name
                for name, text in zip(names, texts, strict=True)
            ]
        return names

    def _load(self, comodel: Comodel, rows: Sequence[Mapping[str, str]]) -> list[str | Problem]:
        """Load rows; where the server refuses them, halves, until the bad ones stand alone."""
        ids, message = self._recorded(comodel.name, rows)
        if ids:
            return list(ids)
        if len(rows) > 1:
            half = len(rows) // 2
            return self._load(comodel, rows[:half]) + self._load(comodel, rows[half:])
        return [
            Problem(
                Category.SERVER,
                f"Odoo refuses to create {rows[0]['name']!r} ({comodel.label}): {message}",
                hint="Create it in Odoo by hand, or name another.",
            )
        ]

    def _recorded(self, model: str, rows: Sequence[Mapping[str, str]]) -> tuple[Sequence[str], str]:
        """Load rows with the intent written down before; what raises leaves their fate unknown."""
        call = None
        if self._recorder is not None:
            names = [row["id"] for row in rows]
            call = self._recorder.sending(model, {}, {Action.CREATED: names})
        try:
            ids, message = self._call(model, rows)
        except ServerRefused as error:
            ids, message = [], error.message
        if self._recorder is not None and call is not None:
            self._recorder.answered(call, landed=bool(ids))
        return ids, message

    @retry(
        retry=retry_if_exception_type(ConcurrentUpdate),
        stop=stop_after_attempt(5),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        before_sleep=before_sleep_log(_LOG, logging.WARNING),
        reraise=True,
    )
    def _call(self, model: str, rows: Sequence[Mapping[str, str]]) -> tuple[list[str], str]:
        """Return the new ids, or none and the server's words.

        Raises ConcurrentUpdate where load() answers with such a conflict instead of a fault.
        """
        columns = list(rows[0])
        answer = self._odoo.call(
            model, "load", columns, [[row[c] for c in columns] for row in rows]
        )
        message = "; ".join(said["message"] for said in answer["messages"])
        if not answer["ids"] and any(text in message for text in _CONFLICTS):
            raise ConcurrentUpdate(message)
        return [str(record_id) for record_id in answer["ids"] or []], message
