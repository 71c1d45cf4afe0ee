"""The forms of other offices that this one fills: their originals kept by digest, and how each is filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.ledger import attachments, settings
from app.office import Office
from models.schema import setting as setting_table

FORM = "form:"
"""Begins the key of the setting of a form; its heads' fingerprint follows."""


def heads(office: Office, fingerprint: str) -> dict[str, str]:
    """{head: field} as it was filled before, {} for a form not seen yet."""
    found: dict[str, str] = settings.get(office, FORM + fingerprint, {}).get("heads", {})
    return found


def remember(office: Office, fingerprint: str, form: Path, told: dict[str, Any]) -> None:
    """Keep the file and how it is filled (`told`: name, sha256, sheet, heads), where either is new."""
    there = attachments.path_of(office.folder, told["sha256"]).exists()
    if there and settings.get(office, FORM + fingerprint) == told:
        return
    with office.write("留存表样") as work:
        if not there:
            work.keep(told["sha256"], form.resolve())
        settings.set_in(work, FORM + fingerprint, told)


def files(connection: Connection) -> dict[str, str]:
    """{digest: name} of the originals that are kept."""
    t = setting_table.c
    values = connection.scalars(select(t.value).where(t.key.startswith(FORM)))
    return {value["sha256"]: value["name"] for value in values if value}
