"""A sample office: the made-up league list brought in and filled far enough to show every light."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import storing
from app.engine.rows import OPEN_STATES, Held
from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.ledger.entries import RowChange
from app.office import Office
from app.storage.paths import RESOURCES

LIST = RESOURCES / "sample" / "league-list.xlsx"
CAMPAIGNS = RESOURCES / "sample" / "campaigns.toml"
"""The rows of the other ledgers and registers, among them those of 部门名录."""
TODAY = dt.date(2022, 8, 23)
DIVISION = "152529"
NAME = "正镶白旗发展和改革委员会"
CLERK = "经办人甲"
DECLARER = "审核人乙"
SEED = 20220823
UNITS = ("发展和改革委员会", "工业和信息化局", "住房和城乡建设局", "水利局", "林业和草原局", "农牧和科技局")
PROBLEMS = ("要件正在补齐", "规划调整未定", "资金尚未落实", "等待上级批复", "土地手续未完")


def fill(office: Office, *, template: str = "pending-approval", file: Path = LIST) -> Change:
    """Open the ledger, import the sample list and fill in people, dates and limits. For empty offices only."""
    ledger = str(ledgers.open_template(office, template, again=True).subject)
    line = ledgers.find(office, ledger)
    draft = drafting.draft(file, line.loaded, answers={"√": "办结", "×": "未办", "/": "不需办"})
    intake.commit(office, intake.plan(office, ledger, draft), not_secret=DECLARER)
    with office.write("补齐样例") as work:
        changes = _changes(list(storing.every_held(work.connection, ledger)), office.today())
        entries.update_many(work, ledgers.line_of(work.connection, ledger), office, changes, {})
    return Change("样例台账已备好", frozenset({ledger}), ledger)


def _changes(rows: list[Held], today: dt.date) -> Iterator[RowChange]:
    dice = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    people = {each["name"]: each for each in tomllib.loads(CAMPAIGNS.read_text("utf-8"))["directory"]}
    for held in rows:
        unit = dice.choice(UNITS)
        cells: dict[str, Any] = {
            "resp_unit": unit,
            "resp_person": people[unit]["person"],
            "resp_title": people[unit]["person_title"],
            "resp_tel": people[unit]["tel"],
            "due_date": "2022-12-31" if dice.random() > 0.1 else "2022-09-30",
            "problem": dice.choice(PROBLEMS),
        }
        if not held.cells.get("project_code"):
            cells["no_code_reason"] = "立项时尚未赋码"
        items = {}
        for code, item in held.items.items():
            if item.get("state") == "在办":
                items[code] = _running(dice, today)
        if any(i.get("state") in OPEN_STATES for i in held.items.values()) or items:
            yield RowChange(held.id, cells, items)
        else:
            yield RowChange(held.id, {k: cells[k] for k in ("resp_unit", "resp_person", "resp_title", "resp_tel")})


def _running(dice: random.Random, today: dt.date) -> dict[str, Any]:
    """A matter under way: submitted some days ago, most of them accepted, some handed up or stopped."""
    submitted = today - dt.timedelta(days=dice.randint(2, 24))
    out: dict[str, Any] = {
        "d_submit": submitted.isoformat(),
        "handler": f"责任人{dice.choice('子丑寅卯辰巳')}",
        "level": "旗" if dice.random() < 0.7 else "盟市",
        "channel": "线上",
        "disposal": "限时审批",
    }
    accepted = submitted + dt.timedelta(days=dice.randint(1, 4))
    if accepted > today or dice.random() < 0.12:
        return out
    out |= {
        "d_first": accepted.isoformat(),
        "r_first": "受理",
        "d_accept": accepted.isoformat(),
        "promise_wd": dice.choice((10, 15, 20, 20, 30)),
    }
    if out["level"] == "盟市":
        out["disposal"] = "转报上级"
        forwarded = accepted + dt.timedelta(days=dice.randint(1, 9))
        if forwarded <= today and dice.random() < 0.8:
            out |= {"d_forward": forwarded.isoformat(), "forward_to": "盟行政公署主管部门"}
    elif dice.random() < 0.08:
        out["pauses"] = [{"from": accepted.isoformat(), "reason": "专家评审"}]
    return out
