"""The clerks of an office: who they are, since when, in which role; every change is a line of the office's journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update

from app.change import Change
from app.ids import new_id
from app.office import Office
from app.people import pins
from app.problem import Problem
from app.values import dates
from app.values.first_clerk import CLERK, HEAD, MANAGER, REVIEWER, ROLES
from app.words import wording
from models.schema import clerk as clerk_table

__all__ = ["CLERK", "HEAD", "MANAGER", "REVIEWER", "ROLES", "Clerk"]
LONGEST_NAME, LONGEST_PHONE = 40, 40
VERB = "clerk"


@dataclass(frozen=True)
class Clerk:
    """`since` and `until` are ISO days, `until` '' while the clerk is in use; `pin`: whether he has one."""

    id: str
    name: str
    role: str
    phone: str
    since: str
    until: str
    former: tuple[str, ...]
    pin: bool

    def called(self, name: str) -> bool:
        """Whether this is the clerk's name, now or before, in any spelling (blanks, full width)."""
        return wording.key(wording.clean(name)) in {wording.key(each) for each in (self.name, *self.former)}


def all(office: Office, *, gone: bool = False) -> tuple[Clerk, ...]:  # noqa: A001 - as in ledgers.all
    """The clerks in use as they were put on the list; with `gone` those who left as well, behind them."""
    t, locked = clerk_table.c, pins.holders(office.folder)
    query = select(clerk_table).order_by(t.until.is_not(None), t.id)
    with office.read() as connection:
        rows = connection.execute(query if gone else query.where(t.until.is_(None))).mappings().all()
    return tuple(
        Clerk(
            id=r["id"], name=r["name"], role=r["role"], phone=r["phone"] or "", since=r["since"], until=r["until"] or "",
            former=tuple(r["former"]), pin=r["id"] in locked and r["until"] is None,
        )
        for r in rows
    )  # fmt: skip


def known(office: Office, name: str) -> Clerk | None:
    """The clerk of this name, one in use before one who left; a name borne today before one borne once."""
    among = all(office, gone=True)
    bare = wording.key(wording.clean(name))
    found = [c for c in among if wording.key(c.name) == bare] or [c for c in among if c.called(name)]
    return found[0] if found else None


def at_desk(office: Office) -> Clerk | None:
    """Who is at the desk, None for a name that is on no list."""
    return known(office, office.clerk)


def one(office: Office, name: str) -> Clerk:
    """The clerk of this name. Raises Problem E_NO_CLERK."""
    found = known(office, name)
    if found is None:
        listed = "、".join(c.name for c in all(office))
        raise Problem("E_NO_CLERK", f"人员里没有“{wording.one_line(name)}”，现有：{listed}", field="name")
    return found


def seated(office: Office) -> Office:
    """The office with who opened it as the list writes his name.

    A name that is on no list is taken as it is while nobody has a PIN. Raises Problem E_NO_CLERK, E_CLERK_LEFT.
    """
    me = at_desk(office)
    if me is None:
        here = all(office)
        if any(c.pin for c in here):
            listed = "、".join(c.name for c in here)
            said = f"人员里没有“{office.clerk}”，可以是：{listed}；要加人请由管理在“设置”的“人员”里加"
            raise Problem("E_NO_CLERK", said, field="clerk")
        return office
    if me.until:
        said = f"“{me.name}”{me.until}起已停用，不能再用这个名字办理；回来上班请由管理恢复"
        raise Problem("E_CLERK_LEFT", said, field="clerk")
    return office if me.name == office.clerk else replace(office, clerk=me.name)


def allowed(office: Office, roles: Sequence[str]) -> bool:
    """Whether who is at the desk may do what these roles may. An office of one clerk asks for no role."""
    here = all(office)
    me = at_desk(office)
    return (
        len(here) <= 1 or (me is not None and me.role in roles) or not any(c.role in roles for c in here)
    )


def refuse(office: Office, roles: Sequence[str], deed: str) -> None:
    """Raise Problem E_NOT_YOUR_ROLE naming who can, unless who is at the desk may do `deed` (改人员, 恢复备份)."""
    if not allowed(office, roles):
        raise not_your_role(office, roles, deed)


def not_your_role(office: Office, roles: Sequence[str], deed: str) -> Problem:
    """What is said to somebody whose role does not do this."""
    who = [c for c in all(office) if c.role in roles]
    named = "、".join(f"{c.name}（{c.role}）" for c in who)
    said = f"{deed}由{'或'.join(roles)}来做：{named}。请换人后再做，什么都没有改动"
    return Problem("E_NOT_YOUR_ROLE", said, who=[c.name for c in who], roles=list(roles))


def add(office: Office, name: str, *, role: str = CLERK, phone: str = "", on: str = "") -> Change:
    """Put somebody on the list. Raises Problem E_NOT_YOUR_ROLE, E_BLANK, E_CLERK_KNOWN, E_CLERK_ROLE, E_DATE, E_FUTURE."""
    refuse(office, (MANAGER,), "改人员")
    since = dates.business_day(on, office.today()) if on else office.today().isoformat()
    made = Clerk(new_id(), _fresh(office, name), _role(role), _phone(phone), since, "", (), False)
    with office.write("新增人员") as work:
        work.connection.execute(insert(clerk_table).values(id=made.id, **_row(made)))
        work.office_line(VERB, made.id, {"deed": "add", "clerk": _row(made)})
    return Change(f"已新增人员：{made.name}（{made.role}）", subject=made.id)


