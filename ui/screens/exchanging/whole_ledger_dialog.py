"""整本发给这个单位？: asked before a whole ledger goes to an office that is not above."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.dialogs.plain_dialog import PlainDialog


class WholeLedgerDialog(PlainDialog):
    """Accepted when `name` may have all of the ledger."""

    def __init__(self, name: str, ledger: str, parent: QWidget | None = None) -> None:
        super().__init__("整本台账发给它，写出？", f"“{name}”不是本单位的上级或汇总单位", parent)
        self.say(
            f"上报包里是整本《{ledger}》，它会看到每一个项目。要请它核对自己的事项，请到“部门核对”里推送。"
        )
        self.deeds("整本发给它", self.accept, kind="danger")


class CallersDialog(PlainDialog):
    """Accepted when `name` may see who called."""

    def __init__(self, name: str, ledger: str, told: str, parent: QWidget | None = None) -> None:
        super().__init__("里面有投诉人的情况，写出？", f"《{ledger}》登记了{told}", parent)
        self.say(f"上报包是加密的，只有“{name}”打得开，它看得到{told}。它用不着的，请改报考核表（不带这几栏）。")
        self.deeds("给它看，写出", self.accept, kind="danger")
