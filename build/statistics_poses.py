"""统计 in pictures: on a ledger that was sealed and worked on for a month, and on fifty units."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

FOLDER = "statistics"
DAYS, EACH = 35, 6
UNITS = 50


def play(nest: Path, today: dt.date) -> None:
    """The sample's list signed and sealed, some matters closed on most days; beside it a register of fifty units."""
    from app import office as offices
    from app.ledger import closing, ledgers, versions
    from app.listing import lists
    from app.problem import Problem
    from app.samples import sample
    from app.signing import signoff

    office = offices.create(
        nest / FOLDER, division=sample.DIVISION, name=sample.NAME, roles=["sponsor", "lead"], clerk=sample.CLERK,
        today=today,
    )  # fmt: skip
    sample.fill(office)
    line = next(x for x in ledgers.all(office) if x.own)
    scan = nest / "signed.pdf"
    signoff.print_ledger(office, line.id, scan, explain="样例：缺项正在补齐")
    for role in versions.route_of(line).roles:
        signoff.sign(office, line.id, role=role, by="签字人甲", on=today.isoformat(), scan=scan)
    signoff.seal(office, line.id)
    rows = lists.lines(office, lists.ids(office, line.id)[: DAYS * EACH])
    for day in range(DAYS):
        office = replace(office, fixed_today=today + dt.timedelta(day))
        for row in rows[day * EACH : (day + 1) * EACH] if day % 7 < 5 else ():
            todo = [
                (row.id, code) for code, item in row.items.items() if item.state in ("在办", "未办", "待核")
            ]
            try:
                closing.close(
                    office, todo, basis="批复", doc=f"旗审〔2022〕{day + 1}号", on=office.today().isoformat()
                )
            except Problem:
                continue  # a matter that cannot be closed yet
    _units(office)
    office.close()


def _units(office: Any) -> None:
    from app.ledger import entries, ledgers

    register = str(ledgers.open_template(office, "contacts").subject)
    with office.write("样例") as work:
        line = ledgers.line_of(work.connection, register)
        rows = [
            {"name": f"催办{at}", "on": office.today().isoformat(), "target": f"示范苏木镇第{at % UNITS + 1}产业发展服务中心",
             "said": "已催", "promised_on": (office.today() - dt.timedelta(at % 9 - 4)).isoformat()}
            for at in range(UNITS * 3)
        ]  # fmt: skip
        made = [entries.NewRow(cells, {}) for cells in rows]
        entries.add_many(work, line, office, made, {"not_secret": "声明人甲"})


def _at(view: str, deed: Callable[[Any], Any] | None = None, template: str = "") -> Callable[[Any], Any]:
    def pose(window: Any) -> Any:
        from app import office as offices
        from app.ledger import ledgers
        from app.samples import sample
        from ui.desk import Desk
        from ui.main_window import MainWindow

        folder = Path(window.desk.office.folder).parent / FOLDER
        office = offices.open_folder(folder, today=sample.TODAY + dt.timedelta(DAYS - 1))
        shown = MainWindow(Desk(office))
        shown.resize(window.size())
        shown.show()
        every = ledgers.all(office)
        line = next(x for x in every if x.own and template in ("", x.template_id))
        shown.show_page("statistics", {"ledger": line.id, "view": view})
        _settle(shown)
        over = deed(shown) if deed is not None else None
        _settle(shown)
        return over or shown

    return pose


def _settle(window: Any) -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    while window.desk.busy:
        QApplication.processEvents()
        time.sleep(0.02)
    QApplication.processEvents()


def _table(window: Any) -> None:
    window.screen().sides.chip("table").click()


def _why(window: Any) -> Any:
    page = window.screen()
    page.pane.line.anchor = max(page.pane.line.at - 7, 0)
    page.why.click()
    _settle(window)
    return page.deeds.asked


POSES: dict[str, Callable[[Any], Any]] = {
    "statistics-sealed": _at("progress"),
    "statistics-line": _at("burn"),
    "statistics-line-table": _at("burn", _table),
    "statistics-states": _at("states"),
    "statistics-holders": _at("hold"),
    "statistics-why": _at("burn", _why),
    "statistics-fifty": _at("progress", template="contacts"),
}
