"""What of a person stands on paper: private cells veiled, numbers hidden wherever free text tells them (domain C4)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from app.values import codes
from app.words.templates import Field, Loaded

PROSE = ("text", "longtext", "org", "person")
"""Kinds in which a clerk writes what he likes."""
TOLD_IN_DIGITS = ("money", "area", "number", "int", "percent", "year", "bool", "enum", "enums")
COMPLAINTS = "complaints"
LAST = 4
_HIDDEN = "****"
_HALF = str.maketrans(
    {chr(0xFF01 + at): chr(0x21 + at) for at in range(94) if chr(0x21 + at) != ","}
    | {"￥": "¥"}
    | dict.fromkeys("\u3000\u00a0\t", " ")
    | dict.fromkeys("‐‑‒–—―−﹣─", "-")
)
_LONG = re.compile(r"[0-9](?:[^0-9\u4e00-\u9fff]{0,2}[0-9]){6}")
_S, _PLUS, _EXT = "[ -]?", r"(?:(?:\+|00)?86[ -]?)", r"(?:(?: ?转 ?| ?[Ee]xt\.? ?|-)[0-9]{1,6})?"
_START, _END = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][.,-])", r"(?![0-9A-Za-z])(?![.,-][0-9])"
_FIGURES = re.compile(
    "|".join(
        (
            # 居民身份证号: place, day of birth, number, check digit
            rf"(?P<identity>(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)[1-8](?:{_S}[0-9]){{5}}{_S}(?:1{_S}9|2{_S}0)(?:{_S}[0-9]){{2}}"
            rf"{_S}(?:0{_S}[1-9]|1{_S}[0-2]){_S}(?:0{_S}[1-9]|[12]{_S}[0-9]|3{_S}[01])(?:{_S}[0-9]){{3}}{_S}[0-9Xx]"
            r"(?!-?[0-9A-Za-z]))",
            rf"(?P<card>{_START}62[0-9]{{2}}(?:{_S}[0-9]{{4}}){{3}}(?:{_S}[0-9]{{3}})?{_END})",
            rf"(?P<mobile>(?:(?<![0-9]){_PLUS}?1[3-9][0-9]{{9}}"
            rf"|(?<![0-9])(?<![0-9]-){_PLUS}?1[3-9][0-9](?:(?P<s>[ -])[0-9]{{4}}(?P=s)[0-9]{{4}}"
            rf"|[0-9](?P<t>[ -])[0-9]{{3}}(?P=t)[0-9]{{4}}|[ -][0-9]{{8}}))(?![0-9A-Za-z])(?!\.[0-9]{{1,2}}(?![0-9])))",
            rf"(?P<landline>{_START}(?:{_PLUS}?\(?(?P<area>0[1-9][0-9]{{1,2}})\)?{_S}|(?:\+|00)?86[ -]\(?"
            rf"(?P<abroad>[1-9][0-9]{{1,2}})\)?[ -])[1-9][0-9]{{2,3}}{_S}(?P<end>[0-9]{{4}}){_EXT}{_END})",
            rf"(?P<local>{_START}(?P<own>[2-8][0-9]{{6,7}}){_EXT}{_END})",
        )
    )
)
_CALLED = re.compile(  # what stands before says: a telephone
    r"(?:电话|手机|座机|固话|话机|号码|联系方式|微信|拨打?|致电|来电|去电|回电|传真|热线|tel|phone)号?码?[\s:是为.(]*$",
    re.I,
)
_REGISTERED = re.compile("(?:[15][1239]|[248][19]|3[1-59]|[67][129])[1-8]")
"""How a credit code of an office, a public institution or an association begins (GB 32100); firms begin with 9."""
_SUM = re.compile(r"(?:[¥$]|额|投资|资金|款|费用?|产值|价)(?:约|共|为|是|达|计|[\s:])*$")
_NUMBERED = re.compile(
    r"(?:[额资金款费价值计数积证字第号码账户码库约共]|[\])}]|No\.?)(?:为|是|达|[\s:])*$", re.I
)
_MEASURED = re.compile(r" ?(?:元|万元|亿元|亩|平方|㎡|公顷|吨|千瓦)")
_COUNTED = re.compile(
    r" ?(?:[元万亿千百亩㎡吨米度户人个件项株头只台套辆份号%年月日]|平方|立方|公[顷里斤]|kW|m)", re.I
)
_NUMBER_TITLE = re.compile(r"(?:号|编码|代码|编号)$")
_CALLING_TITLE = re.compile("电话|手机|联系|号码")
_ANY_DIGITS = re.compile(r"[0-9][0-9-]{5,}[0-9]")
_BEFORE = 12


def on_paper(field: Field, text: str) -> str:
    """A cell's text as it is printed: what is private veiled, in what is written freely the persons' numbers hidden.

    A field that holds a number of papers or things (合同编号) keeps it: only 身份证 numbers are hidden there.
    """
    if not text:
        return text
    if field.private:
        return veiled(field, text)
    if field.kind not in PROSE:
        return text
    numbers = _NUMBER_TITLE.search(field.title) and not _CALLING_TITLE.search(field.title)
    return _masked(text, ("identity",)) if numbers else mask_in(text)


def mask_in(text: str) -> str:
    """Free text with the numbers of telephones, 身份证 and bank cards in it hidden, in whatever widths, blanks and
    dashes they are written. Sums of money, measures, days, 项目代码 and 统一社会信用代码 stay.
    """
    return _masked(text, ())


def mask_digits(text: str) -> str:
    """Under a head that asks for a telephone: whatever looks like digits."""
    return _ANY_DIGITS.sub(lambda found: mask(found[0]), text)


def mask(phone: str) -> str:
    """A telephone number for public prints: the middle four digits hidden, of a short number all but the last two."""
    found = _FIGURES.fullmatch(phone.translate(_HALF))
    if found is not None and found.lastgroup in ("mobile", "landline"):
        return _HIDE[found.lastgroup](found)
    return _hide_end(phone)


def mask_name(name: str) -> str:
    """A person's name, or another private word, for public prints: all but the first character hidden."""
    return name[:1] + "*" * len(name[1:3])


