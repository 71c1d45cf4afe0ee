"""全旗台账 (decision 10): it seals upon 政府研究 and then goes to 盟行署; 立项部门台账 seals upon two signatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from app import office
from app.ledger import acts, ledgers, versions
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.today import statistics
from models.schema import seal as seal_table
from tests.sync.offices import DAY, project

ON = DAY.isoformat()
STUDIED = {"meeting": "旗政府2022年第9次常务会议", "on": ON, "minutes": "白政纪〔2022〕3号"}


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Office]:
    made = office.create(
        tmp_path / "lead", division="152529", name="旗发改委", roles=["lead"], clerk="经办人甲", today=DAY
    )
    yield made
    made.close()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    out = tmp_path / "纪要.png"
    Image.effect_noise((60, 40), 80).save(out)
    return out


def gathered(lead: Office, tmp_path: Path) -> str:
    """A printed 全旗台账 of one project."""
    ledger = str(ledgers.open_template(lead, "pending-approval", merged=True).subject)
    project(lead, ledger, "甲", M01="在办")
    signoff.print_ledger(lead, ledger, tmp_path / "1.pdf", explain="缺项正在补齐")
    return ledger


def refusal(deed: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        deed()
    return caught.value


def test_it_seals_upon_the_study_and_not_before(lead, scan, tmp_path):
    """SB 四(一): 经政府研究后报盟行署."""
    ledger = gathered(lead, tmp_path)
    before = refusal(lambda: signoff.seal(lead, ledger))
    assert before.code == "E_UNSIGNED" and "政府研究" in before.text
    assert statistics.today_list(lead).papers[0].left == ("政府研究",)
    assert "可以确定" in acts.study(lead, ledger, scan=scan, **STUDIED).said
    signoff.seal(lead, ledger)
    assert ledgers.get(lead, ledger).sealed and replay.verify(lead) == []
    acts.report(lead, ledger, number="白政发〔2022〕5号", on=ON)
    (version,) = versions.of(lead, ledger)
    assert [a.words for a in version.acts] == [
        "政府研究：旗政府2022年第9次常务会议，2022年8月22日，白政纪〔2022〕3号",
        "报送盟行署：2022年8月22日，白政发〔2022〕5号",
    ]
    assert replay.verify(lead) == []


def test_what_the_record_needs_is_named(lead, scan, tmp_path):
    ledger = gathered(lead, tmp_path)
    found = refusal(lambda: acts.study(lead, ledger, meeting="", on=ON, minutes="", scan=None))
    assert found.facts["lacking"] == ["会议名称", "纪要文号", "扫描件"]
    assert refusal(lambda: acts.report(lead, ledger, on=ON, number="1号")).code == "E_NOT_SEALED"
    assert (
        refusal(lambda: acts.study(lead, ledger, scan=scan, **(STUDIED | {"on": "2023-01-01"}))).code
        == "E_FUTURE"
    )
    acts.study(lead, ledger, scan=scan, **STUDIED)
    signoff.seal(lead, ledger)
    assert refusal(lambda: acts.study(lead, ledger, scan=scan, **STUDIED)).code == "E_SEALED"
    assert refusal(lambda: acts.report(lead, ledger, on=ON)).facts["lacking"] == ["文号"]


def test_the_record_is_of_one_version(lead, scan, tmp_path):
    """Decision 8: sealing seals the version that was studied; later changes of counts ask for a new one."""
    ledger = gathered(lead, tmp_path)
    acts.study(lead, ledger, scan=scan, **STUDIED)
    project(lead, ledger, "乙", M01="在办")
    assert refusal(lambda: signoff.seal(lead, ledger)).code == "E_CHANGED_SINCE"
    signoff.print_ledger(lead, ledger, tmp_path / "2.pdf", explain="缺项")
    acts.study(lead, ledger, scan=scan, **STUDIED)
    assert signoff.seal(lead, ledger).facts["version"] == 2 and replay.verify(lead) == []


def test_a_wrong_record_is_made_again(lead, scan, tmp_path):
    ledger = gathered(lead, tmp_path)
    acts.study(lead, ledger, scan=scan, **STUDIED)
    assert "更正" in acts.study(lead, ledger, scan=scan, **(STUDIED | {"minutes": "白政纪〔2022〕4号"})).said
    (version,) = versions.of(lead, ledger)
    assert [a.minutes_no for a in version.acts] == ["白政纪〔2022〕4号"]


def test_it_stands_above_the_sign_lines_of_later_prints(lead, scan, tmp_path):
    ledger = gathered(lead, tmp_path)
    acts.study(lead, ledger, scan=scan, **STUDIED)
    signoff.seal(lead, ledger)
    out = tmp_path / "2.pdf"
    signoff.print_ledger(lead, ledger, out)
    book = pypdfium2.PdfDocument(out)
    text = book[0].get_textpage().get_text_range()
    book.close()
    assert "白政纪〔2022〕3号" in text and "旗发改委主要领导" in text and "分管旗长" not in text
    assert replay.verify(lead) == []


def test_the_routes_are_not_mixed_up(lead, scan, tmp_path):
    """A sponsor's own ledger goes by signatures, the gathered one by the act."""
    ledger = gathered(lead, tmp_path)
    found = refusal(
        lambda: signoff.sign(
            lead, ledger, role="分管旗长", by="乙", on=ON, scan=tmp_path / "1.pdf", version=1
        )
    )
    assert found.code == "E_ROLE" and "政府研究" in found.text
    own = str(ledgers.open_template(lead, "pending-approval").subject)
    assert refusal(lambda: acts.study(lead, own, scan=scan, **STUDIED)).code == "E_NO_STEP"
    assert refusal(lambda: acts.report(lead, own, on=ON, number="1")).code == "E_NO_STEP"


def test_a_seal_without_its_record_is_found(lead, tmp_path):
    """Decision 23: what the journal does not tell was not done."""
    ledger = gathered(lead, tmp_path)
    (version,) = versions.of(lead, ledger)
    with lead.write("确定台账") as work:
        row = {"version_id": version.id, "root": version.root, "counts": version.counts, "on": work.on}
        seq = work.line(ledger, "seal", ledger, 1, {"seal": row})
        work.connection.execute(seal_table.insert().values(ledger_id=ledger, seq=seq, **row))
        work.mark_sealed(ledger, version.id)
    assert [d.text for d in replay.verify(lead)] == ["确定以前没有政府研究的记录"]
