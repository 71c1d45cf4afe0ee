"""A file that is no bundle is called what it is before it is taken in, never an unknown file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.letters.boxes import Received
from ui.screens.exchanging.came_words import answer_words
from ui.screens.exchanging.received_card import came_title


@pytest.mark.parametrize(
    ("name", "head", "what", "then"),
    [
        ("名册.qidi-register", '{"QIDI_REGISTER":1}', "这是单位名册", "就都认得了"),
        (
            "模板_待批项目台账_2022-09-20.qidi-doc",
            '{"QIDI_DOCUMENT":1}',
            "这是上级下发的模板",
            "可以选这个模板",
        ),
        (
            "放假安排_2027年放假安排_2022-09-20.qidi-doc",
            '{"QIDI_DOCUMENT":1}',
            "这是上级下发的放假安排",
            "期限会重算",
        ),
        ("清单_核查清单_2022-09-20.qidi-doc", '{"QIDI_DOCUMENT":1}', "这是上级下发的清单", "导入台账"),
        ("改过名字.qidi-doc", '{"QIDI_DOCUMENT":1}', "模板、放假安排或清单", "说清楚是什么"),
        ("回执.qidi-receipt", '{"QIDI_RECEIPT":1}', "这是对方的回执", "已回执"),
        ("退回单.qidi-slip", '{"QIDI_SLIP":1}', "这是对方的退回单", "已退回"),
    ],
)
def test_what_came_is_said_in_a_sentence(tmp_path: Path, name: str, head: str, what: str, then: str) -> None:
    file = tmp_path / name
    file.write_text(head + "\n", "utf-8")
    found = answer_words(file)
    assert found is not None and what in found[0] and then in found[1]


def test_a_bundle_and_any_other_file_are_left_to_be_judged(tmp_path: Path) -> None:
    (tmp_path / "包.qidi").write_bytes(b"QIDI1 {}")
    assert answer_words(tmp_path / "包.qidi") is None and answer_words(tmp_path / "没有这个文件") is None


def test_the_list_of_what_came_tells_the_kinds_apart() -> None:
    def came(kind: str, title: str = "台账", **facts: int) -> str:
        return came_title(Received("b", title, "示范旗水利局", "2022-09-20", "accepted", "", facts, kind))

    assert (came("ledger"), came("check"), came("return")) == ("台账上报《台账》", "核查清单《台账》", "核查回传《台账》")
    assert (came("remarks", "意见 3 条"), came("list", "465个项目")) == ("意见 3 条", "清单《465个项目》")
