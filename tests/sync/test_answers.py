"""Receipts and slips carried back: what the journal says went out is what went out (decision 30)."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from app.proof import replay
from models.schema import journal
from sync import exchange
from sync.offices import answers
from tests.sync.offices import Pair


def test_each_answer_is_journaled_with_its_own_file(two: Pair) -> None:
    ids = []
    for name in "甲乙":
        two.project(name, M01="在办")
        ids.append(str(two.sent_and_received()["bundle"]))
    stick = two.folder / "回盘"
    facts = answers.hand(two.league, ids, stick).facts
    query = select(journal.c.subject, journal.c.body).where(journal.c.verb == answers.VERB)
    with two.league.read() as connection:
        told = {row.subject: json.loads(row.body)["file"] for row in connection.execute(query)}
    assert told.keys() == set(ids)
    for bundle, file in told.items():
        assert bundle[-12:] in file and (stick / file).is_file()
    assert {Path(file).name for file in facts["files"]} == set(told.values())
    assert replay.verify(two.league) == []
    assert exchange.receive(two.bureau, stick / told[ids[0]]).said