def amend(office: Office, name: str, *, to: str = "", role: str = "", phone: str | None = None) -> Change:
    """Change somebody's name, role or telephone; what is not given stays. One's own telephone anybody may change.

    Records written before keep the old name, which stays his.
    Raises Problem E_NOT_YOUR_ROLE, E_NO_CLERK, E_NAME, E_CLERK_KNOWN, E_CLERK_ROLE, E_LAST_MANAGER, E_PHONE.
    """
    old = new = one(office, name)
    if to:
        fresh = _fresh(office, to, spare=old.id)
        before = old.former if fresh == old.name else (*old.former, old.name)
        new = replace(new, name=fresh, former=tuple(each for each in dict.fromkeys(before) if each != fresh))
    if role:
        new = replace(new, role=_role(role))
    _refuse_last(office, old, new)
    new = new if phone is None else replace(new, phone=_phone(phone))
    return _change(office, old, new, "amend", f"已改：{new.name}（{new.role}）")


def leave(office: Office, name: str, on: str = "") -> Change:
    """停用: from that day on the name is not offered; what was done under it stays. His PIN goes.

    Raises Problem E_NOT_YOUR_ROLE, E_NO_CLERK, E_LAST_MANAGER, E_CLERK_LEFT, E_DATE, E_FUTURE.
    """
    old = one(office, name)
    if old.until:
        raise Problem("E_CLERK_LEFT", f"“{old.name}”{old.until}起已经停用", field="name")
    new = replace(old, until=dates.business_day(on, office.today()) if on else office.today().isoformat())
    _refuse_last(office, old, new)
    change = _change(office, old, new, "leave", f"{old.name} 已停用，以前的记录照旧")
    pins.drop(office.folder, old.id)
    return change


def back(office: Office, name: str) -> Change:
    """Take somebody who left back into use. Raises Problem E_NOT_YOUR_ROLE, E_NO_CLERK, E_NOTHING."""
    old = one(office, name)
    if not old.until:
        raise Problem("E_NOTHING", f"“{old.name}”没有停用，不用恢复", field="name")
    return _change(office, old, replace(old, until=""), "back", f"{old.name} 已恢复使用")


def _change(office: Office, old: Clerk, new: Clerk, deed: str, said: str) -> Change:
    me = at_desk(office)
    if me is None or me.id != old.id or replace(old, phone=new.phone) != new:
        refuse(office, (MANAGER,), "改人员")
    if new == old:
        return Change(f"{old.name}没有改动", subject=old.id)
    was, row = _row(old), _row(new)
    moved = {key: value for key, value in was.items() if row[key] != value}
    with office.write("改人员") as work:
        work.connection.execute(update(clerk_table).where(clerk_table.c.id == old.id).values(**row))
        work.office_line(VERB, old.id, {"deed": deed, "clerk": row, "was": moved})
    return Change(said, subject=old.id)


def _row(told: Clerk) -> dict[str, Any]:
    return {
        "name": told.name, "role": told.role, "phone": told.phone or None, "since": told.since,
        "until": told.until or None, "former": list(told.former),
    }  # fmt: skip


def _fresh(office: Office, name: str, spare: str = "") -> str:
    """The name as it is kept, when nobody else bears or bore it. Raises Problem E_BLANK, E_NAME, E_CLERK_KNOWN."""
    fresh = wording.one_line(name)
    if not fresh:
        raise Problem("E_BLANK", "姓名不能空，请填写", field="name")
    if len(fresh) > LONGEST_NAME or not fresh.isprintable():
        raise Problem("E_NAME", f"姓名最多 {LONGEST_NAME} 个字，也不能有看不见的字符", field="name")
    for other in all(office, gone=True):
        if other.id != spare and other.called(fresh):
            then = "他已停用，请在名单里恢复" if other.until else "重名请加字区分，如 某某（二）"
            raise Problem("E_CLERK_KNOWN", f"人员里已有“{other.name}”，{then}", field="name")
    return fresh


def _role(role: str) -> str:
    if role not in ROLES:
        raise Problem("E_CLERK_ROLE", f"没有“{role}”这种身份，可用：{'、'.join(ROLES)}", field="role")
    return role


def _phone(phone: str) -> str:
    fresh = wording.one_line(wording.half_width(phone))
    if len(fresh) > LONGEST_PHONE:
        raise Problem("E_PHONE", f"电话最多 {LONGEST_PHONE} 个字", field="phone")
    return fresh


def _refuse_last(office: Office, old: Clerk, new: Clerk) -> None:
    """An office is never left without 管理 (E_LAST_MANAGER): nobody could put that right."""
    if old.role != MANAGER or (new.role == MANAGER and not new.until):
        return
    if not any(c.role == MANAGER and c.id != old.id for c in all(office)):
        said = f"“{old.name}”是唯一的管理，停用或改了就没有人能管人员了；请先让另一位当管理"
        raise Problem("E_LAST_MANAGER", said, field="role")
