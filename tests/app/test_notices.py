"""Notices from data: who is asked what, how they are numbered, filed and flagged, and that a failure leaves nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from app import office as offices
from app.ledger import attachments, entries, ledgers, serving, settings
from app.listing import lists
from app.office import Office
from app.papers import bulletins, informing, notices, paper_forms, papers
from app.papers.informing import Told
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import DAY
from tests.app.follow_up import ENVIRONMENT, HEAT, SEWAGE, WAITING, WATER, on_paper, stored_follow_up


@pytest.fixture
def follow_up(tmp_path: Path) -> Iterator[Office]:
    opened = offices.open_folder(stored_follow_up().lay(tmp_path / "office"), today=DAY)
    yield opened
    opened.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def ledger_of(office: Office) -> str:
    return ledgers.find(office, "pending-approval").id


def rows(office: Office, register: str) -> list[lists.Line]:
    found = serving.found(office, register)
    return lists.lines(office, lists.ids(office, found)) if found else []


def row(office: Office, no: str) -> str:
    return entries.find(office, no)


def unpaged(text: str) -> str:
    """The text without blanks and without where its pages end, which the tests of the print know."""
    return re.sub(r"\s+|—\d+—", "", text)


def whole(office: Office) -> None:
    assert replay.verify(office) == []


REMINDER = """正镶白旗大起底办催〔2022〕2号关于限期办理超期审批事项的催办通知正镶白旗生态环境分局责任人甲：
按照《正镶白旗待批项目大起底
工作方案》，超期未审批的亮红灯，并同步告知审批部门工作人员。截至2022年8月22日，《待批项目台账》中由你办理的事项超期2项，最长10个工作日，列后。
序号项目台账编号事项到期日超期工作日依据
1供热管网改造工程152529-DP-2022-0001环评：初审2022年8月8日10旗方案四(三)1
2污水处理站152529-DP-2022-0002环评：初审2022年8月8日10旗方案四(三)1
请于2022年8月25日前办结；不能办结的，逐项书面说明原因和预计办结日期。已经办完、转报或等待补正的，请及时登记日期。你登记的电话是13800000001，有变动请告知。
正镶白旗发展和改革委员会2022年8月22日—1—"""


def test_overdue_goes_to_each_person_once_and_is_filed(follow_up: Office, out: Path) -> None:
    """S54, SB 四(三)2、3 and decision 4: 审批超期 alone; who was told to mend or past 完成时限 is not asked."""
    change = notices.overdue_notices(follow_up, ledger_of(follow_up), out)
    made = change.facts["papers"]
    assert [one["doc_no"] for one in made] == [f"正镶白旗大起底办催〔2022〕{n}号" for n in (1, 2)]
    assert [one["pages"] for one in made] == [1, 1]  # one page per person with all his matters
    text = on_paper(Path(made[1]["pdf"]))
    assert text == "".join(REMINDER.split())
    assert "待补正的项目" not in "".join(on_paper(Path(one["pdf"])) for one in made)
    assert on_paper(next(out.glob("*合订2份*"))).count("催办通知") == 2
    table = docx.Document(made[1]["docx"]).tables[0]
    assert [row.cells[2].text for row in table.rows[1:]] == [HEAT, SEWAGE]
    first, second = rows(follow_up, "supervision")
    assert (first.cells["target"], first.cells["about"], first.cells.get("person")) == (
        WATER,
        f"{HEAT}/M04",
        None,
    )
    assert (second.cells["notice_kind"], second.cells["person"], second.cells.get("about")) == (
        "催办",
        "责任人甲",
        None,
    )
    assert second.cells["reply_by"] == "2022-08-25" and second.cells["issued_on"] == "2022-08-22"
    assert "13800000001" not in json.dumps(
        second.cells, ensure_ascii=False
    )  # his number is on his paper alone
    assert f"{HEAT}/M03 环评：初审，超期10个工作日（旗方案 四(三)1）" in second.cells["reason"]
    kept = {
        no: len(attachments.of(follow_up, row(follow_up, no))) for no in (HEAT, SEWAGE, WAITING, second.no)
    }
    assert kept == {HEAT: 2, SEWAGE: 1, WAITING: 0, second.no: 1}
    for no in (SEWAGE, second.no):  # domain C4: with the rows of others the number is masked
        (filed,) = attachments.of(follow_up, row(follow_up, no))
        masked = text.replace("13800000001", "138****0001")
        assert filed.name == Path(made[1]["pdf"]).name and on_paper(filed.path) == masked != text
    assert len(list(out.iterdir())) == 5  # two papers, each twice, and all in one
    whole(follow_up)
    only = notices.overdue_notices(follow_up, ledger_of(follow_up), out, depts=(WATER,))
    assert [one["doc_no"] for one in only.facts["papers"]] == ["正镶白旗大起底办催〔2022〕3号"]
    with pytest.raises(Problem, match="E_NOTHING"):
        notices.overdue_notices(follow_up, ledger_of(follow_up), out, depts=("别的局",))


def test_what_fails_leaves_no_file_no_number_and_no_row(follow_up: Office, out: Path) -> None:
    """A missing glyph in the second of two papers, and a folder that cannot be made."""
    item = {"M03": {"handler": "责任人\ue123"}}
    entries.amend(follow_up, row(follow_up, HEAT), {}, item)
    for folder, code in ((out, "E_GLYPH"), (out / "没有" / "这里", "E_NO_FOLDER")):
        with pytest.raises(Problem, match=code):
            notices.overdue_notices(follow_up, ledger_of(follow_up), folder)
    assert not out.exists() and serving.found(follow_up, "supervision") == ""
    entries.amend(follow_up, row(follow_up, HEAT), {}, {"M03": {"handler": "责任人甲"}})
    settings.put(follow_up, papers.PREFIX, "某办")
    change = notices.overdue_notices(follow_up, ledger_of(follow_up), out)
    assert change.facts["papers"][0]["doc_no"] == "某办催〔2022〕1号"
    stands = {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(FileNotFoundError, match="别处"):  # not told as if the folder were not there
        notices.overdue_notices(follow_up, ledger_of(follow_up), out, tell=_broken)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == stands
    whole(follow_up)


def _broken(done: int, _total: int) -> None:
    if done:
        raise FileNotFoundError("别处")


def test_a_number_follows_the_numbers_of_papers_alone(follow_up: Office, out: Path) -> None:
    """A number in a note, or one whose prefix only ends like ours, makes no gap."""

    def issued(title: str) -> str:
        words = {"reply_by": "2022-09-02", "target": WATER, "title": title, "reason": "旗方案六(三)"}
        change = notices.supervise(follow_up, out, **words)
        noted = {
            "note": "参见上级旗办督〔2022〕218号",
            "reply": "见旗办督〔2022〕300号",
            "reply_on": "2022-08-22",
        }
        entries.amend(follow_up, str(change.subject), noted)
        return str(change.facts["papers"][0]["doc_no"])

    settings.put(follow_up, papers.PREFIX, "白旗办")
    assert issued("事一") == "白旗办督〔2022〕1号"
    settings.put(follow_up, papers.PREFIX, "旗办")
    assert [issued("事二"), issued("事三")] == ["旗办督〔2022〕1号", "旗办督〔2022〕2号"]


INFORMED = """正镶白旗大起底办告〔2022〕1号一次性告知书示范建设单位：你单位于2022年8月1日提交的“供热管网改造工程”环评申请材料
（台账编号152529-DP-2022-0001/M03，第1次提交）收悉。经审查，不符合要求，现将存在的问题一次性告知如下。一、存在的问题1.缺少报告表
2.总平面图没有盖章二、合理化建议1.委托有资质的单位编制请按上述意见补正材料后重新提交。除本告知书所列问题外，我单位不再就同一次提交提出新的问题；
补正后材料齐全、符合法定形式的，将按时受理。对告知内容有疑问的，请与经办人联系，或拨打12345热线反映。—1—告知方式：当面告知人：责任人甲
被告知人：被告知人丙签收：年月日正镶白旗发展和改革委员会2022年8月22日（联系人：经办人甲）—2—"""


def test_all_problems_at_once_and_a_second_notice_is_flagged(follow_up: Office, out: Path) -> None:
    """S54, SB 四(二)2: told once, with advice; another for the same submission shows on paper and in the answer."""
    heat, told = row(follow_up, HEAT), Told("被告知人丙", "当面", "责任人甲", "2022-08-22")
    given: dict[str, Any] = {
        "problems": ["1、缺少报告表", "（2）总平面图没有盖章"],
        "advice": ["委托有资质的单位编制"],
    }
    change = informing.inform(follow_up, heat, "M03", out, told=told, file=True, **given)
    assert change.facts["nth"] == 1 and "warning" not in change.facts
    assert on_paper(Path(change.facts["papers"][0]["pdf"])) == "".join(INFORMED.split())
    copy = next(each for each in attachments.of(follow_up, heat) if "告知" in each.name)
    assert on_paper(copy.path) == "".join(INFORMED.split()).replace("被告知人丙", "被**")  # domain C4
    cells = lists.line(follow_up, heat).items["M03"].cells
    assert (cells["d_notice"], cells["notice"], cells["notice_count"]) == (
        "2022-08-22", "1.缺少报告表\n2.总平面图没有盖章", 1,
    )  # fmt: skip
    filed = rows(follow_up, "informing")[0].cells
    assert (filed["about"], filed["submission"], filed["nth"], filed["way"]) == (f"{HEAT}/M03", 1, 1, "当面")
    again = informing.inform(
        follow_up, heat, "M03", out, problems=["还缺一份"], advice=["补上"], reason="新政策"
    )
    assert again.facts["nth"] == 2 and "第2次告知" in again.facts["warning"]
    text = on_paper(Path(again.facts["papers"][0]["pdf"]))
    assert "对同一次提交的第2次告知" in text and "原因：新政策" in text
    entries.amend(follow_up, heat, {}, {"M03": {"d_resubmit": "2022-08-22"}})  # 补正 opens another round
    third = informing.inform(follow_up, heat, "M03", out, told=told, **given)
    assert (third.facts["nth"], third.facts["submission"]) == (1, 2)
    for less, code in (("problems", "E_NO_PROBLEMS"), ("advice", "E_NO_ADVICE")):
        with pytest.raises(Problem, match=code):
            informing.inform(follow_up, row(follow_up, SEWAGE), "M03", out, **{**given, less: []})
    own = informing.inform(
        follow_up, row(follow_up, WAITING), "M04", out
    )  # told of already, on paper only now
    assert own.facts["nth"] == 1 and "缺图" in on_paper(Path(own.facts["papers"][0]["pdf"]))
    whole(follow_up)


BULLETIN = f"""正镶白旗大起底办通〔2022〕1号关于待批项目大起底工作进展情况的通报各有关单位：按照《正镶白旗待批项目大起底工作方案》
关于定期通报的要求，现将截至2022年8月22日《待批项目台账》的进展情况通报如下。一、总体情况在账事项5项，审批超期3项，最长超期10个工作日，
已核减0项。二、各单位排名按审批超期由少到多、超期由短到长、已核减由多到少排列，相同的并列。名次单位在账审批超期最长超期（工作日）已核减
1{WATER}311002{ENVIRONMENT}22100三、存在的问题{ENVIRONMENT}、{WATER}推进缓慢，予以通—1—报批评。上述单位要在2022年8月25日前书面说明原因
和整改措施；到期仍无明显进展的，挂牌督办。正镶白旗发展和改革委员会2022年8月22日（联系人：经办人甲）—2—"""
SUPERVISED = f"""正镶白旗大起底办督〔2022〕1号挂牌督办通知书{WATER}：
按照《正镶白旗待批项目大起底工作方案》，对工作推进缓慢、没有实现线上审批的实行挂牌督办。
经研究，决定对你单位承办的下列事项挂牌督办。一、督办事项供热管网改造工程取水（台账编号{HEAT}/M04）。二、督办事由{HEAT}/M04取水：初审，
超期10个工作日（旗方案四(三)1）。三、整改要求请于2022年9月2日前整改到位，并书面反馈整改情况，附—1—佐证材料。经核实整改到位的，予以摘牌；
逾期没有整改的，予以通报。正镶白旗发展和改革委员会2022年8月22日（联系人：经办人甲）抄送：督查室。正镶白旗发展和改革委员会2022年8月22日印发—2—"""
LIFTED = f"""正镶白旗大起底办摘〔2022〕1号解除挂牌督办通知书{WATER}：2022年8月22日，我单位以正镶白旗大起底办督〔2022〕1号对你单位
“供热管网改造工程取水”挂牌督办。你单位2022年8月22日反馈整改情况如下：已受理。经核实，整改到位。自2022年8月22日起解除挂牌督办，予以摘牌。
请巩固整改成果；“回头看”发现反弹的，重新挂牌督办。正镶白旗发展和改革委员会2022年8月22日（联系人：经办人甲）—1—"""
ASKED = f"""正镶白旗大起底办提〔2022〕1号提醒函{WATER}：
按照有关工作方案，现就你单位承办的下列事项提醒如下。一、提醒事项没有实现线上审批。
二、提醒事由旗方案六(三)。三、工作要求请于2022年9月2日前整改到位，并书面反馈整改情况，附佐证材料。逾期没有整改的，挂牌督办。
正镶白旗发展和改革委员会2022年8月22日（联系人：经办人甲）—1—"""


def test_a_bulletin_ranks_the_units(follow_up: Office, out: Path) -> None:
    """SB, S54 六(四): fewest overdue first, the slow ones named."""
    change = bulletins.bulletin(follow_up, ledger_of(follow_up), out)
    text = on_paper(Path(change.facts["papers"][0]["pdf"]))
    assert unpaged(text) == unpaged(BULLETIN)
    assert rows(follow_up, "supervision")[0].cells["notice_kind"] == "通报" and "没有实现线上" not in text
    listed = str(ledgers.open_template(follow_up, "online-status").subject)
    entries.add(follow_up, listed, {"name": "旗林草局"}, not_secret="审核人乙")
    change = bulletins.bulletin(follow_up, ledger_of(follow_up), out)
    assert "没有实现线上审批的部门：旗林草局，予以通报" in on_paper(Path(change.facts["papers"][0]["pdf"]))


def test_a_ledger_of_days_alone_is_asked_by_those(follow_up: Office, out: Path) -> None:
    """S59 三(一): 整改时限 of each row; nothing there counts working days."""
    ledger = str(ledgers.open_template(follow_up, "stopped-firms").subject)
    texts = {
        "name": "示范厂",
        "resp_unit": WATER,
        "resp_person": "责任人丙",
        "due_date": "2022-08-15",
    }
    entries.add(follow_up, ledger, texts, not_secret="审核人乙")
    change = notices.overdue_notices(follow_up, ledger, out)
    text = on_paper(Path(change.facts["papers"][0]["pdf"]))
    assert f"{WATER}责任人丙：" in text and "由你负责的有1项整改时限已过，最长5个工作日" in text
    text = on_paper(Path(bulletins.bulletin(follow_up, ledger, out).facts["papers"][0]["pdf"]))
    assert f"1{WATER}1150" in text and "整改时限已过1" in text
    later = replace(follow_up, fixed_today=date(2027, 3, 1))  # no calendar of that year is published yet
    change = notices.overdue_notices(later, ledger, out, reply_by="2027-03-10", depts=("水利局",))
    text = on_paper(Path(change.facts["papers"][0]["pdf"]))
    assert "由你负责的有1项整改时限已过，列后" in text and "2022年8月15日—" in text and "1,645" not in text
    told = rows(later, "supervision")[-1].cells["reason"]
    assert "2022年8月15日到期" in told and "工作日" not in told
    text = on_paper(Path(bulletins.bulletin(later, ledger, out, reply_by="2027-03-10").facts["papers"][0]["pdf"]))
    assert "整改时限已过1" in text and "最长超期0" not in text and f"1{WATER}11—0" in text
    reds = [bulletins._Counted("", {"open": 1, "red": 1, "days": days}, "", ("red", "days")) for days in (30, 5, None)]
    assert [one.longest for one in sorted(reds, key=lambda one: one.rank)] == [5, 30, None]


def test_supervised_answered_lifted(follow_up: Office, out: Path) -> None:
    """SB, S54 六(四): 挂牌督办 → 反馈 → 摘牌, one row, both papers with it and with the project's row."""
    heat = row(follow_up, HEAT)
    change = notices.supervise(
        follow_up, out, entry_id=heat, item="M04", reply_by="2022-09-02", cc=("督查室",)
    )
    no = change.facts["papers"][0]["doc_no"]
    assert unpaged(on_paper(Path(change.facts["papers"][0]["pdf"]))) == unpaged(SUPERVISED)
    with pytest.raises(Problem, match="E_NO_REPLY"):
        notices.lift(follow_up, no, out, basis="整改到位")
    notices.reply(follow_up, no, text="已受理", on="2022-08-22")
    with pytest.raises(Problem, match="E_BASIS"):
        notices.lift(follow_up, no, out, basis="说不清")
    assert not list(out.glob("摘牌*"))
    lifted = notices.lift(follow_up, no, out, basis="整改到位")
    assert on_paper(Path(lifted.facts["papers"][0]["pdf"])) == "".join(LIFTED.split())
    (only,) = rows(follow_up, "supervision")
    assert (only.cells["lifted_on"], only.cells["lift_doc"]) == (
        "2022-08-22",
        "正镶白旗大起底办摘〔2022〕1号",
    )
    assert [len(attachments.of(follow_up, each)) for each in (only.id, heat)] == [2, 2]
    with pytest.raises(Problem, match="E_LIFTED"):
        notices.lift(follow_up, no, out, basis="整改到位")
    alike = notices.supervise(
        follow_up,
        out,
        reply_by="2022-09-02",
        target=WATER,
        title="没有实现线上审批",
        reason="旗方案六(三)",
        form="remind",
    )
    assert on_paper(Path(alike.facts["papers"][0]["pdf"])) == "".join(ASKED.split())
    whole(follow_up)


