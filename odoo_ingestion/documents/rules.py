"""What differs from one model of documents to the next, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Problem, Record


class Closing(Struct, frozen=True):
    """What ``--confirm`` or ``--post`` does to the documents of a file after all have landed.

    ``option`` is the field of ImportOptions that asks for it. ``method`` takes a list of ids; it is
    called for documents in one of ``from_states`` only, ``batch`` of them a call, and has done its
    work where the document is then in none of them. ``warning`` is told before anything is sent.
    ``put_back`` are fields that the method sets anew: where the file gives one, its value is
    written again afterwards. ``verb`` and ``done`` are for messages (``confirm``, ``confirmed``).
    """

    option: str
    method: str
    from_states: frozenset[str]
    verb: str
    done: str
    warning: str
    put_back: tuple[str, ...] = ()
    batch: int = 50


class Check(Protocol):
    """Finds what is wrong with documents before they are sent, beyond what all models share."""

    def check(
        self, records: Sequence[Record], checked: Sequence[Mapping[str, str]]
    ) -> list[tuple[Problem, ...]]:
        """Return the problems of each record, in order.

        ``checked`` holds for each record the cells of the file's columns that are only checked, by
        field (``amount_total``; ``currency_id/.id`` for a relation).
        """
        ...


MakeCheck = Callable[[Odoo, int | None], Check]
"""Makes the check of a model on one server; the second argument is the company."""


class DocumentRules(Struct, frozen=True):
    """What holds for the documents of one model.

    ``noun`` and ``plural`` name a document in messages (``order``, ``orders``).
    ``open_states`` are the values of ``state_field`` in which a document and its lines may be
    changed; one in any other state that the file would change is a failed row with the advice of
    its state (``advice``, else ``advice_otherwise``). A document whose ``lock_field`` is set counts
    as in the state ``locked``. A model without states has ``state_field`` None: always open.
    ``deletable_states`` are those in which ``--delete-missing-lines`` removes lines.

    ``only_checked`` are fields that are never sent: the file's values are compared with Odoo's
    (``currency_id``, which Odoo computes). ``quantity``, ``price``, ``discount`` are the line's
    fields whose product is a line's untaxed amount; ``untaxed`` is the field of the document that
    they come to, ``amounts`` are all the fields of the document that a file's totals may name.
    ``currency`` is the document's currency, which says how amounts are rounded.
    ``line_text`` tells apart lines that fill none of the type's ``same`` fields (sections, notes),
    ``line_kind`` says which those are. ``section_cells`` are cells that Odoo wants of a new line
    of such a kind. ``tax_use`` tells from a document's cells which taxes its lines may name
    (``sale``, ``purchase``, None for any).
    """

    model: str
    noun: str
    plural: str
    closing: Closing | None = None
    state_field: str | None = "state"
    open_states: frozenset[str] = frozenset()
    deletable_states: frozenset[str] = frozenset()
    lock_field: str | None = None
    advice: Mapping[str, str] = field(default_factory=dict)
    advice_otherwise: str = "Correct it in Odoo by hand, or leave the rows out."
    only_checked: frozenset[str] = frozenset()
    currency: str | None = "currency_id"
    quantity: str | None = None
    price: str | None = None
    discount: str | None = None
    untaxed: str | None = None
    amounts: tuple[str, ...] = ()
    line_text: str = "name"
    line_kind: str | None = None
    section_cells: Mapping[str, str] = field(default_factory=dict)
    tax_use: Callable[[Mapping[str, str]], str | None] | None = None
    make_check: MakeCheck | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def is_open(self, state: str) -> bool:
        """Tell whether a document in that state may be changed."""
        return self.state_field is None or state in self.open_states

    def advice_for(self, state: str) -> str:
        """Return what to do about a document in a state in which it cannot be changed."""
        return self.advice.get(state, self.advice_otherwise)
