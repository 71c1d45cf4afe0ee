"""How the sub-commands that take deeds back are written."""

from __future__ import annotations

from ui.commands.options import ENTRY, LEDGER, REASON_NEEDED, Command, option

COMMANDS: list[Command] = [
    (
        "undo",
        "撤销一步：没有报送、没有签字、后来没有再改的；再撤销一次就是重做",
        [LEDGER, option("seq", nargs="?", type=int, default=0, metavar="号", help="操作记录里的号，不写就是最后一步")],
    ),
    ("delete", "删除录错的一行，放进回收站（没有确定、没有报送、没有签字的台账）", [ENTRY, REASON_NEEDED]),
    ("trash", "回收站里的行：谁哪天删的、为什么", [option("ledger", nargs="?", default="", metavar="台账", help="不写就是全部")]),
    ("undelete", "从回收站放回一行", [option("entry", metavar="编号", help="台账编号（trash 列出）")]),
]
WHERE = {name: f"ui.commands.undoing:{name}" for name, _, _ in COMMANDS}
"""Where what a sub-command does is written, as module:function."""
