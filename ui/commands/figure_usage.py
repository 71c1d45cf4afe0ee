"""How the sub-commands of statistics are written: figures, the bridge between two days, a list beside the base."""

from __future__ import annotations

from ui.commands.options import FILE, LEDGER, MAYBE_OUT, Command, day, option

_BY = {"unit": "单位", "matter": "事项", "place": "苏木镇或园区", "division": "旗县"}
_HELD = {"holder": "卡在谁手里（按行，等了几个工作日）", "holder-item": "卡在谁手里（按事项）"}
_SINCE = {"type": day, "metavar": "日期"}

COMMANDS: list[Command] = [
    (
        "stats",
        "统计：期初、新增、在账、核减等各项数，可以问过去任何一天",
        [
            option("ledger", nargs="?", default="", metavar="台账", help="模板编号、台账名称或台账编号；写 --all 就不写"),
            option("--all", action="store_true", help="各项行动的全部台账（含下级报来的）共有多少个项目，同一项目只算一个"),
            option(
                "--by", action="append", default=[], choices=(*_BY, *_HELD), metavar="按什么分",
                help="、".join(f"{key} {word}" for key, word in (_BY | _HELD).items()) + "；可以写几次",
            ),
            option("--since", help="从这一天起的变动；不写就从确定台账起", **_SINCE),
            option("--on", help="到这一天为止，照当天的记录；不写就是现在", **_SINCE),
            option("--series", action="store_true", help="从确定台账起逐日还剩多少在账（时间长的每半月一个数），可以写 --on"),
            option(
                "--same", nargs=2, metavar=("名称", "单位"),
                help="以后统计时这个名称算作那个单位，填写的不改；两个写成一样，就又单独统计",
            ),
            option("--rank", default="", metavar="数", help="按这一项数排名，写它的标识（--json 列出）"),
            option("--before", help="排名时与截至这一天的上期比", **_SINCE),
            option("--before-since", help="上期从这一天起", **_SINCE),
            MAYBE_OUT,
        ],
    ),
    (
        "bridge",
        "数字为什么变了：从期初到期末，逐行逐项列出变动和依据",
        [
            LEDGER,
            option("--from", dest="since", required=True, help="第一天", **_SINCE),
            option("--to", dest="on", required=True, help="最后一天", **_SINCE),
            MAYBE_OUT,
        ],
    ),
    (
        "compare",
        "上级改过的清单与确定的底数逐行比对，不写入",
        [LEDGER, FILE, option("--sheet", metavar="工作表", help="不写就自己找"), MAYBE_OUT],
    ),
]  # fmt: skip
WHERE = {
    "stats": "ui.commands.figuring:stats",
    "bridge": "ui.commands.figuring:bridge",
    "compare": "ui.commands.comparing_lists:compare",
}
