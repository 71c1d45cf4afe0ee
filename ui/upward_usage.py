"""How the sub-commands of what goes upward and comes down are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Option = tuple[tuple[str, ...], dict[str, Any]]


def _a(*flags: str, **given: Any) -> Option:
    return flags, given


_LEDGER = _a("ledger", metavar="台账")
_MAYBE_OUT = _a("-o", "--out", type=Path)
_SCAN = _a("--scan", type=Path)

COMMANDS: list[tuple[str, str, list[Option]]] = [
    (
        "study",
        "登记政府研究：会议、日期、纪要文号、扫描件，全旗台账由此定稿",
        [
            _LEDGER,
            _a("--meeting", default=""),
            _a("--minutes", default="", metavar="文号"),
            _a("--on", default=""),
            _SCAN,
            _a("--version", type=int),
        ],
    ),
    (
        "report",
        "登记确定以后的报送：日期、文号",
        [_LEDGER, _a("--no", default="", metavar="文号"), _a("--on", default=""), _SCAN],
    ),
    ("rollup", "下级各单位的数字和合计，谁逾期未报", [_a("template", metavar="模板")]),
    (
        "annotate",
        "对下级报来的一行（或一个事项）提意见，写成文件交给对方",
        [
            _a("entry", metavar="项目"),
            _a("item", nargs="?", default="", metavar="事项"),
            _a("--text", required=True),
            _MAYBE_OUT,
        ],
    ),
    (
        "reply",
        "答复上级提的意见，写成文件交给对方",
        [_a("remark", metavar="意见编号"), _a("--text", required=True), _MAYBE_OUT],
    ),
    ("remarks", "提出的和收到的意见，各有答复", []),
    (
        "issue",
        "向下级印发模板（template）、放假安排（calendar）或清单（list）",
        [
            _a("kind", choices=("template", "calendar", "list")),
            _a("file", type=Path, metavar="文件"),
            _a("--to", default="", metavar="单位", help="只发给它，加密；不写则发给各单位，不加密"),
            _a("--note", default=""),
            _a("-o", "--out", type=Path, required=True),
        ],
    ),
    (
        "verify",
        "核对记录、台账和附件；--office 由收到的内容重新核对一个下级单位的全部历史",
        [_a("--office", default="", metavar="单位")],
    ),
]
WHERE = {
    **{name: f"ui.upward:{name}" for name in "study report rollup verify".split()},
    **{name: f"ui.downward:{name}" for name in "annotate reply issue templates".split()},
    "open": "ui.downward:open_",
    "remarks": "ui.downward:remarks_",
}
