"""The clerks of an office: kept, journalled, proved; PINs that are nowhere but in their file; who may do what."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app import office as offices
from app.keeping import backup
from app.ledger import deeds, waiting
from app.listing import history
from app.office import Office
from app.people import clerks, locking, pins
from app.people.clerks import CLERK, HEAD, MANAGER, REVIEWER
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import DAY


def code(call: object, *args: object, **given: object) -> str:
    """The code of the Problem that a call raises."""
    with pytest.raises(Problem) as refused:
        call(*args, **given)  # type: ignore[operator]
    return refused.value.code


def at(bureau: Office, name: str) -> Office:
    return clerks.seated(replace(bureau, clerk=name))


@pytest.fixture
def manned(bureau: Office) -> Iterator[Office]:
    """经办人甲 manages, 经办人乙 works, 审核人丙 checks."""
    clerks.add(bureau, "经办人乙", phone="０４７９－０００", on="2022-08-01")
    clerks.add(bureau, "审核人丙", role=REVIEWER)
    yield bureau


def test_an_office_is_born_with_its_clerk_and_every_change_of_the_list_is_told_and_proved(manned: Office) -> None:
    born, *_ = clerks.all(manned)
    assert (born.name, born.role, born.since) == ("经办人甲", MANAGER, DAY.isoformat())
    clerks.amend(manned, "经办人乙", role=HEAD)
    clerks.amend(manned, " 经办人 乙", to="经办人丁")
    clerks.amend(manned, "经办人丁", phone="0479-1")
    clerks.leave(manned, "经办人丁", "2022-08-20")
    assert [c.name for c in clerks.all(manned)] == ["经办人甲", "审核人丙"], "who has left is not offered"
    gone = clerks.all(manned, gone=True)[-1]
    assert (gone.former, gone.until, gone.since) == (("经办人乙",), "2022-08-20", "2022-08-01")
    clerks.back(manned, "经办人丁")
    told = [d.facts["note"] for d in history.lines(manned) if d.verb == clerks.VERB]
    assert told[::-1] == [
        "新增经办人乙（经办）", "新增审核人丙（审核）", "经办人乙：身份经办改为负责人", "经办人乙：姓名经办人乙改为经办人丁",
        "经办人丁：电话0479-000改为0479-1", "经办人丁停用", "经办人丁恢复使用",
    ]  # fmt: skip
    assert {d.title for d in history.lines(manned) if d.verb == clerks.VERB} == {"人员"}
    assert replay.verify(manned) == []
    with manned.engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE clerk SET role = '管理' WHERE name = '审核人丙'"))
    (wrong,) = replay.verify(manned)
    assert wrong.field == "clerk.role" and "审核人丙" in wrong.where and "身份" in wrong.text


def test_a_name_is_one_person_and_an_office_keeps_its_manager(manned: Office) -> None:
    assert code(clerks.add, manned, "经办 人 乙") == "E_CLERK_KNOWN"
    clerks.amend(manned, "经办人乙", to="ＡＢ丁")
    assert code(clerks.add, manned, "经办人乙") == "E_CLERK_KNOWN", "the name he bore stays his"
    assert clerks.one(manned, "ab丁").id == clerks.one(manned, "经办人乙").id
    assert code(clerks.add, manned, " ") == "E_BLANK" and code(clerks.add, manned, "戊", role="主任") == "E_CLERK_ROLE"
    assert code(clerks.add, manned, "戊", on="2022-09-30") == "E_FUTURE"
    assert code(clerks.amend, manned, "经办人甲", role=CLERK) == "E_LAST_MANAGER"
    assert code(clerks.leave, manned, "经办人甲") == "E_LAST_MANAGER"
    clerks.amend(manned, "审核人丙", role=MANAGER)
    clerks.leave(manned, "经办人甲")
    again = offices.open_folder(manned.folder, today=DAY)
    assert again.clerk == "审核人丙", "who is left sits at the desk where nobody is named"
    assert code(clerks.seated, replace(again, clerk="经办人甲")) == "E_CLERK_LEFT"
    again.close()


def test_what_a_role_may_not_do_is_refused_with_who_can_and_one_clerk_may_do_all(bureau: Office, manned: Office) -> None:
    second = at(manned, " 经办人乙")
    assert second.clerk == "经办人乙", "as the list writes it"
    with pytest.raises(Problem, match="经办人甲（管理）") as refused:
        clerks.add(second, "戊")
    assert refused.value.code == "E_NOT_YOUR_ROLE" and refused.value.facts["who"] == ["经办人甲"]
    clerks.amend(second, "经办人乙", phone="0479-2")
    assert code(clerks.amend, second, "审核人丙", phone="1") == "E_NOT_YOUR_ROLE"
    assert not clerks.allowed(at(manned, "没在名单上的人"), (MANAGER,))
    for name in ("经办人乙", "审核人丙"):
        clerks.leave(manned, name)
    assert clerks.allowed(at(manned, "没在名单上的人"), (MANAGER,)), "a desk of one asks for no role"


def test_a_pin_is_kept_in_its_file_alone_and_no_backup_knows_it(manned: Office, tmp_path: Path) -> None:
    """No table, journal line or backup holds it (decision 33); an office brought back elsewhere has none."""
    second = at(manned, "经办人乙")
    for wrong in ("123", "1" * 13, "12 34", "12\u200034"):
        assert code(locking.set_pin, second, wrong) == "E_PIN_FORM"
    locking.set_pin(second, "１２３４")
    him = clerks.one(manned, "经办人乙")
    assert him.pin and code(locking.enter, manned, him, "4321") == "E_PIN"
    locking.enter(manned, him, "1234")
    secret = pins.place(manned.folder)
    assert secret.stat().st_mode & 0o777 == 0o600 and "argon2id" in secret.read_text()
    saved = Path(backup.backup(manned, tmp_path / "b.zip").facts["file"])
    with zipfile.ZipFile(saved) as archive:
        assert not any(b"argon2id" in archive.read(name) for name in archive.namelist())
    backup.restore(saved, tmp_path / "other")
    other = offices.open_folder(tmp_path / "other", today=DAY)
    assert [c.pin for c in clerks.all(other)] == [False] * 3 and replay.verify(other) == []
    other.close()
    assert code(clerks.seated, replace(manned, clerk="没在名单上的人")) == "E_NO_CLERK", "a PIN stands: only known names"
    assert code(locking.set_pin, second, "5678", "9999") == "E_PIN"
    locking.set_pin(second, "5678", "1234")
    assert code(locking.clear_pin, at(manned, "审核人丙"), "经办人乙") == "E_NOT_YOUR_ROLE"
    locking.clear_pin(manned, "经办人乙")
    told = [d.facts["note"] for d in history.lines(manned) if "口令" in str(d.facts.get("note"))]
    assert told == ["经办人乙的口令清除", "经办人乙换了口令", "经办人乙设了口令"] and replay.verify(manned) == []


def test_wrong_tries_wait_longer_each_time_and_a_lost_file_locks_nobody_out(manned: Office) -> None:
    locking.set_pin(manned, "1234")
    me, clock = clerks.one(manned, "经办人甲"), [1000.0]

    def tried(pin: str) -> Problem:
        with pytest.raises(Problem) as refused:
            pins.check(manned.folder, me.id, pin, lambda: clock[0])
        return refused.value

    assert [tried("0000").facts["seconds"] for _ in range(3)] == [0, 0, 5]
    assert tried("1234").code == "E_PIN_WAIT", "the right one waits as well"
    clock[0] += 5
    assert tried("0000").facts["seconds"] == 10
    clock[0] -= 10_000
    assert tried("1234").facts["seconds"] == 10, "a clock set back costs no more than the pause"
    clock[0] += 20_000
    pins.check(manned.folder, me.id, "1234", lambda: clock[0])
    assert tried("0000").facts["seconds"] == 0, "the right one begins the count anew"
    pins.put(manned.folder, me.id, "1234")
    whole = pins.place(manned.folder).read_text("utf-8")
    for spoilt in ('"tries": "x"', '"tries": null', '"tries": 9, "last": NaN', '"tries": 9, "last": -Infinity', '"last": []'):
        pins.place(manned.folder).write_text(whole.replace('"hash"', f'{spoilt}, "hash"'), "utf-8")
        assert tried("0000").facts["tries"] == 1, spoilt
    pins.place(manned.folder).write_text("spoilt")
    assert not clerks.one(manned, "经办人甲").pin
    pins.check(manned.folder, me.id, "whatever")


def test_the_second_person_is_never_who_works_and_may_confirm_with_his_own_pin(manned: Office) -> None:
    """Decision 6: another clerk or somebody outside, under whatever spelling; a PIN on the spot is kept with the deed."""
    clerks.amend(manned, "经办人甲", to="经办人已")
    now = at(manned, "经办人已")
    for same in ("", "经办人已", "经 办人　已", "经办人甲", "经办\u200b人甲"):
        assert code(deeds.refuse_same_person, now, same) == "E_SECOND", same
    deeds.refuse_same_person(now, "单位外签字人")
    deeds.refuse_same_person(now, "经办人乙")
    assert [c.name for c in locking.may_confirm(now)] == ["审核人丙"]
    assert code(locking.proof, now, "审核人丙", "1234") == "E_PIN_NONE"
    locking.set_pin(at(now, "审核人丙"), "1234")
    locking.set_pin(at(now, "经办人乙"), "1234")
    assert code(locking.proof, now, "经办人乙", "1234") == "E_NOT_YOUR_ROLE"
    assert code(locking.proof, now, "审核人丙", "0000") == "E_PIN"
    assert code(locking.proof, now, "单位外签字人", "1234") == "E_NO_CLERK"
    said = "审核人丙（审核）口令当场确认"
    assert locking.proof(now, "审核人 丙", "1234") == {"second_by": f"{said}（口令当天才设）"}, "whoever set it"
    tomorrow = replace(now, fixed_today=DAY + dt.timedelta(1))
    assert locking.proof(tomorrow, "审核人丙", "1234") == {"second_by": f"{said}（口令是{DAY}设的）"}, "the day before, too"
    assert locking.proof(now, "审核人丙", "") == {}
    asked = {"second": "审核人丙", "second_by": "审核人丙（审核）口令当场确认", "targets": [], "confirmed": {}}
    nothing: dict[str, object] = {"targets": [], "confirmed": {}}
    assert "second_by" in waiting.joined(asked, nothing | {"second": "审核人丙"})
    assert "second_by" not in waiting.joined(asked, nothing | {"second": "单位外签字人"}), "he did not confirm this one"
