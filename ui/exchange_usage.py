"""The sub-commands by which offices know each other, send, receive and answer; how each is written."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

Option = tuple[tuple[str, ...], dict[str, Any]]


def _a(*flags: str, **given: Any) -> Option:
    return flags, given


_OUT = _a("-o", "--out", type=Path, required=True)
_LEDGER = _a("ledger", metavar="台账")
_FILE = _a("file", type=Path, metavar="文件")

COMMANDS: list[tuple[str, str, list[Option]]] = [
    (
        "card",
        "导出单位名片",
        [
            _OUT,
            _a("--sheet", action="store_true", help="印成一张纸（PDF），上有核对码和二维码"),
            _a("--renew", action="store_true", help="先换一副新密钥，旧的留着核对以前的包"),
        ],
    ),
    ("trust", "确认别的单位的名片", [_FILE]),
    (
        "register",
        "单位名册：issue 印发下一版，show 看现有的",
        [
            _a("action", choices=("issue", "show")),
            _a(
                "--encrypt-only",
                action=argparse.BooleanOptionalAction,
                default=None,
                help="各单位往来必须加密",
            ),
            _a("--revoke", default="", metavar="单位", help="作废这个单位的密钥"),
            _a("--reason", default=""),
            _a("-o", "--out", type=Path),
        ],
    ),
    (
        "send",
        "写出上报包",
        [
            _LEDGER,
            _a("--to", required=True),
            _OUT,
            _a("--whole", action="store_true", help="不管对方回执到哪里，从头全部重发"),
        ],
    ),
    ("restream", "恢复过旧备份、对方说记录对不上时：给这本台账另起记录，接着往来", [_LEDGER]),
    ("outbox", "发出的包：已写出、已拷贝、已回执、已退回", []),
    ("inbox", "收到的包：谁发的、结论、原因", []),
    ("receipt", "把一个收过的包的回执或退回单再做一份", [_FILE]),
]
WHERE = {
    **{
        name: f"ui.exchanging:{name}" for name in "init card trust send outbox inbox receipt restream".split()
    },
    "register": "ui.exchanging:register",
}
