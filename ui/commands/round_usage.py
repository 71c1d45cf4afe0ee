"""How the sub-commands of a check round and of merging are written."""

from __future__ import annotations

from pathlib import Path

from ui.commands.options import BASIS, ENTRY, FILE, LEDGER, MAYBE_OUT, OUT, REASON, Command, option

_TAKE = option(
    "--take",
    choices=("ask", "mine", "theirs"),
    default="ask",
    help="两边都改过时以哪边为准：问、我这里、来件",
)
_DECIDE = option("--decide", type=Path, metavar="决定.json", help="逐处决定写在这个文件里")
_ANEW = option(
    "--anew", action="store_true", help="对方恢复过旧备份、记录接不上时：看过差别，接受对方现在的记录"
)
_BLANK = option("--blank", action="store_true", help="一格没填的核查表也算回传（对方确实核查过，没有要改的）")
_ACTIONS = ("open", "send", "board", "remind", "assign", "close")

COMMANDS: list[Command] = [
    (
        "round",
        "部门核查：开始、推送、看进度、催办、指定单位、结束",
        [
            option("action", choices=_ACTIONS, metavar="动作", help="、".join(_ACTIONS)),
            LEDGER,
            option("--due", default="", metavar="日期", help="open：请各部门何日前回传"),
            option("--note", default="", metavar="说明", help="open：写给各部门的话"),
            option(
                "--office",
                action="append",
                default=[],
                metavar="部门或单位",
                help="send：只发给它，可以写几次；不写就发没发过的和发出以后有变化的",
            ),
            option("--dept", default="", metavar="部门", help="assign：哪个部门由 --office 那个单位核查"),
            option("--xlsx", action="store_true", help="send：写成对方用 Excel 填的核查表"),
            option("--whole", action="store_true", help="remind：催办单后面附上没核查的全部项目"),
            REASON,
            MAYBE_OUT,
        ],
    ),
    (
        "contest",
        "对推送来的一个事项提出异议",
        [
            ENTRY,
            option("item", metavar="事项", help="如 M03"),
            option(
                "--as", dest="kind", default="", metavar="异议", help="非本部门、应移除或重复；不写就撤回异议"
            ),
            REASON,
        ],
    ),
    ("return", "把核查结果回传给推送的单位", [LEDGER, OUT]),
    (
        "look",
        "看一个包或一份交回的核查表，不收",
        [
            FILE,
            option(
                "--comments",
                dest="out",
                type=Path,
                metavar="退回.xlsx",
                help="把问题批注在核查表上，另写一份退回",
            ),
            _ANEW,
        ],
    ),
    (
        "receive",
        "收下包、回执、退回单、名册、意见、下发文件或交回的核查表，可以多个",
        [option("files", type=Path, nargs="+", metavar="文件"), _TAKE, _DECIDE, _ANEW, _BLANK],
    ),
    (
        "merge",
        "把收到的回传或下级台账并入本单位台账",
        [
            LEDGER,
            option(
                "--from",
                dest="source",
                required=True,
                metavar="单位",
                help="谁报来的：单位名称，或那本台账的编号",
            ),
            _TAKE,
            _DECIDE,
            option("--dry-run", action="store_true", help="只看会怎样，不合并"),
            BASIS,
        ],
    ),
    (
        "merges",
        "合并过哪些；-o 打印合并情况表，.xlsx 是逐行清单",
        [LEDGER, option("--merge", default="", metavar="编号", help="只要这一次的"), MAYBE_OUT],
    ),
]
WHERE = {
    "round": "ui.commands.rounds:round_",
    "return": "ui.commands.rounds:return_",
    **{name: f"ui.commands.rounds:{name}" for name in "contest look receive merge".split()},
    "merges": "ui.commands.mergings:merges",
}
