"""下发 and 模板: what went down and who has taken it; a newer template seen in plain words and applied (decisions 21, 28)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.proof import replay
from app.template_books import template_upgrades
from sync import exchange
from sync.letters import boxes, documents
from tests.app import newer_template as texts
from tests.sync.offices import introduce
from tests.sync.upward_world import Upward, upward
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, shut, unreachable
from tests.ui.upward_play import cancelling
from ui.desk import Desk, Job
from ui.main_window import MainWindow
from ui.screens import places
from ui.screens.downward.issue_dialog import IssueDialog
from ui.screens.downward.upgrade_dialog import UpgradeDialog
from ui.screens.downward_screen import TEMPLATES, DownwardScreen
from ui.screens.import_screen import ImportScreen
from ui.screens.inbox_screen import InboxScreen
from ui.screens.ledger_screen import LedgerScreen


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Upward]:
    found = upward(tmp_path, "dev", "lead", "league")
    yield found
    for desk in found.opened:
        desk.close()
    found.close()


def opened(qtbot: QtBot, world: Upward, who: str, **size: int) -> DownwardScreen:
    desk = Desk(world[who])
    world.opened.append(desk)
    return open_page(qtbot, desk, DownwardScreen, **size)


def come(world: Upward, who: str = "lead", above: str = "league", text: str = "") -> None:
    file = world.folder / "新版.toml"
    file.write_text(text or texts.whole(), "utf-8")
    keys = exchange.own_keys(world[above], "")
    issued = documents.issue(world[above], keys, "template", file, world.folder / "U盘")
    exchange.receive(world[who], Path(issued.facts["file"]))


def dialog(page: DownwardScreen) -> UpgradeDialog:
    assert isinstance(page.asked, UpgradeDialog)
    return page.asked


def test_who_may_issue_has_the_page_and_others_have_the_templates() -> None:
    """Decision 28: the lead and the superior send down; everybody sees the templates."""
    words = {
        role: next(p.words for p in places([role]) if p.key == "down")
        for role in ("lead", "handler", "sponsor")
    }
    assert words == {"lead": "下发", "handler": "模板", "sponsor": "模板"}


def test_a_list_goes_down_and_the_receipt_says_who_has_it(qtbot: QtBot, world: Upward) -> None:
    page = opened(qtbot, world, "lead")
    issued = page.issued
    assert issued.none.isVisible() and "回执" in issued.none.text.text()
    assert nameless(page) == [] and cut_buttons(page) == [] and unreachable(list(issued.deeds.values())) == []
    issued.deeds["list"].click()
    asked = page.asked
    assert isinstance(asked, IssueDialog) and [t.text() for t in asked.ticks.values()] == [world["dev"].name]
    assert not asked.primary.isEnabled() and "还没选文件" in asked.primary.text()
    file = world.folder / "465个项目.csv"
    file.write_text("项目名称\n甲\n", "utf-8")
    asked.take(file)
    (world.folder / "U盘").mkdir(exist_ok=True)
    asked.target.take(world.folder / "U盘")
    assert asked.primary.text() == "写出 1 份" and nameless(asked) == [] and cut_buttons(asked) == []
    asked.primary.click()
    quiet(qtbot, page.desk)
    row = issued.model.row(0)
    assert row is not None and row.texts[1:5] == ("清单", "465个项目", world["dev"].name, "已写出，等回执")
    assert "还有 1 份没有回执" in issued.said.text() and "可以拔盘" in page.strip.words.text()
    sent = next((world.folder / "U盘").glob("清单*.qidi-doc"))
    exchange.receive(world["lead"], Path(exchange.receive(world["dev"], sent).facts["receipt"]))
    page.refresh()
    row = issued.model.row(0)
    assert row is not None and row.texts[4] == "已收下" and boxes.sent(world["lead"])[0].state == "receipted"


def test_a_list_that_came_goes_to_the_import_by_one_press(qtbot: QtBot, world: Upward) -> None:
    """Decision 28: a list lies in the inbox for the import; the window says so without a path or a command."""
    file = world.folder / "465个项目.csv"
    file.write_text("项目名称\n甲水库\n", "utf-8")
    keys = exchange.own_keys(world["lead"], "")
    sent = documents.issue(world["lead"], keys, "list", file, world.folder / "U盘", to=world["dev"].id)
    desk = Desk(world["dev"])
    world.opened.append(desk)
    page = open_page(qtbot, desk, InboxScreen)
    wishes: list[tuple[str, Any]] = []
    page.wished.connect(lambda key, place: wishes.append((key, place)))
    page.look_at(Path(sent.facts["file"]))
    page.take.click()
    quiet(qtbot, desk)
    told = page.said.text()
    assert "导入 Excel" in told and "inbox" not in told and "import" not in told
    assert page.to_import.isVisible() and cut_buttons(page) == []
    page.to_import.click()
    (key, place), *_ = wishes
    assert key == "import" and Path(place["file"]).parent.name == "inbox"
    into = open_page(qtbot, desk, ImportScreen)
    assert into.pick.came.box.currentText().startswith(f"465个项目，来自{world['lead'].name}")
    into.pick.came.deed.click()
    quiet(qtbot, desk)
    assert file.name in into.strip.words.text(), "it was read, and is no list of projects"
    assert cut_buttons(into) == [] and nameless(into) == []


def test_what_was_not_written_is_said_and_what_was_is_listed(qtbot: QtBot, world: Upward) -> None:
    """取消 after the first of two offices, and a stick that takes nothing."""
    introduce(world["league"], world["dev"], world.folder)
    page = opened(qtbot, world, "league")
    file, stick = world.folder / "清单.csv", world.folder / "U盘"
    file.write_text("项目名称\n甲\n", "utf-8")

    def write(folder: Path) -> None:
        page.issued.deeds["list"].click()
        asked = page.asked
        assert isinstance(asked, IssueDialog) and len(asked.ticks) == 2
        asked.take(file)
        asked.target.take(folder)
        asked.primary.click()
        quiet(qtbot, page.desk)

    write(file)
    assert page.issued.model.rowCount() == 1, "it is kept here and may be written once more"
    said = cancelling(page.desk)
    stick.mkdir()
    write(stick)
    assert len(list(stick.iterdir())) == 1 and page.issued.model.rowCount() == 2 and said == []
    assert "1 个没有写" in page.strip.words.text() and page.strip.property("tone") == "amber"


def test_a_newer_template_is_seen_and_applied_and_taken_back(qtbot: QtBot, world: Upward) -> None:
    come(world)
    page = opened(qtbot, world, "lead", width=911, height=485)
    page.views.choose(TEMPLATES)
    page.show_view(TEMPLATES)
    found = page.templates
    told = [row.texts for row in (found.model.row(n) for n in range(2)) if row]
    assert [(t[1], t[5]) for t in told] == [("2022.4", "作数"), ("2022.3", "不作数：比 2022.4 旧")]
    assert world["league"].name in told[0][2] and nameless(page) == [] and cut_buttons(page) == []
    found.see.click()
    seen = dialog(page)
    assert "新增“绿色等级”" in [row.texts[1] for row in (seen.model.row(n) for n in range(9)) if row]
    seen.primary.click()
    assert ledgers.get(world["lead"], world.ledgers["lead"]).loaded.t.version == "2022.3"
    found.upgrade.click()
    asked = dialog(page)
    jobs: list[Job] = []
    page.desk.started.connect(jobs.append)
    asked.primary.click()
    assert not asked.primary.isEnabled() and asked.isVisible(), "off the screen thread, and once"
    quiet(qtbot, page.desk)
    assert [job.title for job in jobs] == ["正在升级台账"] and shut(asked)
    assert ledgers.get(world["lead"], world.ledgers["lead"]).loaded.t.version == "2022.4"
    assert not found.upgrade.isEnabled()
    found.undo.click()
    quiet(qtbot, page.desk)
    assert [job.title for job in jobs] == ["正在升级台账", "正在撤回换模板版本"]
    assert ledgers.get(world["lead"], world.ledgers["lead"]).loaded.t.version == "2022.3"
    assert not found.undo.isEnabled() and "已撤回" in found.undo.text(), "nothing more to take back"
    assert replay.verify(world["lead"]) == []


def test_a_sealed_ledger_asks_for_the_correction_slip(qtbot: QtBot, world: Upward) -> None:
    """Decision 21: without reason, second person and scan nothing changes."""
    world.add("dev", "甲", M01="在办")
    world.seal("dev")
    come(world, "dev", "lead", texts.whole())
    page = opened(qtbot, world, "dev")
    assert not page.views.isVisible()
    page.templates.upgrade.click()
    asked = dialog(page)
    asked.primary.click()
    assert (
        asked.isVisible()
        and asked.faults["reason"].text()
        and nameless(asked) == []
        and cut_buttons(asked) == []
    )
    asked.inputs["reason"].set_text("盟里换了模板")
    asked.inputs["second"].set_text("审核人乙")
    asked.inputs["scan"].take(world.paper)
    counted: list[tuple[int, int]] = []
    page.desk.started.connect(lambda job: job.told.connect(lambda *at: counted.append(at)))
    asked.primary.click()
    quiet(qtbot, page.desk)
    assert counted == [(0, 2), (1, 2)], "every row is gone over twice"
    assert ledgers.get(world["dev"], world.ledgers["dev"]).loaded.t.version == "2022.4"
    assert replay.verify(world["dev"]) == []


def test_the_page_of_an_upgraded_ledger_is_made_anew(
    window: MainWindow, screen: LedgerScreen, desk: Desk
) -> None:
    """New fields have their columns at once, also where the page stands in front."""
    assert screen.bench is not None
    ledger = screen.bench.line.id
    window.show_page("today")
    desk.do(template_upgrades.upgrade, ledger, texts.read(texts.whole()))
    window.show_page("ledger")
    assert screen.bench.line.loaded.t.version == "2022.4"
    assert screen.bench.table.ledger_model.column_of("green_class") >= 0
    desk.do(template_upgrades.undo, ledger)
    screen.bench.reread()
    assert screen.bench.line.loaded.t.version == "2022.3"
