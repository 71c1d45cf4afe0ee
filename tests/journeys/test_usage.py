"""Wrong usage is told in Chinese and ends with 2; help has no English headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.clerk import LEDGER, NOT_SECRET, done, qidi, refused, with_rows
from ui.commands import usage
from ui.commands.command_line import COMMANDS, parse

MACHINE = re.compile(r"\b(error|argument|invalid|choice|required|following|expected|unrecognized|usage)\b")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "没有“nonsense”这个子命令，可用：init、"),
        (("nonsense", "list"), "没有“nonsense”这个子命令，可用：init、"),
        (("list", "a\0b"), "参数里有不能用的字符"),
        (("list",), "还缺 台账"),
        (("close", "甲"), "还缺 --basis、--on"),
        (("print", LEDGER, "-o", "x.pdf", "--paper", "a5"), "--paper 不能写“a5”，可用：a3、a4"),
        (("list", LEDGER, "--light", "purple"), "--light 不能写“purple”，可用：green、red"),
        (("workdays", "2022-13-01", "1"), "日期：“2022-13-01”不是日期，请写成 2022-08-25"),
        (("workdays", "2022-12-01", "x"), "天数 的“x”不是整数"),
        (("send", LEDGER, "--to"), "--to 后面要写内容"),
        (("count", "--zzz", LEDGER), "不认识“--zzz”"),
        (("add",), "qidi add：还缺 台账\n"),
        (("round", "begin", LEDGER), "动作 不能写“begin”，可用：open、send、board"),
        (("merge", LEDGER), "qidi merge：还缺 --from"),
        (("count", LEDGER, "多出来的"), "不认识“多出来的”"),
        (("verify", "--json=x"), "--json 后面不要写“x”"),
        (("seal", LEDGER, "--ye=1"), "--yes 后面不要写“1”"),
    ],
)
def test_wrong_usage_is_told_in_chinese(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    answer = qidi(tmp_path / "office", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err and answer.err.startswith("用法：") and answer.err.count("用法：") == 1
    assert not MACHINE.search(answer.err), answer.err


def test_a_message_nobody_foresaw_is_still_a_sentence() -> None:
    assert usage.said("something new") == "参数不对（something new）"
    assert usage.said("参数里有不能用的字符") == "参数里有不能用的字符"
    assert usage.said("argument --a: not allowed with argument --b") == "--a 和 --b 不能同时写"
    assert (
        usage.said("ambiguous option: --s could match --sample, --scan")
        == "“--s”没有写全，可能是 --sample、--scan"
    )


@pytest.mark.parametrize("name", ["", *(name for name, _, _ in COMMANDS)])
def test_help_is_chinese(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every option says in Chinese what is to be written; what is typed as it stands is in small letters."""
    with pytest.raises(SystemExit) as done_:
        parse([*([name] if name else []), "--help"])
    told = capsys.readouterr().out
    assert done_.value.code == 0 and told.startswith("用法：") and told.count("用法：") == 1
    assert not re.search(r"positional|options|show this|[A-Z][A-Z_]+", re.sub("JSON|PDF|Excel", "", told))


def test_a_bundle_to_a_mere_name_asks_for_yes(tmp_path: Path) -> None:
    """Unencrypted, so anybody can open it: only after a word."""
    bureau = with_rows(tmp_path / "office", 1)
    problem = refused(bureau, "send", LEDGER, "--to", "某某局", "-o", tmp_path / "U盘")
    assert problem["code"] == "E_CONFIRM" and "--yes" in problem["text"]
    assert not (tmp_path / "U盘").exists()
    nobody = refused(bureau, "merge", LEDGER, "--from", "某某局")
    assert nobody["code"] == "E_NO_RETURN" and "没有收到过“某某局”" in nobody["text"]
    assert (
        done(bureau, "send", LEDGER, "--to", "某某局", "-o", tmp_path / "U盘", "--yes")["encrypted"] is False
    )


def test_a_number_in_scientific_writing_is_not_blamed_on_excel_when_typed(tmp_path: Path) -> None:
    bureau = with_rows(tmp_path / "office", 1)
    problem = refused(bureau, "add", LEDGER, "name=1E5", *NOT_SECRET)
    assert (
        problem["code"] == "E_DIGITS_LOST"
        and "科学计数" in problem["text"]
        and "存成了" not in problem["text"]
    )


def test_a_wrong_calendar_is_told_in_chinese_to_the_last_word(tmp_path: Path) -> None:
    bureau = with_rows(tmp_path / "office", 1)
    for number, text in enumerate(WRONG_CALENDARS):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, "utf-8")
        problem = refused(bureau, "calendar", "import", file)
        assert problem["code"] == "E_CALENDAR", problem
        english = re.findall(r"[A-Za-z]{4,}", f"{problem['text']} {problem['facts'].get('detail', '')}")
        assert set(english) <= {"year", "rest", "source", "toml", "name", "from", "note"}, problem


HEAD = 'year = 2027\nsource = "通知"\n'
WRONG_CALENDARS = (
    "x = 1",
    "foo bar",
    HEAD + "[[rest]]\nname = 1\nfrom = 2027-01-01\nto = 2027-01-03\n",
    HEAD + "[[rest]]\nname = '元旦'\nfrom = 'x'\nto = 2027-01-03\n",
    'year = "2027"\nsource = "通知"\n',
    "source = '通知'\n",
    HEAD + "rest = 3\n",
    HEAD + "[[rest]]\nname = '元旦'\n",
    HEAD + "[[rest]]\nname = '元旦'\nfrom = 2027-13-01\n",
    "year = 99999999999999999999999\n",
    HEAD + "[[rest\n",
    HEAD + "year = 2027\n",
)
