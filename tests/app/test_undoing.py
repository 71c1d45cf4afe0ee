"""撤销 and 重做 as compensating deeds (decision 19): counts, cells and lights are what they were, and `verify` agrees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.journals import heard
from app.journals.heard import Span
from app.ledger import attachments, cell_blocks, closing, entries, leaving, ledgers
from app.ledger.cell_blocks import NewRows
from app.listing import counts, history, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import taking_off, tombstones, undoing
from app.removal.undone import Undone, undoable
from app.signing import signoff
from models import schema
from tests.app.conftest import DAY, project, sealed

ON = DAY.isoformat()
DERIVED = ("rev", "seq", "deleted_seq")
Deed = Callable[[Office, list[str]], object]


def did(office: Office, command: Callable[..., Any], *args: Any, **kw: Any) -> tuple[Span, ...]:
    """Run a command as the desk does; the lines it wrote."""
    with heard.listening() as written:
        command(office, *args, **kw)
    assert undoable(written.verbs) or not written.spans
    return tuple(written.spans)


def state(office: Office, ledger: str) -> dict[str, Any]:
    """All that a clerk sees: rows that are there, their matters, links, files, lights and counts."""
    with office.read() as connection:
        e, i, a = schema.entry, schema.item, schema.attachment
        rows = connection.execute(select(e).where(e.c.ledger_id == ledger, e.c.standing != "deleted")).mappings()
        live = {row["id"]: {k: v for k, v in row.items() if k not in DERIVED} for row in rows}
        items = connection.execute(select(i).where(i.c.ledger_id == ledger).order_by(i.c.entry_id, i.c.code)).all()
        files = connection.execute(select(a.c.entry_id, a.c.sha256).where(a.c.deleted_seq.is_(None))).all()
        told: dict[str, Any] = {"rows": live, "items": [row for row in items if row.entry_id in live]}
        told |= {"files": sorted((row.entry_id or "", row.sha256) for row in files)}
    told["counts"] = counts.now(office, ledger)
    ids = lists.ids(office, ledger, Query())
    return told | {"lights": [(line.id, line.light, line.cause, line.stage, line.deadline) for line in lists.lines(office, ids)]}


DEEDS: dict[str, Deed] = {
    "amend": lambda o, ids: entries.amend(o, ids[0], {"resp_person": "甲", "invest": "300"}),
    "clear": lambda o, ids: entries.amend(o, ids[0], {"resp_person": "", "invest": ""}),
    "again": lambda o, ids: entries.amend(o, ids[0], {"resp_person": "乙", "place": "镇"}),
    "begin": lambda o, ids: entries.amend(o, ids[1], {}, items={"M03": {"level": "旗", "d_submit": "2022-08-01"}}),
    "close": lambda o, ids: closing.close(o, [(ids[1], "M03"), (ids[0], "M05")], basis="批复", on=ON, doc="1号"),
    "done": lambda o, ids: entries.amend(o, ids[2], {}, items={"M03": {"state": "办结"}}),
    "open": lambda o, ids: leaving.reopen(o, ids[2], "M03", reason="错了", on=ON),
    "pause": lambda o, ids: closing.pause(o, ids[1], "M03", reason="专家评审", on=ON),
    "resume": lambda o, ids: closing.resume(o, ids[1], "M03", on=ON),
    "exclude": lambda o, ids: leaving.exclude(o, ids[2], reason="重复"),
    "back": lambda o, ids: leaving.reopen(o, ids[2], "", reason="错了", on=ON),
    "start": lambda o, ids: closing.start(o, ids[0], on=ON, evidence="开工报告"),
    "more": lambda o, ids: entries.amend(o, ids[0], {}, items={"M09": {"state": "在办", "matter_name": "别的"}}),
    "file": lambda o, ids: attachments.attach(o, ids[0], o.folder.parent / "scan.pdf"),
    "fill": lambda o, ids: cell_blocks.amend_many(
        o, o.cache["ledger"], {i: {"place": "示范镇"} for i in ids}, new=NewRows([{"name": "新的", "build_state": "在建"}], "丙")
    ),
}  # fmt: skip


@pytest.fixture
def rows(bureau: Office, ledger: str, tmp_path: Path) -> list[str]:
    bureau.cache["ledger"] = ledger
    signoff.print_ledger(bureau, ledger, tmp_path / "scan.pdf", explain="缺项正在补齐")
    made = [project(bureau, ledger, f"示范项目{n}", M03="未办", M05="在办") for n in range(3)]
    entries.amend(bureau, made[0], {"build_state": "未开工"})
    return made


@settings(
    max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    st.lists(st.sampled_from(sorted(DEEDS)), min_size=3, max_size=7), st.integers(0, 99)
)
@example(["exclude", "done"], 1)  # the exclusion first: the matter then stands as done since
def test_whatever_was_done_is_taken_back_and_done_again(
    bureau: Office, ledger: str, rows: list[str], names: list[str], seed: int
) -> None:
    """Decision 19: the reduction identity holds after every step, or the step would be refused with E_IDENTITY."""
    was = [state(bureau, ledger)]
    steps: list[tuple[Span, ...]] = []
    for name in names:
        try:
            steps += [spans for spans in [did(bureau, DEEDS[name], rows)] if spans]
        except Problem:
            continue  # not possible as the row stands
        was += [state(bureau, ledger)] * (len(steps) - len(was) + 1)
    done: list[Undone] = []
    for at in reversed(range(len(steps))):
        done.append(undoing.take_back(bureau, steps[at]))
        assert state(bureau, ledger) == was[at], "every step back leads where it came from"
    for at in range(len(steps)):
        steps[at] = undoing.take_back(bureau, done.pop().spans, again=True).spans
        told, wanted = state(bureau, ledger), was[at + 1]
        assert told == wanted, "and every step forth"
    assert not replay.verify(bureau)
    _in_any_order(bureau, ledger, steps, Random(seed))
    assert state(bureau, ledger) == was[0] and not replay.verify(bureau)


def _in_any_order(office: Office, ledger: str, left: list[tuple[Span, ...]], dice: Random) -> None:
    """What was built on is refused and nothing moves; what nothing was built on goes, until nothing is left."""
    while left:
        for spans in dice.sample(left, len(left)):
            now = state(office, ledger)
            try:
                undoing.take_back(office, spans)
            except Problem as problem:
                assert problem.code in ("E_UNDO_LATER", "E_UNDO_DONE"), problem
                assert state(office, ledger) == now and spans != left[-1]
            else:
                left.remove(spans)
                break


def test_what_was_signed_sealed_or_built_on_is_refused_in_plain_words(
    bureau: Office, ledger: str, rows: list[str], tmp_path: Path
) -> None:
    """Decision 19, decision 7: possible while the deed is neither sent nor signed; after the seal by named events only."""
    first = did(bureau, entries.amend, rows[0], {"place": "甲地"})
    second = did(bureau, entries.amend, rows[0], {"place": "乙地", "resp_person": "甲"})
    entries.amend(bureau, rows[0], {"place": "甲地"})
    was = state(bureau, ledger)
    with pytest.raises(Problem, match="“示范项目0”的“建设地点”后来又改过") as told:
        undoing.take_back(bureau, first)  # though it says again what that deed wrote
    assert (told.value.code, told.value.field, told.value.facts["entry"]) == ("E_UNDO_LATER", "place", rows[0])
    (span,) = did(bureau, entries.amend, rows[1], {"place": "丙地"})
    undone = undoing.undo(bureau, ledger, span.first, span.last)
    assert undone.said == "已撤销：“示范项目1” 1 格" and undone.cells == ((rows[1], "place"),)
    with pytest.raises(Problem, match="已经撤销过了"):
        undoing.undo(bureau, ledger, span.first, span.last)
    with pytest.raises(Problem, match="没保存的改动") as told:
        undoing.take_back(bureau, undone.spans, again=True, drafts=[rows[1]])
    assert told.value.code == "E_UNDO_DRAFT" and state(bureau, ledger) == was
    assert undoing.stretch_of(bureau, ledgers.get(bureau, ledger).stream, span.first) == span
    newest = history.lines(bureau, rows[1])[0]
    assert (newest.title, newest.steps[0].what, newest.steps[0].old) == ("撤销", "建设地点", "丙地")
    entries.amend(bureau, rows[1], {}, {"M03": {"d_submit": "2022-08-10"}})
    early = did(bureau, entries.amend, rows[1], {}, {"M03": {"d_submit": "2022-08-01"}})
    entries.amend(bureau, rows[1], {}, {"M03": {"d_accept": "2022-08-05"}})
    with pytest.raises(Problem, match=r"不能撤销成以前的内容.*受理") as told:
        undoing.take_back(bureau, early)  # what stands by now was typed against the later cell
    assert (told.value.code, told.value.facts["entry"]) == ("E_UNDO_LATER", rows[1])
    sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem, match="台账已经确定") as told:
        undoing.take_back(bureau, second)
    assert told.value.code == "E_UNDO_SIGNED"
    late = did(bureau, entries.amend, rows[0], {"resp_person": "丁"})
    matter = did(bureau, entries.amend, rows[0], {}, {"M05": {"d_submit": "2022-08-01"}})
    with heard.listening() as written:
        closing.close(bureau, [(rows[0], "M05")], basis="批复", on=ON, doc="1号", scan=tmp_path / "scan.pdf")
    assert not undoable(written.verbs)
    with pytest.raises(Problem, match="请用“恢复”登记") as told:
        undoing.take_back(bureau, written.spans)
    assert told.value.code == "E_UNDO_SEALED"
    with pytest.raises(Problem, match="后来已经离开在账") as told:
        undoing.take_back(bureau, matter)
    assert told.value.code == "E_UNDO_LATER"
    (deed,) = written.spans
    for seq in range(deed.first, deed.last + 1):
        with pytest.raises(Problem, match=r"不能单独撤销|请用“恢复”登记"):
            undoing.undo(bureau, ledger, seq, seq)
    assert attachments.of(bureau, rows[0])
    undoing.take_back(bureau, late)
    assert lists.line(bureau, rows[0]).cells["resp_person"] == "甲" and not replay.verify(bureau)


def test_what_stays_is_neither_taken_back_nor_deleted(
    bureau: Office, ledger: str, rows: list[str], tmp_path: Path
) -> None:
    """A numbered paper, a filed report, a sample: the program issued it. A scan is the ground of the deed it came with."""
    with heard.listening() as written, bureau.write("发文") as work:
        line = ledgers.line_of(work.connection, ledger)
        (issued,) = entries.add_many(work, line, bureau, [entries.NewRow({"name": "甲"})], {"doc_no": "1号"})
    assert not undoable(written.verbs)
    with pytest.raises(Problem, match="登记作废") as told:
        undoing.take_back(bureau, written.spans)
    assert told.value.code == "E_UNDO_KIND"
    with pytest.raises(Problem, match="登记作废") as told:
        tombstones.delete(bureau, [issued], reason="录错了")
    assert told.value.code == "E_ISSUED"
    closing.close(bureau, [(rows[0], "M05")], basis="批复", on=ON, doc="1号", scan=tmp_path / "scan.pdf")
    other = tmp_path / "other.pdf"
    other.write_bytes((tmp_path / "scan.pdf").read_bytes() + b"\n")
    attachments.attach(bureau, rows[0], other)
    ground, loose = attachments.of(bureau, rows[0])
    with pytest.raises(Problem, match="依据") as told:
        taking_off.take_off(bureau, ground.id)
    assert told.value.code == "E_EVIDENCE"
    spans = did(bureau, taking_off.take_off, loose.id)
    assert attachments.of(bureau, rows[0]) == [ground] and not replay.verify(bureau)
    assert undoing.take_back(bureau, spans).said == "已撤销：“示范项目0” 放回附件 1 个"
    assert [filed.name for filed in attachments.of(bureau, rows[0])] == ["scan.pdf", "other.pdf"]
    sealed(bureau, ledger, tmp_path)
    for refused, code in (
        (lambda: tombstones.delete(bureau, [rows[1]], reason="录错了"), "E_SEALED"),
        (lambda: taking_off.take_off(bureau, attachments.of(bureau, rows[0])[1].id), "E_SIGNED"),
    ):
        with pytest.raises(Problem) as told:
            refused()
        assert told.value.code == code
    assert not replay.verify(bureau)
