"""How the sub-commands on the clerks of an office are written."""

from __future__ import annotations

from pathlib import Path

from app.people.clerks import ROLES
from ui.commands.options import ON, OUT, Command, day, option

_ACTS = ("add", "role", "rename", "phone", "leave", "back", "pin", "clear")
_HOW = (
    "add 姓名、role 姓名 身份、rename 姓名 新名、phone 姓名 电话、leave 姓名（停用）、back 姓名、"
    "pin（设自己的口令）、clear 姓名（清除口令）；不写就列出"
)
COMMANDS: list[Command] = [
    (
        "people",
        "本单位的人员：姓名、身份、口令",
        [
            option("act", nargs="?", choices=_ACTS, metavar="动作", help=_HOW),
            option("given", nargs="*", default=[], metavar="姓名"),
            option("--role", default=ROLES[0], metavar="身份", help="、".join(ROLES)),
            option("--phone", default="", metavar="电话"),
            option("--pin-file", type=Path, metavar="文件", help="口令在这个文件的第一行"),
            ON,
        ],
    ),
    (
        "deeds",
        "谁做了什么：按人数一数，不写日期就是今天",
        [
            option("--from", dest="first", type=day, metavar="日期"),
            option("--to", dest="last", type=day, metavar="日期"),
        ],
    ),
    (
        "handover",
        "工作交接单：在走的时限、在外的包、没签完的打印件……，PDF，三方签字",
        [
            option("--to", required=True, metavar="姓名", help="接交人"),
            option("--by", default="", metavar="姓名", help="移交人；不写就是经办人自己"),
            option("--witness", default="", metavar="姓名", help="监交人"),
            OUT,
        ],
    ),
]
WHERE = {
    "people": "ui.commands.people:people",
    "deeds": "ui.commands.people:deeds",
    "handover": "ui.commands.handing_over:handover",
}
