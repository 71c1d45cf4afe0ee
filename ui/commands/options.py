"""How options of sub-commands are written, and those that several share."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

Option = tuple[tuple[str, ...], dict[str, Any]]
"""Flags, and what argparse is told of them."""
Command = tuple[str, str, list[Option]]
"""A sub-command: its name, one line of help, its options."""


def option(*flags: str, **given: Any) -> Option:
    return flags, given


def day(text: str) -> dt.date:
    """A day as it is typed. Raises ArgumentTypeError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2022-08-25") from error


def page(text: str) -> int:
    """The number of a page, from 0. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise argparse.ArgumentTypeError(f"“{text}”不是页码，请写 0、1、2……")
    return int(text)


_DAY: dict[str, Any] = {"metavar": "日期", "help": "哪天的事，写成 2022-08-25"}
_SCANNED: dict[str, Any] = {"type": Path, "metavar": "扫描件", "help": "PDF 或图片"}
_WHERE: dict[str, Any] = {"type": Path, "metavar": "去处", "help": "写到哪个文件或文件夹"}
LEDGER = option("ledger", metavar="台账", help="模板编号、台账名称或台账编号（ledgers 列出）")
ENTRY = option("entry", metavar="项目", help="台账编号、项目代码或项目名称（list 列出）")
ITEM = option("item", metavar="事项", help="如 M03")
MAYBE_ITEM = option("item", nargs="?", default="", metavar="事项", help="如 M03；不写就是整个项目")
FILE = option("file", type=Path, metavar="文件")
ON = option("--on", default="", **_DAY)
ON_NEEDED = option("--on", required=True, **_DAY)
REASON = option("--reason", default="", metavar="原因")
REASON_NEEDED = option("--reason", required=True, metavar="原因")
SECOND = option("--second", default="", metavar="姓名", help="第二人，不能是经办人自己")
SECOND_NEEDED = option("--second", required=True, metavar="姓名", help="第二人，不能是经办人自己")
SECOND_PIN = option("--second-pin-file", type=Path, metavar="文件", help="第二人的口令，当场确认；不写也可以")
SCAN = option("--scan", **_SCANNED)
SCAN_NEEDED = option("--scan", required=True, **_SCANNED)
VERSION = option("--version", type=int, metavar="版", help="第几次打印的；不写就是最后一次")
BASIS = option("--basis", default="", metavar="依据", help="台账确定以后补录的依据")
NOT_SECRET = option("--not-secret", default="", metavar="姓名", help="谁声明其中没有涉密项目")
OUT = option("-o", "--out", required=True, **_WHERE)
MAYBE_OUT = option("-o", "--out", **_WHERE)
