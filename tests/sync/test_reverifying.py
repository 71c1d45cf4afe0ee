"""A superior proves the whole history of a lower office again from what it holds (exchange, `verify --office`)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from app.engine import sealed_leaving
from app.ids import new_id
from app.ledger import acts, checks, entries, leaving, ledgers, versions
from app.ledger.recording import Event, Recorder
from app.listing import counts, pages
from app.problem import Problem
from app.proof import reverifying
from app.signing import signoff
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import version as version_table
from tests.sync.upward_world import ON, Upward, risen


def rows(found: Upward) -> None:
    for name in ("批复", "移除", "更正", "常在"):
        found.add("dev", name, M01="在办", M03="未办")


world = risen("dev", "ind", "lead", "league", then=rows)


def texts(world: Upward, above: str, low: str) -> list[str]:
    return [d.text for d in reverifying.verify_office(world[above], world[low].name).differences]


def test_the_whole_history_of_a_sponsor_is_proved(world):
    world.seal("dev")
    world.report("dev")
    world.approve("dev", "批复", "M01", "M03")
    world.remove("dev", "移除")
    world.correct("dev", "更正")
    world.report("dev")
    found = reverifying.verify_office(world["lead"], world["dev"].id)
    (proof,) = found.ledgers
    assert found.differences == []
    assert (proof.sealed_rows, proof.still_open, proof.closed) == (4, 1, 3)
    assert (proof.versions, proof.codes, proof.beyond, proof.receipts) == (1, 1, 0, 2)
    assert proof.lines > 10 and "内容摘要由数据复算相符" in "\n".join(reverifying.lines(found))


def test_the_gathered_ledger_is_proved_at_the_league(world):
    """The digest on the paper is found again though 政府研究 stands on a later print of it."""
    lead, ledger = world["lead"], world.ledgers["lead"]
    world.gather("dev")
    first = world.folder / "1.pdf"
    signoff.print_ledger(lead, ledger, first, explain="缺项正在补齐")
    acts.study(lead, ledger, meeting="政府常务会议", on=ON, minutes="白政纪〔2022〕3号", scan=world.paper)
    signoff.print_ledger(lead, ledger, world.folder / "2.pdf", explain="缺项正在补齐", paper="a4")
    signoff.seal(lead, ledger)
    signoff.print_ledger(lead, ledger, world.folder / "3.pdf")
    world.report("lead")
    (proof,) = reverifying.verify_office(world["league"], lead.name).ledgers
    assert proof.differences == []
    assert (proof.versions, proof.codes, proof.beyond, proof.sealed_rows) == (3, 2, 1, 4)


def test_a_forged_digest_is_found_where_the_data_can_give_it(world):
    """What the paper says must be what was reported; a print after the seal is said to be beyond proof."""
    signoff.print_ledger(world["dev"], world.ledgers["dev"], world.folder / "1.pdf", explain="缺项")
    _forge(world, 2, "A" * 26)
    world.report("dev")
    assert texts(world, "lead", "dev") == ["印在纸上的内容摘要与数据复算的不同"]
    world.seal("dev")
    _forge(world, 4, "B" * 26)
    world.report("dev")
    found = reverifying.verify_office(world["lead"], world["dev"].name)
    assert len(found.differences) == 1 and (found.ledgers[0].versions, found.ledgers[0].beyond) == (4, 1)


def _forge(world: Upward, number: int, code: str, **more: str) -> None:
    """A print told with a digest of its own making."""
    dev, ledger = world["dev"], world.ledgers["dev"]
    real = versions.of(dev, ledger)[0]
    with dev.write("打印") as work:
        row = {
            "id": new_id(), "number": number, "label": f"152529-DP-2022-第{number}版", "code": code, "on": ON,
            "paper": "a3", "pages": 1, "pdf": real.pdf, "root": real.root, "counts": real.counts, "gaps": 0, **more,
        }  # fmt: skip
        seq = work.line(ledger, "print", row["id"], 1, {"version": row})
        work.connection.execute(insert(version_table).values(**row, ledger_id=ledger, seq=seq))
        work.ledger(ledger).next_print += 1


def test_a_sealed_row_that_left_without_grounds_is_named(world):
    """SB 四(一): 审批1个核减1个, by a document."""
    world.seal("dev")
    office = world["dev"]
    with office.write("办结") as work:
        old, line = entries.held_for(work, world.rows["批复"])
        new = old.copy()
        for code in ("M01", "M03"):
            new.items[code] = {**new.items[code], "state": "办结"}
            new.standings[code] = "approved"
        new.standing = "approved"
        events = [Event("approved", ON, code) for code in ("M01", "M03", None)]
        recorder = Recorder(work, line, office.calendar())
        recorder.put(old, new, "close", {}, tuple(events))
        recorder.flush()
    with pytest.raises(Problem) as caught:
        world.report("dev")
    assert caught.value.code == "E_SEALED_MISSING" and len(caught.value.facts["missing"]) == 3
    assert all("没有写明依据" in each for each in caught.value.facts["missing"])


def test_grounds_that_an_earlier_program_took_in_are_proved_again(world, monkeypatch):
    """What was received before receiving asked for grounds, day and state is still found by the proof."""
    world.seal("dev")
    world.approve("dev", "批复", "M01", "M03")
    world.report("dev")
    assert texts(world, "lead", "dev") == []
    monkeypatch.setitem(sealed_leaving.GROUNDS, "approved", ("none",))
    found = texts(world, "lead", "dev")
    assert len(found) == 3 and all("没有写明依据" in text for text in found)
    monkeypatch.undo()
    monkeypatch.setattr(sealed_leaving, "YEARS_BEFORE", -100)
    assert any("年以上" in text for text in texts(world, "lead", "dev"))


def test_what_came_back_counts_as_open(world):
    world.seal("dev")
    world.approve("dev", "批复", "M01", "M03")
    leaving.reopen(world["dev"], world.rows["批复"], "M01", reason="回头看", on=ON)
    world.report("dev")
    (proof,) = reverifying.verify_office(world["lead"], world["dev"].name).ledgers
    assert proof.differences == [] and (proof.still_open, proof.closed) == (4, 0)


def test_a_receipt_that_does_not_fit_and_a_changed_line_are_named(world):
    world.report("dev")
    with world["lead"].engine.connect().execution_options(write=True) as connection, connection.begin():
        names = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").scalars().all()
        )
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        row = connection.execute(inbox_table.select()).one()
        connection.execute(update(inbox_table).values(receipt={**row.receipt, "head": "0" * 64}))
    assert any("不是同一条" in text for text in texts(world, "lead", "dev"))
    with world["lead"].engine.connect().execution_options(write=True) as connection, connection.begin():
        t = journal_table.c
        connection.execute(update(journal_table).where(t.verb == "add").values(clerk="别人"))
    assert any("被改动" in text or "改" in text for text in texts(world, "lead", "dev"))


def test_an_office_that_sent_nothing_is_named(world):
    with pytest.raises(Problem) as caught:
        reverifying.verify_office(world["lead"], world["ind"].name)
    assert caught.value.code == "E_NO_OFFICE_LEDGER"


def test_a_print_of_an_earlier_program_is_found_again(world):
    """Its 缺项情况说明 listed the gaps row by row."""
    dev, ledger = world["dev"], world.ledgers["dev"]
    label = "152529-DP-2022-第1版"
    with dev.read() as connection:
        line = ledgers.line_of(connection, ledger)
        page = pages.page(dev, connection, line)
        gaps = [f for f in checks.check(dev, ledger) if f.level == "gap"]
        told = ("缺项", f"缺项共 {len(gaps)} 处：", *checks.by_row(gaps))
        tallies = counts.stored(connection, ledger)
        code = versions.code_of(
            line, label, replace(page, appendix=told), versions.root_of(connection, line), tallies
        )
    signoff.print_ledger(dev, ledger, world.folder / "1.pdf", explain="缺项")
    _forge(world, 2, code, label=label, explain="缺项")
    world.report("dev")
    found = reverifying.verify_office(world["lead"], dev.name)
    assert found.differences == [] and found.ledgers[0].codes == 2
