"""Pinyin initials and the keys by which words are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from app.words import wording

WORDS = (
    "正镶白旗 重庆路 银行 长江 会计 朝阳 音乐 供给 给水 冷藏 西藏 阿巴嘎旗 宝拉根陶海苏木 额里图牧场 明安图镇"
)


def test_every_character_has_the_initial_pypinyin_gives() -> None:
    """The table in resources stands for pypinyin, which takes 0.2 s to load and 0.2 ms a name."""
    for number in range(0x4E00, 0xA000):
        given_ = lazy_pinyin(chr(number), style=Style.FIRST_LETTER, errors="ignore")
        letter = given_[0][:1] if given_ else ""
        if letter.isascii() and letter.isalpha():
            assert wording.initials(chr(number)) == letter, chr(number)


@pytest.mark.parametrize("word", WORDS.split())
def test_words_read_otherwise(word: str) -> None:
    assert wording.initials(word) == "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))


def test_initials_of_rare_characters_and_signs() -> None:
    assert wording.initials("𬭸㙓䶮") == "lky"
    assert wording.initials("110ｋＶ（二期）·甲") == "110kveqj"


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for clean in (wording.clean, wording.one_line):
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in once)


@given(st.text("甲乙丙（）〔［ABc１２3-—·", max_size=40), st.sampled_from([" ", "\n", "\u3000", "\u200b"]))
def test_a_key_does_not_see_blanks(text: str, blank: str) -> None:
    assert wording.key(blank.join(text)) == wording.key(text)


def test_keys_fold_widths_brackets_and_dashes() -> None:
    assert wording.key("Ａ［二 期］—１") == wording.key("a（二期）-1") == "a(二期)-1"
    assert wording.half_width("１２。５％") == "12.5%"
    assert wording.code_key("2203–152529－01—02 767677") == "22031525290102767677"


def test_line_breaks_go_and_blanks_between_words_stay() -> None:
    assert wording.one_line("Smart\nGrid 110\n千伏  A B") == "Smart Grid 110千伏A B"
    assert wording.one_line("11\n0千伏") == "110千伏"
    assert wording.one_line("张 三\u200b丰_x000D_") == "张三丰"
