"""Three made-up campaigns whose rows may be one project, in one office, day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import office
from app.figures import figures
from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from app.templating import template_reading
from tests.app.conftest import DAY, stored_bureau

CAMP = """
id = "{id}"
title = "{title}"
version = "1"
campaign = "{title}行动"
plan = "示范方案"
starts = 2022-07-01
ends = 2023-12-31
kind_code = "{code}"
start_year = 2022
base = "blank(done_on)"
grid = ["light", "name", "left", "due_date", "linked"]

[print]
title = "{title}"
columns = ["seq", "name", "due_date", "status"]

[[codes]]
id = "status"
title = "状态"
[[codes.code]]
code = "在账"

[[codes]]
id = "out"
title = "剔除原因"
[[codes.code]]
code = "重复"

[[field]]
id = "excluded"
title = "剔除原因"
kind = "enum"
choices = "out"
[[field]]
id = "seq"
title = "序号"
kind = "int"
need = "auto"
[[field]]
id = "status"
title = "状态"
kind = "enum"
need = "auto"
choices = "status"
[[field]]
id = "name"
title = "名称"
kind = "text"
need = "create"
[[field]]
id = "resp_unit"
title = "责任单位"
kind = "org"
[[field]]
id = "resp_person"
title = "责任人"
kind = "person"
[[field]]
id = "place"
title = "地点"
kind = "text"
[[field]]
id = "due_date"
title = "完成时限"
kind = "date"
[[field]]
id = "done_on"
title = "完成日期"
kind = "date"
[[field]]
id = "linked"
title = "同一项目（其他台账）"
kind = "row"
follows = true
ledgers = [{others}]

[[stage]]
title = "已完成"
when = "has(done_on)"
clock = "closed"
[[stage]]
title = "在办"
when = "True"
holder = "责任单位"

[[clock]]
id = "T1"
title = "{title}时限"
until = "due_date"
stops = ["done_on"]
cause = "{title}时限已过"
clause = "{title} 四(二)"

[[closing]]
id = "finish"
title = "销号"
scope = "entry"
to = "approved"
bases = ["完成报告"]
[closing.writes]
done_on = "{{on}}"
[closing.back]
done_on = ""
[[closing]]
id = "again"
title = "恢复"
scope = "entry"
to = "open"
needs = ["reason"]
"""
NAMES = {"one": ("甲", "JA"), "two": ("乙", "YI"), "three": ("丙", "BI")}


def camp(key: str) -> str:
    title, code = NAMES[key]
    others = ", ".join(f'"{other}"' for other in NAMES if other != key)
    text = CAMP.replace("{{", "{").replace("}}", "}")
    for name, value in (("id", key), ("title", title), ("code", code), ("others", others)):
        text = text.replace("{" + name + "}", value)
    return text


@dataclass
class World:
    """Three campaigns in one office, day by day; `said` keeps what the figures were in the evening of each."""

    office: Office
    ledgers: tuple[str, ...]
    rows: list[str] = field(default_factory=list)
    said: dict[dt.date, list[object]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def add(self, at: int, due: str = "", linked: str = "") -> str:
        texts = {"name": f"项目{len(self.rows)}", "due_date": due, "linked": linked, "resp_person": "责任人甲"}
        told = {key: value for key, value in texts.items() if value}
        said = entries.add(self.office, self.ledgers[at % 3], told, not_secret="审核人乙")
        self.rows.append(str(said.subject))
        return self.rows[-1]

    def line(self, row: str) -> lists.Line:
        return lists.line(self.office, row)

    def go(self, days: int = 1) -> None:
        self.office = replace(self.office, fixed_today=self.office.today() + dt.timedelta(days))

    def evening(self) -> None:
        self.said[self.office.today()] = self.asked(None)
        self.go(3)

    def asked(self, on: dt.date | None) -> list[object]:
        found = [figures.of(self.office, home, on=on, by=("unit",)) for home in self.ledgers]
        return [(one.rows, one.total, one.head) for one in found]


def world(nest: Path) -> World:
    opened = office.open_folder(stored_bureau().lay(nest / "office"), today=DAY)
    homes = [ledgers.open_template(opened, template_reading.read(camp(key), f"{key}.toml")) for key in NAMES]
    return World(opened, tuple(str(home.subject) for home in homes))
