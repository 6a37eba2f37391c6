"""No two rows of a file mean the same record, and the first one is named."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.external_ids import derive
from odoo_ingestion.identity.claims import Claimant, Claims, KeyInChain
from odoo_ingestion.identity.keys import Key, KeyValue

CHAIN: tuple[Key, ...] = (("default_code",), ("barcode",))


def name_of(key: Key, values: Sequence[str]) -> str:
    return derive("product.template", key, values, None)


class PlainClaims:
    """The same in plain dictionaries, one for each question."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.records: dict[int, int] = {}
        self.holders: dict[int, KeyInChain] = {}
        self.keys: dict[tuple[Key, KeyValue, bool, bool], int] = {}
        self.created: set[tuple[Key, KeyValue]] = set()

    def same_key(self, claimant: Claimant) -> int | None:
        for position, key, values in claimant.keys:
            for named in (False,) if claimant.named else (False, True):
                for told_apart in (False, True):
                    if told_apart and claimant.keys[0][0] < position:
                        continue
                    row = self.keys.get((key, values, named, told_apart))
                    if row is not None:
                        return row
        return None

    def has_created(self, claimant: Claimant, key: Key) -> bool:
        own = [(k, v) for _, k, v in claimant.keys if k == key]
        return claimant.named and any(one in self.created for one in own)

    def is_somebody_else(self, claimant: Claimant, record_id: int) -> bool:
        held = self.holders.get(record_id)
        first = claimant.keys[0] if claimant.keys else None
        return held is not None and first is not None and first[0] == 0 and first != held

    def claim(self, claimant: Claimant, record_id: int | None) -> int | None:
        first = self.names.setdefault(claimant.name, claimant.row)
        if first == claimant.row and record_id is not None:
            first = self.records.setdefault(record_id, claimant.row)
        if first != claimant.row:
            return first
        for position, key, values in claimant.keys:
            told_apart = claimant.keys[0][0] < position
            self.keys.setdefault((key, values, claimant.named, told_apart), claimant.row)
            if claimant.named and record_id is None:
                self.created.add((key, values))
        if record_id is not None and claimant.keys and claimant.keys[0][0] == 0:
            self.holders[record_id] = claimant.keys[0]
        return None


def claimant(number: int, code: str, barcode: str, name: str | None) -> Claimant:
    values = ((code,), (barcode,))
    keys = [(at, key, v) for at, (key, v) in enumerate(zip(CHAIN, values, strict=True)) if v[0]]
    derived = name_of(*keys[0][1:]) if keys else f"odoo_ingestion.row_{number}"
    return Claimant(number, keys, name is not None, name or derived, name is None and bool(keys))


NAMES = st.sampled_from([None, None, "my.a", "my.b", name_of(CHAIN[0], ("A",))])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "A", "B", "C"]),
        st.sampled_from(["", "1", "2"]),
        NAMES,
        st.sampled_from([None, None, *range(1, 10)]),
    ),
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(ROWS)
def test_claims_are_answered_as_by_plain_dictionaries(
    rows: list[tuple[str, str, str | None, int | None]],
) -> None:
    claims, plain = Claims(name_of), PlainClaims()
    for number, (code, barcode, name, record_id) in enumerate(rows, start=1):
        row = claimant(number, code, barcode, name)
        first = claims.same_key(row)
        assert first == plain.same_key(row)
        for key in CHAIN:
            assert claims.has_created(row, key) == plain.has_created(row, key)
        if record_id is not None:
            other = claims.is_somebody_else(row, record_id)
            assert other == plain.is_somebody_else(row, record_id)
        if first is None:
            assert claims.claim(row, record_id) == plain.claim(row, record_id)
