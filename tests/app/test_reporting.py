"""Periodic reports: drafted, frozen as sent, late numbers told as 补报 (SB 六(二), S59 五(二), S53 七(一), S29 三(四))."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import openpyxl
import pypdf
import pytest
from docx import Document

from app.change import Change
from app.figures import figures
from app.ledger import attachments, entries, ledgers, serving
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.reports import one_liner, report_after, report_sending, reporting
from app.today import coming
from tests.app.reporting_world import FARM_WELLS, D, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world")
    yield made
    made.office.close()


def in_september(world: World) -> Office:
    """甲's M01 was approved on 09-05; it is 09-14, the first half has a day to run."""
    world.on(9, 5)
    world.approve("甲", "M01", "2022-09-05")
    return world.on(9, 14)


def send_first(first: Office, ledger: str, out: Path) -> Change:
    text = reporting.draft(first, ledger, "2022-09A").text
    said = {"text": f"{text}\n另：已召开调度会。", "problems": "资金没有到位"}
    return report_sending.send(first, ledger, "2022-09A", said=said, early=True, out=out)


def test_a_draft_says_what_changed_and_what_is_sent_is_kept_in_three_files(
    world: World, tmp_path: Path
) -> None:
    first = in_september(world)
    draft = reporting.draft(first, world.ledger, "2022-09A")
    assert draft.text.startswith(
        "截至9月14日，全旗待批项目台账期初4个项目、8项审批事项，现在账4个项目、7项审批事项。"
    )
    assert "核减0个项目、1项事项" in draft.text and not draft.nothing and draft.faults == ()
    assert [(one.name, one.told, one.why) for one in draft.changed] == [
        ("甲项目", "土地预审：在账→办结核减", "白审〔2022〕1号，批复")
    ]
    assert draft.asks[0].hints == ("甲项目：甲的资金没有到位",)  # of the rows that changed alone
    change = send_first(first, world.ledger, tmp_path / "out")
    assert change.said == "已归档：正镶白旗待批项目大起底工作进展情况（2022年9月上半月）（已报）"
    row = world.row(change.subject)
    assert (row["sent_on"], row["sent_by"], row["report_state"], row["edition"]) == (
        "2022-09-14",
        "经办人甲",
        "已报",
        1,
    )
    assert row["head"] == ledgers.get(first, world.ledger).head_seq and "调度会" in str(row["text"])
    kept = attachments.of(first, str(change.subject))
    assert row["digest"] == change.facts["digest"] and [one.kind for one in kept] == ["pdf", "docx", "xlsx"]
    pdf, docx, book = (Path(name) for name in change.facts["files"])
    assert "已召开调度会" in "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
    assert any("资金没有到位" in p.text for p in Document(str(docx)).paragraphs)
    sheets = openpyxl.load_workbook(book).sheetnames
    assert sheets == ["与上期比", "分单位情况", "分事项情况", "本期变化"]


