"""A sealed row leaves with grounds, on a day that has been, in a state that fits, or the bundle is refused (decision 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from app import office
from app.ledger import closing
from app.problem import Problem
from app.proof import reverifying
from sync import exchange
from tests.sync.test_hostile_sender import answered, forged, leaving, sealed_rows

Row = dict[str, Any]


@pytest.mark.parametrize(
    "body",
    [
        {"standing": "deleted", "standings": {"M01": "deleted"}},
        {"standing": "approved", "standings": {"M01": "approved"}},
        {"standings": {"M01": "complete"}, "items": {"M01": {"state": "办结"}}},
        {"items": {"M01": {"state": None, "needed": None}}, "gone": ["M01"], "standings": {"M01": None}},
        {
            "standing": "removed",
            "standings": {"M01": "removed"},
            "events": [
                {"id": "a" * 32, "kind": "removed", "on": "2022-08-22", "facts": {}},
                {
                    "id": "b" * 32,
                    "kind": "removed",
                    "on": "2022-08-22",
                    "facts": {"reason": " "},
                    "item": "M01",
                },
            ],
        },
    ],
    ids=["deleted", "no event", "item without event", "matter gone", "no reason"],
)
def test_a_sealed_row_that_goes_missing_is_named(two, body):
    """Attack 8, SB 四(一) 不得随意调减."""
    entries_ = sealed_rows(two)
    problem = answered(two, forged(two, leaving(entries_[1], body)))
    assert problem.code == "E_SEALED_MISSING"
    assert all("乙" in name for name in problem.facts["missing"])


def _event(**told: Any) -> Callable[[list[Row]], None]:
    return lambda rows: rows[-1]["body"]["events"][0].update(told)


def _still_open(rows: list[Row]) -> None:
    for cells in rows[-1]["body"]["items"].values():
        cells.pop("state")


def test_what_left_a_sealed_ledger_must_have_grounds_a_day_and_a_state_that_fit(two):
    """Decision 6, attack 8: refused with the names of the matters, every reason at once. What an earlier program let
    its clerk enter, a dash or a day of long ago, is taken in and named by the proof; the bundle's day is no future."""
    entry, other = two.project("甲", M01="在办", M03="未办"), two.project("乙", M01="在办")
    two.seal()
    closing.close(two.bureau, [(other, "M01")], basis="批复", doc="锡发改字〔2022〕2号", on="2022-08-22")
    closing.close(two.bureau, [(entry, "M01")], basis="批复", doc="锡发改字〔2022〕1号", on="2022-08-22")
    for change, why in (
        (_event(facts={}), "没有写明依据"),
        (_event(facts={"basis": " "}), "没有写明依据"),
        (_event(on="2099-01-01"), "核减日期 2099-01-01 在今天以后"),
        (_still_open, "已核减，办理状态却是“在办”"),
    ):
        problem = answered(two, forged(two, change))
        (named,) = problem.facts["reasons"][0]["rows"]
        assert problem.code == "E_SEALED_MISSING" and "甲 M01" in named and why in named
    with pytest.raises(Problem) as caught:
        closing.close(two.bureau, [(entry, "M03")], basis="批复", doc="锡发改字〔1999〕1号", on="1999-01-01")
    assert caught.value.code == "E_DATE" and "早 10 年以上" in caught.value.text

    def as_before(rows: list[Row]) -> None:
        _event(on="1999-01-01")(rows)
        rows[-2]["body"]["events"][0]["facts"] = {"basis": "。", "doc_no": "——"}

    folder = two.league.folder
    two.league.close()
    two.league = office.open_folder(folder, today=dt.date(2022, 8, 21))
    assert exchange.receive(two.league, forged(two, as_before)).facts["added"] == 2
    found = " ".join(d.text for d in reverifying.verify_office(two.league, two.bureau.name).differences)
    assert "早 10 年以上" in found and "没有写明依据" in found and "在今天以后" not in found
