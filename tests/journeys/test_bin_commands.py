"""delete, trash, undelete and undo on the command line (decision 19)."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.clerk import LEDGER, NOT_SECRET, done, qidi, refused, with_rows


def test_a_row_is_deleted_listed_put_back_and_the_steps_are_taken_back(tmp_path: Path) -> None:
    """Out of counts, its number not given again; a tombstone is no row for other commands; the receipt names who and why."""
    desk = with_rows(tmp_path / "office")
    before = done(desk, "count", LEDGER)["projects"]
    row = done(desk, "list", LEDGER)[0]
    assert done(desk, "delete", row["id"], "--reason", "重复录入")["gone"] == 1
    assert refused(desk, "show", row["id"])["code"] == "E_NO_ENTRY"
    (laid,) = done(desk, "trash", LEDGER)
    assert (laid["id"], laid["clerk"], laid["reason"], laid["verb"]) == (row["id"], "经办人甲", "重复录入", "delete")
    assert done(desk, "undelete", laid["no"])["back"] == 1
    assert refused(desk, "undelete", laid["no"])["code"] == "E_NO_ENTRY"
    assert done(desk, "undo", LEDGER)["gone"] == 1
    assert done(desk, "count", LEDGER)["projects"]["listed"] == before["listed"] - 1
    assert done(desk, "undo", LEDGER)["back"] == 1, "taking back once more does it again"
    assert refused(desk, "undo", LEDGER, 1)["code"] == "E_UNDO_KIND"
    assert done(desk, "count", LEDGER)["projects"] == before and qidi(desk, "verify").code == 0
    done(desk, "delete", row["id"], "--reason", "重复录入")
    done(desk, "add", LEDGER, f"name={row['name']}", "build_state=在建", *NOT_SECRET)
    again = done(desk, "undelete", laid["no"])
    assert again["back"] == 1 and "名称相同" in again["warning"], "the ledger has its like by now"
