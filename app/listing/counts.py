"""项目 and 事项 counted: the counters, the list reconciliation and the lights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, false, func, select

from app.engine.calling import PLAIN
from app.journals.writing import FLOWS_IN, FLOWS_OUT, TALLIES, UNITS
from app.ledger import ledgers
from app.listing import lights
from app.office import Office
from app.words.report_words import Words
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import ledger as ledger_table
from models.schema import seal as seal_table
from models.schema import tally as tally_table

_KEYS = {"project": "projects", "item": "items"}


def count(office: Office, ledger_id: str) -> dict[str, Any]:
    """Counters of projects and items, lights of the open projects and items, and whether all balance.

    `overdue` and `item_overdue` keep the two reds apart, `approval` alone being for the statistics (decision 4).
    Identity and list reconciliation as decisions 1-2.
    """
    with office.read() as connection:
        loaded = ledgers.line_of(connection, ledger_id).loaded
        tallies = stored(connection, ledger_id)
        day = lights.days(office)
        light, cause = _lights(connection, ledger_id, day)
        items, item_cause = _item_lights(connection, loaded, ledger_id, day)
        again = recount(connection, ledger_id)
    out: dict[str, Any] = {_KEYS[unit]: tallies[unit] for unit in UNITS}
    for name in ("added", "restored", "started"):
        out[name] = tallies["project"][name]
    out["lights"] = light
    out["item_lights"] = items
    out["overdue"] = cause
    out["item_overdue"] = item_cause
    out["balanced"] = all(balanced(tallies[u]) for u in UNITS) and again == tallies
    return out


def now(office: Office, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters kept with the ledger, for projects and items; the quick look that every screen shows."""
    with office.read() as connection:
        return stored(connection, ledger_id)


def moved(row: dict[str, int], words: Words = PLAIN) -> str:
    """What a sealed ledger has come to, in a few words: 在账 469 · 核减 1 · …; flows still at nought are left out."""
    return " · ".join(
        f"{getattr(words, key)} {row[key]:,}" for key in FLOWS_OUT if row[key] or key in ("open", "approved")
    )


def stored(connection: Connection, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters as kept in the same transaction as every deed."""
    rows = connection.execute(select(tally_table).where(tally_table.c.ledger_id == ledger_id)).mappings()
    return {row["unit"]: {name: row[name] for name in TALLIES} for row in rows}


def balanced(row: dict[str, int]) -> bool:
    """期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正, and 列入 = 期初 + 手续齐全 + 核查剔除."""
    flows = sum(row[n] for n in FLOWS_IN) == sum(row[n] for n in FLOWS_OUT)
    return flows and row["listed"] == row["base"] + row["complete"] + row["excluded"]


def identity_line(
    row: dict[str, int], unit: str, words: Words = PLAIN, ways: Collection[str] = FLOWS_OUT
) -> str:
    """The identity in words, for the foot of a printed list; `words` are those of the ledger.

    `ways` are those by which its rows can leave; another is told only where something has left by it.
    """
    told = [key for key in FLOWS_OUT if key in ways or row[key]]
    flows = " + ".join(f"{getattr(words, key)} {row[key]}" for key in told)
    return f"{unit}：期初 {row['base']} + 新增 {row['added']} + 恢复 {row['restored']} = {flows}"


def list_line(row: dict[str, int], words: Words = PLAIN) -> str:
    """The list reconciliation in words."""
    return (
        f"清单核对：列入 {row['listed']} = 期初 {row['base']} + {words.complete}不计入 {row['complete']}"
        f" + {words.excluded} {row['excluded']}"
    )


def identities(
    loaded: Loaded, projects: dict[str, int], items: dict[str, int] | None = None
) -> tuple[str, ...]:
    """The identity of a ledger's rows and of their matters in its own words; a ledger without matters has one line."""
    words = loaded.t.words
    ways = {"open", "approved", *(closing.to for closing in loaded.t.closings)}
    of_rows = identity_line(projects, words.row, words, ways)
    return (of_rows, identity_line(items, words.item, words, ways)) if items and loaded.t.items else (of_rows,)


def recount(connection: Connection, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters worked out again from rows and events (`verify`, decision 2)."""
    kept = _at_seal(connection, ledger_id) or stored(connection, ledger_id)
    sealed = connection.scalar(select(ledger_table.c.state).where(ledger_table.c.id == ledger_id))
    return {
        "project": _recount(connection, ledger_id, entry_table, False, sealed == "sealed", kept["project"]),
        "item": _recount(connection, ledger_id, item_table, True, sealed == "sealed", kept["item"]),
    }


def _at_seal(connection: Connection, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters the seal froze: list and 期初 never move after it."""
    return connection.scalar(select(seal_table.c.counts).where(seal_table.c.ledger_id == ledger_id)) or {}


def _recount(
    connection: Connection, ledger_id: str, table: Any, items: bool, sealed: bool, kept: dict[str, int]
) -> dict[str, int]:
    rows = connection.execute(
        select(table.c.standing, func.count())
        .where(table.c.ledger_id == ledger_id, table.c.standing != "deleted")
        .group_by(table.c.standing)
    )
    standing = Counter({s: n for s, n in rows})
    out = dict.fromkeys(TALLIES, 0)
    out["open"] = standing["open"]
    if not sealed:
        out.update(base=standing["open"], complete=standing["complete"], excluded=standing["excluded"])
        out["listed"] = sum(standing.values())
        return out
    for name in ("listed", "complete", "excluded", "base"):
        out[name] = kept[name]
    which = event_table.c.item.isnot(None) if items else event_table.c.item.is_(None)
    flows = connection.execute(
        select(event_table.c.kind, func.count())
        .where(event_table.c.ledger_id == ledger_id, which)
        .group_by(event_table.c.kind)
    )
    out.update({kind: n for kind, n in flows if kind in TALLIES})
    return out


def _lights(
    connection: Connection, ledger_id: str, day: lights.Today
) -> tuple[dict[str, int], dict[str, int]]:
    light = lights.entry_light(day)
    t = entry_table.c
    rows = connection.execute(
        select(light, func.count()).where(t.ledger_id == ledger_id, t.standing == "open").group_by(light)
    )
    found = Counter({name: n for name, n in rows})
    cause = {
        "approval": t.due < day.today,
        "deadline": t.deadline < day.today,
    }
    overdue = {
        name: connection.scalar(
            select(func.count()).where(t.ledger_id == ledger_id, t.standing == "open", rule)
        )
        or 0
        for name, rule in cause.items()
    }
    return {name: found[name] for name in lights.NAMES}, overdue


def _item_lights(
    connection: Connection, loaded: Loaded, ledger_id: str, day: lights.Today
) -> tuple[dict[str, int], dict[str, int]]:
    t = item_table.c
    late = {"approval": t.due < day.today, "deadline": lights.item_deadline(loaded) < day.today}
    keys = (lights.item_light(loaded, day), *(func.coalesce(rule, false()) for rule in late.values()))
    rows = connection.execute(
        select(*keys, func.count())
        .join(entry_table, entry_table.c.id == t.entry_id)
        .where(t.ledger_id == ledger_id, t.standing == "open")
        .group_by(*keys)
    )
    found: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    for light, *is_late, n in rows:
        found[light] += n
        overdue.update({name: n for name, true in zip(late, is_late, strict=True) if true})
    return {name: found[name] for name in lights.NAMES}, {name: overdue[name] for name in late}
