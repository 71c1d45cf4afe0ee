"""Nothing sealed goes missing: what leaves 在账 must say by which event and why (SB 四(一), exchange attack 8)."""

from __future__ import annotations

from app.problem import Problem
from app.rows import Held
from sync.bodies import EntryBody

NEED_REASON = ("removed", "corrected")


def unexplained(old: Held, new: Held, body: EntryBody) -> list[str]:
    """What of a sealed entry this line takes away without its event or its reason, in words."""
    events = body.events or []
    told = {(e.item or "", e.kind) for e in events}
    name = f"{old.no} {old.name}"
    found = []
    if new.standing == "deleted" or (
        old.standing == "open" != new.standing and ("", new.standing) not in told
    ):
        found.append(name)
    for code, standing in old.standings.items():
        now = new.standings.get(code, "deleted")
        if standing != "deleted" and (
            now == "deleted" or (standing == "open" != now and (code, now) not in told)
        ):
            found.append(f"{name} {code}")
    found += [
        f"{name}（没有写明原因）"
        for e in events
        if e.kind in NEED_REASON and not str(e.facts.get("reason") or "").strip()
    ]
    return list(dict.fromkeys(found))


def refuse(missing: list[str]) -> None:
    """Raise Problem E_SEALED_MISSING naming all of `missing`."""
    if missing:
        shown = "、".join(missing[:5]) + (f"等 {len(missing)} 处" if len(missing) > 5 else "")
        raise Problem(
            "E_SEALED_MISSING",
            f"台账确定以后，{shown}没有按规定的事由和原因就不在账了，不能收；请对方逐项说明",
            missing=missing,
        )
