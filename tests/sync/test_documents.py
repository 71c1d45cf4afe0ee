"""Templates, holiday notices and lists come down signed by a lead or a superior, and by nobody else (decision 28)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.ledger import ledgers, recomputing, settings
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.storage.paths import RESOURCES
from sync import exchange
from sync.letters import boxes, documents, offered_templates, signed_files
from sync.letters.registers import ENCRYPT_ONLY
from tests.sync.offices import DAY, introduce, opened
from tests.sync.upward_world import TEMPLATE, Upward, risen, upward

world = risen("dev", "lead", "league")


def issued(world: Upward, kind: str, file: Path, *, who: str = "lead", to: str = "") -> Path:
    keys = exchange.own_keys(world[who], "")
    return Path(documents.issue(world[who], keys, kind, file, world.folder / "U盘", to=to).facts["file"])


def stricter(world: Upward, *, more: str = "") -> Path:
    """The league's own issue of the campaign's template."""
    text = (RESOURCES / "templates" / f"{TEMPLATE}.toml").read_text("utf-8")
    out = world.folder / "盟里的模板.toml"
    out.write_text(text.replace('title = "待批项目台账"', 'title = "待批项目台账（盟）"', 1) + more, "utf-8")
    return out


def refused(office: Office, file: Path) -> Problem:
    before = len(boxes.received(office))
    with pytest.raises(Problem) as caught:
        exchange.receive(office, file)
    assert len(boxes.received(office)) == before and not list((office.folder / "inbox").iterdir())
    return caught.value


def test_a_template_comes_down_and_is_opened(world):
    lead = world["lead"]
    got = exchange.receive(lead, issued(world, "template", stricter(world), who="league"))
    assert got.facts["template"] == TEMPLATE and "打开台账" in got.said
    came = offered_templates.ruling(lead, TEMPLATE)
    assert came is not None and came.source == world["league"].name and came.title == "待批项目台账（盟）"
    ledger = ledgers.open_template(lead, came.ref, again=True).subject
    assert ledgers.get(lead, str(ledger)).title == "待批项目台账（盟）" and replay.verify(lead) == []


def test_what_an_older_program_cannot_read_is_said_exactly(world):
    """An unknown key is named with its line, an unknown kind of document by its name."""
    file = stricter(world)
    text = file.read_text("utf-8")
    keys = exchange.own_keys(world["league"], "")
    new = text.replace("[[signoff]]", "newer_thing = 1\n\n[[signoff]]", 1)
    found = refused(world["lead"], _signed(world, keys, "template", "模板.toml", new.encode()))
    line = new[: new.index("newer_thing")].count("\n") + 1
    assert found.code == "E_NEWER" and "newer_thing" in found.text and f"第 {line} 行" in found.text
    for old, word in (
        ('kind = "project_code"', 'kind = "geo_point"'), ('need = "create"', 'need = "later"'),
        ('version = "2022.3"', 'version = "2022.4"\nformat = 2'),
    ):  # fmt: skip
        new = text.replace(old, word, 1)
        found = refused(world["lead"], _signed(world, keys, "template", "模板.toml", new.encode()))
        line = new[: new.index(word.rpartition("\n")[2])].count("\n") + 1
        assert found.code == "E_NEWER" and f"第 {line} 行" in found.text
    found = refused(world["lead"], _signed(world, keys, "poster", "海报.pdf", b"x"))
    assert found.code == "E_NEWER" and "poster" in found.text


def test_a_holiday_notice_is_imported(world):
    """Decision 12: next year's notice comes down and the limits recompute."""
    sent = issued(world, "calendar", RESOURCES / "calendar" / "2026.toml")
    got = exchange.receive(world["dev"], sent)
    assert "已导入" in got.said and replay.verify(world["dev"]) == []
    assert exchange.receive(world["dev"], sent).facts["again"]


def test_an_older_holiday_notice_does_not_replace_its_correction(world):
    """Sticks are lost and found: what was issued last counts, whichever came first; by hand either may be imported."""
    dev, file = world["dev"], world.folder / "放假.toml"
    text = (RESOURCES / "calendar" / "2026.toml").read_text("utf-8")
    file.write_text(text, "utf-8")
    first = issued(world, "calendar", file)
    file.write_text(text.replace('source = "', 'source = "更正：', 1), "utf-8")
    exchange.receive(dev, issued(world, "calendar", file))
    late = exchange.receive(dev, first)
    assert "已有更新的放假安排（" in late.said and "这份没有采用" in late.said and "2022-08-22" in late.said
    assert dev.calendar().tables[2026].source.startswith("更正：") and replay.verify(dev) == []
    recomputing.import_notice(dev, Path(late.facts["file"]))
    assert not dev.calendar().tables[2026].source.startswith("更正：") and replay.verify(dev) == []


