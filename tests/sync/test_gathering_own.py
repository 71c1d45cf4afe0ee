"""An office that is 立项部门 and 汇总 at once gathers its own ledger like another's (decision 10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import entries, ledgers, office, replay
from app.problem import Problem
from sync import gathering
from tests.sync.offices import DAY, project


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
