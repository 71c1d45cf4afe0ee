"""What was deleted, taken back and taken off travels: the receiver holds what the sender holds (decision 19)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.ledger import attachments, closing, entries
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


def test_the_ground_of_what_left_a_sealed_ledger_is_not_taken_off_on_the_word_of_the_sender(two: Pair) -> None:
    """Decision 7: the scan of a 办结 proves the count; a sender that took it off is refused, and nothing moves here."""
    row = two.project("办成的", M01="在办")
    two.seal()
    closing.close(two.bureau, [(row, "M01")], basis="批复", on="2022-08-22", doc="1号", scan=two.scan())
    two.sent_and_received()
    (ground,) = attachments.of(two.bureau, row)
    with two.bureau.write("撤下附件") as work:
        held = entries.held_for(work, row)[0]
        attachments.take_off(work, two.ledger, ground.id, "detach", rev=held.rev)
    with pytest.raises(Problem):
        two.sent_and_received()
    assert [one.id for one in attachments.of(two.league, row)] == [ground.id]


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
