"""回头看: a sample anybody draws again, printed and filed, and a finding that reopens a row by the named event only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import office as offices
from app.ledger import attachments, closing, entries, ledgers, serving
from app.listing import counts, lists
from app.office import Office
from app.papers import batches, recheck_print, recheck_slip, sample_lists, sample_rules, sampling
from app.papers.sampling import Drawn
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import DAY, project, sealed, stored_bureau
from tests.app.follow_up import on_paper
from tests.stored import Stored, keep


@pytest.fixture(scope="module")
def stored_closed(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """A sealed ledger of five projects, of which three were approved."""
    folder = tmp_path_factory.mktemp("closed")
    office = offices.open_folder(stored_bureau().lay(folder / "office"), today=DAY)
    ledger = str(ledgers.open_template(office, "pending-approval").subject)
    ids = [project(office, ledger, f"示范项目{n}", M03="在办") for n in range(1, 6)]
    for place, entry in enumerate(ids):
        unit = "正镶白旗工信局" if place < 3 else "正镶白旗农牧局"
        entries.amend(office, entry, {"resp_unit": unit, "invest": str(1000 * (place + 1))})
    sealed(office, ledger, folder)
    closing.close(
        office, [(i, "M03") for i in ids[:3]], basis="批复", on="2022-08-22", doc="某环审〔2022〕2号"
    )
    office.close()
    return keep(folder / "office")


@pytest.fixture
def closed(tmp_path: Path, stored_closed: Stored) -> Iterator[Office]:
    opened = offices.open_folder(stored_closed.lay(tmp_path / "office"), today=DAY)
    yield opened
    opened.close()


def ledger_of(office: Office) -> str:
    return ledgers.find(office, "pending-approval").id


def numbers(drawn: sampling.Draw) -> list[int]:
    return [int(row.no[-4:]) for row in drawn.rows]


def test_the_same_seed_draws_the_same_rows(closed: Office) -> None:
    """S54, SB 二、六(四). The algorithm is fixed: these digests and this sample never change."""
    assert sampling.place("2022-08-22", "152529-DP-2022-0001").startswith("badb70896b2a14ec")
    ledger = ledger_of(closed)
    first = sampling.draw(closed, ledger, n=2, seed="2022-08-22", rule="all")
    assert numbers(first) == sorted(numbers(first)) == [2, 4] and first.among == 5
    assert set(numbers(first)) < set(
        numbers(sampling.draw(closed, ledger, n=4, seed="2022-08-22", rule="all"))
    )
    assert {
        tuple(numbers(sampling.draw(closed, ledger, n=2, seed=str(s), rule="all"))) for s in range(12)
    } != {(2, 4)}
    assert numbers(sampling.draw(closed, ledger, n=9, seed="x")) == [1, 2, 3]  # what has left 在账
    assert numbers(sampling.draw(closed, ledger, n=9, seed="x", rule="invest > 3000000000")) == [4, 5]
    loaded = ledgers.find(closed, "pending-approval").loaded
    rule = sample_rules.rule(loaded, "invest", ">", "3000万元")
    assert rule == "invest > 3000000000" and sample_rules.told(loaded, rule) == "总投资 超过 3,000.00万元"
    assert sample_rules.told(loaded, "len(name) > 3") == "len(name) > 3"
    for field in sample_rules.fields(loaded):  # whatever a column holds can be asked for
        word = sample_rules.hint(loaded, field.id).removeprefix("如 ").split("、")[0].removesuffix("或否")
        told = sample_rules.rule(loaded, field.id, "==", word)
        assert sample_rules.told(loaded, told).startswith(f"{field.title} 是 ")
        with pytest.raises(Problem, match=r"E_NOTHING"):  # asked of the rows, and none is both
            sampling.draw(closed, ledger, n=9, seed="x", rule=f"{told} and invest < 0")
    shares = sampling.draw(closed, ledger, n=3, seed="x", rule="all", shares=True)
    assert [(s.unit[-3:], s.rows, s.drawn) for s in shares.strata] == [("农牧局", 2, 1), ("工信局", 3, 2)]
    for code, words in (
        ("E_NOTHING", {"rule": "removed"}),
        ("E_SEED", {"seed": " "}),
        ("E_SAMPLE_SIZE", {"n": 0}),
        ("E_EXPRESSION", {"rule": "投资 > 3"}),
    ):
        with pytest.raises(Problem, match=code):
            sampling.draw(closed, ledger, **{"n": 2, "seed": "x", **words})  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from("甲乙丙丁"), st.integers(1, 30), min_size=1), st.integers(1, 60))
def test_shares_add_up_and_are_never_off_by_one(units: dict[str, int], n: int) -> None:
    rows = [
        Drawn("", f"{u}{i}", "", u, "", sampling.place("s", f"{u}{i}"))
        for u, count in units.items()
        for i in range(count)
    ]
    chosen, strata = sampling.by_shares(rows, n)
    wanted = min(n, len(rows))
    assert len(chosen) == sum(s.drawn for s in strata) == wanted
    assert all(abs(s.drawn - wanted * s.rows / len(rows)) < 1 and s.drawn <= s.rows for s in strata)
    assert sampling.by_shares(rows[::-1], n)[1] == strata


PRINTED = """“回头看”抽样清单《待批项目台账》抽样范围：已出账的（核减、开工、移除、更正），共3个单位：正镶白旗发展和改革委员会
2022年8月22日种子：2022-08-22抽取1个"""


def test_the_sample_is_printed_filed_and_kept_with_its_rows(closed: Office, tmp_path: Path) -> None:
    """The list says by which seed and how to draw it again; the same batch is not filed twice."""
    drawn = sampling.draw(closed, ledger_of(closed), n=1, seed="2022-08-22")
    change = sample_lists.issue(closed, drawn, tmp_path / "out")
    text = on_paper(Path(change.facts["file"]))
    assert text.startswith("".join(PRINTED.split())) and drawn.rows[0].digest[:16] in text
    assert "抽签值=SHA-256（“2022-08-22”、换行、台账编号，UTF-8编码）的十六进制，从小到大取前1个" in text
    register = serving.found(closed, "recheck")
    (row,) = lists.lines(closed, lists.ids(closed, register))
    assert (row.cells["about"], row.cells["seed"]) == (drawn.rows[0].no, "2022-08-22")
    assert len(attachments.of(closed, row.id)) == 1
    stands = Path(change.facts["file"]).read_bytes()
    for folder in ("again", "out"):
        with pytest.raises(Problem, match="E_SAMPLED"):
            sample_lists.issue(closed, drawn, tmp_path / folder)
    assert not (tmp_path / "again").exists()
    assert [file.read_bytes() for file in (tmp_path / "out").iterdir()] == [
        stands
    ]  # the good list is left alone
    again = sample_lists.again(closed, "2022-08-22", tmp_path / "again.pdf")  # by its seed, or its name
    assert Path(again.facts["file"]).read_bytes() == stands and again.facts["batch"] == change.facts["batch"]
    with pytest.raises(Problem, match="没有“x”这一批；已有：待批项目台账2022-08-22 1/3"):
        sample_lists.again(closed, "x", tmp_path)
    tomorrow = replace(closed, fixed_today=DAY + dt.timedelta(1))
    with pytest.raises(Problem, match="E_SAMPLED"):  # the day makes no other sample of it
        sampling.file(tomorrow, sampling.draw(tomorrow, ledger_of(closed), n=1, seed="2022-08-22"))
    for other in ({"n": 2}, {"rule": "all"}, {"shares": True}, {"seed": "x"}):
        words: dict[str, Any] = {"n": 1, "seed": "2022-08-22", **other}
        sampling.file(closed, sampling.draw(closed, ledger_of(closed), **words))
    known = batches.listed(closed)
    assert (
        len({one.name for one in known}) == len(known) == 5
    )  # one of the same day and size bears another name
    laid = sample_lists.again(
        closed, known[0].name, tmp_path / "plain.pdf"
    )  # filed without a list: from its rows
    assert known[0].rows[0].no in on_paper(Path(laid.facts["file"]))


def test_a_rule_is_told_in_the_words_of_its_ledger(closed: Office) -> None:
    """S53: a 半拉子 is 销号, not 核减; 复工, not 开工."""
    ledger = str(ledgers.open_template(closed, "semi-finished").subject)
    with pytest.raises(Problem, match="已出账的（销号、复工、移除、更正）"):
        sampling.draw(closed, ledger, n=1, seed="x")


def refused_unfounded(office: Office, no: str) -> None:
    for code, more in (("E_FINDING", {"finding": ""}), ("E_NOT_FOUND_OUT", {"real": True, "rebound": False})):
        words = {
            "on": "2022-08-22",
            "way": "现场",
            "real": False,
            "rebound": True,
            "finding": "反弹",
            "reopen": True,
            **more,
        }
        with pytest.raises(Problem, match=code):
            sampling.find(office, no, **words)  # type: ignore[arg-type]


def refused_unsigned(office: Office, no: str, told: dict[str, Any]) -> None:
    """Decision 6: signed by a second person, the scan kept."""
    for code, less in (
        ("E_SECOND", {"second": ""}),
        ("E_SLIP", {"slip": None}),
        ("E_NO_ITEM", {"item": "M77"}),
    ):
        with pytest.raises(Problem, match=code):
            sampling.find(office, no, **{**told, **less})


def test_a_finding_reopens_by_the_named_event_alone(closed: Office, tmp_path: Path) -> None:
    """SB 六(四): untrue or rebound may come back, by 恢复 with the row of 回头看 as its reason, never silently."""
    ledger = ledger_of(closed)
    drawn = sampling.draw(closed, ledger, n=3, seed="x")
    change = sampling.file(closed, drawn)
    register = serving.found(closed, "recheck")
    first, second, third = lists.lines(closed, lists.ids(closed, register))
    before = counts.now(closed, ledger)["project"]
    sampling.find(closed, first.no, on="2022-08-22", way="书面", real=True, rebound=False)
    sampling.find(
        closed, second.no, on="2022-08-22", way="现场", real=False, rebound=False, finding="没有批复"
    )
    assert counts.now(closed, ledger)["project"] == before
    refused_unfounded(closed, third.no)
    paper = tmp_path / "slip.pdf"
    recheck_slip.write(closed, third.id, paper, finding="又停工了", item="M03")
    assert "现为“已核减”。二、更正内容：恢复入账，自2022年8月22日起重新列入在账" in on_paper(paper)
    slip = Path(
        sample_lists.issue(closed, sampling.draw(closed, ledger, n=1, seed="s"), tmp_path).facts["file"]
    )
    told: dict[str, Any] = {
        "on": "2022-08-22",
        "way": "现场",
        "real": False,
        "rebound": True,
        "finding": "又停工了",
    }
    told |= {"reopen": True, "second": "负责人乙", "slip": slip}
    refused_unsigned(closed, third.no, told)
    with pytest.raises(Problem, match="E_AUTO_FIELD"):  # nobody writes by hand that it came back
        entries.amend(closed, third.id, {"reopened_on": "2022-08-22"})
    assert counts.now(closed, ledger)["project"] == before
    done = sampling.find(closed, third.no, **told, item="M03")
    assert [f.name for f in attachments.of(closed, third.id)][-1] == slip.name
    assert lists.line(closed, third.id).cells["about"].endswith("/M03")
    after = counts.now(closed, ledger)["project"]
    assert (after["open"], after["restored"]) == (before["open"] + 1, before["restored"] + 1)
    assert done.facts["reopened"] and lists.line(closed, third.id).cells["reopened_on"] == "2022-08-22"
    back = entries.find(closed, third.cells["about"])
    assert lists.line(closed, back).standing == "在账" and attachments.of(closed, back)
    found = batches.rates(closed, change.facts["batch"])
    assert [(r.name[-3:], r.checked, r.true_rate) for r in found.units] == [("工信局", 3, "33.33")]
    assert [(r.untrue, r.rebounded, r.reopened) for r in (found.total,)] == [(2, 1, 1)]
    assert [(r.name, r.checked) for r in found.matters][-1] == (batches.WHOLE, 2)
    text = on_paper(
        Path(recheck_print.write(closed, tmp_path / "r.pdf", change.facts["batch"]).facts["file"])
    )
    assert "合计33211" in text.replace("33.33", "") and "又停工了" in text
    with pytest.raises(Problem, match="E_STILL_OPEN"):
        sampling.find(closed, third.no, **told)
    assert change.facts["filed"] == 3 and replay.verify(closed) == []
