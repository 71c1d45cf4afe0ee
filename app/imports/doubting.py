"""What the columns of a list come to, in words: how many go in, what the ledger lacks, which choice looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.imports.drafts import Draft, text_of
from app.imports.mapping import CHOSEN, ROW_ID, SEQ, Column, Matcher, split_target
from app.words.templates import Loaded

FEW_FIT = 0.5
MOST_NAMED = 4
UNSURE = 0.8


@dataclass(frozen=True)
class ColumnWords:
    """`said` for the line above the list, its `tone`, and {column index: why a choice by hand looks wrong}."""

    said: str
    tone: str
    doubts: Mapping[int, str]


def words_of(draft: Draft, loaded: Loaded) -> ColumnWords:
    """对上 N 列，M 列不导入，缺…: counted from what the columns go to now, whoever put them there."""
    read = [c for c in draft.columns if any(c.path) and c.target not in (SEQ, ROW_ID)]
    taken, left = [c for c in read if c.target], [c for c in read if not c.target]
    met = {c.target for c in taken}
    lacking = [f.title for f in loaded.t.fields if f.need == "create" and f.id not in met]
    wanted = [f.title for f in loaded.t.fields if f.need == "submit" and f.id not in met]
    doubts = {c.index: why for c in taken if c.reason == CHOSEN and (why := doubt(draft, loaded, c))}
    parts = [f"对上 {len(taken)} 列", f"{len(left)} 列不导入" if left else "没有不导入的列"]
    if lacking:
        parts.append(f"缺{_named(lacking)}，没有就不能入账")
    if wanted:
        parts.append(f"签批前还要填的缺{_named(wanted)}")
    if doubts:
        parts.append(f"{len(doubts)} 列手工指定的请核对")
    tone = "red" if lacking else "amber" if doubts or draft.unmapped else "green"
    return ColumnWords("，".join(parts), tone, doubts)


def doubt(draft: Draft, loaded: Loaded, column: Column) -> str:
    """Why a column put somewhere by hand looks wrong there: its contents do not fit, or its head says something else."""
    written = sum(
        1 for r in draft.rows if column.index < len(r.source) and text_of(r.source[column.index]).strip()
    )
    unread = sum(1 for p in draft.problems if p.field == column.target)
    if written and unread > FEW_FIT * written:
        return f"{written:,} 格里有 {unread:,} 格读不成“{_title(loaded, column.target)}”"
    target, sure, _ = Matcher(loaded).match(column.path)
    if target and target not in (SEQ, ROW_ID, column.target) and sure >= UNSURE:
        return f"表头像是“{_title(loaded, target)}”"
    return ""


def _title(loaded: Loaded, target: str) -> str:
    if target in loaded.fields:
        return loaded.fields[target].title
    code, part = split_target(target)
    title = loaded.preset_of(code).title
    return title if part == "state" else f"{title}{loaded.item_fields[part].title}"


def _named(titles: list[str]) -> str:
    more = f"等 {len(titles)} 栏" if len(titles) > MOST_NAMED else ""
    return "、".join(titles[:MOST_NAMED]) + more
