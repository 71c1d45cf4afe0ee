"""One truth of lights for a row, its matters, their account and the counts; the two reds kept apart (decision 4)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from app.ledger import closing, entries, ledgers
from app.listing import counts, explain, lights, lists
from app.listing.lists import Line
from app.office import Office

SENT = {"state": "在办", "needed": "需办", "d_submit": "2022-12-01", "d_accept": "2022-12-05"}
DONE = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
ROWS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "待补正": (
        {},
        SENT
        | {"d_accept": "", "d_first": "2022-12-05", "r_first": "一次性告知补正", "d_notice": "2022-12-05"},
    ),
    "转报": ({}, SENT | {"level": "盟市", "d_forward": "2022-12-08", "forward_to": "盟"}),
    "未提交": ({}, {"state": "未办"}),
    "审批超期": ({}, SENT | {"promise_wd": "5"}),
    "时限没到": ({"due_date": "2023-12-31"}, SENT | {"promise_wd": "5"}),
    "停表": ({}, SENT | {"promise_wd": "5"}),
    "事项自己的时限": ({"due_date": "2023-12-31"}, {"state": "未办", "due_date": "2022-12-20"}),
    "没有时限": ({"due_date": ""}, {"state": "在办"}),
    "不予许可": ({}, SENT | {"result": "不予许可", "d_done": "2022-12-20"}),
}
APPROVAL, DEADLINE = "审批超期", "完成时限已过"


@pytest.fixture
def full(bureau: Office, ledger: str) -> Office:
    """The rows above, one matter open in each, and one 未开工 with every matter done."""
    there = late(bureau)
    for name, (given, item) in ROWS.items():
        cells = {"name": name, "build_state": "在建", "due_date": "2022-12-31"} | given
        items = DONE | {"M01": {k: v for k, v in item.items() if v}}
        entries.add(there, ledger, {k: v for k, v in cells.items() if v}, not_secret="审核人乙", items=items)
    closing.pause(there, entries.find(bureau, "停表"), "M01", reason="听证", on="2022-12-08")
    cells = {"name": "未开工", "build_state": "未开工", "due_date": "2022-12-31"}
    entries.add(there, ledger, cells, not_secret="审核人乙", items=DONE)
    return bureau


def on(office: Office, day: str) -> Office:
    return replace(office, fixed_today=dt.date.fromisoformat(day))


def late(office: Office) -> Office:
    return on(office, "2023-01-04")


def rows(office: Office) -> dict[str, Line]:
    ledger = ledgers.find(office, "pending-approval").id
    return {line.name: line for line in lists.lines(office, lists.ids(office, ledger))}


def test_a_row_shows_the_light_of_its_worst_matter(full: Office) -> None:
    """Decision 4: K5 goes on after 转报 and while a matter is paused or with the applicant, and it is red too."""
    found = rows(late(full))
    assert {n: (f.light, f.cause) for n, f in found.items()} == {
        "待补正": ("red", DEADLINE),
        "转报": ("red", DEADLINE),
        "未提交": ("red", DEADLINE),
        "审批超期": ("red", APPROVAL),
        "时限没到": ("red", APPROVAL),
        "停表": ("red", DEADLINE),
        "事项自己的时限": ("red", DEADLINE),
        "没有时限": ("green", ""),
        "不予许可": ("red", DEADLINE),
        "未开工": ("red", DEADLINE),
    }
    for name, line in found.items():
        if name != "未开工":
            item = line.items["M01"]
            assert (item.light, item.cause, item.light_text) == (line.light, line.cause, line.light_text), (
                name
            )


@pytest.mark.parametrize(
    "day", ["2022-12-06", "2022-12-19", "2022-12-22", "2022-12-29", "2022-12-31", "2023-01-04"]
)
def test_counts_lists_and_accounts_tell_the_same_lights(full: Office, day: str) -> None:
    office = on(full, day)
    ledger = ledgers.find(office, "pending-approval").id
    found, told = rows(office), counts.count(office, ledger)
    items = [item for line in found.values() for item in line.items.values()]
    assert told["lights"] == _of_all(Counter(line.light for line in found.values()))
    assert told["item_lights"] == _of_all(Counter(item.light for item in items))
    causes = Counter(item.cause for item in items)
    assert told["item_overdue"]["approval"] == causes[APPROVAL]
    assert told["item_overdue"]["deadline"] >= causes[DEADLINE]
    assert causes[APPROVAL] + causes[DEADLINE] == told["item_lights"]["red"]
    for line in found.values():
        accounts = {each.item: each for each in explain.entry(office, line.id)}
        for code, item in line.items.items():
            assert (accounts[code].light, accounts[code].word) == (
                item.light,
                lights.word(item.light, item.cause),
            )
            said = "".join(accounts[code].sentences)
            assert (DEADLINE in said) == bool(item.deadline and item.deadline < day), (line.name, day, said)
        assert line.light in {each.light for each in accounts.values()}, (
            "something accounts for the row's light"
        )


def test_only_a_late_approval_enters_the_count_of_the_month(full: Office) -> None:
    """Decision 4: the applicant's time, the superior's and a mere 完成时限 never do."""
    told = counts.count(late(full), ledgers.find(full, "pending-approval").id)
    assert told["overdue"] == {"approval": 2, "deadline": 8}
    assert told["item_overdue"] == {"approval": 2, "deadline": 7}


def test_a_project_not_begun_with_all_matters_done_is_accounted_for(full: Office) -> None:
    """Decision 1: it stays in the base; its own 完成时限 makes it red, and the account says so."""
    office = late(full)
    entry = entries.find(office, "未开工")
    own, *others = explain.entry(office, entry)
    assert (own.item, own.light, own.word) == ("", "red", "逾期：完成时限已过")
    assert any("K5 完成时限：2022年12月31日" in s and "已过" in s for s in own.sentences)
    assert "待开工" in own.sentences[0] and {each.light for each in others} == {""}


def _of_all(found: Counter[str]) -> dict[str, int]:
    return {name: found[name] for name in lights.NAMES}
