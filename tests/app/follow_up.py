"""An office on 2022-08-22 whose ledger has three overdue matters of two people, and what stands on paper."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2

from app import office
from app.ledger import entries, ledgers
from tests.app.conftest import DAY, stored_bureau
from tests.stored import Stored, keep

LATE = {"state": "在办", "d_submit": "2022-08-01"}
ENVIRONMENT, WATER = "正镶白旗生态环境分局", "正镶白旗水利局"
HANDLER = {"dept": ENVIRONMENT, "handler": "责任人甲", "handler_tel": "13800000001"}
HEAT, SEWAGE, WAITING = "152529-DP-2022-0001", "152529-DP-2022-0002", "152529-DP-2022-0003"


@cache
def stored_follow_up() -> Stored:
    """The late ones, one that was not submitted, and one that waits for its applicant."""
    with TemporaryDirectory() as nest:
        opened = office.open_folder(stored_bureau().lay(Path(nest) / "office"), today=DAY)
        ledger = str(ledgers.open_template(opened, "pending-approval").subject)
        _add(opened, ledger, "供热管网改造工程", M03=LATE | HANDLER, M04=LATE | {"dept": WATER})
        _add(opened, ledger, "污水处理站", M03=LATE | HANDLER, M05={"state": "未办", "dept": WATER})
        told = {
            "r_first": "一次性告知补正",
            "d_first": "2022-08-03",
            "d_notice": "2022-08-03",
            "notice": "缺图",
            "advice": "补",
        }
        _add(opened, ledger, "待补正的项目", due_date="2022-08-10", M04=LATE | told | {"dept": WATER})
        opened.close()
        return keep(Path(nest) / "office")


def _add(
    opened: office.Office, ledger: str, name: str, due_date: str = "2022-12-31", **items: dict[str, str]
) -> None:
    rows: dict[str, Any] = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
    texts = {
        "name": name,
        "build_state": "在建",
        "owner_org": "示范建设单位",
        "due_date": due_date,
        "resp_unit": ENVIRONMENT,
    }
    entries.add(opened, ledger, texts, not_secret="审核人乙", items=rows | items)


def on_paper(path: Path) -> str:
    """The text of a PDF without its blanks."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return re.sub(r"[ 　\r\n]+", "", "".join(pages))
