"""An office that is 立项部门 and 汇总 at once gathers its own ledger like another's (decision 10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import office
from app.change import Change
from app.ledger import entries, leaving, ledgers
from app.problem import Problem
from app.proof import replay
from sync.upward import gathering
from tests.sync.offices import DAY, project
from tests.sync.upward_world import Upward


def test_an_office_gathers_its_own_ledger(tmp_path: Path) -> None:
    both = office.create(
        tmp_path / "both", division="152529", name="正镶白旗发展和改革委员会", roles=["sponsor", "lead"], clerk="经办人甲",
        today=DAY,
    )  # fmt: skip
    main = str(ledgers.open_template(both, "pending-approval").subject)
    whole = str(ledgers.open_template(both, "pending-approval", merged=True).subject)
    row = project(both, main, "项目1", M01="在办")
    assert gathering.gather(both, whole, main, keep=False).facts["added"] == 1
    entries.amend(both, row, {"place": "某镇"})
    assert gathering.gather(both, whole, main, keep=False).facts["changed"] == 1
    assert gathering.gather(both, whole, main, keep=False).facts["changed"] == 0
    with pytest.raises(Problem) as caught:
        gathering.gather(both, whole, whole, keep=False)
    assert caught.value.code == "E_NOT_RECEIVED" and replay.verify(both) == []
    both.close()


class Own(Upward):
    """One office whose own ledger is gathered: what a bundle would bring, without the bundle."""

    def gather(self, who: str, **more: Any) -> Change:
        return gathering.gather(self["lead"], self.ledgers["lead"], self.ledgers[who], keep=False, **more)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    both = office.create(
        tmp_path / "both", division="152529", name="正镶白旗发展和改革委员会", roles=["sponsor", "lead"], clerk="经办人甲",
        today=DAY,
    )  # fmt: skip
    main = str(ledgers.open_template(both, "pending-approval").subject)
    merged = str(ledgers.open_template(both, "pending-approval", merged=True).subject)
    yield Own(tmp_path, dict.fromkeys(("dev", "lead"), both), {"dev": main, "lead": merged})
    both.close()


def test_a_correction_opens_the_door_for_nothing_but_what_it_names(own: Own) -> None:
    """Decisions 2, 6: sealed here, not there; states typed there beside a 更正单 of the name stay outside, by name."""
    own.add("dev", "甲", M01="在办", M03="未办")
    own.add("dev", "乙", M01="在办")
    own.add("dev", "丙", M01="在办")
    own.gather("dev")
    own.seal("lead")
    own.approve("dev", "甲", "M01")
    own.correct("dev", "甲", name="甲（改）")
    entries.amend(own["dev"], own.rows["乙"], {}, {"M09": {"state": "未办"}})
    leaving.exclude(own["dev"], own.rows["乙"], reason="重复")
    own.correct("dev", "乙", name="乙（改）")
    own.correct("dev", "丙", name="丙（改）")
    change = own.gather("dev")
    assert {r["row"]: r["code"] for r in change.facts["refused"]} == {
        own.rows["甲"]: "E_FROZEN", own.rows["乙"]: "E_FROZEN"
    }  # fmt: skip
    assert own.held("lead", "丙（改）").standing == "open" and change.facts["changed"] == 1
    assert own.held("lead", "甲").items["M01"]["state"] == "在办" and own.counts("lead")["open"] == 3
    assert replay.verify(own["lead"]) == []


def test_a_state_typed_before_the_sponsors_seal_does_not_ride_on_a_later_event(own: Own) -> None:
    """Decision 2: 核减 of one matter carries no other matter along that was only typed."""
    own.add("dev", "甲", M01="在办", M03="未办", M04="未办")
    own.gather("dev")
    own.seal("lead")
    entries.amend(own["dev"], own.rows["甲"], {}, {"M03": {"state": "不需办"}})
    own.seal("dev")
    own.approve("dev", "甲", "M01")
    assert [r["code"] for r in own.gather("dev").facts["refused"]] == ["E_FROZEN"]
    held = own.held("lead", "甲")
    assert held.items["M03"]["state"] == "未办" and held.open_items() == ["M01", "M03", "M04"]
    leaving.correct(
        own["lead"], [held.id], items={"M03": {"state": "不需办"}}, reason="与部门核对", second="审核人乙",
        scan=own.paper, on=DAY.isoformat(),
    )  # fmt: skip
    assert own.gather("dev").facts["refused"] == [], "offered again once it is solved here"
    assert own.held("lead", "甲").open_items() == ["M04"] and replay.verify(own["lead"]) == []


def test_a_matter_that_left_by_itself_is_not_counted_before_the_own_seal(own: Own) -> None:
    """Decision 2: 移除 there, then only one matter 恢复: the other one is not on this list either."""
    own.add("dev", "甲", M01="未办", M03="未办")
    own.seal("dev")
    own.remove("dev", "甲")
    leaving.reopen(own["dev"], own.rows["甲"], "M01", reason="回头看", on=DAY.isoformat())
    own.gather("dev")
    assert own.held("lead", "甲").standings["M03"] == "excluded"
    assert own.held("lead", "甲").open_items() == ["M01"] == own.held("dev", "甲").open_items()
    entries.amend(own["lead"], own.held("lead", "甲").id, {"note": "查"})
    own.seal("lead")
    assert own.counts("lead", "item")["base"] == 1
    leaving.reopen(own["dev"], own.rows["甲"], "M03", reason="回头看", on=DAY.isoformat())
    own.gather("dev")
    assert own.counts("lead", "item")["restored"] == 1 and replay.verify(own["lead"]) == []
