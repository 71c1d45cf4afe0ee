"""Names of files made from what people type: every disk takes them, and their ends stay."""

from __future__ import annotations

from app.storage import file_names


def test_a_name_is_cut_by_bytes_and_keeps_its_end() -> None:
    """Linux takes 255 bytes, of which a Chinese letter needs three."""
    end = "_第1轮.xlsx"
    room = file_names.MOST_BYTES - len(end.encode())
    for length in (1, 60, 61, 62, 63, 500):
        assert file_names.fitted("局" * length, end) == "局" * min(length, room // 3) + end
    assert file_names.fitted('甲/乙\\丙: "丁"\n戊', ".pdf") == "甲乙丙丁戊.pdf"
    assert file_names.fitted("甲. ", ".pdf") == "甲.pdf"
    assert file_names.fitted("", "_x.pdf") == "_x.pdf"
