"""What was deleted, taken back and taken off travels: the receiver holds what the sender holds (decision 19)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.ledger import attachments, entries
from app.listing import history
from app.problem import Problem
from app.proof import replay
from app.removal import tombstones, undoing
from models.schema import attachment as attachment_table
from tests.sync.looking import rows
from tests.sync.offices import Pair


def test_tombstones_and_attachments_taken_off_are_received_as_they_stand(two: Pair) -> None:
    """The file of an attachment taken off before it was sent stays here; what was sent already is not taken back."""
    kept, wrong = two.project("留下的", M01="在办"), two.project("录错的", M01="在办")
    attachments.attach(two.bureau, wrong, two.scan())
    attachments.attach(two.bureau, kept, scan := two.scan())
    off = history.lines(two.bureau, kept)[0]
    undoing.undo(two.bureau, two.ledger, off.seq, off.seq)
    tombstones.delete(two.bureau, [wrong], reason="重复录入")
    two.sent_and_received()
    assert _held(two, kept) == (0, 0) and _held(two, wrong) == (1, 1)
    told = history.lines(two.bureau, kept)[-1]
    for refused in (
        lambda: undoing.undo(two.bureau, two.ledger, told.seq, told.seq),
        lambda: tombstones.delete(two.bureau, [kept], reason="重复录入"),
    ):
        with pytest.raises(Problem, match=f"已经报送给“{two.league.name}”"):
            refused()
    attachments.attach(two.bureau, kept, scan)
    tombstones.undelete(two.bureau, [wrong])
    two.sent_and_received()
    assert _held(two, kept) == (1, 1) and _held(two, wrong) == (1, 1)
    assert entries.find(two.league, "录错的")


def _held(two: Pair, entry: str) -> tuple[int, int]:
    """How many attachments of a row there are here and there; all else agrees, and each proves its own."""
    a = attachment_table.c
    found = []
    for office in (two.bureau, two.league):
        with office.read() as connection:
            live = connection.scalars(select(a.sha256).where(a.entry_id == entry, a.deleted_seq.is_(None))).all()
        assert all(attachments.path_of(office.folder, sha).is_file() for sha in live)
        assert not replay.verify(office)
        found.append(len(live))
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    return found[0], found[1]
