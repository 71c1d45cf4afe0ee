"""How the sub-commands of templates and of filled forms are written."""

from __future__ import annotations

from pathlib import Path

from ui.commands.options import LEDGER, MAYBE_OUT, OUT, SCAN, Command, option

ACTIONS = ("changes", "upgrade", "undo", "check", "make", "export", "rehearse", "keep", "issue")
COMMANDS: list[Command] = [
    (
        "template",
        "模板：check 检查、make 由工作簿写成、export 写成工作簿、rehearse 拿台账试、keep 收进本单位的模板、issue 印发；"
        "台账的版本：changes 看差别、upgrade 升级、undo 撤回升级",
        [
            option("action", choices=ACTIONS, metavar="动作", help="、".join(ACTIONS)),
            option(
                "ledger",
                metavar="模板或台账",
                help="模板写编号、.toml 或工作簿 .xlsx；export 也可写台账；changes、upgrade、undo 写台账",
            ),
            option("rows", nargs="?", default="", metavar="台账", help="rehearse：拿哪本台账试"),
            MAYBE_OUT,
            option(
                "--to",
                default="",
                metavar="模板或单位",
                help="升级：模板编号或摘要前 8 位，不写则用现在作数的那一版；印发：发给哪个单位",
            ),
            option("--note", default="", metavar="说明", help="印发时的说明"),
            option("--file", type=Path, metavar="文件", help="升级：汇总单位或上级单位用自己的模板文件"),
            option("--dry-run", action="store_true", help="只看会怎样，不升级"),
            option("--reason", default="", metavar="原因", help="台账已确定：更正单的原因"),
            option("--second", default="", metavar="姓名", help="台账已确定：更正单的第二人"),
            SCAN,
        ],
    ),
    (
        "fill",
        "照收到的表样（.xlsx）填：一格一格填上台账的行，表样的格式、公式、图片都不动",
        [
            LEDGER,
            option("form", type=Path, metavar="表样.xlsx", help="上级发来的工作簿"),
            OUT,
            option(
                "--map",
                action="append",
                default=[],
                metavar="列=栏目",
                help="某一列填哪个栏目，如 D=name、总投资=invest，等号后空着是不填；记住，下次照用",
            ),
            option("--sheet", metavar="工作表", help="填哪个工作表，不写就自己找"),
            option(
                "--private",
                action="store_true",
                help="姓名、电话、账号等不公开的也写全，不写就照打印的规矩遮去一部分",
            ),
            option("--all", action="store_true", help="已经不在账的也填，不写就只填在账的"),
            option("--dry-run", action="store_true", help="只看每一列填什么，不写"),
        ],
    ),
]
WHERE = {"template": "ui.commands.templating:template_", "fill": "ui.commands.form_filling:fill"}
