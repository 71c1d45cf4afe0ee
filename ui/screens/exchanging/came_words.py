"""What came in, said in one sentence, and what to mind of it."""

from __future__ import annotations

from pathlib import Path

from sync import receipts, registers, slips
from sync.plan import Plan


def answer_words(file: Path) -> tuple[str, str] | None:
    """(what it is, what taking it does) of a receipt, a return slip or a register; None for anything else."""
    if receipts.is_receipt(file):
        return "这是对方的回执", "收下后，报出去的那一份就变成“已回执”。"
    if slips.is_slip(file):
        return "这是对方的退回单", "收下后，报出去的那一份标为“已退回”或列出没有采用的行，原因写在里面。"
    if registers.is_register(file):
        return "这是单位名册", "收下后，名册里的单位就都认得了，作废的名片不再认。"
    return None


def what_came(found: Plan) -> str:
    """What a bundle that fits says, in one sentence."""
    if found.kind == "check":
        return f"{found.sender_name} {found.on} 推送来核查清单《{found.title}》，收下后在“部门核对”里核查、回传。"
    if found.kind == "return":
        return f"{found.sender_name} {found.on} 回传《{found.title}》的核查结果，收下后把两边没有冲突的直接合并。"
    prints = f"，打印件 {len(found.prints)} 份" if found.prints else ""
    counted = found.counts.get("project", {})
    base = f"。对方台账：列入 {counted['listed']:,}，在账 {counted['open']:,}" if counted else ""
    return (
        f"{found.sender_name} {found.on} 报来《{found.title}》：新增 {found.added:,} 行，变动 {found.changed:,} 行，"
        f"附件 {found.attachments:,} 个{prints}，共 {found.rows:,} 行{base}。"
    )


def marks_of(found: Plan) -> list[str]:
    """What to mind of it; a check list and its return are never sealed."""
    told = [("没有加密（未加密）", found.encrypted)]
    if found.kind not in ("check", "return"):
        told.insert(0, ("还没有签字确定（未确定）", found.sealed))
    return [words for words, fine in told if not fine]
