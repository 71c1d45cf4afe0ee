"""The dialogs about trust, keys and slips on the smallest screen: whole, inside it, every button readable, all by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.problem import Problem
from sync import exchange
from sync.letters import registers
from sync.letters.slips import Reason
from sync.offices import enrolling
from sync.peers import keys, peers
from sync.receiving.plan import Plan
from tests.sync.offices import introduce, made
from tests.ui.pages import cut_buttons, nameless
from ui import look
from ui.desk import Desk
from ui.dialogs.unlock_dialog import UnlockDialog
from ui.screens.exchanging.accept_dialog import AcceptDialog
from ui.screens.exchanging.issue_dialog import IssueRegisterDialog
from ui.screens.exchanging.passphrase_dialog import PassphraseDialog
from ui.screens.exchanging.reasons_dialog import ReasonsDialog
from ui.screens.exchanging.register_dialog import RegisterDialog
from ui.screens.exchanging.renew_dialog import RenewDialog
from ui.screens.exchanging.restream_dialog import RestreamDialog
from ui.screens.exchanging.trust_dialog import TrustDialog

WIDE, HIGH = 911, 512  # 1366×768 at 150 %
LONG = "正镶白旗农牧和科技局乡村振兴项目服务中心"
"""As long a name as an office has."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    office, other = (
        made(tmp_path / "lead", "正镶白旗发展和改革委员会", "lead"),
        made(tmp_path / "o", LONG, "handler"),
    )
    introduce(office, other, tmp_path)
    other.close()
    opened = Desk(office)
    yield opened
    opened.close()
    office.close()


def trust(desk: Desk) -> QDialog:
    file = desk.office.folder / f"{LONG}.qidi-card"
    enrolling.renew_keys(desk.office, confirmed=True)
    exchange.card(desk.office, file)
    return TrustDialog(desk, file, keys.read_card(file))


def register(desk: Desk) -> QDialog:
    enrolling.issue(desk.office, desk.office.folder, revoke=LONG, reason="电脑丢失，密钥可能泄露，换了经办人")
    return RegisterDialog(registers.all(desk.office))


def restream(desk: Desk) -> QDialog:
    told = Problem("E_CONFIRM", "", offices=[LONG, LONG], parent={"seq": 1234})
    return RestreamDialog(desk, "", "2022年正镶白旗待批项目台账", told)


def accept(desk: Desk) -> QDialog:
    about = "与以前收到的相比，1,234 行不一样、56 行没有了、7 行是新的"
    said = f"{LONG}《待批项目台账》（未确定）：新增 465 行，变动 0 行；对方恢复过备份、另起了记录：{about}"
    return AcceptDialog(
        Plan(said, "", "return", "", LONG, "", "", "待批项目台账", "", True, False, False, 0, 9, "", 9)
    )


def reasons(desk: Desk) -> QDialog:
    why = "签字以后改过项目代码，请走“更正单”；附件里少 2 个扫描件，请连同附件再报一次"
    return ReasonsDialog(
        f"{LONG}：《待批项目台账》退回的原因", [Reason("E_ROW", why, (f"项目{n}",)) for n in range(40)]
    )


DIALOGS: dict[str, Callable[[Desk], QDialog]] = {
    "trust": trust,
    "register": register,
    "restream": restream,
    "accept": accept,
    "reasons": reasons,
    "issue": IssueRegisterDialog,
    "set": lambda desk: PassphraseDialog(desk, held=False),
    "change": lambda desk: PassphraseDialog(desk, held=True),
    "renew": lambda desk: RenewDialog(peers.all(desk.office)[0].card.fingerprint),
    "unlock": lambda desk: UnlockDialog(desk.office),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_is_whole_on_the_smallest_screen(qtbot: QtBot, desk: Desk, name: str) -> None:
    dialog = DIALOGS[name](desk)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    room = HIGH - look.FRAME[1]
    assert dialog.width() <= WIDE and dialog.minimumSizeHint().height() <= room
    dialog.resize(dialog.width(), room)
    QApplication.processEvents()
    assert not cut_buttons(dialog) and not nameless(dialog)
    if isinstance(dialog, TrustDialog):
        assert dialog.digits.width() >= dialog.digits.sizeHint().width(), "all six groups can be read"
