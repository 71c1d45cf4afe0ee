"""回头看, 投诉, 督办 in pictures: the pages with rows, and their dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _ledger(window: Any, template: str) -> str:
    from app.ledger import serving

    return str(serving.ledger(window.desk.office, template))


def _page(window: Any, template: str) -> Any:
    window.show_page(template, {"ledger": _ledger(window, template)})
    return window.screen()


def _shown(dialog: Any) -> Any:
    dialog.show()
    return dialog


def _top(page: Any) -> Any:
    """The dialog just opened over the page."""
    from PySide6.QtWidgets import QDialog

    return [d for d in page.window().findChildren(QDialog) if d.isVisible()][-1]


def _opened(template: str, deed: Callable[[Any], object]) -> Callable[[Any], Any]:
    def pose(window: Any) -> Any:
        page = _page(window, template)
        deed(page)
        return _top(page)

    return pose


def _draw(page: Any) -> None:
    """A batch to show, then the dialog for another one."""
    from app.ledger import ledgers
    from app.papers import batches, sample_lists, sampling

    office = page.desk.office
    if not batches.listed(office):
        main = next(x for x in ledgers.all(office) if x.own and x.template_id == "pending-approval")
        sample_lists.issue(office, sampling.draw(office, main.id, n=4, seed="2022-09-20", rule="all"), None)
        page.refresh()
    page.draw()


def _find(page: Any) -> None:
    page.find()
    dialog = _top(page)
    dialog.inputs["real"].set_text("否")
    dialog.inputs["rebound"].set_text("否")
    dialog.inputs["finding"].set_text("现场没有见到批复原件")
    dialog.follow()


def _complaint(window: Any) -> Any:
    """A new complaint that may be there already."""
    from app.listing import lists
    from ui.dialogs.following import adding

    page = _page(window, "complaints")
    office, line = window.desk.office, page.bench.line
    first = lists.line(office, lists.ids(office, line.id)[0])
    dialog: Any = adding.dialog(window.desk, line, window)
    for key in ("name", "about", "order_no"):
        dialog.form.inputs[key].set_text(
            str(first.cells.get(key) or first.name if key == "name" else first.cells.get(key) or "")
        )
    dialog.form.inputs["called_on"].set_text(str(first.cells.get("called_on") or ""))
    dialog.look_up()
    return _shown(dialog)


def _form(template: str) -> Callable[[Any], None]:
    def pose(window: Any) -> None:
        _page(window, template).bench.open_panel()

    return pose


def _overdue(window: Any) -> Any:
    from ui.dialogs.following.overdue_dialog import OverdueDialog

    page = _page(window, "supervision")
    return _shown(OverdueDialog(window.desk, page.own_campaigns(), window))


def _offline(window: Any) -> Any:
    from ui.dialogs.following.overdue_dialog import OfflineDialog

    return _shown(OfflineDialog(window.desk, window))


def _inform(window: Any) -> Any:
    from app.ledger import ledgers
    from app.listing import lists
    from app.listing.list_rules import Query
    from ui.dialogs.following.inform_dialog import InformDialog

    office = window.desk.office
    main = next(x for x in ledgers.all(office) if x.own and x.template_id == "pending-approval")
    row = lists.line(office, lists.ids(office, main.id, Query(lights=("red",)))[0])
    dialog: Any = InformDialog(window.desk, main, row, window)
    dialog.inputs["item"].set_text(next(code for code, item in row.items.items() if item.light == "red"))
    dialog.follow()
    return _shown(dialog)


def _supervise(window: Any) -> Any:
    from ui.dialogs.following.notice_dialogs import SuperviseDialog

    return _shown(SuperviseDialog(window.desk, window))


POSES: dict[str, Callable[[Any], Any]] = {
    "recheck-sample": _opened("recheck", _draw),
    "recheck-finding": _opened("recheck", _find),
    "recheck-batches": _opened("recheck", lambda page: page._batches()),
    "recheck-form": _form("recheck"),
    "complaints-new": _complaint,
    "complaints-answer": _opened("complaints", lambda page: page.answer()),
    "complaints-assess": _opened("complaints", lambda page: page.assess()),
    "complaints-form": _form("complaints"),
    "supervision-overdue": _overdue,
    "supervision-offline": _offline,
    "supervision-notice": _supervise,
    "supervision-inform": _inform,
}
