"""The receipts and return slips this office gave: which still lie here, and how they get onto the next stick."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app import canon
from app.change import Change
from app.office import Office
from app.problem import Problem
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from sync import exchange
from sync.letters import boxes, delivering, receipting, slips
from sync.letters.slips import Reason

VERB = "handed"


@dataclass(frozen=True)
class Answer:
    """What was given for one bundle: `verdict` accepted or returned; `handed_on` '' while it lies only here.

    `came_on` is the day the bundle was judged. A bundle that was taken in may carry `reasons` too: rows not adopted.
    """

    bundle: str
    to: str
    to_name: str
    title: str
    kind: str
    came_on: str
    verdict: str
    handed_on: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def forked(self) -> bool:
        """Whether the sender was restored from an old backup."""
        return any(reason.code == "E_FORK" for reason in self.reasons)


def given(office: Office) -> list[Answer]:
    """Every answer, newest first."""
    with office.read() as connection:
        rows = connection.execute(boxes.titled(inbox_table)).all()
        handed = _handed(connection, office)
    found = []
    for row in rows:
        signed = _signed(row)
        if signed:
            out = handed.get(row.bundle_id, {})
            days = [out.get(canon.fingerprint(one), "") for one in signed]
            slip = next((s for one in reversed(signed) if (s := slips.kept(one))), None)
            found.append(
                Answer(
                    row.bundle_id, row.from_office, row.from_name, row.title or str((row.facts or {}).get("title", "")),
                    row.kind, row.on, row.verdict, max(days) if all(days) else "", slip.reasons if slip else (),
                )
            )  # fmt: skip
    return found


def hand(office: Office, bundles: Sequence[str], folder: Path, *, passphrase: str = "") -> Change:
    """Write the answers to these bundles into `folder`, each read back and compared; they stay here as well.

    Raises Problem E_NOT_SEEN when none of them was answered, and those of `exchange.own_keys` and `delivering.copy`.
    """
    own = exchange.own_keys(office, passphrase)
    t = inbox_table.c
    with office.read() as connection:
        rows = [
            (row, signed)
            for row in connection.execute(select(inbox_table).where(t.bundle_id.in_(list(bundles))))
            if (signed := _signed(row))
        ]
    if not rows:
        raise Problem("E_NOT_SEEN", "没有要交还的回执或退回单", bundles=list(bundles))
    files: list[str] = []
    told: list[tuple[str, dict[str, Any]]] = []
    for row, signed in rows:
        out = [
            delivering.copy(path, folder, fresh=not files)
            for path in receipting.files_of(office, signed, own)
        ]
        files += map(str, out)
        body = {
            "to": row.from_office, "to_name": row.from_name, "kind": "answer", "file": out[0].name,
            "answers": [canon.fingerprint(one) for one in signed],
        }  # fmt: skip
        told.append((row.bundle_id, body))
    with office.write("写回执") as work:
        for bundle, body in told:
            work.office_line(VERB, bundle, body)
    names = "、".join(dict.fromkeys(row.from_name for row, _ in rows))
    return Change(
        f"已写出给{names}的回执和退回单 {len(files):,} 份，读回来核对一致，可以拔盘",
        facts={"files": files, "bundles": len(rows)},
    )


def _signed(row: Any) -> list[dict[str, Any]]:
    """The receipt or slip of an inbox row, then the slip for rows not adopted; without what was destroyed."""
    both = (row.receipt, (row.facts or {}).get("rows"))
    return [one for one in both if one and "signature" in one]


def _handed(connection: Connection, office: Office) -> dict[str, dict[str, str]]:
    """{bundle: {fingerprint of an answer: day it last went out}}."""
    t = journal_table.c
    query = select(t.subject, t.on, t.body).where(t.stream == office.stream, t.verb == VERB).order_by(t.seq)
    found: dict[str, dict[str, str]] = {}
    for subject, on, body in connection.execute(query):
        for mark in json.loads(body).get("answers", ()) if body else ():
            found.setdefault(subject, {})[mark] = on
    return found
