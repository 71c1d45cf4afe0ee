"""What taking a bundle in would do: judged against what is known here, pure and frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from app.journals.trust import plain_name
from app.problem import Problem
from app.words import wording
from sync.bundles.bundle import Opened
from sync.letters.sending import MAY_SEND


@dataclass(frozen=True)
class Here:
    """What this office knows of the ledger a bundle is of: `head` at `seq`, '' and 0 when never met."""

    own: bool = False
    owner: str = ""
    stream: str = ""
    seq: int = 0
    head: str = ""


@dataclass(frozen=True)
class Plan:
    """The judgement of a bundle in figures and one sentence."""

    said: str
    bundle: str
    kind: str
    sender: str
    sender_name: str
    fingerprint: str
    ledger: str
    title: str
    on: str
    encrypted: bool
    sealed: bool
    seen: bool
    base_seq: int
    to_seq: int
    head: str
    lines: int
    added: int = 0
    changed: int = 0
    rows: int = 0
    attachments: int = 0
    prints: tuple[str, ...] = ()
    odd: str = ""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    note: str = ""  # what the sponsor says to the departments
    kept: tuple[
        str, ...
    ] = ()  # what the department had filled in where the sponsor wrote something else since

    def as_json(self) -> dict[str, Any]:
        """All fields, `prints` and `kept` as lists, with the two marks of an unsealed or unencrypted bundle."""
        marks = [m for m, on in (("未确定", not self.sealed), ("未加密", not self.encrypted)) if on]
        return {
            **{k: getattr(self, k) for k in self.__dataclass_fields__},
            "prints": list(self.prints),
            "kept": list(self.kept),
            "marks": marks,
        }


def refuse_not_allowed(opened: Opened, here: Here) -> None:
    """Decision 28: who may send what; nobody another's rows. Raises Problem E_NOT_ALLOWED, E_CONTENT."""
    info = opened.info
    if not MAY_SEND[info.kind] & set(opened.sender.roles):
        raise Problem(
            "E_NOT_ALLOWED",
            f"“{info.sender_name}”的身份不能发这样的包，没有收",
            roles=list(opened.sender.roles),
        )
    if info.kind == "check" and here.own:
        raise Problem("E_NOT_ALLOWED", "这份核查清单出自本单位自己的台账，没有收", ledger=info.ledger)
    if here.own or (here.owner and here.owner != info.sender):
        raise Problem(
            "E_NOT_ALLOWED", f"这本台账不是“{info.sender_name}”的，对方无权报送，没有收", ledger=info.ledger
        )
    if here.stream and here.stream != info.stream:
        raise Problem(
            "E_FORK",
            f"“{info.sender_name}”的这本台账另起了一套记录（可能恢复过旧备份），没有覆盖，请联系对方核对",
        )
    told = opened.ledger
    try:
        good = told["id"] == info.ledger and plain_name(told["unit"]) and bool(told["title"])
        dt.date.fromisoformat(told["opened_on"])
    except (KeyError, TypeError, ValueError) as error:
        raise Problem("E_CONTENT", "包里的台账说明有误，没有收", detail=str(error)) from error
    if not good:
        raise Problem("E_CONTENT", "包里的台账说明有误，没有收")


def stream_fault(opened: Opened, here: Here, hashes: Callable[[int, int], Sequence[str]]) -> Problem | None:
    """The overlap must be equal; a hole is E_GAP, another past is E_FORK. `hashes(a, b)` are ours of lines a+1…b."""
    info = opened.info
    if info.base_seq > here.seq:
        return Problem(
            "E_GAP",
            f"中间少了第 {here.seq + 1} 至 {info.base_seq} 条记录，请对方从第 {here.seq + 1} 条起重发",
            have=here.seq,
            base=info.base_seq,
        )
    upto = min(here.seq, info.to_seq)
    if not upto:
        return None
    first = max(info.base_seq - 1, 0)
    ours = list(hashes(first, upto))
    theirs = [info.base_head] if info.base_seq else []
    theirs += [row["hash"].hex() for row in takewhile(lambda row: row["seq"] <= upto, opened.rows())]
    if ours != theirs:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
        return Problem(
            "E_FORK",
            f"“{info.sender_name}”的记录与以前收到的不一致（可能恢复过旧备份），没有覆盖；"
            "对方收下退回单后可用“另起记录”接上",
            have=here.seq,
            common=first + same if same else 0,
            common_head=ours[same - 1] if same else "",
        )
    return None


def words(opened: Opened) -> str:
    """给各部门的话 of a check list that was taken in, or could be; '' of any other bundle."""
    return str((opened.check or {}).get("round", {}).get("note", ""))


def kept_said(kept: Sequence[str]) -> str:
    """What a department reads of its own cells that the sponsor changed too, '' when there are none."""
    if not kept:
        return ""
    more = f"等 {len(kept):,} 处" if len(kept) > 3 else ""
    return (
        f"有 {len(kept):,} 处本单位填过，对方后来也改了，现在留着本单位填的，回传后由对方定，请核对："
        f"{'；'.join(kept[:3])}{more}"
    )


def sentence(opened: Opened, plan: dict[str, Any]) -> str:
    """The plan in one line for the status bar."""
    if plan["seen"]:
        return f"这个包以前已收过（{opened.info.sender_name}，{opened.info.on}），再收只会得到同一份回执"
    marks = "".join(
        m for m, on in (("（未确定）", not plan["sealed"]), ("（未加密）", not plan["encrypted"])) if on
    )
    odd = f"；注意：{plan['odd']}" if plan["odd"] else ""
    odd += f"；对方说：{wording.brief(plan['note'])}" if plan["note"] else ""
    odd += f"；{said}" if (said := kept_said(plan["kept"])) else ""
    return (
        f"{opened.info.sender_name}《{plan['title']}》{marks}：新增 {plan['added']:,} 行，变动 {plan['changed']:,} 行，"
        f"附件 {plan['attachments']:,} 个，共 {plan['rows']:,} 行{odd}"
    )
