"""项目 and 事项 counted: the counters, the list reconciliation and the lights."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from app import ledgers, lights
from app.office import Office
from app.writing import FLOWS_IN, FLOWS_OUT, TALLIES, UNITS
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import ledger as ledger_table
from models.schema import seal as seal_table
from models.schema import tally as tally_table

_KEYS = {"project": "projects", "item": "items"}


def count(office: Office, ledger_id: str) -> dict[str, Any]:
    """Counters of projects and items, lights of the open projects and items, and whether all balance.

    Identity and list reconciliation as decisions 1-2.
    """
    with office.read() as connection:
        ledgers.line_of(connection, ledger_id)
        tallies = stored(connection, ledger_id)
        day = lights.days(office)
        light, cause = _lights(connection, ledger_id, day)
        items = _item_lights(connection, ledger_id, day)
        again = recount(connection, ledger_id)
    out: dict[str, Any] = {_KEYS[unit]: tallies[unit] for unit in UNITS}
    for name in ("added", "restored", "started"):
        out[name] = tallies["project"][name]
    out["lights"] = light
    out["item_lights"] = items
    out["overdue"] = cause
    out["balanced"] = all(balanced(tallies[u]) for u in UNITS) and again == tallies
    return out


def stored(connection: Connection, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters as kept in the same transaction as every deed."""
    rows = connection.execute(select(tally_table).where(tally_table.c.ledger_id == ledger_id)).mappings()
    return {row["unit"]: {name: row[name] for name in TALLIES} for row in rows}


def balanced(row: dict[str, int]) -> bool:
    """期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正, and 列入 = 期初 + 手续齐全 + 核查剔除."""
    flows = sum(row[n] for n in FLOWS_IN) == sum(row[n] for n in FLOWS_OUT)
    return flows and row["listed"] == row["base"] + row["complete"] + row["excluded"]


def identity_line(row: dict[str, int], unit: str) -> str:
    """The identity in words, for the foot of a printed list."""
    return (
        f"{unit}：期初 {row['base']} + 新增 {row['added']} + 恢复 {row['restored']} = 在账 {row['open']}"
        f" + 核减 {row['approved']} + 开工 {row['started']} + 移除 {row['removed']} + 更正 {row['corrected']}"
    )


def list_line(row: dict[str, int]) -> str:
    """The list reconciliation in words."""
    return (
        f"清单核对：列入 {row['listed']} = 期初 {row['base']} + 手续齐全不计入 {row['complete']}"
        f" + 核查剔除 {row['excluded']}"
    )


def recount(connection: Connection, ledger_id: str) -> dict[str, dict[str, int]]:
    """The counters worked out again from rows and events (`verify`, decision 2)."""
    kept = _at_seal(connection, ledger_id) or stored(connection, ledger_id)
    sealed = connection.scalar(
        select(ledger_table.c.state).where(ledger_table.c.id == ledger_id)
    )
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


def _item_lights(connection: Connection, ledger_id: str, day: lights.Today) -> dict[str, int]:
    light = lights.item_light(day)
    t = item_table.c
    rows = connection.execute(
        select(light, func.count()).where(t.ledger_id == ledger_id, t.standing == "open").group_by(light)
    )
    found = Counter({name: n for name, n in rows})
    return {name: found[name] for name in lights.NAMES}
