"""Three-way comparing and deciding (exchange.md: one writer per row; the losing value is kept and listed)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problem import Problem
from sync.comparing import merging
from sync.comparing.merging import Row, Rules

STATE = frozenset({"state", "needed"})


def row(key: str = "r1", **parts: dict[str, Any]) -> Row:
    return Row(key, f"项目{key}", {code.replace("head", ""): cells for code, cells in parts.items()})


def judged(base: Any, mine: Any, theirs: Any, rules: Rules | None = None) -> merging.Plan:
    def one(value: Any) -> Row:
        return row(M01=value)

    return merging.compare({"r1": one(mine)}, {"r1": one(theirs)}, {"r1": {"M01": base}}, rules or Rules())


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "verdict", "kind"),
    [
        ("甲", "甲", "乙", "theirs", "changed"),
        ("甲", "乙", "甲", "mine", "same"),
        ("甲", "乙", "乙", "both", "same"),
        ("甲", "乙", "丙", "clash", "clash"),
        ("甲", None, "丙", "clash", "clash"),
        ("甲", "甲", None, "theirs", "changed"),
        (None, "乙", None, "mine", "same"),
        (None, "乙", "丙", "clash", "clash"),
    ],
)
def test_a_cell_is_judged_against_what_was_last_exchanged(
    base: Any, mine: Any, theirs: Any, verdict: str, kind: str
) -> None:
    plan = judged({"resp": base}, {"resp": mine}, {"resp": theirs})
    (only,) = plan.rows
    assert (only.kind, [d.verdict for d in only.differences]) == (kind, [verdict])


def test_equal_cells_make_no_difference_and_cells_not_carried_stay() -> None:
    plan = judged({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, {"a": "1"})
    assert plan.rows[0].kind == "same" and not plan.rows[0].differences
    assert merging.settle(plan).writes == {}


def test_rows_that_did_not_come_back_are_missing_and_unknown_ones_are_new() -> None:
    base = {"r1": {"M01": {"a": "1"}}, "r2": {"M01": {"a": "1"}}}
    mine = {"r1": row("r1", M01={"a": "1"}), "r2": row("r2", M01={"a": "1"})}
    theirs = {"r1": row("r1", M01={"a": "1"}), "r9": row("r9", M01={"a": "7", "b": None})}
    plan = merging.compare(mine, theirs, base)
    assert [(r.id, r.kind) for r in plan.rows] == [("r1", "same"), ("r9", "new"), ("r2", "missing")]
    out = merging.settle(plan)
    assert list(out.new) == ["r9"] and out.writes == {"r9": {"M01": {"a": "7"}}}


def test_a_row_no_longer_open_here_is_refused_with_the_reason_and_its_values_are_kept() -> None:
    theirs = {"r1": row("r1", M01={"a": "7"})}
    plan = merging.compare({}, theirs, {"r1": {"M01": {"a": "1"}}}, gone={"r1": "已核查剔除"})
    assert (plan.rows[0].kind, plan.rows[0].reason) == ("refused", "已核查剔除")
    assert [x.value for x in merging.settle(plan).lost["r1"]] == ["7"]


def test_what_they_may_not_write_is_refused_with_its_reason_only_when_they_changed_it() -> None:
    rules = Rules(lambda _row, _code, key: "不是该部门填的栏" if key == "name" else "")
    plan = judged({"name": "一", "a": "1"}, {"name": "一", "a": "1"}, {"name": "二", "a": "2"}, rules)
    assert {d.field: (d.verdict, d.reason) for d in plan.rows[0].differences} == {
        "name": ("refused", "不是该部门填的栏"),
        "a": ("theirs", ""),
    }
    out = merging.settle(plan)
    assert out.writes == {"r1": {"M01": {"a": "2"}}}
    assert [(x.field, x.value, x.reason) for x in out.lost["r1"]] == [("name", "二", "不是该部门填的栏")]
    untouched = judged({"name": "一"}, {"name": "新名"}, {"name": "一"}, rules)
    assert untouched.rows[0].kind == "same"


def test_fields_that_belong_together_clash_together() -> None:
    plan = judged(
        {"state": "待核", "needed": "待核"},
        {"state": "待核", "needed": "不需办"},
        {"state": "办结", "needed": "待核"},
        Rules(together=(STATE,)),
    )
    assert {d.field: d.verdict for d in plan.rows[0].differences} == {"state": "clash", "needed": "clash"}


def test_fields_together_are_refused_together() -> None:
    rules = Rules(lambda _r, _c, key: "已确定" if key == "needed" else "", together=(STATE,))
    plan = judged(
        {"state": "待核", "needed": "待核"},
        {"state": "待核", "needed": "待核"},
        {"state": "办结", "needed": "已办"},
        rules,
    )
    assert {d.field: d.verdict for d in plan.rows[0].differences} == {"state": "refused", "needed": "refused"}


def test_deciding_needs_every_clash_and_says_how_many_are_left() -> None:
    plan = judged({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, {"a": "3", "b": "3"})
    with pytest.raises(Problem) as caught:
        merging.settle(plan, {("r1", "M01", "a"): "mine"})
    assert caught.value.code == "E_UNDECIDED" and caught.value.facts["left"] == [["r1", "M01", "b"]]
    assert "1 处" in caught.value.text


def test_a_choice_by_hand_keeps_both_losing_values_and_who_decided() -> None:
    plan = judged({"a": "1"}, {"a": "2"}, {"a": "3"})
    out = merging.settle(plan, {("r1", "M01", "a"): {"value": "4"}}, by="经办人")
    assert out.writes == {"r1": {"M01": {"a": "4"}}}
    assert [(x.value, x.side, x.by) for x in out.lost["r1"]] == [
        ("2", "mine", "经办人"),
        ("3", "theirs", "经办人"),
    ]


def test_a_choice_that_is_none_is_refused() -> None:
    plan = judged({"a": "1"}, {"a": "2"}, {"a": "3"})
    with pytest.raises(Problem) as caught:
        merging.settle(plan, {("r1", "M01", "a"): "both"})
    assert caught.value.code == "E_CHOICE"


CELLS = st.dictionaries(
    st.sampled_from("a b state needed".split()), st.one_of(st.none(), st.sampled_from("123")), max_size=4
)
PARTS = st.dictionaries(st.sampled_from(["", "M01", "M02"]), CELLS, max_size=3)
SIDES = st.dictionaries(st.sampled_from("xyz"), PARTS, max_size=3)
CHOICE = st.one_of(
    st.sampled_from(["mine", "theirs"]), st.builds(lambda v: {"value": v}, st.sampled_from("1239"))
)


@given(SIDES, SIDES, SIDES, st.data())
def test_no_value_is_lost_whatever_both_sides_did(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], data: st.DataObject
) -> None:
    here = {k: Row(k, k, v) for k, v in mine.items()}
    came = {k: Row(k, k, v) for k, v in theirs.items()}
    rules = Rules(lambda _r, code, key: "不行" if (code, key) == ("", "b") else "", (STATE,))
    plan = merging.compare(here, came, base, rules)
    choices = {key: data.draw(CHOICE) for key in plan.needs}
    out = merging.settle(plan, choices, by="某人")

    def result(r: str, code: str, key: str) -> Any:
        written = out.writes.get(r, {}).get(code, {})
        return written[key] if key in written else mine.get(r, {}).get(code, {}).get(key)

    lost = {(r, x.code, x.field, x.value) for r, all_ in out.lost.items() for x in all_}
    for side in (mine, theirs):
        for r, parts in side.items():
            for code, cells in parts.items():
                for key, value in cells.items():
                    unchanged = value == base.get(r, {}).get(code, {}).get(key)
                    assert unchanged or value == result(r, code, key) or (r, code, key, value) in lost
    for _, all_ in out.lost.items():
        assert all(x.by or x.reason for x in all_)


@given(SIDES, SIDES)
def test_taking_what_one_side_alone_changed_never_asks(base: dict[str, Any], theirs: dict[str, Any]) -> None:
    here = {k: Row(k, k, v) for k, v in base.items()}
    plan = merging.compare(here, {k: Row(k, k, v) for k, v in theirs.items()}, base)
    assert not plan.needs
    out = merging.settle(plan)
    for r, parts in theirs.items():
        for code, cells in parts.items():
            for key, value in cells.items():
                was = base.get(r, {}).get(code, {}).get(key)
                assert out.writes.get(r, {}).get(code, {}).get(key, was) == value


@given(SIDES, SIDES, SIDES)
def test_saying_again_what_either_exchange_said_is_no_change_and_nothing_else_is_hidden(
    pushed: dict[str, Any], answered: dict[str, Any], theirs: dict[str, Any]
) -> None:
    came = {k: Row(k, k, v) for k, v in theirs.items()}
    base = merging.nearest(came, pushed, answered, (STATE,))
    assert merging.nearest(came, pushed, {}, (STATE,)) == pushed
    for r, parts in theirs.items():
        for code, cells in parts.items():
            before = answered.get(r, {}).get(code, {})
            same = {k for k in cells if k in before and before[k] == cells[k]}
            whole = STATE & cells.keys() <= same
            for key, value in cells.items():
                again = key in same and (key not in STATE or whole)
                was = value if again else pushed.get(r, {}).get(code, {}).get(key)
                assert base.get(r, {}).get(code, {}).get(key) == was


WHOLE = st.fixed_dictionaries(dict.fromkeys("abc", st.sampled_from([None, "1", "2", "3"])))


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_only_a_copy_that_carries_on_the_one_before_amends_it_and_never_by_a_blank(
    sent: dict[str, Any], first: dict[str, Any], second: dict[str, Any], mine: dict[str, Any]
) -> None:
    """A second, blank or older copy wipes no answer; what a later word replaces is kept as the losing value."""
    keys = sent.keys() & first.keys()
    said = {("r1", "M01", k): first[k] for k in keys if first[k] != sent[k]}
    came, here, base = {"r1": row(M01=second)}, {"r1": row(M01=mine)}, {"r1": {"M01": sent}}
    new = merging.amended(here, came, base, [said])
    for _, _, key in new:
        assert second[key] not in (None, sent.get(key), first[key]) and mine.get(key) == first[key]
        for _, _, other in said:
            assert second.get(other) == first[other] or second[other] not in (sent.get(other), None)
    assert not merging.amended(here, {"r1": row(M01=sent)}, base, [said]), "a blank copy"
    was = {**sent, **{key: first[key] for _, _, key in new}}
    plan = merging.explained(
        merging.compare(here, came, {"r1": {"M01": was}}), dict.fromkeys(new, merging.AMENDED)
    )
    out = merging.settle(plan, default="mine", by="甲")
    lost = {(x.field, x.value) for x in out.lost.get("r1", ()) if x.reason == merging.AMENDED}
    assert lost == {(key, mine.get(key)) for _, _, key in new}
    wrote = out.writes.get("r1", {}).get("M01", {})
    assert {key: wrote[key] for _, _, key in new} == {key: second[key] for _, _, key in new}
