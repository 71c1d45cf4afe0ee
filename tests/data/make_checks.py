"""A check list as a sponsor would send it: some projects, each with some matters of one department."""

from __future__ import annotations

import random

from app.checking.check_lists import CheckRow, CheckSheet, Mark, fill_columns, head_columns, rows_digest
from app.values import kinds
from app.words.templates import Loaded
from tests.data.make_entries import entries

HEADS = [
    "seq", "name", "project_code", "owner_org", "approval_type", "approval_doc", "approval_date", "invest",
    "build_state", "place", "resp_unit",
]  # fmt: skip
FILLS = [
    "state", "needed", "needed_basis", "verified", "handler", "handler_tel", "d_submit", "d_accept",
    "promise_wd", "d_forward", "d_done", "doc_no", "due_date",
]  # fmt: skip
CODES = ("M03", "M05", "M99", "M99.2")


def check_sheet(loaded: Loaded, projects: int = 8, *, seed: int = 3, blanks: int = 30) -> CheckSheet:
    """`projects` projects, up to three matters of each; some cells are filled already."""
    dice = random.Random(seed)
    listed = entries(projects)
    rows: list[CheckRow] = []
    for number, one in enumerate(listed):
        invest = kinds.parse(loaded.fields["invest"], None, one.invest)
        heads = {
            "name": one.name, "project_code": one.code, "owner_org": one.owner, "approval_type": one.kind,
            "approval_doc": one.doc, "approval_date": one.date, "build_state": one.state, "place": one.place,
            "invest": kinds.show(loaded.fields["invest"], invest.value if invest else None), "resp_unit": "生态环境局",
        }  # fmt: skip
        for code in CODES[: dice.randint(1, 4)]:
            heads["seq"] = str(len(rows) + 1)
            fills = _fills(dice, len(rows))
            texts = tuple(heads[key] for key in HEADS)
            rows.append(
                CheckRow(
                    f"{number + 1:032x}",
                    code,
                    texts,
                    matter(loaded, code),
                    tuple(fills.get(f, "") for f in FILLS),
                )
            )
    due, digest = "2022-08-20", rows_digest(rows)
    mark = Mark("0" * 31 + "1", 1, "a" * 32, "正镶白旗发展和改革委员会", "正镶白旗生态环境局", due, digest)
    return CheckSheet(
        title="正镶白旗待批项目审批事项核查表",
        mark=mark,
        heads=head_columns(loaded, HEADS),
        fills=fill_columns(loaded, FILLS),
        rows=tuple(rows),
        matters=tuple((code, matter(loaded, code)) for code in CODES),
        blanks=blanks,
    )


def matter(loaded: Loaded, code: str) -> str:
    preset, _, nth = code.partition(".")
    return loaded.presets[preset].title + (f"（{nth}）" if nth else "")


def _fills(dice: random.Random, number: int) -> dict[str, str]:
    """Every other row has been filled in before."""
    if number % 2:
        return {"state": "待核", "needed": "待核"}
    return {
        "state": "在办", "needed": "需办", "handler": dice.choice(["张晓明", "那仁图雅", "王磊"]), "d_submit": "2022-07-18",
        "verified": "材料已提交，正在组织专家评审，尚缺公众参与说明", "handler_tel": "13904791234", "promise_wd": "15",
    }  # fmt: skip
