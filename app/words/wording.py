"""Words as they are compared and kept: widths, blanks, brackets, dashes, pinyin initials."""

from __future__ import annotations

import functools
import re
import unicodedata

from app.storage.paths import RESOURCES

BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_BLANK = re.compile(f"[{BLANKS}]+")
_ODD = re.compile(
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
    "|_x[0-9A-F]{4}_|  |^ | $"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ESCAPE = re.compile(r"_x([0-9A-F]{4})_")
_BEFORE, _AFTER = re.compile(r"[0-9A-Za-z.,;:)%]"), re.compile(r"[0-9A-Za-z(]")
_KEY_SIGNS = str.maketrans(
    {
        **dict.fromkeys("[{〔【［｛〈《<「『", "("),
        **dict.fromkeys("]}〕】］｝〉》>」』", ")"),
        **dict.fromkeys("‐‑‒–—―−﹣－─━ー", "-"),
        **dict.fromkeys("・•‧∙⋅●", "·"),
        **dict.fromkeys("“”„‟＂", '"'),
        **dict.fromkeys("‘’‚‛＇", "'"),
        **dict.fromkeys("、，", ","),
    }
)
_CODE_NOISE = re.compile(r"[^0-9A-Za-z]+")
MOST_SAID = 120
FILLERS = frozenset("- -- — —— – ― － / ／ \\ *".split())


def clean(text: str) -> str:
    """`text` NFC, without control characters and outer blanks; line breaks stay as '\\n'."""
    if not _ODD.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    lines = [_BLANK.sub(" ", line).strip() for line in text.split("\n")]
    return "\n".join(lines).strip()


def one_line(text: str) -> str:
    """A name or title on one line: blanks go, except one between Latin words or numbers."""
    if not _ODD.search(text) and " " not in text and unicodedata.is_normalized("NFC", text):
        return text
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    return _BLANK.sub(_joint, text.strip()).strip()


def brief(note: str) -> str:
    """The beginning of a long message, as it is shown in a line or two."""
    return note if len(note) <= MOST_SAID else f"{note[:MOST_SAID]}……"


def _joint(blank: re.Match[str]) -> str:
    """What stays of a run of blanks: one between Latin words or numbers; a line break splits words only."""
    text, start, end = blank.string, blank.start(), blank.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if not (_BEFORE.match(before) and _AFTER.match(after)):
        return ""
    wrapped = "\n" in blank[0] or "\r" in blank[0]
    return "" if wrapped and (before.isdigit() or not after.isalpha()) else " "


def key(text: str) -> str:
    """How two words are compared: NFKC, no blanks, one kind of bracket, dash and comma, lower case."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


class _Fold(dict[int, str]):
    """Character number -> its form in a key, worked out when first met."""

    def __missing__(self, number: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(number)).translate(_KEY_SIGNS).casefold()
        self[number] = found = _BLANK.sub("", folded)
        return found


_FOLD = _Fold()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as their plain forms; circled and compatibility letters stay."""
    if text.isascii():
        return text
    return text.translate(_HALF)


_HALF = {0x3000: " ", 0x3002: ".", **{c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}
_HALF.update({ord(c): "-" for c in "‐‑‒–—―−﹣"})


def code_key(text: str) -> str:
    """A code for comparing: full-width digits folded, dashes and blanks out, capitals."""
    return _CODE_NOISE.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()


def is_filler(text: str) -> bool:
    """Whether a cell only says that it is empty (a dash, a slash)."""
    return text in FILLERS


class _Letters(dict[int, str]):
    """Character number -> its pinyin initial; others stay if Latin or digit, else go."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        letter = unicodedata.normalize("NFKC", char).lower()
        found = letter if letter.isascii() and letter.isalnum() else ""
        self[number] = found
        return found


@functools.cache
def _pinyin() -> tuple[_Letters, dict[str, str], re.Pattern[str]]:
    """The table of initials and the words whose characters are read otherwise."""
    letters, words = _Letters(), {}
    for line in (RESOURCES / "words" / "pinyin.txt").read_text("utf-8").splitlines():
        letter, _, chars = line.partition(":")
        if len(letter) == 1:
            letters.update(dict.fromkeys(map(ord, chars), letter))
        elif letter and not letter.startswith("#"):
            words[chars] = letter
    return letters, words, re.compile("|".join(sorted(words, key=len, reverse=True)) or "(?!)")


def initials(text: str) -> str:
    """Pinyin initials in lower case, Latin letters and digits kept: 正镶白旗 -> zxbq."""
    letters, words, pattern = _pinyin()
    return pattern.sub(lambda m: words[m[0]], text).translate(letters)
