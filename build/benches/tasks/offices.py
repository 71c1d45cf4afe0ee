"""Offices to measure on: the sample the program offers, and one of any size."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import office as offices
from app.ledger import entries, ledgers
from app.ledger.entries import NewRow
from app.office import Office
from app.samples import sample
from benches import made

TEMPLATE = "pending-approval"
MATTERS = tuple(f"M0{n}" for n in range(1, 9))
ANSWERS = {"√": "办结", "×": "未办", "/": "不需办"}
STATES = ("办结", "在办", "未办", "不需办", "待核")


def make_sample(folder: str) -> dict[str, Any]:
    """The 465 projects of the sample list, filled in as the program's own sample office."""
    office = create(Path(folder))
    sample.fill(office)
    office.close()
    return {}


def make_large(folder: str, count: int) -> dict[str, Any]:
    """An office with `count` projects of eight matters each."""
    office = create(Path(folder))
    ledger = str(ledgers.open_template(office, TEMPLATE).subject)
    with office.write("测速") as work:
        line = ledgers.line_of(work.connection, ledger)
        entries.add_many(work, line, office, new_rows(count), {"not_secret": sample.DECLARER})
    office.close()
    return {}


def opened(folder: str) -> tuple[Office, str]:
    """The office and its only ledger."""
    office = offices.open_folder(Path(folder), today=sample.TODAY)
    return office, ledgers.find(office, TEMPLATE).id


def new_rows(count: int) -> Iterator[NewRow]:
    """Rows as an import hands them over; one matter under way in five has its dates, one row in three its limit."""
    dice = random.Random(made.SEED)  # noqa: S311 - made-up data
    for number in range(1, count + 1):
        day = dt.date(2016, 1, 1) + dt.timedelta(days=dice.randrange(2400))
        place = dice.choice(made.PLACES)
        cells: dict[str, Any] = {
            "name": f"{place}{dice.choice(made.KINDS)}第{number}标段",
            "project_code": f"{day:%y%m}-152529-0{dice.randint(1, 5)}-0{dice.randint(1, 5)}-{number:06}",
            "owner_org": dice.choice(made.OWNERS),
            "approval_type": dice.choice(made.TYPES),
            "approval_doc": f"某发改字〔{day.year}〕{number}号",
            "approval_date": day.isoformat(),
            "approval_dept": dice.choice(("发改委", "工信局")),
            "resp_unit": dice.choice(sample.UNITS),
            "invest": dice.randrange(5_000, 3_000_000) * 100,
            "scale": "建设规模2400平方米，配套道路、管网及附属设施",
            "place": place,
            "build_state": dice.choice(made.BUILT),
            "source": "盟发改委下达",
        }
        if dice.random() < 0.3:
            cells["due_date"] = dice.choice(("2022-12-31", "2022-09-30", "2022-08-20", "2022-08-24"))
        yield NewRow(cells, {code: _matter(dice) for code in MATTERS}, row=number + 1)


def _matter(dice: random.Random) -> dict[str, Any]:
    state = dice.choice(STATES)
    if state != "在办" or dice.random() > 0.2:
        return {"state": state}
    submitted = sample.TODAY - dt.timedelta(days=dice.randint(2, 40))
    accepted = submitted + dt.timedelta(days=1)
    return {
        "state": state,
        "d_submit": submitted.isoformat(),
        "d_first": accepted.isoformat(),
        "r_first": "受理",
        "d_accept": accepted.isoformat(),
        "level": "旗",
        "promise_wd": dice.choice((10, 15, 20, 30)),
    }


def create(folder: Path) -> Office:
    """An empty office of the sample's place."""
    return offices.create(
        folder,
        division=sample.DIVISION,
        name=sample.NAME,
        roles=["sponsor", "lead"],
        clerk=sample.CLERK,
        today=sample.TODAY,
    )