def test_a_report_is_frozen_as_sent_and_late_numbers_are_told_in_the_next(
    world: World, tmp_path: Path
) -> None:
    """Decision 18, domain A5: figures asked for later for that day are those frozen; a deed of an older day that is
    recorded later is 补报 of the next report and changes nothing that was sent."""
    change = send_first(in_september(world), world.ledger, tmp_path / "out")
    row = world.row(change.subject)
    frozen = json.loads(str(row["figures"]))
    next_one = world.on(9, 20)
    world.approve("乙", "M01", "2022-09-10", "白审〔2022〕2号")  # a day of the period before
    again = figures.of(next_one, world.ledger, on=D(2022, 9, 14), since=D(2022, 9, 1))
    assert {key: again.total[key] for key in frozen["total"]} == frozen["total"]
    parts = figures.of(next_one, world.ledger, on=D(2022, 9, 14), since=D(2022, 9, 1), by=("unit",))
    told = {row.key[0]: row.values["open.item"] for row in parts.rows}
    unit = frozen["tables"]["unit"]
    assert {name: values[unit["figures"].index("open.item")] for name, values in unit["rows"]} == told
    later = reporting.draft(next_one, world.ledger, "2022-09B")
    assert [(m.name, m.on, m.recorded, m.doc_no) for m in later.late] == [
        ("乙项目", "2022-09-10", "2022-09-20", "白审〔2022〕2号")
    ]
    assert later.before is not None and later.before.total == frozen["total"]
    told_open = next(t for t in later.compared if t.head.id == "open.item")
    assert (told_open.now, told_open.was, told_open.more) == (6, 7, "-1")
    assert world.row(change.subject) == row and replay.verify(next_one) == []
    old = reporting.sent(next_one, world.ledger, "2022-09A")
    assert (
        old is not None and old.text == row["text"] and old.numbers.total == frozen["total"] and not old.late
    )
    assert (later.numbers.since, later.faults) == (
        "2022-09-15",
        (),
    )  # the day after the first was sent, before its period ended
    assert later.numbers.total["base.item"] == frozen["total"]["open.item"]
    second = report_sending.send(next_one, world.ledger, "2022-09B", early=True)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(second.facts["files"][0]).pages)
    assert "补报" in text and "2022年9月10日" in "".join(text.split())


def test_a_report_is_sent_again_as_a_new_edition_and_nothing_sent_is_changed(world: World) -> None:
    """The series knows 已报, 迟报, 补报 and 零报告 (domain A5); the days come off the list of what is due."""
    late = world.on(9, 2)
    with pytest.raises(Problem, match="有变化"):  # four matters were submitted
        report_sending.send(late, world.ledger, "2022-08B", zero=True)
    first = report_sending.send(late, world.ledger, "2022-08B")
    assert first.facts["state"] == "迟报" and "第" not in first.said
    listed = [one.told for one in reporting.sent(late, world.ledger, "2022-08B").changed]  # type: ignore[union-attr]
    assert len(listed) == 4 and all(told.startswith("列入台账；存在问题：（空）→") for told in listed)
    before = world.row(first.subject)
    again = report_sending.send(late, world.ledger, "2022-08B", said={"text": "重新报送。"})
    assert (
        again.facts["edition"] == 2 and again.subject != first.subject and world.row(first.subject) == before
    )
    states = {r.period.id: (r.state, r.edition) for r in reporting.series(late, world.ledger, "progress")}
    assert states["2022-08B"] == ("迟报", 2) and states["2022-09A"] == ("未报", 0)
    after = world.on(10, 8)
    report_sending.send(after, world.ledger, "2022-09B", said={"text": "下半月。"})
    assert report_sending.send(after, world.ledger, "2022-09A", zero=True).facts["state"] == "补报"
    due = {
        (c.due, c.what): (c.done, c.light) for c in coming.schedule(after, world.ledger) if c.kind == "report"
    }
    assert (
        due["2022-08-31", "进展情况报送"] == ("2022-09-02", "")
        and due["2022-09-30", "进展情况报送"][0] == "2022-10-08"
    )
    assert due["2022-08-31", "超期未审批项目月度统计"] == ("", "red") and replay.verify(after) == []
    now = reporting.current(reporting.series(after, world.ledger, "progress"), after.today())
    assert now is not None and now.period.id == "2022-10"
    register = serving.found(after, "reports")
    assert ledgers.get(after, register).rows == 4


