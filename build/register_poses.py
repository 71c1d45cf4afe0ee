"""Registers for the pictures: acts, complaints and promises about rows of the sample, and the ways between ledgers."""

from __future__ import annotations

from typing import Any


def play(office: Any, ledger: str) -> None:
    """Open three registers and write rows that name a project of the sample."""
    from app.ledger import entries, ledgers
    from app.listing import lists
    from app.listing.lists import Query

    no = lists.line(office, lists.ids(office, ledger, Query(lights=("red",)))[0]).no
    month = f"{office.today():%Y-%m}"
    told = {
        "supervision": (
            {"name": "环评3项逾期未办", "notice_kind": "挂牌督办", "target": "旗生态环境分局", "reason": "环评3项超过承诺时限",
             "issued_on": f"{month}-01", "reply_by": f"{month}-10", "about": no},
            {"name": "能评催办", "notice_kind": "催办", "target": "旗工信局", "issued_on": f"{month}-02",
             "reply_by": f"{month}-09", "reply": "已报出", "reply_on": f"{month}-08"},
        ),
        "complaints": (
            {"name": "环评报件三次被退", "called_on": f"{month}-05", "kind": "要件反复", "lead": "旗发改委",
             "dept": "旗生态环境分局", "answer_by": f"{month}-09", "about": f"{no}/M03"},
        ),
        "contacts": (
            {"name": "催环评批复", "on": f"{month}-08", "target": "旗生态环境分局", "said": "电话已催，答应周五",
             "promised_on": f"{month}-09", "about": no},
        ),
    }  # fmt: skip
    for template, rows in told.items():
        opened = str(ledgers.open_template(office, template).subject)
        for texts in rows:
            entries.add(office, opened, texts, not_secret="声明人甲")


def _ledger(window: Any, template: str) -> str:
    from app.ledger import ledgers

    return next(x.id for x in ledgers.all(window.desk.office) if x.own and x.template_id == template)


def supervision(window: Any) -> None:
    """A register with the form of a row."""
    window.show_page("register", {"ledger": _ledger(window, "supervision")})
    window.screen().bench.open_panel()


def related(window: Any) -> None:
    """What other ledgers say of the same row."""
    from ui.forms.record_panel import RELATED

    supervision(window)
    window.screen().bench.panel.tabs.setCurrentIndex(RELATED)


def choosing(window: Any) -> Any:
    """The templates to open another ledger by."""
    from ui.dialogs.open_ledger_dialog import OpenLedgerDialog

    dialog = OpenLedgerDialog(window.desk, window)
    dialog.show()
    return dialog


POSES = {"register-supervision": supervision, "register-related": related, "open-ledger": choosing}
