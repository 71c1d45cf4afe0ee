"""Wrong arguments of what offices exchange: one plain sentence, code 3, and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.clerk import LEDGER, qidi, refused, with_rows

WRONG = (
    ("E_NO_LEDGER", "round open 没有"),
    ("E_DATE", f"round open {LEDGER} --due 2022-13-01"),
    ("E_NO_OUT", f"round send {LEDGER}"),
    ("E_NO_ROUND", f"round send {LEDGER} -o U盘"),
    ("E_NO_ROUND", f"round remind {LEDGER} -o 催办.pdf"),
    ("E_REQUIRED", f"round assign {LEDGER}"),
    ("E_NO_PEER", f"round assign {LEDGER} --dept 水利局 --office 没有"),
    ("E_NO_ROUND", f"round close {LEDGER}"),
    ("E_NOT_RETURN", f"return {LEDGER} -o U盘"),
    ("E_NO_ENTRY", "contest 没有 M03"),
    ("E_NO_FILE", "look 没有"),
    ("E_DAMAGED", "look 坏的"),
    ("E_NO_FILE", "look 夹"),
    ("E_NO_FILE", "receive 没有"),
    ("E_RECEIPT", "receive 坏.qidi-receipt"),
    ("E_SLIP", "receive 坏.qidi-slip"),
    ("E_LETTER", "receive 坏.qidi-doc"),
    ("E_CHOICE", "receive 坏的 --decide 没有"),
    ("E_NO_FILE", "receipt 没有"),
    ("E_DAMAGED", "receipt 坏的"),
    ("E_NO_RETURN", f"merge {LEDGER} --from 没有"),
    ("E_NO_MERGE", f"merges {LEDGER} --merge x -o 情况.pdf"),
    ("E_NOTHING", f"merges {LEDGER} -o 情况.pdf"),
    ("E_NO_OUT", "register issue"),
    ("E_NO_OFFICE_LEDGER", "verify --office 没有"),
    ("E_NO_FORK", f"restream {LEDGER}"),
    ("E_NO_FILE", "trust 没有"),
    ("E_CARD", "trust 坏的"),
    ("E_NO_IMPORT", "withdraw x"),
)


def test_each_is_refused_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = with_rows(tmp_path / "office", 1)
    monkeypatch.chdir(tmp_path)
    Path("夹").mkdir()
    Path("坏的").write_text("不是包\n" * 50, "utf-8")
    for name in ("坏.qidi-receipt", "坏.qidi-slip", "坏.qidi-doc"):
        Path(name).write_text('{"QIDI', "utf-8")
    assert {words: refused(bureau, *words.split())["code"] for _, words in WRONG} == {
        words: code for code, words in WRONG
    }


def test_one_bad_file_does_not_hide_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    """Several files: a line for each, code 3 when one of them was not taken."""
    bureau = with_rows(tmp_path / "office", 1)
    answer = qidi(bureau, "receive", tmp_path / "甲.qidi", tmp_path / "乙.xlsx")
    assert (answer.code, answer.err) == (3, "")
    assert [(r["state"], r["code"]) for r in answer.data["results"]] == [("refused", "E_NO_FILE")] * 2