def test_a_draft_is_kept_in_the_register_until_it_is_sent(world: World) -> None:
    here = world.on(9, 14)
    kept = report_sending.keep(
        here, world.ledger, "2022-09A", said={"text": "先写一半。", "suggestions": "请协调"}
    )
    draft = reporting.draft(here, world.ledger, "2022-09A")
    assert (draft.text, draft.asks[1].text, draft.edited) == ("先写一半。", "请协调", True)
    assert world.row(kept.subject)["report_state"] == "未报"
    assert [
        c.done for c in coming.schedule(here, world.ledger) if c.due == "2022-09-15" and c.kind == "report"
    ] == [""]
    sent = report_sending.send(here, world.ledger, "2022-09A", early=True)
    assert (
        sent.subject == kept.subject
        and world.row(kept.subject)["text"] == "先写一半。"
        and replay.verify(here) == []
    )
    draft = replace(draft, text="另一个窗口里还开着的草稿")  # the same draft, still open elsewhere
    with pytest.raises(Problem, match="E_LOCKED"), here.write("保存") as work:
        report_sending._put(work, here, serving.found(here, "reports"), draft, {"text": draft.text}, {})
    again = report_sending.keep(here, world.ledger, "2022-09A", said={"text": "再版"})
    assert again.subject != sent.subject and world.row(again.subject)["edition"] == 2
    with pytest.raises(Problem, match="正文"):  # what was sent stays
        entries.amend(here, str(sent.subject), {"text": "改写"})
    entries.amend(here, str(sent.subject), {"doc_no": "白发改字〔2022〕9号"})  # given after it was signed, once
    with pytest.raises(Problem, match="E_LOCKED"):
        entries.amend(here, str(sent.subject), {"doc_no": "白发改字〔2022〕10号"})
    assert world.row(sent.subject)["doc_no"] == "白发改字〔2022〕9号" and replay.verify(here) == []


def test_the_three_files_stay_as_they_were_sent(world: World, tmp_path: Path) -> None:
    """Written again they are the same bytes; a clerk's own Word file is none of them and is not taken, harmless or not."""
    here = world.on(9, 15)
    change = report_sending.send(here, world.ledger, "2022-09A", zero=True)
    written = [Path(file) for file in change.facts["files"]]
    kept = attachments.of(here, str(change.subject))
    assert [one.path.read_bytes() for one in kept] == [file.read_bytes() for file in written]
    again = report_sending.write(here, world.ledger, "2022-09A", out=tmp_path / "again").facts["files"]
    assert [Path(file).read_bytes() for file in again] == [file.read_bytes() for file in written]
    entry = entries.find(here, "甲项目")
    attached = attachments.attach(here, entry, written[1])
    assert attached.facts["sha256"] == hashlib.sha256(written[1].read_bytes()).hexdigest()
    Document().save(str(tmp_path / "别处.docx"))
    with pytest.raises(Problem, match="E_ATTACHMENT_TYPE"):
        attachments.attach(here, entry, tmp_path / "别处.docx")
    assert replay.verify(here) == []


