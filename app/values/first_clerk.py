"""Who set up an office is its first clerk; and who sits at the desk where nobody is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from models.schema import clerk as clerk_table
from models.schema import office as office_table

CLERK, REVIEWER, HEAD, MANAGER = ROLES = ("经办", "审核", "负责人", "管理")


def row(birth: Mapping[str, Any]) -> dict[str, Any]:
    """The row of the first clerk, as the birth of the office tells it; he bears the office's id."""
    return {
        "id": birth["id"],
        "name": birth["clerk"],
        "role": MANAGER,
        "phone": None,
        "since": birth["made_on"],
        "until": None,
        "former": [],
    }


def enter(connection: Connection, birth: Mapping[str, Any]) -> None:
    """Put the first clerk on the list of an office that is being set up; its first journal line tells of him."""
    connection.execute(insert(clerk_table).values(**row(birth)))


def name(connection: Connection) -> str:
    """Who is at the desk where nobody is named: the first clerk; when he has left, one of 管理."""
    t, o = clerk_table.c, office_table.c
    born = connection.execute(select(o.id, o.clerk)).one()
    here = select(t.name).where(t.until.is_(None)).order_by(t.id != born.id, t.role != MANAGER, t.id)
    return str(connection.scalar(here.limit(1)) or born.clerk)
