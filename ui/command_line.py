"""The command line: one sub-command a deed, no Qt."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from app import files, lights, upkeep
from app import office as offices
from app.office import Office
from app.problem import Problem
from ui import exchange_usage, upward_usage
from ui.answers import Said, warned
from ui.usage import Parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; `command` is None when the window is wanted. Exits with 2 on wrong usage."""
    parser = _parser()
    args = parser.parse_args(list(argv))
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
        _refuse_own_folder(office, getattr(args, "out", None))
        said = verb(args, office)
        if clock := offices.warned(office):
            said = warned(said, clock)
        for warning in filter(None, (*office.warnings, clock)):
            _write(warning, sys.stderr)
        return said
    finally:
        _leave(office)


def _verb(command: str) -> Callable[..., Said]:
    """The function behind a sub-command; only its own module is loaded, for a start in half the time."""
    module, _, name = _WHERE.get(command, f"ui.verbs:{command}").partition(":")
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


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2022-08-25") from error


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise argparse.ArgumentTypeError(f"“{text}”不是页码，请写 0、1、2……")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="qidi", description="起底台账：不带子命令打开窗口")
    parser.add_argument("--data", type=Path, help="单位数据文件夹")
    parser.add_argument("--today", type=_day, help="当作今天的日期 YYYY-MM-DD")
    parser.add_argument("--clerk", help="经办人")
    parser.add_argument("--sample", action="store_true", help="打开样例单位的窗口")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--yes", action="store_true", help="通常的问题都答“是”")
    parser.add_argument("--passphrase-file", type=Path, help="密钥的口令在这个文件的第一行")
    subs = parser.add_subparsers(dest="command", metavar="子命令")
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    common.add_argument("--yes", action="store_true", default=argparse.SUPPRESS)
    common.add_argument("--passphrase-file", type=Path, default=argparse.SUPPRESS, help="密钥的口令在这个文件的第一行")
    for name, title, options in _COMMANDS:
        sub = subs.add_parser(name, help=title, description=title, parents=[common])
        for flags, given in options:
            sub.add_argument(*flags, **given)
    return parser