def veiled(field: Field, text: str) -> str:
    """A private value for public prints, by what it is (a day as 2022-08-09).

    Of each phone number the middle is hidden, of a day all but the year, of an amount or a choice everything, of
    another number (账号) all but the last four, of words all but the first character.
    """
    if field.kind == "phone":
        return "、".join(mask(part) for part in text.split("、"))
    if field.kind in ("date", "month"):
        return f"{text[:4]}年" + "".join(
            f"**{unit}" for _, unit in zip(text.split("-")[1:], "月日", strict=False)
        )
    if field.kind in TOLD_IN_DIGITS:
        return _HIDDEN
    if field.kind == "person" or not text.isascii():
        return mask_name(text)
    return f"…{text[-LAST:]}" if len(text) > LAST else "*" * len(text)


def hidden(loaded: Loaded) -> frozenset[str]:
    """The fields that never leave the office and that its lists, forms and records mask too: who called, in a register
    of complaints (domain B12: the caller's data are minimised and masked).

    Workbooks leave them out, and such a register with a caller in it is not sent. Other private cells (责任人电话) are
    what the plans ask to report: they are masked on paper, and go up in the bundle.
    """
    return (
        frozenset(f.id for f in loaded.t.fields if f.private)
        if COMPLAINTS in loaded.t.serves
        else frozenset()
    )


def _hide_end(number: str) -> str:
    if len(number) < 7:
        return "*" * (len(number) - 2) + number[-2:] if len(number) > 2 else "*" * len(number)
    return f"{number[:-8]}{_HIDDEN}{number[-4:]}" if len(number) >= 8 else f"{_HIDDEN}{number[-3:]}"


def _masked(text: str, kinds: tuple[str, ...]) -> str:
    """The text with the numbers of these kinds hidden, () for all."""
    plain = text.translate(_HALF)
    if not _LONG.search(plain):
        return text
    parts, done = [], 0
    for found in _FIGURES.finditer(plain):
        kind = found.lastgroup or ""
        if (not kinds or kind in kinds) and not _is_another(found, kind):
            parts += [text[done : found.start()], _HIDE[kind](found)]
            done = found.end()
    return "".join((*parts, text[done:]))


def _is_another(found: re.Match[str], kind: str) -> bool:
    """Whether what looks like one is a credit code, a sum, a measure, a day or the number of a paper."""
    bare = re.sub("[ -]", "", found[0])
    if kind == "identity":
        return (
            bool(_REGISTERED.match(bare))
            and codes.uscc_check(bare[:17]) == bare[17]
            and not _is_identity(bare)
        )
    if kind == "card":
        return False
    before = found.string[max(0, found.start() - _BEFORE) : found.start()]
    if _CALLED.search(before):
        return False
    if kind == "mobile" and " " not in found[0] and "-" not in found[0]:
        return bool(_SUM.search(before) or _MEASURED.match(found.string, found.end()))
    if kind != "local":
        return kind == "mobile" and found[0][-9] in " -" and _is_day(found[0][-8:])
    return bool(
        _SUM.search(before)
        or _NUMBERED.search(before)
        or _COUNTED.match(found.string, found.end())
        or _is_day(bare)
    )


def _is_identity(bare: str) -> bool:
    """Whether the check digit is right (GB 11643)."""
    digits = [10 if one in "Xx" else int(one) for one in bare]
    return sum(one << (17 - at) for at, one in enumerate(digits)) % 11 == 1


def _is_day(bare: str) -> bool:
    try:
        return len(bare) == 8 and 1900 <= dt.datetime.strptime(bare, "%Y%m%d").year < 2100
    except ValueError:
        return False


def _hide_identity(found: re.Match[str]) -> str:
    bare = re.sub("[ -]", "", found[0])
    return f"{bare[:6]}********{bare[-LAST:]}"


def _hide_mobile(found: re.Match[str]) -> str:
    bare = re.sub("[^0-9]", "", found[0])[-11:]
    return f"{bare[:3]}{_HIDDEN}{bare[-LAST:]}"


_HIDE: dict[str, Callable[[re.Match[str]], str]] = {
    "identity": _hide_identity,
    "card": lambda found: f"{_HIDDEN}{re.sub('[ -]', '', found[0])[-LAST:]}",
    "mobile": _hide_mobile,
    "landline": lambda found: f"{found['area'] or found['abroad']}{_HIDDEN}{found['end']}",
    "local": lambda found: _hide_end(found["own"]),
}
