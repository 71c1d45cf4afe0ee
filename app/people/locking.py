"""Setting, clearing and proving a PIN; the journal tells that it was done, never what it is."""

from __future__ import annotations

import json

from sqlalchemy import select

from app.change import Change
from app.office import Office
from app.people import clerks, pins
from app.people.clerks import HEAD, MANAGER, REVIEWER, VERB, Clerk
from app.problem import Problem
from models.schema import journal as journal_table

CONFIRM = (REVIEWER, HEAD, MANAGER)
"""The roles whose PIN may stand for 同意 on the spot."""
PROVED = "口令当场确认"
FRESH, SINCE = "（口令当天才设）", "（口令是{day}设的）"
"""One is said with it: until he has a PIN, whoever sits at the desk may set one in his name, the day before too."""


def set_pin(office: Office, pin: str, old: str = "") -> Change:
    """Give who is at the desk a PIN; one that he has must be known. Nobody sets another's.

    Raises Problem E_NO_CLERK, E_PIN, E_PIN_WAIT, E_PIN_FORM.
    """
    me = clerks.one(office, office.clerk)
    if me.pin:
        pins.check(office.folder, me.id, old)
    with office.write("设口令") as work:
        work.office_line(VERB, me.id, {"deed": "pin_changed" if me.pin else "pin_set", "name": me.name})
        pins.put(office.folder, me.id, pin)
    return Change(f"{me.name}的口令已设好；它只锁屏幕，不加密数据", subject=me.id)


def clear_pin(office: Office, name: str, old: str = "") -> Change:
    """Take a PIN away: one's own when it is known, anybody's as 管理 (he forgot it).

    Raises Problem E_NO_CLERK, E_NOT_YOUR_ROLE, E_NOTHING, E_PIN, E_PIN_WAIT.
    """
    whose, me = clerks.one(office, name), clerks.at_desk(office)
    if me is not None and me.id == whose.id and old:
        pins.check(office.folder, me.id, old)
    else:
        clerks.refuse(office, (MANAGER,), "清除口令")
    if not whose.pin:
        raise Problem("E_NOTHING", f"“{whose.name}”没有设口令", field="name")
    with office.write("清除口令") as work:
        work.office_line(VERB, whose.id, {"deed": "pin_cleared", "name": whose.name})
        pins.drop(office.folder, whose.id)
    return Change(f"{whose.name}的口令已清除", subject=whose.id)


def enter(office: Office, clerk: Clerk, pin: str = "") -> None:
    """Nothing, when this clerk may sit down at the desk. Raises Problem E_PIN, E_PIN_WAIT."""
    pins.check(office.folder, clerk.id, pin)


def refuse_same(office: Office, second: str) -> None:
    """Raise Problem E_SECOND when the second person is who is at the desk, under whatever name and spelling."""
    me = clerks.at_desk(office)
    if me is not None and me.called(second):
        raise same()


def same() -> Problem:
    return Problem("E_SECOND", "要有另一个人签字同意（不能是经办人自己），请写明姓名", field="second")


def may_confirm(office: Office) -> list[Clerk]:
    """The other clerks who may be the second person by their role."""
    me = clerks.at_desk(office)
    return [c for c in clerks.all(office) if c.role in CONFIRM and (me is None or c.id != me.id)]


def proof(office: Office, second: str, pin: str) -> dict[str, str]:
    """The fact that the second person confirmed with his PIN, for the journal; {} when none was given.

    Raises Problem E_SECOND, E_NO_CLERK, E_NOT_YOUR_ROLE, E_PIN_NONE, E_PIN, E_PIN_WAIT.
    """
    if not pin:
        return {}
    refuse_same(office, second)
    who = clerks.one(office, second)
    if who.role not in CONFIRM or who.until:
        raise clerks.not_your_role(office, CONFIRM, "用口令当场同意")
    if not who.pin:
        raise Problem("E_PIN_NONE", f"“{who.name}”没有设口令，不能用口令确认；签字的扫描件照样算数", field="second_pin")
    try:
        pins.check(office.folder, who.id, pin)
    except Problem as problem:
        raise Problem(problem.code, problem.text, field="second_pin", **problem.facts) from problem
    day = _set_on(office, who)
    since = FRESH if day == office.today().isoformat() else SINCE.format(day=day) if day else ""
    return {"second_by": f"{who.name}（{who.role}）{PROVED}{since}"}


def _set_on(office: Office, who: Clerk) -> str:
    """The ISO day his first PIN was set, '' when the journal tells of none; a change needs the one he had."""
    t = journal_table.c
    told = select(t.on, t.body).where(t.verb == VERB, t.subject == who.id, t.body.is_not(None)).order_by(t.seq.desc())
    with office.read() as connection:
        days = (row.on for row in connection.execute(told) if json.loads(row.body).get("deed") == "pin_set")
        return str(next(days, ""))
