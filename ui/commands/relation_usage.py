"""How the sub-commands of rows in several ledgers are written: what is related, links, leaving together."""

from __future__ import annotations

from ui.commands.options import ENTRY, LEDGER, ON, SCAN, Command, option

_NO = option("no", metavar="台账编号", help="另一本台账里那一行的编号（list 列出）")
_ANY = option("ledger", nargs="?", default="", metavar="台账", help="台账的模板编号、名称或编号")
_OTHER = option("other", metavar="另一行", help="另一本台账里那一行的编号、项目代码或名称")
_AGAIN = option("--again", action="store_true", help="撤回，又作疑似提出")
_FIELD = option("--field", default="", metavar="栏目", help="写进哪一栏；不写就是“同一项目”那一栏")
_BASIS = option("--basis", default="", metavar="依据", help="这本台账的办结依据；不写就用模板为随同办理定的")
_DOC = option("--doc", default="", metavar="文号", help="不写就用那一行的文号")

COMMANDS: list[Command] = [
    ("related", "这一行在别的台账里的同一项目、登记和时限", [ENTRY]),
    ("pairs", "疑似在别的台账里也有的同一项目，只提示，由人确认；不写台账就是全部", [_ANY]),
    ("apart", "记下这两行不是同一项目，以后不再提", [ENTRY, _OTHER, _AGAIN]),
    ("link", "确认是另一本台账里的同一项目", [ENTRY, _NO, _FIELD]),
    ("unlink", "取消关联", [ENTRY, _FIELD]),
    ("together", "跟随的那一行已经不在账、可以随同办理的各行", [LEDGER]),
    (
        "directory",
        "部门名录：查一个部门的人；不写部门，列出在账各行哪些还没有跟着名录改",
        [
            option("department", nargs="?", default="", metavar="部门", help="名称、又称或原来的名称"),
            option("--follow", action="store_true", help="全部台账的在账各行跟着名录改，一次改完或者都不改"),
            option("--fill", action="store_true", help="空着的责任人、职务、电话也照名录填"),
        ],
    ),
    ("close-together", "凭所跟随那一行的文号随同办理", [ENTRY, _BASIS, ON, _DOC, SCAN]),
]
WHERE = {
    "directory": "ui.commands.directing:directory_",
    "related": "ui.commands.relating:related",
    "pairs": "ui.commands.relating:pairs",
    "apart": "ui.commands.relating:apart",
    "link": "ui.commands.relating:link",
    "unlink": "ui.commands.relating:unlink",
    "together": "ui.commands.relating:together",
    "close-together": "ui.commands.relating:close_together",
}
