"""A check round for the pictures: parts pushed, one department with the program that answers, one that disagrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

RETURNED = "水利局回传.qidi"
BROKEN = "没拷完的包.qidi"


def play(office: Any, ledger: str, nest: Path) -> None:
    """Open a round in the sample, push two thirds of it, and leave in `nest` what came back."""
    from app import office as offices
    from app.ledger import entries, ledgers
    from app.rounds import rounds
    from sync import exchange
    from sync.merges import pushes

    water = offices.create(
        nest / "water", division=office.division, name="正镶白旗水利局", roles=["handler"], clerk="经办人丙",
        today=office.today(),
    )  # fmt: skip
    for one, other in ((office, water), (water, office)):
        card = Path(exchange.card(one, nest / f"{one.id}.qidi-card").facts["file"])
        exchange.trust(other, card, confirmed=True)
    rounds.begin(office, ledger, due=f"{office.today():%Y}-09-30")
    now = rounds.board(office, ledger)
    assert now is not None
    depts = tuple(part.dept for part in now.parts)
    most = (
        tuple(d for d in depts if d == "水利局")
        + tuple(d for d in depts if d != "水利局")[: len(depts) * 2 // 3]
    )
    sent = pushes.push(office, ledger, nest / "U盘", depts=most).facts["sent"]
    part = next(Path(one["file"]) for one in sent if one["dept"] == "水利局")
    exchange.receive(water, part)
    line = next(x for x in ledgers.all(water) if x.purpose == ledgers.CHECK)
    _answers(office, ledger, water, line.id)
    entries.add(
        water, line.id, {"name": "样例灌区续建配套项目"}, not_secret="经办人丙", items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )  # fmt: skip
    back = Path(exchange.send(water, line.id, office.id, nest / "U盘").facts["file"])
    for book in sorted((nest / "U盘").glob("*.xlsx"))[:2]:
        _fill(book)
    (nest / RETURNED).write_bytes(back.read_bytes())
    (nest / BROKEN).write_bytes(back.read_bytes()[:-600])
    water.close()


def _fill(file: Path) -> None:
    """A department without the program checks its first matters."""
    book = openpyxl.load_workbook(file)
    sheet = book["核查表"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    for row in range(6, 10):
        sheet.cell(row, heads["核查情况"]).value = "已核实，资料齐全"
    book.save(file)


def _answers(office: Any, ledger: str, water: Any, check: str) -> None:
    """What the department types, and what the office that asked typed meanwhile in some of the same cells."""
    from app.ledger import entries
    from app.listing import lists

    theirs = lists.lines(water, lists.ids(water, check, lists.Query()))
    ours = {x.name: x for x in lists.lines(office, lists.ids(office, ledger, lists.Query()))}
    for at, row in enumerate(theirs):
        code = next(iter(row.items))
        if at < 3:
            entries.amend(
                water, row.id, {}, {code: {"handler": f"责任人{'甲乙丙'[at]}", "note": "已电话核实"}}
            )
            entries.amend(office, ours[row.name].id, {}, {code: {"handler": "责任人丁"}})
        elif at == 3:
            told = {"contest": "非本部门", "contest_reason": "取水口在上游旗县，归其水利局办理"}
            entries.amend(water, row.id, {}, {code: told})
        else:
            entries.amend(water, row.id, {}, {code: {"verified": "已核实，资料齐全"}})


def rounds_push(window: Any) -> Any:
    window.show_page("rounds")
    screen = window.screen()
    screen.push.click()
    return screen.asked


def rounds_begin(window: Any) -> Any:
    from ui.screens.rounds.begin_dialog import BeginDialog

    window.show_page("rounds")
    screen = window.screen()
    dialog = BeginDialog(screen.desk, screen.line(), window)
    dialog.show()
    return dialog


def _nest(window: Any) -> Path:
    return Path(window.desk.office.folder).parent


def inbox_judged(window: Any) -> None:
    window.show_page("inbox", {"file": _nest(window) / RETURNED})


def inbox_many(window: Any) -> None:
    nest = _nest(window)
    books = sorted((nest / "U盘").glob("*.xlsx"))[:2]
    window.show_page("inbox", {"files": [nest / RETURNED, nest / BROKEN, *books]})
    _wait(window)
    window.screen().clash.back.click()


def inbox_vouch(window: Any) -> Any:
    screen = window.screen()
    screen.batch.take.click()
    return screen.asked


def inbox_results(window: Any) -> None:
    """After 收下: the return waits for decisions, one workbook was vouched for."""
    screen = window.screen()
    screen.take_all([one for one in screen.batch.seen if not one.code])
    next(iter(screen.asked.ticks.values())).setChecked(True)
    screen.asked.primary.click()


def clash(window: Any) -> None:
    """The three-way table, the first cell decided."""
    _wait(window)
    screen = window.screen()
    screen.batch.table.choose(0)
    screen.batch.decide.click()
    _wait(window)
    screen.clash.decide("mine")


def merged(window: Any) -> None:
    """After 合并: what became of the file, and below it what may be done."""
    screen = window.screen()
    screen.clash.rest("theirs")
    screen.clash.merge.click()
    _wait(window)


def merge_sheet(window: Any) -> Any:
    screen = window.screen()
    screen.batch.sheet.click()
    _wait(window)
    return screen.printing.shown


def inbox_merged(window: Any) -> None:
    """合并过的, the newest in hand."""
    screen = window.screen()
    screen.batch.leave.click()
    screen.listed.show_mergings()


def inbox_undo(window: Any) -> Any:
    """撤回这次合并…: what it would undo."""
    screen = window.screen()
    screen.listed.merged.undo.click()
    return screen.asked


def inbox_slip(window: Any) -> Any:
    """Why what came in was given back."""
    from app.exports.slip_pdf import Fault, SlipSheet
    from sync.letters.slip_sheets import Given
    from ui.screens.exchanging.slip_dialog import SlipDialog

    faults = (
        Fault(
            ("152529-DP-2022-0031 样例灌区续建配套项目",),
            "总投资写成了“八百万整吧”，不是数，请填以万元计的数",
        ),
        Fault(
            ("152529-DP-2022-0044 样例道路项目", "152529-DP-2022-0045 样例桥梁项目"),
            "签字以后改过项目代码，请走“更正单”",
        ),
        Fault((), "附件里少 2 个扫描件，请连同附件再报一次"),
    )
    sheet = SlipSheet(
        "正镶白旗发展和改革委员会",
        "正镶白旗水利局",
        "待批项目台账",
        "2022年8月23日",
        True,
        faults,
        "2022年8月23日",
    )
    given = Given(sheet, _nest(window) / "outbox" / "退回单_2022-08-23_0af3c1d2e4b5.qidi-slip")
    dialog = SlipDialog(window.desk, given, window)
    dialog.show()
    return dialog


def rounds_remind(window: Any) -> Any:
    window.show_page("rounds")
    board = window.screen()
    board.remind.click()
    return board.deeds.asked


def rounds_answer(window: Any) -> Any:
    """What the department gave back."""
    window.show_page("rounds")
    board = window.screen()
    board.refresh()
    board.open_part(board.model.find("水利局"))
    return board.deeds.asked


def rounds_reply(window: Any) -> Any:
    """An objection answered."""
    board = window.screen()
    board.deeds.asked.reply.click()
    return board.deeds.asked


def department(window: Any) -> Any:
    """The page at the department that was asked."""
    return _other(window, "rounds")


def department_ledger(window: Any) -> Any:
    return _other(window, "ledger")


def department_matter(window: Any) -> Any:
    """The form of one matter, with 有异议 beside its name."""
    from app.listing import lists

    other = _other(window, "ledger")
    bench = other.screen().bench
    entry = lists.ids(other.desk.office, bench.line.id, lists.Query())[3]
    item = next(iter(lists.line(other.desk.office, entry).items))
    other.show_page("ledger", {"ledger": bench.line.id, "entry": entry, "item": item, "form": True})
    return other


def issue_register(window: Any) -> Any:
    """印发单位名册."""
    window.show_page("settings")
    screen = window.screen()
    screen.cards.issue_button.click()
    return screen.cards.dialog


def card_sheet(window: Any) -> Any:
    """打印名片: looked at first."""
    window.show_page("settings")
    screen = window.screen()
    screen.own.paper.click()
    _wait(window)
    return screen.own.printing.shown


def unlock(window: Any) -> Any:
    """A passphrase that was wrong twice."""
    from app.problem import Problem
    from ui.dialogs.unlock_dialog import UnlockDialog

    dialog = UnlockDialog(window.desk.office, window)
    dialog.show()
    for _ in range(2):
        dialog._wrong(Problem("E_PASSPHRASE", "口令不对，请重新输入", field="passphrase"))
    return dialog


def _other(window: Any, page: str) -> Any:
    from app import office as offices
    from ui.desk import Desk
    from ui.main_window import MainWindow

    office = offices.open_folder(_nest(window) / "water", today=window.desk.office.today(), readonly=True)
    other = MainWindow(Desk(office))
    other.resize(window.size())
    other.show()
    other.show_page(page)
    return other


def _wait(window: Any) -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    while window.desk.busy:
        QApplication.processEvents()
    QApplication.processEvents()


POSES = {
    "rounds-push": rounds_push,
    "rounds-begin": rounds_begin,
    "inbox-judged": inbox_judged,
    "inbox-many": inbox_many,
    "inbox-vouch": inbox_vouch,
    "inbox-results": inbox_results,
    "inbox-clash": clash,
    "inbox-merged": merged,
    "merge-sheet": merge_sheet,
    "inbox-mergings": inbox_merged,
    "inbox-undo": inbox_undo,
    "inbox-slip": inbox_slip,
    "rounds-answer": rounds_answer,
    "rounds-reply": rounds_reply,
    "rounds-remind": rounds_remind,
    "rounds-department": department,
    "ledger-department": department_ledger,
    "matter-department": department_matter,
    "settings-register": issue_register,
    "settings-card": card_sheet,
    "settings-unlock": unlock,
}
