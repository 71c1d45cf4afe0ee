"""Registers of the sample in pictures, and the ways between ledgers."""

from __future__ import annotations

from typing import Any


def _ledger(window: Any, template: str) -> str:
    from app.ledger import ledgers

    return next(x.id for x in ledgers.all(window.desk.office) if x.own and x.template_id == template)


def supervision(window: Any) -> None:
    """A register with the form of a row."""
    window.show_page("register", {"ledger": _ledger(window, "supervision")})
    window.screen().bench.open_panel()


def related(window: Any) -> None:
    """What other ledgers say of the same row."""
    from ui.forms.panel_pages import RELATED

    supervision(window)
    window.screen().bench.panel.tabs.setCurrentIndex(RELATED)


def choosing(window: Any) -> Any:
    """The templates to open another ledger by."""
    from ui.dialogs.open_ledger_dialog import OpenLedgerDialog

    dialog = OpenLedgerDialog(window.desk, window)
    dialog.show()
    return dialog


def _same(view: str) -> Any:
    """A view of 同一项目: likely pairs, rows that may leave together, numbers of no row."""

    def pose(window: Any) -> None:
        from PySide6.QtWidgets import QApplication

        window.show_page("same", {"view": view})
        while window.desk.busy:
            QApplication.processEvents()
        QApplication.processEvents()

    return pose


POSES = {
    "register-supervision": supervision,
    "register-related": related,
    "same-pairs": _same("pairs"),
    "same-ready": _same("ready"),
    "same-unheld": _same("unheld"),
    "open-ledger": choosing,
}
