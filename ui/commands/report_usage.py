"""How the sub-commands of periodic reports are written."""

from __future__ import annotations

from pathlib import Path

from ui.commands.options import LEDGER, MAYBE_OUT, ON, SCAN, Command, option

_FORM = option("--form", default="", metavar="报表", help="模板里的哪一张报表；不写就是第一张")

COMMANDS: list[Command] = [
    (
        "report",
        "写一期进展报告（--period）：看正文和数字，-o 写出 PDF、Word 和 Excel，--send 冻结归档；"
        "不写 --period 就是登记确定以后的报送：日期、文号",
        [
            LEDGER,
            option(
                "--period",
                default="",
                metavar="期次",
                help="如 2022-09A（上半月）、2022-09B（下半月）、2022-09（月）、2022-09-1（上旬）",
            ),
            _FORM,
            option("--text", type=Path, metavar="文件", help="正文写在这个文本文件里；不写就按数字起草"),
            option("--problems", default="", metavar="内容", help="存在问题"),
            option("--suggestions", default="", metavar="内容", help="工作建议"),
            option("--send", action="store_true", help="报出：三种文件和数字一起冻结归档，记实报日"),
            option("--zero", action="store_true", help="本期没有变化，作零报告报出"),
            option(
                "--again", action="store_true", help="报过的一期，按现在的数字另起一版；不写就照报过的那一版"
            ),
            MAYBE_OUT,
            option("--duplex", action="store_true", help="PDF 和 Word 按双面印刷排版"),
            option("--no", default="", metavar="文号"),
            ON,
            SCAN,
        ],
    ),
    ("reports", "各期报告：应报日、报了没有、第几版", [LEDGER, _FORM]),
    (
        "brief",
        "某一天的情况，一段话，可以贴进消息；-o 写成一页 PDF",
        [LEDGER, option("--on", default="", metavar="日期", help="哪一天的情况；不写就是今天"), MAYBE_OUT],
    ),
]
WHERE = {name: f"ui.commands.reporting:{name}" for name in "report reports brief".split()}
