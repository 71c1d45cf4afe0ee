"""What came in, said in one sentence, and what to mind of it."""

from __future__ import annotations

from pathlib import Path

from app.words.wording import brief
from sync.letters import documents, receipts, registers, remarks, slips
from sync.letters.came_down import CALENDAR, LIST, TEMPLATE, WORDS
from sync.merges.arrivals import Result
from sync.receiving.plan import Plan, kept_said

DOWN = {
    TEMPLATE: "收下后，打开台账时可以选这个模板。",
    CALENDAR: "收下后自动记入“工作日历”，期限会重算。",
    LIST: "收下后放在收件里，可以从“导入 Excel”导入台账。",
}


def answer_words(file: Path) -> tuple[str, str] | None:
    """(what it is, what taking it does) of a receipt, a slip, a register, what came down; None for anything else."""
    if receipts.is_receipt(file):
        return "这是对方的回执", "收下后，报出去的那一份就变成“已回执”。"
    if slips.is_slip(file):
        return "这是对方的退回单", "收下后，报出去的那一份标为“已退回”或列出没有采用的行，原因写在里面。"
    if remarks.is_remarks(file):
        return "这是上级的意见，或下级对意见的答复", "收下后显示在“项目台账”的那一行，可以在那里答复。"
    if registers.is_register(file):
        return "这是单位名册", "收下后，名册里的单位就都认得了，作废的名片不再认。"
    if documents.is_document(file):
        return _came_down(file)
    return None


def list_of(result: Result) -> str:
    """The file of a list that came down and lies in the inbox to be imported, '' for anything else."""
    return str(result.facts.get("file") or "") if result.facts.get("kind") == LIST else ""


def _came_down(file: Path) -> tuple[str, str]:
    """A template, a notice or a list: by its name, as only taking it in opens it."""
    kind = next((k for k, word in WORDS.items() if file.name.startswith(word)), "")
    what = WORDS.get(kind, "文件（模板、放假安排或清单）")
    return f"这是上级下发的{what}", DOWN.get(kind, "收下后会说清楚是什么、用在哪里。")


def what_came(found: Plan) -> str:
    """What a bundle that fits says, in one sentence."""
    if found.kind == "check":
        said = f"对方说：{brief(found.note)}" if found.note else ""
        said += f"。{kept}" if (kept := kept_said(found.kept)) else ""
        return f"{found.sender_name} {found.on} 推送来核查清单《{found.title}》，收下后在“部门核对”里核查、回传。{said}"
    if found.kind == "return":
        return f"{found.sender_name} {found.on} 回传《{found.title}》的核查结果，收下后把两边没有冲突的直接合并。"
    prints = f"，打印件 {len(found.prints):,} 份" if found.prints else ""
    counted = found.counts.get("project", {})
    base = f"。对方台账：列入 {counted['listed']:,}，在账 {counted['open']:,}" if counted else ""
    odd = f"注意：{found.odd}。" if found.odd else ""
    return (
        f"{found.sender_name} {found.on} 报来《{found.title}》：新增 {found.added:,} 行，变动 {found.changed:,} 行，"
        f"附件 {found.attachments:,} 个{prints}，共 {found.rows:,} 行{base}。{odd}"
    )


def marks_of(found: Plan) -> list[str]:
    """What to mind of it; a check list and its return are never sealed."""
    told = [("没有加密（未加密）", found.encrypted)]
    if found.kind not in ("check", "return"):
        told.insert(0, ("还没有签字确定（未确定）", found.sealed))
    return [words for words, fine in told if not fine]
