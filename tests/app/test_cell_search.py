"""Looking for a text in cells, and putting another in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import entries
from app.listing import cell_search
from app.listing.cell_search import Hit, Wanted
from app.office import Office
from tests.app.conftest import project


@pytest.mark.parametrize(
    ("wanted", "text", "by", "becomes"),
    [
        (Wanted("00123"), "甲00123乙00123", "0045", ("甲0045乙0045", 2)),
        (Wanted("abc"), "ABCＡｂｃ", "x", ("xx", 2)),
        (Wanted("abc", case=True), "ABCabc", "x", ("ABCx", 1)),
        (Wanted("（二期）"), "小区(二期)", "", ("小区", 1)),
        (Wanted("（二期）", width=True), "小区(二期)", "", ("小区(二期)", 0)),
        (Wanted("水利局", whole=True), "旗水利局", "x", ("旗水利局", 0)),
        (Wanted("旗水利局", whole=True), "旗水利局", "旗住建局", ("旗住建局", 1)),
        (Wanted("aa"), "aaaaa", "a", ("aaa", 2)),
        (Wanted("i̇"), "İi̇", "x", ("İx", 1)),
        (Wanted(""), "甲", "x", ("甲", 0)),
    ],
)
def test_a_text_is_replaced_in_its_places(wanted: Wanted, text: str, by: str, becomes: tuple[str, int]) -> None:
    assert wanted.replaced(text, by) == becomes


@given(st.text(max_size=12), st.text(min_size=1, max_size=3), st.booleans(), st.booleans())
def test_what_is_replaced_by_itself_stays_and_by_nothing_is_gone(text: str, part: str, case: bool, width: bool) -> None:
    wanted = Wanted(part, case=case, width=width)
    assert wanted.replaced(text, "\0")[0].count("\0") >= wanted.replaced(text, "\0")[1]
    if case and width:
        assert wanted.replaced(text, part)[0] == text
        assert wanted.replaced(text, "-") == (text.replace(part, "-"), text.count(part))


def test_cells_are_found_as_shown_and_as_typed(bureau: Office, ledger: str) -> None:
    first, second = project(bureau, ledger, "示范水库"), project(bureau, ledger, "另一个")
    entries.amend(bureau, first, {"invest": "2453.82", "note": "2453", "build_state": "已建成"})
    keys = ["no", "name", "invest", "note", "build_state"]

    def look(text: str) -> list[Hit]:
        return cell_search.found(bureau, ledger, keys, Wanted(text))

    assert look("2,453") == [Hit(first, "invest", "2453.82")]
    assert look("2453") == [Hit(first, "invest", "2453.82"), Hit(first, "note", "2453")]
    assert [hit.key for hit in look("0002")] == ["no"] and look("0002")[0].entry == second
    assert [hit.text for hit in look("水库")] == ["示范水库"]
