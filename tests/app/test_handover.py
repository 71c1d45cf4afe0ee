"""工作交接: the sheet has what is open, those of who leaves first, and is filed."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from app.exports import handover_pdf
from app.ledger import attachments, entries, handover_records, kept_drafts, ledgers
from app.ledger.kept_drafts import Kept
from app.listing import history
from app.office import Office
from app.people import clerks
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.today import handover
from app.today.handover import Leaving
from tests.app.conftest import project

NAMES = "移交人（签字）", "接交人（签字）", "监交人（签字）"


def test_who_leaves_hands_over_what_is_open(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Their own rows first, by any name they had; then promises, prints with who has still to sign, drafts; filed."""
    clerks.amend(bureau, "经办人甲", to="经办人己")
    under_way = {"d_submit": "2022-08-10", "d_first": "2022-08-11", "r_first": "受理", "d_accept": "2022-08-11", "level": "旗"}
    for name, promised, handler in (("近的", 10, "旁人"), ("远的", 30, "经办人甲")):
        row = project(bureau, ledger, name, M03="在办")
        entries.amend(bureau, row, {}, items={"M03": {**under_way, "promise_wd": f"{promised}", "handler": handler}})
    talks = str(ledgers.open_template(bureau, "contacts").subject)
    said = {"name": "催环评批复", "on": "2022-08-19", "said": "答应周五", "promised_on": "2022-08-26"}
    entries.add(bureau, talks, said, not_secret="审核人乙")
    signoff.print_ledger(bureau, ledger, tmp_path / "台账.pdf", explain="缺项正在补齐")
    kept_drafts.keep(bureau, Kept(ledger, row, "远的", {"note": "打了一半"}, {}))
    out = tmp_path / "交接.pdf"
    leaving = Leaving("接交人乙", by="经办人己", witness="监交人丙", drafts=("清单“第三个”读到一半",), keys="还没有生成")
    told = handover.hand_over(bureau, leaving, out)
    parts = told.facts["parts"]
    assert parts[handover.MINE] == parts[handover.OTHERS] == parts[handover.PROMISE] == 1
    assert parts[handover.DRAFT] == 2
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in pypdf.PdfReader(out).pages))
    assert text.index("远的") < text.index("催环评批复") < text.index("还差立项部门主要领导、分管旗长") < text.index("近的")
    told_too = ("第三个", "“远的”的表单", "密钥：还没有生成", "还没有备份过", "移交人：经办人己")
    assert all(word in text for word in (*NAMES, *told_too))
    with bureau.read() as connection:
        ((digest, name),) = handover_records.files(connection).items()
    kept = attachments.path_of(bureau.folder, digest)
    assert name == out.name and kept.read_bytes() == out.read_bytes()
    (deed,) = [d for d in history.lines(bureau) if d.verb == "handover"]
    assert deed.title == "工作交接" and deed.facts["note"].startswith("经办人己交给接交人乙，监交人丙监交")
    assert replay.verify(bureau) == []
    kept.chmod(0o600)
    kept.write_bytes(b"%PDF")
    assert [d.text for d in replay.verify(bureau)] == ["附件文件被改动"]


@pytest.mark.parametrize(("to", "witness", "code"), [("", "", "E_BLANK"), ("经办人甲", "", "E_SAME_PERSON"),
                                                     ("接交人乙", "接交人乙", "E_SAME_PERSON")])  # fmt: skip
def test_three_different_people_sign(bureau: Office, tmp_path: Path, to: str, witness: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        handover.hand_over(bureau, Leaving(to, witness=witness), tmp_path / "交接.pdf")
    assert refused.value.code == code and not (tmp_path / "交接.pdf").exists()


def test_a_sheet_of_nothing_says_so() -> None:
    page = handover_pdf.page_of(handover_pdf.HandoverSheet("单位", "今天", "甲", "乙", "", [], ()))
    assert page.rows[0][handover_pdf.NAME_AT] == "没有在办的事" and page.measure_line == "共 0 项"
