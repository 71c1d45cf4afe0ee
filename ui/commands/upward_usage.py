"""How the sub-commands of what goes upward and comes down are written."""

from __future__ import annotations

from ui.commands.options import (
    ENTRY,
    FILE,
    LEDGER,
    MAYBE_ITEM,
    MAYBE_OUT,
    ON,
    OUT,
    SCAN,
    VERSION,
    Command,
    option,
)

COMMANDS: list[Command] = [
    (
        "study",
        "登记政府研究：会议、日期、纪要文号、扫描件，全旗台账由此确定",
        [
            LEDGER,
            option("--meeting", default="", metavar="会议"),
            option("--minutes", default="", metavar="文号"),
            ON,
            SCAN,
            VERSION,
        ],
    ),
    (
        "rollup",
        "下级各单位的数字和合计，谁逾期未报，或按审批系统；-o 写成汇总情况表（.pdf 或 .xlsx）",
        [
            option("template", metavar="模板", help="模板编号"),
            option(
                "--by",
                choices=("place", "system"),
                default="place",
                help="place 分单位（块），system 按审批系统（条）；同一项目只算一次",
            ),
            MAYBE_OUT,
        ],
    ),
    (
        "annotate",
        "对下级报来的一行（或一个事项）提意见，写成文件交给对方",
        [
            ENTRY,
            MAYBE_ITEM,
            option("--text", required=True, metavar="内容"),
            option("--back", action="store_true", help="退回：请对方改正后再报"),
            MAYBE_OUT,
        ],
    ),
    (
        "reply",
        "答复上级提的意见，写成文件交给对方",
        [option("remark", metavar="意见编号"), option("--text", required=True, metavar="内容"), MAYBE_OUT],
    ),
    ("remarks", "提出的和收到的意见，各有答复", []),
    (
        "issue",
        "向下级印发模板（template，.toml 或工作簿 .xlsx）、放假安排（calendar）或清单（list）",
        [
            option(
                "kind",
                choices=("template", "calendar", "list"),
                metavar="种类",
                help="template、calendar 或 list",
            ),
            FILE,
            option("--to", default="", metavar="单位", help="只发给它，加密；不写则发给各单位，不加密"),
            option("--note", default="", metavar="说明"),
            OUT,
        ],
    ),
    (
        "verify",
        "核对记录、台账和附件；--office 由收到的内容重新核对一个下级单位的全部历史",
        [option("--office", default="", metavar="单位")],
    ),
]
WHERE = {
    **{name: f"ui.commands.upward:{name}" for name in "study rollup verify".split()},
    **{name: f"ui.commands.downward:{name}" for name in "annotate reply issue templates".split()},
    "open": "ui.commands.downward:open_",
    "remarks": "ui.commands.downward:remarks_",
}
