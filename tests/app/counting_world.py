"""An office whose ledger of wells lives from day to day; every kind of figure is counted of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import office
from app.engine import storing
from app.engine.rows import Held
from app.figures.figures import Figures
from app.ledger import closing, entries, leaving, ledgers
from app.office import Office
from app.signing import signoff
from app.templating import template_reading
from app.words.templates import Loaded
from tests.app.conftest import DAY, stored_bureau

WELLS = Path(__file__).resolve().parents[1] / "data" / "farm-wells.toml"
SECOND = "审批人丁"
MORE = """
[[field]]
id = "resp_unit"
title = "责任单位"
kind = "org"
[[field]]
id = "place"
title = "苏木镇"
kind = "text"
[[field]]
id = "home"
title = "旗县区"
kind = "region"
[[item.field]]
id = "dept"
title = "施工单位"
kind = "org"
"""
_FIGURES: tuple[Mapping[str, str], ...] = (
    {"id": "begun", "title": "派工", "scope": "item", "expr": "has(ordered)", "day": "ordered", "unit": "项", "better": "more"},
    {"id": "deep", "title": "深井", "expr": "depth > 80", "unit": "眼"},
    {"id": "due", "title": "有期限的", "expr": "has(due_on)"},
    {"id": "ordered", "title": "在账的工序", "scope": "item", "standing": "open"},
    {"id": "deep-open", "title": "在账深井", "expr": "depth > 80", "standing": "open"},
    {"id": "cost-all", "title": "封填费用", "of": "sum", "field": "cost"},
    {"id": "plot-all", "title": "保护区面积", "of": "sum", "field": "plot"},
    {"id": "cost-mean", "title": "平均费用", "of": "mean", "field": "cost"},
    {"id": "deepest", "title": "最深", "of": "max", "field": "depth", "unit": "米"},
    {"id": "depth-mean", "title": "平均井深", "of": "mean", "field": "depth", "unit": "米"},
    {"id": "worth-all", "title": "两倍费用合计", "of": "sum", "field": "worth"},
    {"id": "work-days", "title": "平均施工工作日", "scope": "item", "of": "workdays", "field": "ordered", "to": "finished",
     "day": "finished"},
    {"id": "deep-rate", "title": "深井占比", "expr": "depth > 80", "over": "deep", "unit": "%"},
    {"id": "per-plot", "title": "每亩费用", "of": "sum", "field": "cost", "over": "plot-all", "unit": "万元/亩"},
    {"id": "begun-rate", "title": "派工率", "scope": "item", "expr": "has(ordered)", "over": "open.item", "unit": "%"},
)  # fmt: skip


def template(extra: str = "") -> Loaded:
    """The wells with units, places and figures; `extra` is more of the text."""
    told = "".join(
        "[[figure]]\n" + "".join(f'{key} = "{value}"\n' for key, value in each.items()) for each in _FIGURES
    )
    return template_reading.read(WELLS.read_text("utf-8") + MORE + told + extra, "机井.toml")


@dataclass
class World:
    """`office` stands at one day; `said` holds what was said in the evening of each."""

    office: Office
    ledger: str
    folder: Path
    said: dict[dt.date, tuple[Figures, ...]] = field(default_factory=dict)
    number: int = 0

    @property
    def day(self) -> dt.date:
        return self.office.today()

    @property
    def today(self) -> str:
        return self.day.isoformat()

    @property
    def sealed(self) -> bool:
        return ledgers.get(self.office, self.ledger).sealed

    @property
    def scan(self) -> Path:
        return self.folder / "signed.pdf"

    def go(self, days: int = 1) -> None:
        self.office = replace(self.office, fixed_today=self.day + dt.timedelta(days))

    def row(self, n: int) -> Held:
        with self.office.read() as connection:
            held = list(storing.every_held(connection, self.ledger))
        return held[n % len(held)]

    def add(
        self, name: str = "", *, states: tuple[str, str, str] = ("未办", "未办", "未办"), **cells: str
    ) -> str:
        self.number += 1
        items = {f"W0{at}": {"state": state} for at, state in enumerate(states, 1)}
        made = entries.add(
            self.office, self.ledger, {"name": name or f"{self.number}号井", **cells}, not_secret="声明人", items=items,
            basis="补充清单" if self.sealed else "",
        )  # fmt: skip
        return str(made.subject)

    def close(self, entry: str, *codes: str, on: str = "", doc: str = "验字1号") -> None:
        entries.amend(self.office, entry, {}, {code: {"volume": "3"} for code in codes})
        closing.close(
            self.office, [(entry, code) for code in codes], basis="验收单", doc=doc, on=on or self.today
        )

    def drop(self, entry: str) -> None:
        entries.amend(self.office, entry, {"drop_paper": "旗政办字〔2022〕3号"})
        leaving.remove(self.office, entry, reason="水源井", second=SECOND)

    def seal(self) -> None:
        signoff.print_ledger(self.office, self.ledger, self.scan, explain="缺项正在补齐")
        signoff.sign(
            self.office, self.ledger, role="水利站站长", by="签字人甲", on=self.today, scan=self.scan
        )
        signoff.seal(self.office, self.ledger)


def world(folder: Path, loaded: Loaded | None = None) -> World:
    """An empty ledger of wells on Monday 2022-08-22."""
    opened = office.open_folder(stored_bureau().lay(folder / "office"), today=DAY)
    return World(opened, str(ledgers.open_template(opened, loaded or template()).subject), folder)