def test_what_is_recorded_after_a_report_was_sent_is_told_by_the_next(world: World) -> None:
    """Decision 18, domain A5: the border of two reports is the journal line the first was frozen at. What came after it
    that same day is 补报 of the next one, which is no 零报告, and begins with what the first ended with; what was sent
    is laid out again as it was sent."""
    here = world.on(9, 15)
    sent = report_sending.send(here, world.ledger, "2022-09A", said={"text": "已报。"})
    was = reporting.sent(here, world.ledger, "2022-09A")
    assert was is not None
    world.approve("甲", "M01", "2022-09-02")
    world.approve("甲", "M03", "2022-09-02")
    entries.amend(here, entries.find(here, "乙项目"), {}, {"M01": {"d_submit": "2022-09-15"}})
    assert reporting.sent(here, world.ledger, "2022-09A") == replace(was, ledger=ANY, head=ANY)
    there = world.on(9, 30)
    assert reporting.sent(there, world.ledger, "2022-09A") == replace(was, ledger=ANY, head=ANY)
    draft = reporting.draft(there, world.ledger, "2022-09B")
    assert [(m.item, m.on, m.recorded) for m in draft.late] == [
        ("M01", "2022-09-02", "2022-09-15"), ("M03", "2022-09-02", "2022-09-15"), ("", "2022-09-02", "2022-09-15"),
    ]  # fmt: skip
    total = draft.numbers.total
    assert [total[key] for key in ("base", "approved", "open", "approval_rate")] == [4, 1, 3, "25"]
    assert [total[f"{key}.item"] for key in ("base", "approved", "open")] == [8, 2, 6]
    assert draft.numbers.after["submitted"] == 1 and draft.faults == () and not draft.nothing
    assert "上期报送以后当日又登记了项目核减1个" in draft.text
    rows = draft.numbers.tables["unit"]
    assert rows[-1][0] == report_after.ROW and rows[-1][1]["approved"] == 1
    assert sum(int(row["base"] or 0) for _, row in rows) == 4
    with pytest.raises(Problem, match="E_NOT_ZERO"):
        report_sending.send(there, world.ledger, "2022-09B", zero=True)
    second = report_sending.send(there, world.ledger, "2022-09B")
    monthly = report_sending.send(there, world.ledger, "2022-09", "overdue")
    pages = reporting.sent(there, world.ledger, "2022-09", "overdue").overdue  # type: ignore[union-attr]
    world.approve("乙", "M03", "2022-09-30")
    third = reporting.draft(world.on(10, 20), world.ledger, "2022-10")
    assert reporting.sent(world.office, world.ledger, "2022-09", "overdue").overdue == pages  # type: ignore[union-attr]
    assert third.before is not None and third.before.after == draft.numbers.after
    assert (third.numbers.after["approved.item"], third.numbers.total["base.item"]) == (1, 6)
    assert not third.nothing and third.faults == ()
    files = report_sending.write(world.office, world.ledger, "2022-09B", out=world.folder / "看").facts[
        "files"
    ]
    assert hashlib.sha256(Path(files[0]).read_bytes()).hexdigest() == second.facts["digest"]
    assert sent.subject != monthly.subject and replay.verify(world.office) == []


def test_what_cannot_be_reported_is_said(world: World) -> None:
    """零报告 only where nothing moved (SB 六(二)); a period that has not begun; another ledger's form."""
    here = world.on(9, 5)
    world.approve("甲", "M01", "2022-09-05")
    for code, deed in (
        ("E_NOT_ZERO", lambda: report_sending.send(here, world.ledger, "2022-09A", zero=True)),
        ("E_TOO_EARLY", lambda: reporting.draft(here, world.ledger, "2022-10")),
        ("E_PERIOD", lambda: reporting.draft(here, world.ledger, "2022-09")),
        ("E_NO_FORM", lambda: reporting.series(here, world.ledger, "weekly")),
        (
            "E_NO_FOLDER",
            lambda: report_sending.send(
                here, world.ledger, "2022-09A", early=True, out=world.folder / "a" / "b"
            ),
        ),
    ):
        with pytest.raises(Problem) as caught:
            deed()
        assert caught.value.code == code
    assert serving.found(here, "reports") == ""  # nothing was filed
    register = serving.ledger(here, "reports")
    assert reporting.series(here, register) == ()


def test_a_campaign_without_a_form_of_its_own_reports_in_its_own_words(bureau: Office) -> None:
    """The next campaign needs no more than a cadence: flows, reds and 零报告 are told in its words."""
    ledger = str(ledgers.open_template(bureau, str(FARM_WELLS)).subject)
    first, second, *_ = series = reporting.series(bureau, ledger)
    with pytest.raises(Problem, match="E_BEFORE_OPENED"):  # its period was over when the ledger was opened
        reporting.draft(bureau, ledger, first.period.id)
    later = replace(bureau, fixed_today=D(2022, 9, 5))
    told = reporting.series(later, ledger)
    assert [r.overdue for r in told[:2]] == [False, True] and reporting.current(told, later.today()) == told[
        1
    ]
    draft = reporting.draft(bureau, ledger, second.period.id)
    assert draft.before is None and len(series) == len(told)
    assert (
        draft.text.startswith(
            "截至8月22日，全旗农用机井封填台账期初0个项目、0项事项，现在账0个项目、0项事项。"
        )
        and "特作零报告" in draft.text
        and "{" not in draft.text
    )
    assert draft.nothing and [ask.title for ask in draft.asks] == ["存在问题", "工作建议"]


