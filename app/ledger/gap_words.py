"""缺项情况说明 in short: the clerk's sentence, one line for each thing that is missing, rows only when they are few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from app.ledger import checks
from app.ledger.checks import Finding
from app.words.templates import Loaded

HALF_PAGE = {"a3": (16, 90), "a4": (12, 70)}
"""Lines on half a page, and characters in a line."""


def told(loaded: Loaded, explain: str, gaps: Sequence[Finding], paper: str = "a3") -> Iterator[str]:
    """The paragraphs of the 缺项情况说明 (decision 9)."""
    yield explain
    if not gaps:
        return
    yield f"缺项共 {len(gaps):,} 处，涉及 {len({f.entry_id for f in gaps}):,} {_rows(loaded)}："
    yield from by_field(loaded, gaps)
    rows = checks.by_row(list(gaps))
    lines, wide = HALF_PAGE[paper]
    if sum(-(-len(row) // wide) for row in rows) <= lines:
        yield f"逐{_rows(loaded)}："
        yield from rows


def by_field(loaded: Loaded, gaps: Sequence[Finding]) -> list[str]:
    """缺「责任人」：270 个项目, the most frequent first."""
    counted = Counter(_what(loaded, gap) for gap in gaps)
    return [f"{what}：{count:,} {_rows(loaded)}" for what, count in counted.most_common()]


def length(loaded: Loaded, gaps: Sequence[Finding], paper: str) -> int:
    """How many printed lines `told` takes about, the clerk's sentence as one."""
    wide = HALF_PAGE[paper][1]
    return sum(max(1, -(-len(line) // wide)) for line in told(loaded, "", gaps, paper))


def _rows(loaded: Loaded) -> str:
    return f"{loaded.t.words.count}{loaded.t.words.row}"


def _what(loaded: Loaded, gap: Finding) -> str:
    """What is missing with its titles in 「」, so that 缺「存在问题」 reads."""
    where = f"「{loaded.preset_of(gap.item).title}」" if gap.item else ""
    fields = loaded.item_fields if gap.item else loaded.fields
    if gap.code != "E_GAP" or gap.field not in fields:
        return gap.text.partition("：")[2]
    if gap.item and gap.field == "state" and gap.text.endswith("待核"):
        return f"{where}待核"
    return f"{where}缺「{fields[gap.field].title}」"