def _a(*flags: str, **given: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return flags, given


NO_OFFICE = frozenset(("init", "templates", "workdays", "restore", "demo"))
_WHERE = {
    "set": "ui.verbs:set_",
    "print": "ui.verbs:print_",
    "backup": "ui.verbs:keep",
    "import": "ui.importing:import_",
    "demo": "ui.demo:play",
    "purge": "ui.purging:purge",
    "ledgers": "ui.reading:ledgers_",
    "list": "ui.reading:list_",
    "explain": "ui.reading:explain_",
    "workdays": "ui.reading:workdays_",
    "versions": "ui.reading:versions_",
    "history": "ui.reading:history_",
    **{name: f"ui.reading:{name}" for name in "imports show count conflicts check".split()},
    **exchange_usage.WHERE,
    **upward_usage.WHERE,
    "round": "ui.rounds:round_",
    "return": "ui.rounds:return_",
    **{name: f"ui.rounds:{name}" for name in "contest look receive merge".split()},
    "merges": "ui.mergings:merges",
}
_LEDGER = _a("ledger", metavar="台账")
_ENTRY = _a("entry", metavar="项目")
_ON = _a("--on", default="")
_ITEM = _a("item", nargs="?", default="", metavar="事项")
_SCAN = _a("--scan", type=Path)
_SECOND = _a("--second", default="")
_REASON = _a("--reason", default="")
_NOT_SECRET = _a("--not-secret", default="", metavar="NAME")
_OUT = _a("-o", "--out", type=Path, required=True)
_MAYBE_OUT = _a("-o", "--out", type=Path)
_TAKE = _a("--take", choices=("ask", "mine", "theirs"), default="ask", help="两边都改过时以哪边为准")
_DECIDE = _a("--decide", type=Path, metavar="决定.json")
_FILE = _a("file", type=Path, metavar="文件")

_COMMANDS: list[tuple[str, str, list[tuple[tuple[str, ...], dict[str, Any]]]]] = [
    (
        "init",
        "建立单位",
        [
            _a("--division", required=True),
            _a("--name", required=True),
            _a("--role", action="append", required=True, choices=sorted(offices.ROLES)),
            _a("--clerk", dest="clerk_name", default=""),
        ],
    ),
    ("templates", "可用的模板", []),
    ("ledgers", "本单位的台账", []),
    (
        "open",
        "按模板（编号或 .toml 文件）打开一本台账",
        [
            _a("template"),
            _a("--again", action="store_true", help="另开一本"),
            _a("--merged", action="store_true", help="汇总台账：行从别的单位报来的台账并入"),
        ],
    ),
    (
        "choose",
        "方案没有写明时，选定时限从哪天起算",
        [_LEDGER, _a("clock", nargs="?", default=""), _a("start", nargs="?", default="")],
    ),
    (
        "import",
        "导入清单",
        [
            _LEDGER,
            _FILE,
            _a("--sheet"),
            _a("--dry-run", action="store_true"),
            _a("--overwrite", action="store_true", help="已有的格子也改成来件的"),
            _a("--basis", default="", help="台账确定后补录的依据"),
            _NOT_SECRET,
        ],
    ),
    ("withdraw", "撤回一次导入", [_a("import_id", metavar="IMPORT")]),
    ("imports", "导入过的清单", [_LEDGER]),
    (
        "add",
        "新增项目",
        [_LEDGER, _a("pairs", nargs="*", metavar="KEY=VALUE"), _a("--basis", default=""), _ON, _NOT_SECRET],
    ),
    (
        "list",
        "列出项目",
        [
            _LEDGER,
            _a("--where", action="append", default=[], metavar="KEY=VALUE"),
            _a("--search", default=""),
            _a("--light", action="append", default=[], choices=sorted(lights.WORDS)),
            _a("--sublist", default=""),
        ],
    ),
    ("show", "看一行", [_ENTRY]),
    ("set", "改一行", [_ENTRY, _a("pairs", nargs="+", metavar="KEY=VALUE")]),
    ("count", "点数", [_LEDGER]),
    ("explain", "说明灯号", [_ENTRY, _ITEM]),
    ("conflicts", "文件之间不一致的地方", [_LEDGER]),
    ("workdays", "从某天起第 N 个工作日", [_a("day", type=_day), _a("n", type=int)]),
    ("check", "检查", [_LEDGER]),
    (
        "print",
        "打印台账",
        [
            _LEDGER,
            _OUT,
            _a("--paper", choices=("a3", "a4"), default="a3"),
            _a("--explain", default="", metavar="TEXT"),
            _a("--later", action="store_true", help="只打印签后变动表，不成新的一版"),
        ],
    ),
    ("versions", "打印过的版本", [_LEDGER]),
    ("export", "导出工作簿", [_LEDGER, _OUT]),
    (
        "sign",
        "登记签字",
        [
            _LEDGER,
            _a("--role", required=True),
            _a("--by", required=True),
            _a("--on", required=True),
            _a("--scan", type=Path, required=True),
            _a("--version", type=int),
            _a("--behalf", default="", help="代签的授权"),
            _a("--pen", default="", help="纸上手改的内容"),
        ],
    ),
    ("seal", "确定台账", [_LEDGER]),
    (
        "close",
        "办结事项",
        [
            _ENTRY,
            _a("items", nargs="+", metavar="M03"),
            _a("--basis", required=True),
            _a("--doc", default=""),
            _a("--on", required=True),
            _SCAN,
        ],
    ),
    ("start", "登记开工", [_ENTRY, _a("--on", required=True), _a("--evidence", default=""), _SCAN]),
    (
        "remove",
        "移除项目库，或（确定前）核查剔除",
        [
            _ENTRY,
            _REASON,
            _a("--policy", default="", help="研判的政策依据"),
            _a("--conclusion", default="", help="研判结论"),
            _ON,
            _a("--target", action="append", default=[], help="从哪里移除"),
            _a("--confirm", action="append", default=[], metavar="TARGET=DATE"),
            _SECOND,
            _SCAN,
            _a("--note", default=""),
        ],
    ),
    (
        "correct",
        "更正单",
        [
            _a("targets", nargs="+", metavar="ENTRY|KEY=VALUE"),
            _REASON,
            _a("--second", required=True),
            _a("--scan", type=Path, required=True),
            _ON,
            _a("--leave", action="store_true", help="更正出账"),
        ],
    ),
    ("reopen", "恢复在账（不写事项：整个项目，连同随它核出的事项）", [_ENTRY, _ITEM, _REASON, _ON]),
    ("pause", "停表", [_ENTRY, _a("item"), _a("--reason", required=True), _a("--on", required=True)]),
    ("resume", "恢复计时", [_ENTRY, _a("item"), _REASON, _a("--on", required=True)]),
    (
        "purge",
        "误入处置：销毁误录的涉密项目（或一次导入）",
        [
            _a("entry", metavar="ENTRY|IMPORT"),
            _a("--by", default="", help="提出人"),
            _SECOND,
            _REASON,
            _a("--backups", action="store_true", help="含有它的备份一并销毁"),
        ],
    ),
    ("attach", "附上文件", [_ENTRY, _FILE]),
    ("history", "操作记录", [_a("entry", nargs="?"), _a("--page", type=_page, default=0)]),
    (
        "calendar",
        "工作日历：show、import 文件、rest 日期…",
        [
            _a("act", choices=("show", "import", "rest")),
            _a("given", nargs="*", metavar="FILE|DATE"),
            _a("--source", default="", help="本地休息日的依据"),
        ],
    ),
    ("restore", "从备份恢复到空文件夹", [_FILE]),
    *exchange_usage.COMMANDS,
    *upward_usage.COMMANDS,
    (
        "round",
        "部门核查：开始、推送、看进度、催办、指定单位、结束",
        [
            _a("action", choices=("open", "send", "board", "remind", "assign", "close")),
            _LEDGER,
            _a("--due", default="", help="请各部门何日前回传"),
            _a("--note", default=""),
            _a("--office", action="append", default=[], metavar="部门或单位"),
            _a("--dept", default="", help="assign：哪个部门"),
            _a("--xlsx", action="store_true", help="写成对方用 Excel 填的核查表"),
            _REASON,
            _MAYBE_OUT,
        ],
    ),
    (
        "contest",
        "对推送来的一个事项提出异议",
        [_ENTRY, _a("item", metavar="事项"), _a("--as", dest="kind", default="", metavar="异议"), _REASON],
    ),
    ("return", "把核查结果回传给推送的单位", [_LEDGER, _OUT]),
    (
        "look",
        "看一个包或一份交回的核查表，不收",
        [_FILE, _a("--comments", dest="out", type=Path, metavar="退回.xlsx", help="把问题批注在核查表上，另写一份退回")],
    ),
    ("receive", "收下包、回执或交回的核查表，可以多个", [_a("files", type=Path, nargs="+", metavar="文件"), _TAKE, _DECIDE]),
    (
        "merge",
        "把收到的回传或下级台账并入本单位台账",
        [
            _a("ledger", metavar="台账"),
            _a("--from", dest="source", required=True, metavar="单位或台账编号"),
            _TAKE,
            _DECIDE,
            _a("--dry-run", action="store_true", help="只看会怎样，不合并"),
            _a("--basis", default="", help="本单位台账确定以后，对方确定以前的行收进来的依据"),
        ],
    ),
    ("merges", "合并过哪些；-o 打印合并情况表", [_LEDGER, _a("--merge", default="", metavar="编号"), _MAYBE_OUT]),
    ("backup", "备份", [_OUT]),
    ("demo", "演示全过程", [_OUT]),
]