def test_the_monthly_overdue_report_has_a_page_for_each_department(world: World) -> None:
    """Decision 4, SB 四(三)2: only 审批超期, as of the end of the month, copied to the department's 派驻纪检组."""
    here = world.on(10, 10)
    world.approve("甲", "M03", "2022-10-09")  # was overdue at the end of September all the same
    draft = reporting.draft(here, world.ledger, "2022-09", "overdue")
    (dept,) = draft.overdue
    assert [one.name for one in draft.overdue[dept]] == ["甲项目", "乙项目", "丙项目", "丁项目"]
    assert draft.numbers.total["red.item"] == 4 and draft.overdue[dept][0].days > 10
    change = report_sending.send(here, world.ledger, "2022-09", "overdue")
    pages = [page.extract_text() for page in pypdf.PdfReader(change.facts["files"][0]).pages]
    assert any(f"抄送：{dept}派驻纪检组" in "".join(page.split()) for page in pages)
    assert change.facts["state"] == "迟报" and replay.verify(here) == []
    world.approve("乙", "M03", "2022-10-10")
    with pytest.raises(Problem, match="E_MEANWHILE"), here.write("报送") as work:
        report_sending._refuse_moved(work, draft)  # nothing goes out with numbers that are no longer true


def test_the_paragraph_of_a_moment_can_be_pasted(world: World) -> None:
    """领导口径: what stands now, what went in the period, the reds and the longest overdue."""
    here = world.on(9, 15)
    world.approve("甲", "M01", "2022-09-14")
    said = one_liner.say(here, world.ledger)
    assert (
        said.startswith("截至9月15日，全旗期初4个项目")
        and "核减0个项目、1项事项" in said
        and "最长超期" in said
        and "\n" not in said
    )
    assert one_liner.say(here, world.ledger, D(2022, 9, 10)).startswith("截至9月10日，全旗")
    out = one_liner.write(here, world.ledger, world.folder / "一页.pdf")
    assert len(pypdf.PdfReader(out.facts["file"]).pages) == 1


def test_a_day_learnt_late_is_told_as_after_and_ratios_follow(world: World) -> None:
    """Domain A5: 受理 of a day already reported, recorded later, is 补报 of the next report, with unit, day and day of
    record; it never rewrites the one that was sent, and what is divided by it is worked out anew."""
    first = world.on(9, 15)
    report_sending.send(first, world.ledger, "2022-09A", zero=True)
    here = world.on(9, 20)
    for name, way in (("丙", "线上"), ("丁", "线下")):
        days = {"d_accept": "2022-09-08", "d_first": "2022-09-08", "channel": way}
        entries.amend(here, entries.find(here, f"{name}项目"), {}, {"M03": days | {"d_submit": "2022-09-07"}})
    draft = reporting.draft(here, world.ledger, "2022-09B")
    assert [(m.name, m.item, m.word, m.on, m.recorded) for m in draft.late] == [
        (f"{name}项目", "M03", "受理", "2022-09-08", "2022-09-20") for name in "丙丁"
    ]
    total = draft.numbers.total
    assert (total["accepted"], total["by_channel"], total["online_rate"]) == (2, 2, "50")
    assert total["base"] == total["open"] == 4 and draft.faults == () and not draft.nothing
    assert "另补报以前各期的" in draft.text and "受理2项" in draft.text and "零报告" not in draft.text
    rows = draft.numbers.tables["unit"]
    assert rows[-1][0] == report_after.LATE_ROW and rows[-1][1]["accepted"] == 2
    sent = report_sending.send(here, world.ledger, "2022-09B", early=True)
    entries.amend(here, entries.find(here, "丙项目"), {}, {"M03": {"d_accept": "2022-09-09"}})
    again = reporting.sent(here, world.ledger, "2022-09B")
    assert again is not None and again.late == draft.late and again.numbers.late == draft.numbers.late
    text = "".join(page.extract_text() for page in pypdf.PdfReader(sent.facts["files"][0]).pages)
    assert "补报以前各期的" in text
    assert reporting.sent(here, world.ledger, "2022-09A").numbers.total["accepted"] == 0  # type: ignore[union-attr]
    third = reporting.draft(
        world.on(10, 20), world.ledger, "2022-10"
    )  # corrected after it was told: not told twice
    assert third.numbers.total["accepted"] == 0 and replay.verify(world.office) == []
    undone = {"d_accept": "", "d_first": "", "channel": ""}
    entries.amend(world.office, entries.find(world.office, "丁项目"), {}, {"M03": undone})
    less = reporting.draft(world.office, world.ledger, "2022-10")  # told too high before: of that a line, of no number
    assert less.numbers.late["accepted"] == -1 and less.numbers.total["accepted"] == 0 and not less.nothing
    assert "另更正以前各期的受理减1项，本期的数不减。" in less.text and "-1" not in less.text
    assert report_after.LATE_ROW not in [name for name, _ in less.numbers.tables["unit"]]


