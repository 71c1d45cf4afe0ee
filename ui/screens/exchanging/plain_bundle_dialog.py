"""不加密？: asked before a bundle is written that anybody can open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.dialogs.plain_dialog import PlainDialog


class PlainBundleDialog(PlainDialog):
    """Accepted when it may go unencrypted. `near`: names of confirmed offices that look like `name`."""

    def __init__(self, name: str, near: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__("不加密，写出？", f"没有确认过“{name}”的名片", parent)
        self.say("写出的包不加密，谁拿到都能打开。先向对方要名片、电话核对后再写，就只有对方打得开。")
        if near:
            self.say(f"名片已确认的单位里有相近的：{'、'.join(near)}。要发给它们，请回去从下拉框里选。")
        self.deeds("不加密，写出", self.accept, kind="danger")
