"""A made-up campaign of tasks with milestones, two limits a row, words of its own and rows of other ledgers; and a register."""

from __future__ import annotations

STATES = "".join(
    f'[[codes.code]]\ncode = "{code}"\n' + (f'title = "{title}"\n' if title else "")
    for code, title in (
        ("办结", "已完成"), ("在办", "推进中"), ("未办", "未启动"), ("不需办", ""), ("待核", "待核实"),
    )
)  # fmt: skip

TASKS = f"""
id = "tasks"
title = "改革任务台账"
version = "1"
campaign = "示范改革行动"
plan = "示范方案"
starts = 2022-07-01
ends = 2022-12-31
kind_code = "RW"
start_year = 2022
base = "n_open > 0 or blank(done_on)"
locks = "has(done_on)"
grid = ["light", "name", "left", "stage", "due", "items", "linked"]

[words]
row = "任务"
count = "条"
item = "里程碑"
item_count = "个"
approved = "销号"
started = "转入实施"
complete = "已完成的"
open = "在办"

[print]
title = "{{division}}改革任务台账"
columns = ["seq", "name", "cost", "end_by", "items", "linked", "status"]

[[codes]]
id = "status"
title = "状态"
[[codes.code]]
code = "在账"

[[codes]]
id = "state"
title = "进度"
{STATES}
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
title = "任务名称"
kind = "text"
need = "create"
frozen = true

[[field]]
id = "project_code"
title = "项目代码"
kind = "project_code"

[[field]]
id = "place"
title = "地点"
kind = "text"

[[field]]
id = "cost"
title = "经费"
kind = "money"
frozen = true

[[field]]
id = "found_on"
title = "交办日期"
kind = "date"

[[field]]
id = "end_by"
title = "任务期限"
kind = "date"

[[field]]
id = "hard_by"
title = "方案规定的期限"
kind = "date"

[[field]]
id = "done_on"
title = "完成日期"
kind = "date"

[[field]]
id = "paper"
title = "完成依据"
kind = "text"

[[field]]
id = "linked"
title = "同一项目（其他台账）"
kind = "row"
ledgers = ["pending-approval"]
follows = true

[[field]]
id = "about"
title = "另见"
kind = "row"

[item]
title = "里程碑"

[[item.preset]]
code = "S01"
title = "里程碑"
named = true

[[item.preset]]
code = "S02"
title = "验收"

[[item.field]]
id = "state"
title = "进度"
kind = "enum"
choices = "state"

[[item.field]]
id = "matter_name"
title = "里程碑名称"
kind = "text"

[[item.field]]
id = "sent_on"
title = "启动日期"
kind = "date"

[[item.field]]
id = "due_date"
title = "完成时限"
kind = "date"

[[item.field]]
id = "d_done"
title = "完成日期"
kind = "date"

[[item.field]]
id = "proof"
title = "依据"
kind = "text"

[[item.stage]]
title = "已完成"
when = "state == '办结' or state == '不需办'"
clock = "closed"

[[item.stage]]
title = "推进中"
when = "has(sent_on)"
holder = "牵头部门"
since = ["sent_on"]
clock = "run"

[[item.stage]]
title = "未启动"
when = "True"
holder = "牵头部门"

[[clock]]
id = "K1"
title = "启动"
starts = "sent_on"
stops = ["d_done"]
cause = "推进超期"
workdays = 5

[[clock]]
id = "K2"
title = "里程碑期限"
until = "due_date"
stops = ["d_done"]
cause = "里程碑过期"
clause = "示范方案 二"

[[clock]]
id = "K3"
title = "任务期限"
until = "end_by"
cause = "任务过期"
clause = "示范方案 三"

[[clock]]
id = "K4"
title = "方案规定的期限"
until = "hard_by"
cause = "方案期限已过"
clause = "示范方案 四"

[[closing]]
id = "reach"
title = "完成里程碑"
scope = "item"
to = "approved"
bases = ["验收单"]
[closing.writes]
d_done = "{{on}}"
proof = "{{doc}}"
[closing.back]
d_done = ""
proof = ""

[[closing]]
id = "finish"
title = "销号"
scope = "entry"
to = "approved"
bases = ["完成报告"]
needs = ["paper"]
[closing.writes]
done_on = "{{on}}"
paper = "{{doc}}"
[closing.back]
done_on = ""
paper = ""

[[closing]]
id = "amend"
title = "更正"
scope = "entry"
to = "corrected"
needs = ["reason"]

[[closing]]
id = "again"
title = "恢复"
scope = "entry"
to = "open"
needs = ["reason"]

[[closing]]
id = "again-item"
title = "恢复"
scope = "item"
to = "open"
needs = ["reason"]

[[figure]]
id = "late"
title = "逾期任务"
expr = "n_overdue > 0"

[[figure]]
id = "late_share"
title = "逾期率"
expr = "n_overdue > 0"
over = "open"
better = "less"

[[figure]]
id = "spent"
title = "经费"
of = "sum"
field = "cost"
standing = "open"

[[figure]]
id = "took"
title = "平均用时"
scope = "item"
of = "workdays"
field = "sent_on"
to = "d_done"
day = "d_done"

[[report]]
id = "month"
title = "{{period}}进展"
figures = ["base", "open.item", "late_share"]
by = ["unit", "matter"]
[[report.paragraph]]
text = "截至{{until}}，在办 {{open}} 条、里程碑 {{open.item}} 个。"
when = ["open"]
zero = "本期没有变化。"

[[cadence]]
every = "月"
proof = "report"
form = "month"

[[signoff]]
id = "lead"
title = "任务台账"
roles = ["组长"]
lines = ["填报人", "组长"]
seals_upon = "组长"
"""

REGISTER = """
id = "visits"
title = "走访登记"
version = "1"
campaign = "示范行动"
plan = "示范方案"
starts = 2022-07-01
ends = 2022-12-31
kind_code = "ZF"
start_year = 2022
base = "True"
nature = "register"
locks = "has(sent_on)"
grid = ["name", "about", "sent_on"]

[words]
row = "登记"
count = "条"

[print]
title = "走访登记"
columns = ["seq", "name", "about", "sent_on", "note"]

[[field]]
id = "seq"
title = "序号"
kind = "int"
need = "auto"

[[field]]
id = "name"
title = "内容"
kind = "text"
need = "create"
frozen = true

[[field]]
id = "about"
title = "说的是哪一行"
kind = "row"

[[field]]
id = "sent_on"
title = "报出日期"
kind = "date"
frozen = true

[[field]]
id = "note"
title = "备注"
kind = "text"
"""
