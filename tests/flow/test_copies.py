"""From text to status: copies corroborate nothing, a report met twice is one, and the order of adding decides nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from stories import PAPERS, STORIES

from heldby import weigh
from heldby.desk import Desk, open_desk
from heldby.flow.inquiry import Inquiry, Question, open_inquiry
from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger
from heldby.model.status import Status
from heldby.settings import Settings

BANGI = "af:takhar:bangi"
NOW = datetime(2021, 9, 1, tzinfo=UTC)
DAYS = (date(2021, 6, 19), date(2021, 6, 20), date(2021, 6, 25), date(2021, 7, 20))
FIRST = ("Hindu Kush Wire", "2021-06-20T10:00:00+04:30")

Line = tuple[str, str, str]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"), clock=lambda: NOW)


def read(desk: Desk, lines: Sequence[Line], folder: Path, name: str) -> Inquiry:
    """A ledger of these reports (outlet, published, text), added in this order."""
    source = folder / f"{name}.jsonl"
    rows = [{"id": str(n), "outlet": o, "published": p, "text": t, "url": None} for n, (o, p, t) in enumerate(lines)]
    source.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    ledger = open_ledger(folder / f"{name}.db")
    add_sources(desk, ledger, [str(source)], desk.gather_options())
    inquiry = open_inquiry(desk, ledger)
    ledger.close()
    return inquiry


def statuses(inquiry: Inquiry) -> tuple[Status, ...]:
    return tuple(inquiry.statuses((BANGI,), Question(day, NOW))[0] for day in DAYS)


@pytest.mark.parametrize("name", STORIES)
def test_ten_rewritten_copies_move_no_probability(desk: Desk, tmp_path: Path, name: str) -> None:
    story, rewritten = STORIES[name]
    original: Line = (*FIRST, story)
    copies = [(paper, f"2021-06-20T{11 + n}:30:00+04:30", text) for n, (paper, text) in enumerate(zip(PAPERS, rewritten, strict=True))]
    alone, copied = statuses(read(desk, [original], tmp_path, "alone")), statuses(read(desk, [original, *copies], tmp_path, "copied"))
    assert alone[1].holder == "taliban"
    for before, after in zip(alone, copied, strict=True):
        for state, p in before.probabilities:
            assert abs(dict(after.probabilities)[state] - p) <= 0.001, (before.as_of, state)
        assert (after.origins, after.support) == (before.origins, before.support)


NAMED = (
    "TALOQAN - Bangi district in Takhar has fallen to the Taliban, Mullah Example, a commander of a local militia, said on Sunday. "
    "Shopkeepers said that the white flag had been raised over the customs office by noon. "
    "Some two thousand families have left the valley since the fighting began in the middle of May. "
    "The road to the provincial capital was closed again and no lorry has passed the bridge since Friday."
)
RETOUCHED = (  # every sentence in part other words, the speaker without his name
    "TALOQAN - Bangi district in Takhar province has fallen to the Taliban, according to a commander of a militia there on Sunday. "
    "Traders said that the white flag had been hoisted over the customs office by noon. "
    "About two thousand households have left the valley since the clashes began in the middle of May. "
    "The road to the provincial capital was shut again and no truck has passed the bridge since Friday."
)
OTHER = (
    "TALOQAN - Bangi district in Takhar province has fallen to the Taliban, a teacher in the town said on Sunday. "
    "The market opened late and few people came. Nobody had seen a policeman since the morning. "
    "In the capital a deputy minister promised help for those who had walked over the hills at night."
)


def test_a_retouched_copy_that_leaves_the_name_out_is_no_second_origin(desk: Desk, tmp_path: Path) -> None:
    copy, other = (("Valley Tribune", "2021-06-21T09:00:00+04:30", text) for text in (RETOUCHED, OTHER))
    alone, copied, joined = (read(desk, [(*FIRST, NAMED), *more], tmp_path, f"named-{n}") for n, more in enumerate(([], [copy], [other])))
    assert [statuses(x)[2].origins for x in (alone, copied, joined)] == [1, 1, 2]
    assert statuses(copied)[2].probabilities == statuses(alone)[2].probabilities
    deaf = weigh.testify(copied.view.located(), desk.theatre, desk.priors)  # without the reports' texts the copy would be one
    assert len({t.origin for t in deaf[BANGI]}) == 2
    assert len({t.origin for t in copied.weigher.testimonies[BANGI]}) == 1


def test_an_independent_voice_does_move_it(desk: Desk, tmp_path: Path) -> None:
    story = STORIES["spokesman"][0]
    admitted = "KABUL - Bangi district in Takhar has been lost, the defence ministry admitted on Sunday."
    alone = statuses(read(desk, [(*FIRST, story)], tmp_path, "alone"))
    both = statuses(read(desk, [(*FIRST, story), ("Meridian News Agency", "2021-06-20T15:00:00+00:00", admitted)], tmp_path, "both"))
    assert dict(both[2].probabilities)["taliban"] > dict(alone[2].probabilities)["taliban"] + 0.05
    assert (alone[2].origins, both[2].origins) == (1, 2)


def test_a_report_added_twice_and_any_order_of_adding_give_one_content(desk: Desk, tmp_path: Path, proving: bool) -> None:
    lines = [(*FIRST, STORIES["councillor"][0])]
    for number, (_, rewritten) in enumerate(STORIES.values()):
        lines += [(PAPERS[n], f"2021-06-2{1 + number}T{10 + n}:00:00+04:30", rewritten[n]) for n in range(0, 10, 3)]
    expected = read(desk, lines, tmp_path, "first")
    again = read(desk, [*lines, *lines], tmp_path, "twice")
    assert again.view.sorted_content_hash() == expected.view.sorted_content_hash()
    for seed in range(50 if proving else 6):
        shuffled = lines[:]
        random.Random(seed).shuffle(shuffled)
        found = read(desk, shuffled, tmp_path, f"shuffled-{seed}")
        assert found.view.sorted_content_hash() == expected.view.sorted_content_hash()
        assert [s.probabilities for s in statuses(found)] == [s.probabilities for s in statuses(expected)]
