"""Bringing an office up to this program: what an older one worked out and stored is worked out again."""

from __future__ import annotations

from sqlalchemy import delete, insert

from app.keeping import staging
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.storage import derivation, private_rooms
from models.schema import setting as setting_table


def bring_up(office: Office) -> bool:
    """Work the stored columns out again where another program stored them; values, counts, journal do not move.

    False when nothing was due, or the office is read-only or held by another program, which will do it, or the disk is
    full: reading asks for no room.
    """
    private_rooms.sweep()
    if not office.readonly:
        staging.sweep(office.folder)
    if office.readonly or settings.get(office, derivation.STAMP) == derivation.stamp():
        return False
    from app.ledger import recomputing  # noqa: PLC0415 - slow to load, only paid when it is due

    try:
        with office.write("更新推算栏") as work:
            recomputing.everything(work, office.calendar())
            work.connection.execute(delete(setting_table).where(setting_table.c.key == derivation.STAMP))
            told = {"key": derivation.STAMP, "value": derivation.stamp()}
            work.connection.execute(insert(setting_table).values(**told))
    except Problem as problem:
        if problem.code in ("E_OFFICE_BUSY", "E_DISK_FULL"):
            return False
        raise
    return True