def test_lifted_without_a_row_of_ones_own(follow_up: Office, out: Path) -> None:
    """What the register names may be gone, or stand in two ledgers: the paper goes out and says where it is filed."""
    heat = row(follow_up, HEAT)
    second = str(ledgers.open_template(follow_up, "pending-approval", again=True).subject)
    entries.add(follow_up, second, {"name": "同号的项目"}, not_secret="审核人乙")
    with pytest.raises(Problem, match="E_WHICH_ENTRY"):
        entries.find(follow_up, HEAT)
    register = serving.ledger(follow_up, "supervision")
    texts = {"name": "事", "notice_kind": "挂牌督办", "target": WATER, "issued_on": "2022-08-10"}
    for about in ("152529-DP-2022-9999", f"{HEAT}/M04"):
        told = texts | {"about": about}
        added = str(entries.add(follow_up, register, told, not_secret="审核人乙").subject)
        notices.reply(follow_up, added, text="已办", on="2022-08-22")
        change = notices.lift(follow_up, added, out, basis="整改到位")
        assert f"查不到唯一的“{about}”，摘牌通知书只附在督办登记里" in change.said
        assert len(attachments.of(follow_up, added)) == 1
        assert lists.line(follow_up, added).cells["lifted_on"] == "2022-08-22"
    assert attachments.of(follow_up, heat) == []
    whole(follow_up)


def test_every_form_is_filled_by_its_maker() -> None:
    """The texts are data: a place nobody fills is named, and what is filled in is never read for places again."""
    assert paper_forms.ids() == ["bulletin", "inform", "lift", "overdue", "remind", "supervise"]
    made = paper_forms.form("lift")
    assert paper_forms.filled(made, "致{target}：", {"target": "{office}"}) == "致{office}："
    with pytest.raises(Problem, match="E_PAPER_FORM"):
        paper_forms.filled(made, "{nothing}", {})
    with pytest.raises(Problem, match="E_NO_PAPER"):
        paper_forms.form("../overdue")
