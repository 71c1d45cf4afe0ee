"""The 全旗台账 in the window: gathered, studied, sealed, reported; the league looks, proves, remarks, and is answered.

SB 四(一), decisions 2, 8, 10, 28; the presses are those of desk.md.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
from PySide6.QtWidgets import QApplication

from app.ledger import attachments, ledgers, versions
from app.proof import replay
from app.rollups.rollup_sheets import PLACE
from app.rollups.rollup_systems import SYSTEM
from app.rounds.awaited import REMARK
from app.today import statistics
from sync import exchange
from tests.sync.upward_world import ON
from tests.ui.pages import cut_buttons, nameless, quiet
from tests.ui.upward_play import Play, Start, starting, texts
from ui.screens.awaited_card import destination
from ui.screens.checked_ledger_screen import CheckedLedgerScreen
from ui.screens.gathering_screen import GatheringScreen
from ui.screens.inbox_screen import InboxScreen
from ui.screens.sending_screen import SendingScreen
from ui.screens.signing import papers
from ui.screens.signoff_screen import SignoffScreen
from ui.screens.upward import rollup_page
from ui.screens.upward.remarks_dialog import RemarksDialog

start = starting()


def test_the_banner_goes_up_and_the_league_looks_remarks_and_proves(start: Start) -> None:
    """Decision 10: 政府研究, seal, 报送盟行署; then roll-up, proof, a remark down and its answer up."""
    play = start("dev", "lead", "league")
    world = play.world
    for name in ("甲", "乙"):
        world.add("dev", name)
    world.seal("dev")
    world.report("dev")
    page = play.open("lead", GatheringScreen)
    assert isinstance(page, GatheringScreen)
    play.gather(page)
    sealing(play)
    seen_above(play, str(world.report("lead")))
    top = play.open("league", GatheringScreen)
    assert isinstance(top, GatheringScreen)
    assert texts(top.came.table)[0][:2] == (world["lead"].name, "已确定")
    rolled(play, top)
    proved(play, top)
    remarked(play, top)
    assert all(replay.verify(office) == [] for office in world.offices.values())


def sealing(play: Play) -> None:
    """签批办结 of the 全旗台账: print, 登记政府研究, 确定台账, 登记报送."""
    page = play.open("lead", SignoffScreen)
    assert isinstance(page, SignoffScreen)
    page.go({"ledger": play.world.ledgers["lead"]})
    quiet(play.qtbot, page.desk)
    assert page.signing.heading.text() == "3  登记政府研究" and "先确定台账" in page.reporting.deed.text()
    page.gaps.tick.setChecked(True)
    page.gaps.text.setPlainText("缺项正在补齐")
    play.press(page, page.printing.deed)
    assert page.sealing.deed.text() == "确定台账（还差政府研究）"
    page.take_scan(play.world.paper)  # dropped on the page: the form opens with it
    form = page.steps.dialog
    assert form is not None and form.scan() == play.world.paper and not nameless(form)
    form.inputs["meeting"].setText("旗人民政府第12次常务会议")
    play.press(page, form.primary)
    assert (
        form.isVisible()
        and "纪要文号" in form._fault.text()
        and form.focusWidget() is form.inputs["minutes_no"]
    )
    form.inputs["minutes_no"].setText("白政纪〔2022〕12号")
    own = play.world.paper.with_name("打印件.pdf")
    printed = versions.of(page.desk.office, play.world.ledgers["lead"])[0]
    shutil.copy(attachments.path_of(page.desk.office.folder, printed.pdf), own)
    assert papers.other_paper(page.desk.office, printed.ledger_id, own, printed.number) == ""
    assert printed.label in papers.other_paper(page.desk.office, printed.ledger_id, own, printed.number + 1)
    play.press(page, form.primary)
    assert "已登记政府研究" in texts(page.signing.table)[0][2]
    play.press(page, page.sealing.deed)
    page.seal_dialog.read.click()
    play.press(page, page.seal_dialog.primary)
    assert "第12次常务会议" in page.sealing.words.text() and page.reporting.deed.isEnabled()
    play.press(page, page.reporting.deed)
    form = page.steps.dialog
    assert form is not None
    form.inputs["date"].setText("2999-1-1")
    form.inputs["doc_no"].setText("白政发〔2022〕35号")
    play.press(page, form.primary)
    assert form.isVisible() and form._fault.text(), "a day to come is refused and nothing typed is lost"
    form.inputs["date"].setText(ON)
    play.press(page, form.primary)
    assert "已报送" in page.state.text() and "白政发〔2022〕35号" in page.reporting.words.text()
    (version,) = versions.of(page.desk.office, play.world.ledgers["lead"])
    assert [act.title for act in version.acts] == ["政府研究", "报送盟行署"] and version.sealed


def seen_above(play: Play, mirror: str) -> None:
    """The league reads upon which record it was sealed and how it was reported; the page keeps the focus."""
    page = play.open("league", SignoffScreen)
    assert isinstance(page, SignoffScreen)
    page.go({"ledger": mirror})
    quiet(play.qtbot, page.desk)
    assert (
        "第12次常务会议" in page.sealing.words.text() and "白政发〔2022〕35号" in page.reporting.words.text()
    )
    held = QApplication.focusWidget()
    assert held is not None and page.isAncestorOf(held) and not page.reporting.deed.isVisible()


def rolled(play: Play, page: GatheringScreen) -> None:
    play.press(page, page.views.chip("rollup"))
    row, total = texts(page.rollup.table)
    assert row[:5] == (play.world["lead"].name, "已确定", "2", "2", "2") and total[0] == "合计（1 本）"
    assert page.rollup.foot.text().startswith("项目：期初 2 + 新增 0 + 恢复 0 = 在账 2")
    assert page.rollup.found is not None and not row[0].startswith("※")
    odd = rollup_page.told(replace(page.rollup.found.rows[0], odd="模板不一样"), "")
    assert odd.texts[0].startswith("※ ") and odd.tones[0] == "amber" and "口径" in odd.tips[0]
    out = play.world.folder / "汇总.xlsx"
    page.rollup.save(out)
    book = openpyxl.load_workbook(out)
    assert [cell.value for cell in book.active[5]][:5] == [1, play.world["lead"].name, "已确定", 2, 2]
    assert page.print_shown()
    quiet(play.qtbot, page.desk)
    assert page.rollup.preview.isVisible()
    page.rollup.preview.close()
    by_system(play, page)


def by_system(play: Play, page: GatheringScreen) -> None:
    """S54 四(一), 六(二): the same by approval system, what the lead gathered and what came counted once."""
    size = page.window().size()
    for width in (911, size.width()):
        page.window().resize(width, size.height())
        play.press(page, page.rollup.ways.chip(SYSTEM))
        quiet(play.qtbot, page.desk)
        assert cut_buttons(page) == []
    *rows, total = texts(page.rollup.table)
    assert rows and rows[0][0] in ("自然资源", "生态环境", "发展改革") and total[0] == "合计"
    assert total[3] == "2", total
    assert "只算一次" in page.rollup.more.text() or "数自" in page.rollup.more.text()
    play.press(page, page.rollup.ways.chip(PLACE))
    assert texts(page.rollup.table)[-1][0] == "合计（1 本）"


def proved(play: Play, page: GatheringScreen) -> None:
    """复核历史: green as it came; red, with the reason, once a line held here was tampered with."""
    play.press(page, page.views.chip("proof"))
    play.press(page, page.proof.all)
    assert (
        page.proof.sentence.text().startswith("全部相符") and page.proof.sentence.property("tone") == "green"
    )
    office = page.desk.office
    (mirror,) = [line for line in ledgers.all(office) if not line.own]
    with office.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql(
            "UPDATE entry SET name = '换了名' WHERE ledger_id = ? AND number = 1", (mirror.id,)
        )
    play.press(page, page.proof.one)
    assert page.proof.sentence.property("tone") == "red" and page.proof.list.isVisible()
    with office.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql(
            "UPDATE entry SET name = '甲' WHERE ledger_id = ? AND number = 1", (mirror.id,)
        )


def remarked(play: Play, page: GatheringScreen) -> None:
    """看这本台账 is 只读 · 来自…; 批注 goes down by file, 答复 comes back by file."""
    wishes: list[object] = []
    page.wished.connect(lambda _key, place: wishes.append(place))
    page.show_view("lower")
    play.press(page, page.came.see)
    looked = play.open("league", CheckedLedgerScreen)
    assert isinstance(looked, CheckedLedgerScreen) and looked.bench is not None
    looked.go(wishes[0])
    strip = looked.remarking.strip
    assert strip.deed in looked.regions(), "F6 reaches it"
    assert (
        strip.words.text().startswith(f"只读 · 来自{play.world['lead'].name}")
        and not looked.foreign.isVisible()
    )
    play.press(looked, strip.deed)
    asked = looked.remarking.dialog
    assert asked is not None and not asked.annotate.isEnabled() and not nameless(asked)
    asked.text.setPlainText("总投资与批复不符")
    asked.back.setChecked(True)
    play.press(looked, asked.annotate)
    assert "本行 1 条批注" in strip.words.text()
    down = written(play, looked)

    inbox = play.open("lead", InboxScreen)
    assert isinstance(inbox, InboxScreen)
    inbox.look_at(down)
    quiet(play.qtbot, inbox.desk)
    play.press(inbox, inbox.take)
    own = play.open("lead", CheckedLedgerScreen)
    assert isinstance(own, CheckedLedgerScreen)
    own.go({"ledger": play.world.ledgers["lead"]})
    assert own.remarking.strip.words.text() == "上级批注 1 条（退回 1 条），1 条还没有答复；本行 1 条"
    play.press(own, own.remarking.strip.answer)
    reading = own.remarking.dialog
    assert reading is not None
    answered(play, own, reading)
    assert own.remarking.strip.words.text() == "上级批注 1 条（退回 1 条），都答复了；本行 1 条"
    exchange.receive(play.world["league"], written(play, own))
    looked.refresh()
    play.press(looked, strip.answer)
    back = looked.remarking.dialog
    assert (
        back is not None
        and "：退回：总投资与批复不符" in back.whole.text()
        and "已按批复改正" in back.whole.text()
    )
    back.accept()
    page.refresh()
    assert page.came.said_button.text() == "批注 1，答复 1…"
    play.press(page, page.came.said_button)
    listed = page.remarking.dialog
    assert listed is not None and "已按批复改正" in texts(listed.table)[0][5]
    wishes.clear()
    listed.open_row.click()
    assert wishes and not listed.isVisible()
    passed_on(play, own)


def answered(play: Play, own: CheckedLedgerScreen, reading: RemarksDialog) -> None:
    """What is said of 答复 tells that nothing is on the stick yet."""
    said: list[str] = []
    own.desk.changed.connect(lambda change: said.append(change.said))
    reading.text.setPlainText("已按批复改正")
    play.press(own, reading.answer)
    assert said == ["已答复；还要点“写出给对方…”写到 U 盘上"]


def passed_on(play: Play, lead: CheckedLedgerScreen) -> None:
    """A remark of the lead on a gathered row goes to the sponsor it came from, whose page then says so."""
    play.press(lead, lead.remarking.strip.deed)
    asked = lead.remarking.dialog
    assert asked is not None and play.world["dev"].name in asked.text.placeholderText()
    asked.text.setPlainText("请补建设单位")
    play.press(lead, asked.annotate)
    files = (lead.desk.office.folder / "outbox").glob("*.qidi-remarks")
    asked.accept()
    page = play.open("dev", CheckedLedgerScreen)
    assert isinstance(page, CheckedLedgerScreen) and "remarking" not in page.__dict__, (
        "nothing is loaded for it yet"
    )
    exchange.receive(play.world["dev"], next(file for file in files if play.world["dev"].name in file.name))
    page.refresh()
    strip = page.remarking.strip
    assert strip.words.text().startswith("上级批注 1 条，1 条还没有答复") and not strip.deed.isVisible()
    (waits,) = [one for one in statistics.today_list(page.desk.office).awaited if one.kind == REMARK]
    assert waits.who == play.world["lead"].name and "请补建设单位" in waits.what
    name, place = destination(waits)
    assert name == "ledger"
    page.go(place)
    assert page.remarking.entry == play.world.rows["甲"]
    told = statistics.today_list(lead.desk.office).awaited
    sent_to = next(one for one in told if one.who == play.world["dev"].name and one.what == "意见 1 条")
    name, place = destination(sent_to)
    sending = play.open("lead", SendingScreen)
    assert isinstance(sending, SendingScreen) and name == "send"
    sending.table.choose(1)
    sending.go(place)
    quiet(play.qtbot, sending.desk)
    now = sending.sent.current()
    assert now is not None and (now.bundle, now.state) == (sent_to.key, "built"), "nothing is on a stick yet"


def written(play: Play, page: CheckedLedgerScreen) -> Path:
    """写出给对方… of the remarks dialog, the file kept outside of the office."""
    made = page.remarking.dialog
    assert made is not None and made.carry.isEnabled()
    kept = next((page.desk.office.folder / "outbox").glob("*.qidi-remarks"))
    out = play.world.folder / f"{page.desk.office.id}.qidi-remarks"
    page.remarking.save(kept, out)
    made.accept()
    return out
