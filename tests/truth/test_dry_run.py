"""What the dry run accepts lands, what it rejects the real run rejects, and nothing else changes.

Files of generated rows, good and bad, over all three models (``stories.py``): each is run dry, on
the server, for real, and dry again. Rows that only the server can refuse: test_server_only.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from odoo_ingestion.records import Action
from tests.odoo_reader import OdooReader
from tests.truth.rows import Made
from tests.truth.stories import PLOTS, Story, World, tell
from tests.truth.worlds import Ids

Telling = Callable[[str], Story]

pytestmark = pytest.mark.parametrize("name", PLOTS)


@pytest.fixture(scope="module")
def telling(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> Telling:
    """Tell a story once, however many tests listen to it."""
    told: dict[str, Story] = {}
    worlds: dict[World, Ids] = {}

    def tell_once(name: str) -> Story:
        if name not in told:
            world = PLOTS[name].world
            if world not in worlds:
                worlds[world] = world(module_database)
            folder = tmp_path_factory.mktemp("story")
            told[name] = tell(name, worlds[world], module_database, folder)
        return told[name]

    return tell_once


def test_every_row_comes_to_what_its_rule_says(name: str, telling: Telling) -> None:
    story = telling(name)
    wrong = [
        f"expected {made.verdict}: {story.describe(number)}"
        for number, made in enumerate(story.made, 1)
        if made.verdict not in story.dry.verdicts[number]
    ]
    assert not wrong, "\n".join(wrong)
    assert set(story.plot.rules.by_name) == {made.rule for made in story.made}


def test_the_real_run_does_what_the_dry_run_said_row_by_row(name: str, telling: Telling) -> None:
    story = telling(name)
    assert _differences(story, "real") == []


def test_the_server_says_the_same_in_its_own_dry_run(name: str, telling: Telling) -> None:
    story = telling(name)
    assert _differences(story, "server") == []


def test_the_summaries_say_the_same(name: str, telling: Telling) -> None:
    story = telling(name)
    dry, server, real = (r.result.as_dict() for r in (story.dry, story.server, story.real))
    for key in ("read", "created", "updated", "unchanged", "skipped", "failed", "errors"):
        assert dry[key] == server[key] == real[key], key
    assert dry["records"] == server["records"] == real["records"]
    assert (dry["dry_run"], server["dry_run"], real["dry_run"]) == (True, True, False)
    counted = Counter(str(made.verdict) for made in story.made)
    assert counted["created"] == real["created"]


def test_accepted_rows_hold_what_the_file_says_and_rejected_ones_are_not_there(
    name: str, telling: Telling, module_database: OdooReader
) -> None:
    story = telling(name)
    wrong = []
    for number, made in enumerate(story.made, 1):
        found = _read_back(module_database, story, made)
        if isinstance(made.verdict, Action):
            expected = [dict(made.holds)] if made.marker is not None else found
        else:
            expected = [] if made.marker is not None else found
        if found != expected:
            wrong.append(f"{found} instead of {expected}: {story.describe(number)}")
    assert not wrong, "\n".join(wrong)


def test_neither_dry_run_changed_anything_and_the_real_run_only_what_rows_name(
    name: str, telling: Telling
) -> None:
    story = telling(name)
    assert story.after_dry.changes_since(story.before) == {}
    assert story.after_dry.around == story.before.around
    landed = {
        action: {o.database_id for o in story.real.outcomes.values() if o.action is action}
        for action in (Action.CREATED, Action.UPDATED)
    }
    changes = story.after.changes_since(story.before)
    model = story.real.result.model or ""
    new, changed, gone = changes.pop(model)
    assert (new, changed, gone) == (landed[Action.CREATED], landed[Action.UPDATED], set())
    _, _, replaced = changes.pop("ir.model.data")
    gone_ids = [story.before.external_ids[number]["res_id"] for number in replaced]
    assert gone_ids in ([], [99_999_999]), "only an external id without record is made anew"
    variants = changes.pop("product.product", (set(), set(), set()))
    assert _templates_of(story, variants) <= landed[Action.CREATED] | landed[Action.UPDATED]
    assert changes == {}
    new_messages = {"mail.message": story.after.around["mail.message"]}  # those of updated records
    assert story.after.around == {**story.before.around, **new_messages}


def test_after_the_real_run_every_row_that_landed_is_in_place(name: str, telling: Telling) -> None:
    story = telling(name)
    assert _not_kept(story) == []
    wrong = [
        f"{outcome.action}: {story.describe(number)}"
        for number, outcome in story.again.outcomes.items()
        if outcome.action is not _once_more(story.real.outcomes[number].action)
    ]
    assert not wrong, "\n".join(wrong)


def _once_more(action: Action) -> Action:
    return Action.FAILED if action is Action.FAILED else Action.UNCHANGED


def _not_kept(story: Story) -> list[str]:
    return [name for outcome in story.real.outcomes.values() for name in outcome.not_kept]


def test_there_are_at_least_300_rows_good_and_bad(name: str) -> None:
    assert sum(plot.rows for plot in PLOTS.values()) >= 300


def _differences(story: Story, which: str) -> list[str]:
    other = story.real if which == "real" else story.server
    return [
        story.describe(number)
        for number, verdict in story.dry.verdicts.items()
        if other.verdicts[number] != verdict
    ]


def _read_back(reader: OdooReader, story: Story, made: Made) -> list[dict[str, object]]:
    """Return what the record of a row holds, of the fields that its rule speaks of."""
    found = reader.search_read(
        story.real.result.model or "",
        [(story.plot.read_by, "=", made.marker)] if made.marker is not None else [("id", "=", 0)],
        list(made.holds) or ["id"],
        load="",
        context={"active_test": False},
    )
    if "id" not in made.holds:
        for record in found:
            del record["id"]
    return [
        {k: sorted(v) if isinstance(v, list) else v for k, v in record.items()} for record in found
    ]


def _templates_of(story: Story, changes: tuple[set[int], set[int], set[int]]) -> set[int | None]:
    """Return the templates whose variants are new or changed."""
    variants = story.after.records["product.product"]
    return {variants[number]["product_tmpl_id"] for number in changes[0] | changes[1]}
