"""Choices an office makes, kept in its database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from app.change import Change
from app.journals.writing import Write
from app.office import Office
from app.people import clerks
from models.schema import setting as setting_table

LOCK_MINUTES = "lock_minutes"
"""Setting: after how many minutes without a key or a mouse the window is covered, 0 never."""
MANAGED = ("light_days", LOCK_MINUTES)
"""Settings that hold for everybody at the desk."""


def get(office: Office, key: str, default: Any = None) -> Any:
    """The value of a setting, `default` when it was never set."""
    with office.read() as connection:
        row = connection.execute(select(setting_table.c.value).where(setting_table.c.key == key)).first()
    return default if row is None else row.value


def put(office: Office, key: str, value: Any, *, told: bool = True) -> Change:
    """Set (None: forget) a setting. `told` settings are journalled; window habits such as widths are not.

    Raises Problem E_NOT_YOUR_ROLE where the setting is 管理's (`MANAGED`).
    """
    if key in MANAGED:
        clerks.refuse(office, (clerks.MANAGER,), "改这项设置")
    with office.write("设置") as work:
        set_in(work, key, value, told=told)
    return Change("已保存设置", facts={"setting": key})


def set_in(work: Write, key: str, value: Any, *, told: bool = True) -> None:
    """`put` inside a deed."""
    old = work.connection.scalar(select(setting_table.c.value).where(setting_table.c.key == key))
    work.connection.execute(delete(setting_table).where(setting_table.c.key == key))
    if value is not None:
        work.connection.execute(insert(setting_table).values(key=key, value=value))
    if told:
        work.office_line("setting", key, {"value": value, "was": old})
