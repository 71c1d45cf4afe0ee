"""Wrong usage of the command line said in Chinese; argparse itself knows English only."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

Words = Callable[[re.Match[str]], str]


class Parser(argparse.ArgumentParser):
    """An ArgumentParser with Chinese help and errors; wrong usage ends with 2 as ever. `also` heads its options."""

    def __init__(self, *, add_help: bool = True, also: str = "可选", **given: Any) -> None:
        super().__init__(add_help=False, formatter_class=_Formatter, **given)
        self._positionals.title, self._optionals.title = "要写的", also
        if add_help:
            self.add_argument("-h", "--help", action="help", help="显示这些说明")

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：{said(message)}\n")


class Unclear(Exception):
    """A QuickParser was asked for help, or does not understand what was written."""


class QuickParser(Parser):
    """Tells nothing itself: one that knows every sub-command, which takes longer than most of them, is asked then."""

    def error(self, message: str) -> NoReturn:
        raise Unclear(message)

    def print_help(self, file: Any = None) -> NoReturn:
        raise Unclear


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def said(message: str) -> str:
    """A message of argparse in Chinese; one of our own stays as it is."""
    for pattern, words in _KNOWN:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return words(found)
    return message if re.search("[一-鿿]", message) else f"参数不对（{message}）"


def _list(text: str) -> str:
    parts = (part.strip(" '\"") for part in text.split(","))
    return "、".join(part for part in parts if part)


def _choice(found: re.Match[str]) -> str:
    what, given, known = found.groups()
    begin = f"没有“{given}”这个子命令" if what == "子命令" else f"{what} 不能写“{given}”"
    return f"{begin}，可用：{_list(known)}"


_KNOWN: tuple[tuple[str, Words], ...] = (
    (r"the following arguments are required: (.*)", lambda m: f"还缺 {_list(m[1])}"),
    (r"one of the arguments (.*) is required", lambda m: f"还缺其中一项：{m[1]}"),
    (r"argument (.*?): invalid choice: '(.*?)' \(choose from (.*)\)", _choice),
    (r"argument (.*?): invalid int value: '(.*)'", lambda m: f"{m[1]} 的“{m[2]}”不是整数"),
    (r"argument (.*?): invalid \w+ value: '(.*)'", lambda m: f"{m[1]} 的“{m[2]}”写法不对"),
    (r"argument (.*?): expected .*argument.*", lambda m: f"{m[1]} 后面要写内容"),
    (r"argument (.*?): ignored explicit argument '(.*)'", lambda m: f"{m[1]} 后面不要写“{m[2]}”"),
    (r"argument (.*?): not allowed with argument (.*)", lambda m: f"{m[1]} 和 {m[2]} 不能同时写"),
    (r"ambiguous option: (.*) could match (.*)", lambda m: f"“{m[1]}”没有写全，可能是 {_list(m[2])}"),
    (r"unrecognized arguments: (.*)", lambda m: f"不认识“{m[1]}”，多写了或写错了"),
    (r"argument (.*?): (.*)", lambda m: f"{m[1]}：{m[2]}"),
)
