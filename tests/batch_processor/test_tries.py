"""How long it is waited before what brought no answer is sent in parts."""

from __future__ import annotations

import pytest

from odoo_ingestion.batch_processor import tries
from odoo_ingestion.batch_processor.tries import FIRST_BEFORE_PARTS, pause_before_parts


def test_the_pause_grows_with_each_call_in_a_row_and_has_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tries, "LONGEST_BEFORE_PARTS", 4.0)
    monkeypatch.setattr("random.uniform", lambda least, most: most)

    assert [pause_before_parts(n) for n in (1, 2, 3, 4, 2_000)] == [1.0, 2.0, 4.0, 4.0, 4.0]
    assert FIRST_BEFORE_PARTS == 0.5
