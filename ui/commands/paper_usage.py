"""How the sub-commands of notices, of 回头看 and of the 12345 assessment are written."""

from __future__ import annotations

from pathlib import Path

from ui.commands.options import LEDGER, MAYBE_OUT, OUT, Command, option

ACTIONS = (
    "overdue",
    "inform",
    "bulletin",
    "supervise",
    "remind",
    "reply",
    "lift",
    "prefix",
    "signature",
    "contact",
)
_YES_NO = ("是", "否")

COMMANDS: list[Command] = [
    (
        "notice",
        "催办单、一次性告知书、通报、挂牌督办、提醒、反馈、摘牌，编号并归档",
        [
            option(
                "action",
                choices=ACTIONS,
                metavar="动作",
                help="overdue 催办单、inform 一次性告知书、bulletin 通报、supervise 挂牌督办、remind 提醒函、"
                "reply 登记反馈、lift 摘牌、prefix 编号字头、signature 落款、contact 联系人和电话",
            ),
            option(
                "subject",
                nargs="?",
                default="",
                metavar="对象",
                help="overdue、bulletin：台账；inform、supervise、remind：项目；reply、lift：督办编号；prefix、signature、contact：写什么（不写就用通常的）",
            ),
            option("item", nargs="?", default="", metavar="事项", help="如 M03"),
            option("--to", default="", metavar="单位或人", help="对象单位；inform：被告知人"),
            option("--dept", action="append", default=[], metavar="部门", help="overdue：只催它，可以写几次"),
            option(
                "--reply-by",
                default="",
                metavar="日期",
                help="整改或答复的时限；催办、通报不写就是3个工作日后",
            ),
            option(
                "--title", default="", metavar="标题", help="supervise、remind：没有指明项目时督办的是什么事"
            ),
            option("--reason", default="", metavar="事由", help="不写就按超期情况写；inform：再次告知的原因"),
            option("--problem", action="append", default=[], metavar="问题", help="inform：一条写一次"),
            option("--advice", action="append", default=[], metavar="建议", help="inform：一条写一次"),
            option("--way", default="", metavar="方式", help="inform：当面、电话、邮寄、平台、短信"),
            option("--by", default="", metavar="姓名", help="inform：告知人，不写就是经办人"),
            option("--proof", default="", metavar="凭证", help="inform：送达回证、快递单号等"),
            option("--file", action="store_true", help="inform：把告知日期、问题、建议、次数记到事项里"),
            option("--text", default="", metavar="内容", help="reply：反馈的内容"),
            option(
                "--basis", default="", metavar="依据", help="lift：整改到位、反馈属实、事由消除、领导小组同意"
            ),
            option("--cc", action="append", default=[], metavar="单位", help="抄送，可以写几次"),
            option("--scan", type=Path, metavar="扫描件", help="reply：反馈件的扫描件"),
            option("--on", default="", metavar="日期", help="告知、反馈或摘牌的日期"),
            MAYBE_OUT,
        ],
    ),
    (
        "sample",
        "回头看抽样：同一个种子抽出同一批，登记并打印清单",
        [
            LEDGER,
            option("--n", type=int, required=True, metavar="个数", help="抽几个"),
            option("--seed", required=True, metavar="种子", help="如会议日期；重抽时写同样的"),
            option(
                "--rule",
                default="closed",
                metavar="范围",
                help="closed 已出账的（不写就是它）、all 全部、removed 只抽移除的，"
                "或算式，如 invest > 1000000000（总投资超过1000万元；金额以分计）",
            ),
            option("--shares", action="store_true", help="按各单位的数量比例分配"),
            option("--dry-run", action="store_true", help="只看抽到谁，不登记"),
            MAYBE_OUT,
        ],
    ),
    (
        "finding",
        "登记回头看的结果；不属实或反弹的可以恢复入账",
        [
            option("entry", metavar="登记号", help="回头看登记里的编号（list recheck 列出）"),
            option("--on", required=True, metavar="日期", help="哪天看的"),
            option("--way", required=True, choices=("现场", "书面"), metavar="方式", help="现场、书面"),
            option("--real", required=True, choices=_YES_NO, metavar="是否", help="是否属实"),
            option("--rebound", default="否", choices=_YES_NO, metavar="是否", help="是否反弹"),
            option("--text", default="", metavar="问题", help="发现的问题"),
            option("--handling", default="", metavar="处理", help="怎样处理"),
            option("--handled", default="", metavar="日期", help="哪天处理完"),
            option("--by", default="", metavar="姓名", help="核查人，不写就是经办人"),
            option("--reopen", action="store_true", help="凭这条登记把它恢复入账"),
        ],
    ),
    (
        "assess",
        "12345投诉按部门按月考核，打印考核表",
        [option("--month", default="", metavar="月份", help="写成 2022-09；不写就是本月"), OUT],
    ),
]
WHERE = {name: f"ui.commands.papering:{name}" for name in ("notice", "sample", "finding", "assess")}
