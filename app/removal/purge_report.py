"""The report of a 误入处置: what was destroyed, how it was counted, and what the office must still do outside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.listing.history import VERBS
from app.office import Office
from app.removal.destroying import Destroyed
from app.removal.sweeping import Swept
from app.storage import files

MOST_LINES = 200
_ODD = re.compile(r"[^0-9A-Za-z一-鿿-]+")


def write(office: Office, done: Destroyed, swept: Swept, facts: Mapping[str, Any]) -> Path:
    """Write the report into the office folder, beside an earlier one about the same rows; it names no project."""
    named = _ODD.sub("", done.run or "-".join(done.numbers[:1]))[:60]
    target = office.folder / f"误入处置报告_{named}.txt"
    number = 2
    while target.exists():
        target, number = office.folder / f"误入处置报告_{named}_{number}.txt", number + 1
    files.write_whole(target, "\r\n".join(_lines(office, done, swept, facts)).encode("utf-8-sig"))
    return target


def _lines(office: Office, done: Destroyed, swept: Swept, facts: Mapping[str, Any]) -> list[str]:
    return [
        "误入处置报告",
        "",
        f"单位：{office.name}",
        f"日期：{office.today().isoformat()}",
        f"经办人：{office.clerk}　提出人：{facts['asked_by']}　第二人：{facts['second']}",
        f"原因：{facts['reason']}",
        f"台账：《{done.line.title}》（{done.line.unit}）",
        f"处置对象：{done.called()}（{len(done.entries):,} 行）",
        "",
        "一、本单位已销毁",
        f"1. 台账里的内容（名称、代码、各栏、审批事项、导入原文、附件登记）：{len(done.entries):,} 行",
        f"2. 操作记录的内容：{len(done.lines):,} 条，只留签头和加盐摘要，盐已销毁：",
        *_some([f"   第 {x['seq']} 条 {VERBS.get(x['verb'], x['verb'])} {x['digest']}" for x in done.lines]),
        *_part("3. 附件、打印件、签字扫描件和写出的报告、通知书", swept.files),
        *_part("4. 报送和收到的数据包（本单位留存的）", swept.bundles),
        *_part("5. 备份", swept.backups_gone),
        *([f"   新备份没有做成（{swept.unbacked}），旧备份先没有销毁，处理后请再做一次"] if swept.unbacked else []),
        f"6. 数据文件的空闲页：{f'没有覆盖：{swept.unscrubbed}后再做一次误入处置' if swept.unscrubbed else '已覆盖、重写'}",
        f"7. 查找本单位文件夹里的名称和代码（逐字节，工作簿、Word 和 PDF 按读出的文字）：{_searched(done, swept)}",
        "",
        "二、怎么计数",
        _counted(done),
        "",
        "三、还要在本单位以外做的",
        *_part("1. 已报出的数据包，请通知收件单位同样处置，并销毁 U 盘上的包", swept.receivers),
        *_part("2. 印有它的版本，请收回并按保密规定销毁纸质件、另存的 PDF 和签字扫描件", done.prints),
        *_part("3. 还含有它的备份，请核对后销毁（再做一次并选“同时销毁备份”）", swept.backups_left),
        "4. 原始清单文件、导出的工作簿、另存和发出的报告与通知书、拷贝到别处的备份，本程序不知道在哪里，请自行查找销毁。",
        "5. 固态盘、U 盘可能留有旧数据块，载体按保密规定处理；请按规定向保密部门报告。",
        *_part("6. 仍提到它、须人工核实的地方", swept.found),
        *_part("7. 与其他项目共用、没有销毁的附件（请打开核实）", sorted(done.shared)),
        *_part("8. 这次导入还补充过以下行，内容请核实", done.updated),
        *_part("9. 读不出文字、没有查的文件（图片、扫描件、加密的），请人工核对", swept.unread),
        "",
    ]


def _searched(done: Destroyed, swept: Swept) -> str:
    if not done.named.texts:
        return "没有查找（内容此前已销毁，或名称太短、没有代码）"
    unread = f"另有 {len(swept.unread):,} 个文件读不出文字，没有查" if swept.unread else ""
    if swept.found:
        return "；".join((f"还有 {len(swept.found):,} 处，见第三部分", *([unread] if unread else [])))
    return f"读得出的文件里没有再找到；{unread}，见第三部分第 9 项" if unread else "没有再找到"


def _counted(done: Destroyed) -> str:
    if done.line.sealed:
        return "台账已确定：期初不变；仍在账的以“更正”（误入处置）出账，已核出的仍计在原处。"
    return "台账未确定：该行作撤回处理，不再计入列入数；与上级下达清单的数目相差这几行，请说明。"


def _part(title: str, told: Sequence[str]) -> list[str]:
    return [f"{title}：{f'{len(told):,} 处' if told else '没有'}", *_some([f"   {each}" for each in told])]


def _some(told: Sequence[str]) -> list[str]:
    more = [f"   ……共 {len(told):,} 处"] if len(told) > MOST_LINES else []
    return [*told[:MOST_LINES], *more]
