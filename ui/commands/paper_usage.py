"""How the sub-commands of notices, of 回头看 and of the 12345 assessment are written."""

from __future__ import annotations

from pathlib import Path

from app.papers.callers import WHYS
from ui.commands.options import OUT, SECOND, Command, option

ACTIONS = (
    "overdue",
    "inform",
    "bulletin",
    "supervise",
    "remind",
    "reply",
    "lift",
    "offline",
    "prefix",
    "signature",
    "contact",
)
_YES_NO = ("是", "否")

COMMANDS: list[Command] = [
    (
        "notice",
        "催办单、一次性告知书、通报、挂牌督办、提醒、未线上督办、反馈、摘牌，编号并归档",
        [
            option(
                "action",
                choices=ACTIONS,
                metavar="动作",
                help="overdue 催办单、inform 一次性告知书、bulletin 通报、supervise 挂牌督办、remind 提醒函、"
                "reply 登记反馈、lift 摘牌、offline 给没有线上办理的部门一次下齐督办通知、"
                "prefix 编号字头、signature 落款、contact 联系人和电话",
            ),
            option(
                "subject",
                nargs="?",
                default="",
                metavar="对象",
                help="overdue、bulletin：台账；inform、supervise、remind：项目；reply、lift：督办编号；"
                "offline：不写就是挂牌督办，写 remind 就是提醒函；prefix、signature、contact：写什么（不写就用通常的）",
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
            option("--on", default="", metavar="日期", help="告知、反馈或摘牌的日期；反馈、摘牌不写就是今天"),
            option(
                "-o",
                "--out",
                type=Path,
                metavar="文件夹",
                help="文书写到哪里；不写就放在单位文件夹的 papers 里",
            ),
        ],
    ),
    (
        "sample",
        "回头看抽样：同一个种子抽出同一批，登记并打印清单；再打印一批、列出各批、核查情况表",
        [
            option(
                "ledger",
                nargs="?",
                default="",
                metavar="台账",
                help="抽哪本台账；--again、--batches、--rates 不用写",
            ),
            option("--n", type=int, default=0, metavar="个数", help="抽几个"),
            option("--seed", default="", metavar="种子", help="如会议日期；重抽时写同样的"),
            option(
                "--rule",
                default="closed",
                metavar="范围",
                help="closed 已出账的（不写就是它）、all 全部、removed 只抽移除的，"
                "或算式，如 invest > 1000000000（总投资超过1000万元；金额以分计）",
            ),
            option("--shares", action="store_true", help="按各单位的数量比例分配"),
            option("--dry-run", action="store_true", help="只看抽到谁，不登记"),
            option(
                "--again", default="", metavar="批次", help="把这一批的清单原样再打印一次；写批次名或种子"
            ),
            option("--batches", action="store_true", help="列出抽过的各批"),
            option(
                "--rates",
                action="store_true",
                help="打印核查情况表：各单位、各事项的属实率；--again 指明只要哪一批",
            ),
            option(
                "-o",
                "--out",
                type=Path,
                metavar="去处",
                help="清单写到哪个文件夹；抽样时不写就只存在回头看的附件里，再打印时不写就放在单位文件夹的 papers 里",
            ),
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
            option("--item", metavar="事项", help="问题出在哪个事项，如 M03；不写就照登记的"),
            option(
                "--reopen", action="store_true", help="凭更正单把它恢复入账；台账已确定的要写同意人、附扫描件"
            ),
            SECOND,
            option("--scan", type=Path, metavar="扫描件", help="签字的更正单，PDF 或图片"),
        ],
    ),
    (
        "caller",
        "看12345投诉人的姓名和电话；谁看的、为什么看，会记下来",
        [
            option("entry", metavar="登记号", help="投诉登记里的编号（list complaints 列出）"),
            option("--why", required=True, metavar="原因", help=f"如 {'、'.join(WHYS)}"),
        ],
    ),
    (
        "assess",
        "12345投诉按部门按月考核，打印考核表",
        [option("--month", default="", metavar="月份", help="写成 2022-09；不写就是本月"), OUT],
    ),
]
WHERE = {name: f"ui.commands.papering:{name}" for name in ("notice", "sample", "finding", "caller", "assess")}
