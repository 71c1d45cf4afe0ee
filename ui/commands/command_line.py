"""The command line: one sub-command a deed, no Qt."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from app import office as offices
from app.keeping import before_deeds, upkeep
from app.office import Office
from app.people import clerks
from app.problem import Problem
from app.storage import files
from ui.commands import (
    exchange_usage,
    figure_usage,
    office_usage,
    paper_usage,
    people_usage,
    relation_usage,
    report_usage,
    round_usage,
    template_usage,
    undo_usage,
    upward_usage,
)
from ui.commands.answers import Said, warned
from ui.commands.options import Command, day
from ui.commands.usage import Parser, QuickParser, Unclear

NO_OFFICE = frozenset(("init", "templates", "workdays", "restore", "salvage", "diagnose", "demo"))
_PARTS = (
    office_usage,
    round_usage,
    exchange_usage,
    upward_usage,
    template_usage,
    paper_usage,
    report_usage,
    figure_usage,
    relation_usage,
    people_usage,
    undo_usage,
)
COMMANDS: list[Command] = [command for part in _PARTS for command in part.COMMANDS]
_JSON, _YES = "以 JSON 输出", "通常的问题都答“是”"
_SECRET: dict[str, Any] = {"type": Path, "metavar": "文件", "help": "密钥的口令在这个文件的第一行"}
_WHERE = {name: place for part in _PARTS for name, place in part.WHERE.items()}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; `command` is None when the window is wanted. Exits with 2 on wrong usage."""
    try:
        return _read(_parser(QuickParser, [command for command in COMMANDS if command[0] in argv]), argv)
    except Unclear:  # help and errors are told with all sub-commands
        return _read(_parser(Parser, COMMANDS), argv)


def _read(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    args = parser.parse_args(argv)
    for value in vars(args).values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str | Path) and "\0" in str(text):
                parser.error("参数里有不能用的字符")
            if isinstance(text, str) and not _readable(text):
                parser.error("参数不是可读的文字，请检查终端的编码")
    return args


def run(args: argparse.Namespace) -> int:
    """Do the sub-command; prints its answer, or the Problem as JSON on stderr."""
    try:
        said = _do(args)
        _print(said, args.json)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stands in until the process ends
        return 0
    except Problem as problem:
        return _refused(problem)
    except OSError as error:
        return _refused(files.unforeseen(error))
    except KeyboardInterrupt:
        return 130
    except Exception:  # the last door: everything unforeseen is our bug, said as such
        traceback.print_exc()
        print("程序出错了，这不是您的操作问题；请把上面的内容报给维护人员。", file=sys.stderr)
        return 1
    return said.code


def _refused(problem: Problem) -> int:
    _write(json.dumps(problem.as_json(), ensure_ascii=False, default=str), sys.stderr)
    return 3


def _do(args: argparse.Namespace) -> Said:
    verb = _verb(args.command)
    if args.command in NO_OFFICE:
        return verb(args, None)
    office = offices.open_folder(args.data or offices.default_folder(), clerk=args.clerk, today=args.today)
    try:
        upkeep.bring_up(office)
        before_deeds.watch(office)
        _refuse_own_folder(office, getattr(args, "out", None))
        said = verb(args, clerks.seated(office))
        if clock := offices.warned(office):
            said = warned(said, clock)
        for warning in filter(None, (*office.warnings, clock)):
            _write(warning, sys.stderr)
        return said
    finally:
        _leave(office)


def _verb(command: str) -> Callable[..., Said]:
    """The function behind a sub-command; only its own module is loaded, for a start in half the time."""
    module, _, name = _WHERE.get(command, f"ui.commands.verbs:{command}").partition(":")
    return cast(Callable[..., Said], getattr(importlib.import_module(module), name))


def _leave(office: Office) -> None:
    """Close without touching the head file when the window holds the folder."""
    office.engine.dispose()
    office.lock.release(force=True)


def _refuse_own_folder(office: Office, out: Path | None) -> None:
    """Nothing is written over the office's own files; its outbox and backups are meant for that."""
    home = office.folder.resolve()
    if out is None or not (target := out.resolve()).is_relative_to(home):
        return
    if target.relative_to(home).parts[:1] not in (("outbox",), ("backups",)):
        raise Problem("E_OWN_FOLDER", f"“{out}”在单位数据文件夹里，会碰坏数据，请另选地方", path=str(out))


def _print(said: Said, as_json: bool) -> None:
    if as_json:
        _write(json.dumps(said.data, ensure_ascii=False, default=str), sys.stdout)
    elif said.text:
        _write(said.text, sys.stdout)


def _write(text: str, stream: TextIO) -> None:
    """A line on any terminal: a character its encoding lacks is shown escaped, never a crash."""
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def _readable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _parser(kind: type[Parser], commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = kind(prog="qidi", description="起底台账：不带子命令打开窗口")
    parser.add_argument("--data", type=Path, metavar="文件夹", help="单位数据文件夹")
    parser.add_argument("--today", type=day, metavar="日期", help="当作今天的日期，写成 2022-08-25")
    parser.add_argument("--clerk", metavar="姓名", help="经办人；人员里有人设了口令以后，要是人员里的姓名")
    parser.add_argument("--sample", action="store_true", help="打开样例单位的窗口")
    parser.add_argument("--picture", type=Path, metavar="文件", help="把窗口存成一张图片就退出")
    parser.add_argument("--json", action="store_true", help=_JSON)
    parser.add_argument("--yes", action="store_true", help=_YES)
    parser.add_argument("--passphrase-file", **_SECRET)
    subs = parser.add_subparsers(dest="command", metavar="子命令")
    common = Parser(add_help=False, also="每个子命令都可以加")
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    common.add_argument("--yes", action="store_true", default=argparse.SUPPRESS, help=_YES)
    common.add_argument("--passphrase-file", default=argparse.SUPPRESS, **_SECRET)
    for name, title, options in commands:
        sub = subs.add_parser(name, help=title, description=title, parents=[common])
        for flags, given in options:
            sub.add_argument(*flags, **given)
    return parser