def test_an_issuers_clock_that_ran_ahead_blocks_no_later_notice(world):
    """Decision 18: of one issuer its records tell the order; a day that is still to come counts as that of receipt."""
    dev, lead, file = world["dev"], world["lead"], world.folder / "放假.toml"
    text = (RESOURCES / "calendar" / "2026.toml").read_text("utf-8")
    keys = exchange.own_keys(lead, "")
    days = ("2035-01-01", "2022-08-23", "2035-01-01", "2022-08-25")
    for number, day in enumerate(days):
        notice = text.replace('source = "', f'source = "第{number}份：', 1)
        file.write_text(notice, "utf-8")
        if number < 2:
            then = replace(lead, fixed_today=dt.date.fromisoformat(day))
            sent = Path(documents.issue(then, keys, "calendar", file, world.folder / "U盘").facts["file"])
        else:  # as programs wrote it that gave no number
            sent = _signed(
                world, keys, "calendar", "放假.toml", notice.encode(), on=day, id_=f"{9 - number}" * 32
            )
        dev = replace(dev, fixed_today=lead.today() + dt.timedelta(number))
        assert "已导入" in exchange.receive(dev, sent).said
        assert dev.calendar().tables[2026].source.startswith(f"第{number}份")
    assert replay.verify(dev) == []


def test_an_issuer_restored_from_its_backup_issues_what_is_newer(world):
    """Its records are shorter than they were; the day says that the notice is a later one."""
    dev, file = world["dev"], world.folder / "放假.toml"
    text = (RESOURCES / "calendar" / "2026.toml").read_text("utf-8")
    shutil.copytree(world["lead"].folder, world.folder / "恢复")
    settings.put(world["lead"], ENCRYPT_ONLY, False)
    for number, who in enumerate((world["lead"], opened(world.folder / "恢复"))):
        file.write_text(text.replace('source = "', f'source = "第{number}份：', 1), "utf-8")
        then = replace(who, fixed_today=DAY + dt.timedelta(number))
        keys = exchange.own_keys(then, "")
        sent = documents.issue(then, keys, "calendar", file, world.folder / "U盘").facts["file"]
        dev = replace(dev, fixed_today=DAY + dt.timedelta(9))
        assert "已导入" in exchange.receive(dev, Path(sent)).said
    who.close()
    assert dev.calendar().tables[2026].source.startswith("第1份") and replay.verify(dev) == []


def test_a_list_lands_in_the_inbox_ready_for_import(world):
    file = (
        world.folder / f"{'关于转发国务院办公厅通知' * 6}465个项目清单.csv"
    )  # longer than its place in the inbox
    file.write_text("项目名称\n甲\n", "utf-8")
    sent = issued(world, "list", file, to=world["dev"].id)
    assert "项目名称".encode() not in sent.read_bytes()
    got = exchange.receive(world["dev"], sent)
    landed = Path(got.facts["file"])
    assert landed.read_bytes() == file.read_bytes() and landed.parent == world["dev"].folder / "inbox"
    assert landed.suffix == ".csv" and len(landed.name.encode()) <= 200
    assert [one.kind for one in boxes.received(world["dev"])] == ["list"] and replay.verify(
        world["dev"]
    ) == []


def test_only_a_lead_or_a_superior_sends_down(world):
    """Decision 28, asked of the sender and again by the receiver."""
    file = stricter(world)
    with pytest.raises(Problem) as caught:
        issued(world, "template", file, who="dev")
    assert caught.value.code == "E_NOT_ALLOWED"
    sent = _signed(world, exchange.own_keys(world["dev"], ""), "template", "模板.toml", file.read_bytes())
    assert refused(world["lead"], sent).code == "E_NOT_ALLOWED"


def test_nothing_comes_down_from_below_or_beside(world):
    """A banner's lead issues for its banner, not for the league."""
    sent = issued(world, "template", stricter(world))
    assert refused(world["league"], sent).code == "E_NOT_ALLOWED"


def test_one_for_another_office_and_an_unknown_issuer_are_refused(world):
    file = stricter(world)
    introduce(world["league"], world["dev"], world.folder)
    assert (
        refused(world["dev"], issued(world, "template", file, who="league", to=world["lead"].id)).code
        == "E_NOT_FOR_US"
    )
    other = upward(world.folder / "other", "league")
    sent = issued(other, "template", file, who="league")
    assert refused(world["dev"], sent).code == "E_UNKNOWN_SENDER"
    other.close()


def test_where_all_must_be_encrypted_one_receiver_is_named(world):
    settings.put(world["lead"], ENCRYPT_ONLY, True)
    with pytest.raises(Problem) as caught:
        issued(world, "template", stricter(world))
    assert caught.value.code == "E_PLAIN_FORBIDDEN"


def _signed(
    world: Upward, keys, kind: str, name: str, data: bytes, *, on: str = "2022-08-22", id_: str = "d" * 32
) -> Path:
    """A document as another program might sign it."""
    content = {
        "kind": kind, "name": name, "note": "", "sha256": hashlib.sha256(data).hexdigest(),
        "data": base64.b64encode(data).decode(),
    }  # fmt: skip
    out = world.folder / f"{kind}{len(list(world.folder.iterdir()))}.qidi-doc"
    out.write_bytes(signed_files.to_bytes(documents.FORM, keys, id_=id_, on=on, content=content, to=None))
    return out


