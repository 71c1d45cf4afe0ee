"""A removal that was asked for and waits until every place it is to go from has confirmed (decision 6)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.office import Office
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table


def request(office: Office, entry_id: str) -> dict[str, Any]:
    """The facts of the request that waits with an entry in 在账, as the journal tells them; {} when there is none.

    `reason detail policy conclusion targets asked confirmed second scan`: `asked` an ISO day, `confirmed`
    {target: ISO day}, `scan` the SHA-256 of the paper.
    """
    with office.read() as connection:
        return _request(connection, entry_id)


def joined(before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What was asked for and what is given now: the latter wins where it says something, lists and days add up."""
    out = before | {key: value for key, value in given.items() if value}
    if out.get("second") != before.get("second") and "second_by" not in given:
        out.pop("second_by", None)  # somebody else signs now: who confirmed before did not confirm this
    out["targets"] = list(dict.fromkeys([*before.get("targets", ()), *given["targets"]]))
    out["confirmed"] = before.get("confirmed", {}) | given["confirmed"]
    return out


def _request(connection: Connection, entry_id: str) -> dict[str, Any]:
    e, j = entry_table.c, journal_table.c
    last = (
        select(j.verb, j.body)
        .join(ledger_table, ledger_table.c.stream == j.stream)
        .join(entry_table, (e.id == j.subject) & (e.ledger_id == ledger_table.c.id))
        .where(j.subject == entry_id, j.verb.in_(("remove", "reopen")), e.standing == "open")
        .order_by(j.seq.desc())
        .limit(1)
    )
    row = connection.execute(last).first()
    if row is None or row.verb != "remove" or row.body is None:
        return {}
    facts = msgspec.json.decode(row.body).get("facts", {})
    return dict(facts) if facts.get("targets") else {}