def test_a_period_that_still_runs_is_filed_only_when_that_is_wished(world: World) -> None:
    """What is recorded until its end comes too late for it: SB 六(二) names the days."""
    here = world.on(9, 14)
    with pytest.raises(Problem, match="E_STILL_RUNNING"):
        report_sending.send(here, world.ledger, "2022-09A", zero=True)
    assert serving.found(here, "reports") == ""
    assert report_sending.send(here, world.ledger, "2022-09A", zero=True, early=True).facts["state"] == "已报"


def test_a_row_that_changed_is_no_zero_report_of_a_ledger_without_items(bureau: Office) -> None:
    """Progress of a row is all such a ledger has to tell (59号 五(二)): 零报告 is refused, the text calls itself none."""
    ledger = str(ledgers.open_template(bureau, "stopped-firms").subject)
    entry = str(entries.add(bureau, ledger, {"name": "甲厂"}, not_secret="审核人乙").subject)
    day = replace(bureau, fixed_today=D(2022, 9, 5))
    code = next(r.period.id for r in reporting.series(day, ledger) if r.period.holds(D(2022, 9, 5)))
    assert reporting.draft(day, ledger, code).nothing
    entries.amend(day, entry, {"note": "正在协商"}, {})
    draft = reporting.draft(day, ledger, code)
    assert not draft.nothing and "零报告" not in draft.text and "本期有1" in draft.text
    with pytest.raises(Problem, match="E_NOT_ZERO"):
        report_sending.send(day, ledger, code, zero=True, early=True)


def test_what_does_not_add_up_names_the_very_rows(world: World) -> None:
    """期初 that is not what the report before ended with: the row that left 在账 without a word of it, and no other."""
    here = world.on(9, 15)
    report_sending.send(here, world.ledger, "2022-09A", zero=True)
    world.approve("乙", "M01", "2022-09-15")
    world.approve("丙", "M01", "2022-09-15")
    there = world.on(9, 20)
    assert (draft := reporting.draft(there, world.ledger, "2022-09B")).faults == () and draft.amiss == ()
    entry = entries.find(there, "乙项目")
    with there.engine.connect() as raw:  # as a damaged database would have it
        raw.exec_driver_sql("DELETE FROM event WHERE entry_id=? AND item='M01'", (entry,))
        raw.commit()
    draft = reporting.draft(there, world.ledger, "2022-09B")
    assert (
        draft.amiss == ("152529-DP-2022-0002",) and "事项：上期报的在账是 8，本期期初是 7" in draft.faults[-1]
    )