def test_the_largest_list_goes_and_a_larger_one_is_refused(world):
    file = world.folder / "大清单.csv"
    file.write_bytes(b"x" * documents.MOST_BYTES)
    got = exchange.receive(world["dev"], issued(world, "list", file, to=world["dev"].id))
    assert Path(got.facts["file"]).stat().st_size == documents.MOST_BYTES
    file.write_bytes(b"x" * (documents.MOST_BYTES + 1))
    with pytest.raises(Problem) as caught:
        issued(world, "list", file, to=world["dev"].id)
    assert caught.value.code == "E_TOO_BIG"


def test_a_document_for_one_office_stands_in_the_outbox_until_its_receipt(world):
    """Decision 30 for what goes down: the receipt travels back, may be made again, and is proved."""
    lead, dev = world["lead"], world["dev"]
    file = world.folder / "清单.csv"
    file.write_text("项目名称\n甲\n", "utf-8")
    sent = issued(world, "list", file, to=dev.id)
    row = boxes.sent(lead)[0]
    assert (row.kind, row.title, row.to_name, row.state) == ("list", "清单", dev.name, "copied")
    assert (lead.folder / row.file).is_file()
    receipt = Path(exchange.receive(dev, sent).facts["receipt"])
    assert "已登记" in exchange.receive(lead, receipt).said and boxes.sent(lead)[0].state == "receipted"
    again = exchange.receive(dev, sent).facts["receipt"]
    assert Path(exchange.receipt(dev, sent).facts["files"][0]) == Path(again) == receipt
    assert "以前已登记" in exchange.receive(lead, receipt).said
    assert replay.verify(lead) == [] and replay.verify(dev) == []
    everybody = issued(world, "list", file)
    assert "receipt" not in exchange.receive(dev, everybody).facts and len(boxes.sent(lead)) == 1
    with pytest.raises(Problem) as caught:
        exchange.receipt(dev, everybody)
    assert caught.value.code == "E_NOT_SEEN"


def test_one_file_for_each_chosen_office_and_none_when_one_is_unknown(world):
    lead, keys = world["lead"], exchange.own_keys(world["lead"], "")
    introduce(lead, world["league"], world.folder)
    file = world.folder / "清单.csv"
    file.write_text("项目名称\n甲\n", "utf-8")
    with pytest.raises(Problem) as caught:
        documents.issue_all(lead, keys, "list", file, world.folder / "U盘", [world["dev"].id, "没有这个单位"])
    assert caught.value.code == "E_NO_PEER" and not boxes.sent(lead)
    told = documents.issue_all(
        lead, keys, "list", file, world.folder / "U盘", [world["dev"].id, world["league"].id]
    )
    assert len(set(told.facts["files"])) == 2 and {one.to for one in boxes.sent(lead)} == {
        world["dev"].id,
        world["league"].id,
    }
    assert replay.verify(lead) == []


def test_a_stick_that_fails_or_a_clerk_who_gives_up_hides_nothing_that_was_written(world):
    """Of several offices those that have their file are said, and each of the others is named."""
    lead, dev, league = world["lead"], world["dev"], world["league"]
    keys = exchange.own_keys(lead, "")
    introduce(lead, league, world.folder)
    file, stick = world.folder / "清单.csv", world.folder / "U盘"
    file.write_text("项目名称\n甲\n", "utf-8")

    def full(done: int, _total: int) -> None:
        if done == 1:
            (written,) = stick.iterdir()
            written.rename(world.folder / "第一份")
            stick.rmdir()
            stick.write_bytes(b"")

    told = documents.issue_all(lead, keys, "list", file, stick, [dev.id, league.id], tell=full)
    assert len(told.facts["files"]) == 1 and "1 个单位" in told.said
    (left,) = told.facts["failed"]
    assert left["to"] == league.name and left["code"] == "E_NO_FOLDER" and left["text"] in told.said
    assert len(boxes.sent(lead)) == 2, "the copy that is kept here can be written once more"

    def given_up(done: int, _total: int) -> None:
        if done == 1:
            raise InterruptedError

    stick.unlink()
    told = documents.issue_all(lead, keys, "list", file, stick, [dev.id, league.id], tell=given_up)
    assert len(told.facts["files"]) == len(list(stick.iterdir())) == 1
    assert [one["code"] for one in told.facts["failed"]] == ["E_CANCELLED"] and league.name in told.said
    assert len(boxes.sent(lead)) == 3 and replay.verify(lead) == []
    with pytest.raises(InterruptedError):
        documents.issue_all(lead, keys, "list", file, stick, [dev.id], tell=lambda *_: given_up(1, 1))
    assert len(boxes.sent(lead)) == 3
