"""办结 on a day that does not fit: before the matter's own days it is refused, before 立项 it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import checks, closing, entries
from app.office import Office
from app.problem import Problem
from app.today import statistics
from tests.app.conftest import project, sealed


@pytest.fixture
def approved(bureau: Office, ledger: str) -> str:
    """立项 on 2022-03-01, 土地预审 under way since 2022-08-01."""
    one = project(bureau, ledger, "甲", M01="在办", M02="在办")
    days = {"d_submit": "2022-08-01", "d_first": "2022-08-05", "r_first": "受理", "d_accept": "2022-08-05"}
    entries.amend(bureau, one, {"approval_date": "2022-03-01"}, {"M01": days})
    return one


def test_before_its_own_acceptance_it_is_refused(bureau: Office, approved: str) -> None:
    with pytest.raises(Problem) as caught:
        closing.close(bureau, [(approved, "M01")], basis="批复", doc="某审〔2022〕1号", on="2022-08-03")
    assert caught.value.code == "E_CHECK" and "早于提交、受理" in caught.value.text


def test_before_the_project_was_approved_it_is_told(bureau: Office, ledger: str, approved: str) -> None:
    """用地预审 may come before 立项, ten years before is a slip of the pen: told at once and by `check`."""
    change = closing.close(bureau, [(approved, "M02")], basis="批复", doc="某审〔2012〕1号", on="2012-09-01")
    assert change.said == "已办结：能评（甲），还有 1 项未办结；注意：能评办结日期早于立项日期，请核对"
    assert change.facts["warning"] == "能评办结日期早于立项日期，请核对"
    assert [f.item for f in checks.check(bureau, ledger) if "早于立项日期" in f.text] == ["M02"]


def test_a_day_that_fits_is_not_talked_about(bureau: Office, approved: str) -> None:
    change = closing.close(bureau, [(approved, "M02")], basis="批复", doc="某审〔2022〕1号", on="2022-08-20")
    assert (change.said, change.facts) == ("已办结：能评（甲），还有 1 项未办结", {})


def test_closing_one_matter_does_not_read_as_if_the_project_were_closed(
    bureau: Office, ledger: str, approved: str
) -> None:
    """What is left is told; the last one says that all are done."""
    one = closing.close(bureau, [(approved, "M02")], basis="批复", doc="某审〔2022〕1号", on="2022-08-20")
    assert one.said == "已办结：能评（甲），还有 1 项未办结"
    last = closing.close(bureau, [(approved, "M01")], basis="批复", doc="某审〔2022〕2号", on="2022-08-20")
    assert last.said.endswith("（甲），全部办结"), "not sealed yet: nothing is 核减"


def test_what_was_closed_this_month_is_counted_before_the_seal_and_after(
    bureau: Office, ledger: str, approved: str, tmp_path: Path
) -> None:
    """By the day of the document; the seal takes nothing from it, and each is counted once."""
    closing.close(bureau, [(approved, "M02")], basis="批复", doc="某审〔2022〕1号", on="2022-07-29")
    assert _done(bureau) == (0, 1)
    closing.close(bureau, [(approved, "M01")], basis="批复", doc="某审〔2022〕2号", on="2022-08-20")
    assert _done(bureau) == (1, 1)
    open_still = project(bureau, ledger, "乙", M03="在办")
    sealed(bureau, ledger, tmp_path)
    assert _done(bureau) == (1, 1)
    closing.close(bureau, [(open_still, "M03")], basis="批复", doc="某审〔2022〕3号", on="2022-08-22")
    assert _done(bureau) == (2, 1)


def _done(bureau: Office) -> tuple[int, int]:
    now = statistics.today_list(bureau)
    return now.done_this_month, now.done_last_month
