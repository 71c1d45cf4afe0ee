"""Which card of an office is the later one: the day on it never goes back, whatever the clock says."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import select

from app.office import Office
from models.schema import journal as journal_table
from sync.peers import keys


def following(office: Office) -> str:
    """The day for the next card of this office: today's, or where a card of its bears that or a later one, the day after.

    Everybody orders the cards of an office by their days (`peers.Peer.outdates`). The first may have been made with the
    clock years ahead, and two may be made on one day.
    """
    t = journal_table.c
    query = select(t.on, t.body).where(t.stream == office.stream, t.verb == "keys")
    with office.read() as connection:
        days = [json.loads(line.body).get("made_on", line.on) for line in connection.execute(query)]
    if keys.exist(office.folder / "keys"):
        days.append(keys.own_card(office.folder / "keys").made_on)
    latest = max((dt.date.fromisoformat(day) for day in days), default=dt.date.min)
    one = dt.timedelta(days=1)
    return max(office.today(), min(latest, dt.date.max - one) + one).isoformat()
