"""Codes that officials write: 统一社会信用代码, 项目代码, telephone numbers, 文号."""

from __future__ import annotations

import re
import unicodedata

from app.words.wording import half_width, one_line

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC = re.compile(r"[1-9ANY][0-9A-Z]\d{6}[0-9A-Z]{9}[0-9A-Z]")
_PROJECT = re.compile(r"(\d{4})-?(\d{6})-?(\d{2})-?(\d{2})-?(\d{6})")
_DASHES = re.compile(r"[‐‑‒–—―−﹣－─━ー~～_\s]+|-{2,}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})-?(\d{7,8})(?:(?:-|转|ext\.?)(\d{1,6}))?", re.I)
_LOCAL = re.compile(r"\d{7,8}")
_BETWEEN = re.compile(r"[、,，;；/\n|]+|\s{2,}")
_DOC = re.compile(
    r"(.*?)[\[(（【〔［{〈<《]((?:19|20)\d{2})(?:年)?[\])）】〕］}〉>》](?:第)?(\d+)(?:号)?(.*)", re.S
)
_ROW = re.compile(r"\d{6}-[A-Z]{2,4}-\d{4}-\d{4,7}(/[A-Z]\d{2}(\.\d{1,3})?)?")
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d+")


def uscc_check(first17: str) -> str:
    """The check character of the first 17 (GB 32100-2015); '' when one is outside its alphabet."""
    if any(c not in ALPHABET for c in first17):
        return ""
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def uscc(text: str) -> str:
    """The code in capitals without blanks. Raises ValueError with the reason in Chinese."""
    code = re.sub(r"[\s-]+", "", half_width(text)).upper()
    if len(code) != 18:
        raise ValueError(f"统一社会信用代码应为 18 位，现为 {len(code)} 位")
    if not _USCC.fullmatch(code) or any(c not in ALPHABET for c in code):
        raise ValueError("统一社会信用代码里有不允许的字符（不用 I、O、Z、S、V）")
    if uscc_check(code[:17]) != code[17]:
        raise ValueError("统一社会信用代码校验位不对，请核对有没有写错")
    return code


def uscc_near(text: str) -> list[str]:
    """Right codes one common slip away: letter O for 0, I for 1, Z for 2, S for 5."""
    code = re.sub(r"[\s-]+", "", half_width(text)).upper()
    mended = code.translate(str.maketrans("OIZSV", "0125U"))
    if mended != code and len(mended) == 18 and uscc_check(mended[:17]) == mended[17]:
        return [mended]
    return []


def organisation_check(code: str) -> bool:
    """Whether the 组织机构代码 in a credit code (places 9-17) has its own check right; a warning only."""
    body, check = code[8:16], code[16]
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, _ORG_WEIGHTS, strict=True)) % 11
    return check == {10: "X", 11: "0"}.get(rest, str(rest))


def project_code(text: str) -> str:
    """The 24-character form 2204-152529-04-01-123456 (GB/T 40058-2021). Raises ValueError with the reason.

    The check character is not judged: its rule is not published. Old codes (year first) have the same form.
    """
    if text.isascii() and (found := _PROJECT.fullmatch(text)):
        return text if len(text) == 24 else "-".join(found.groups())
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip()).strip("-")
    found = _PROJECT.fullmatch(plain) or _PROJECT.fullmatch(plain.replace("-", ""))
    if not found:
        digits = sum(c.isdigit() for c in plain)
        raise ValueError(f"项目代码应为 20 位数字（4-6-2-2-6），现为 {digits} 位，请核对")
    return "-".join(found.groups())


def phone(text: str) -> str:
    """One or more telephone numbers, joined with 、. Raises ValueError with the reason."""
    numbers = []
    for part in _BETWEEN.split(half_width(text).strip()):
        plain = re.sub(r"[\s().]+", "", part.replace(")", "-").replace("(", ""))
        plain = re.sub(r"^(?:\+?86-?)(?=1[3-9]\d{9}$)|^(?:电话|手机|tel)[:：]?", "", plain, flags=re.I)
        plain = re.sub("-{2,}", "-", plain)
        joined = plain.replace("-", "")
        if not plain:
            continue
        if _MOBILE.fullmatch(joined):
            numbers.append(joined)
        elif found := _LANDLINE.fullmatch(plain):
            numbers.append(f"{found[1]}-{found[2]}" + (f"-{found[3]}" if found[3] else ""))
        elif _LOCAL.fullmatch(joined):
            numbers.append(joined)
        else:
            raise ValueError("应为 11 位手机号，或 0479-1234567 这样的座机号")
    return "、".join(numbers)


def row_no(text: str) -> str:
    """台账编号 of a row, 152529-DP-2022-0001, with /M03 after it where one matter of the row is meant.

    Raises ValueError when it is no such number.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip()).strip("-").upper()
    if not _ROW.fullmatch(plain):
        raise ValueError("不是台账编号，应像 152529-DP-2022-0001（指某个事项时后面加 /M03）")
    return plain


def doc_no(text: str) -> str:
    """文号 with 〔〕 round the year and 第 dropped: 某发改字[2022]第1号 -> 某发改字〔2022〕1号."""
    line = one_line(text).translate(_PLAIN_DIGITS)
    if not (found := _DOC.fullmatch(line)):
        return line
    rest = found[4]
    return f"{found[1].strip()}〔{found[2]}〕{found[3]}号{rest}"
