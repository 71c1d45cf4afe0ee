"""How the sub-commands are written by which offices know each other, send and answer."""

from __future__ import annotations

import argparse
from pathlib import Path

from ui.commands.options import FILE, LEDGER, MAYBE_OUT, OUT, Command, option

COMMANDS: list[Command] = [
    (
        "card",
        "导出单位名片",
        [
            OUT,
            option("--sheet", action="store_true", help="印成一张纸（PDF），上有核对码和二维码"),
            option("--renew", action="store_true", help="先换一副新密钥，旧的留着核对以前的包"),
        ],
    ),
    ("trust", "确认别的单位的名片", [FILE]),
    (
        "register",
        "单位名册：issue 印发下一版，show 看现有的",
        [
            option("action", choices=("issue", "show"), metavar="动作", help="issue 或 show"),
            option(
                "--encrypt-only",
                action=argparse.BooleanOptionalAction,
                default=None,
                help="各单位往来必须加密",
            ),
            option("--revoke", default="", metavar="单位", help="作废这个单位的密钥"),
            option("--reason", default="", metavar="原因", help="作废的原因"),
            MAYBE_OUT,
        ],
    ),
    (
        "send",
        "写出上报包",
        [
            LEDGER,
            option("--to", required=True, metavar="单位", help="报给谁：单位名称或编号"),
            OUT,
            option("--whole", action="store_true", help="不管对方回执到哪里，从头全部重发"),
        ],
    ),
    ("restream", "恢复过旧备份、对方说记录对不上时：给这本台账另起记录，接着往来", [LEDGER]),
    ("outbox", "发出的包：没写到盘上、已写出、已回执、已退回", []),
    ("inbox", "收到的包：谁发的、结论、原因", []),
    ("receipt", "把一个收过的包的回执或退回单再做一份", [FILE]),
    (
        "resend",
        "再写一次：把发出过的一份原样再写到盘上",
        [option("bundle", metavar="包", help="包的编号（outbox --json 列出）"), OUT],
    ),
    (
        "answers",
        "给过别的单位的回执和退回单；写明 -o 就把没交还的写出",
        [option("--to", default="", metavar="单位", help="只要给这个单位的"), MAYBE_OUT],
    ),
    (
        "passphrase",
        "设、改密钥口令；现在的口令用 --passphrase-file，不写 --new 就是取消口令",
        [option("--new", type=Path, metavar="文件", help="新口令在这个文件的第一行")],
    ),
]
WHERE = {
    **{
        name: f"ui.commands.exchanging:{name}"
        for name in "init card trust send outbox inbox receipt resend restream".split()
    },
    "register": "ui.commands.exchanging:register",
    "answers": "ui.commands.exchanging:answers_",
    "passphrase": "ui.commands.exchanging:change_passphrase",
}
