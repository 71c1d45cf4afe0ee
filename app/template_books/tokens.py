"""What stands in an expression of XLSForm, token by token, put down as Python writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.words.template_words import Field

_TOKEN = re.compile(
    r"""\s*(?:\$\{\s*(?P<ref>[^}]*?)\s*\}|(?P<text>'[^']*'|"[^"]*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<sign>!=|<>|<=|>=|==|[=<>+*/(),\[\]-])|(?P<word>[^\W\d][\w]*(?:[-:][A-Za-z]+)*)|(?P<here>\.))""",
)
_WIDE = str.maketrans({
    "（": "(", "）": ")", "，": ",", "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=", "‘": "'", "’": "'",
    "“": '"', "”": '"', "＋": "+", "－": "-", "×": "*", "÷": "/", "＄": "$", "｛": "{", "｝": "}", "。": ".",
    "\u3000": " ", "\xa0": " ",
})  # fmt: skip
"""Signs as a Chinese keyboard gives them."""
_SAME = {"且": "and", "并且": "and", "或": "or", "或者": "or"}
CALL = "f__"
ROUND = "f__round"
_KEPT_TEXT = re.compile(r"""('[^']*'|"[^"]*")""")
_KEPT = frozenset("and or if else not True False None".split())
REPEAT = "f__repeat"


@dataclass(frozen=True)
class Scope:
    """What an expression may name. `ids` {name in the workbook: id here}, `fields` by id; `here` is the id of `.`.

    `formulas` {id of a computed value: its text}, which stands for it wherever it is named; `codes` {id of a field:
    {title: code}}; `repeats` are the names of repeats, which can only be counted.
    """

    ids: Mapping[str, str]
    fields: Mapping[str, Field]
    more: frozenset[str] = frozenset()
    here: str = ""
    formulas: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repeats: frozenset[str] = frozenset()


def plain(text: str, scope: Scope) -> str:
    """The tokens as Python writes them; functions get a name of their own, for `not` and `if` are words of Python."""
    out, place = [], 0
    text = "".join(
        part if n % 2 else part.translate(_WIDE) for n, part in enumerate(_KEPT_TEXT.split(text.strip()))
    )
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"算式里的“{text[place : place + 10]}”看不懂")
        place = found.end()
        out.append(_token(found, text[place:].lstrip().startswith("("), scope))
    return " ".join(out)


def _token(found: re.Match[str], called: bool, scope: Scope) -> str:
    if found["ref"] is not None:
        return _known(found["ref"], scope)
    if found["here"]:
        if not scope.here:
            raise ValueError("这里没有“.”所指的一格")
        return scope.here
    if word := found["word"]:
        word = _SAME.get(word, word.lower() if word.lower() in ("and", "or", "div", "mod") else word)
        if called and word not in ("and", "or", "div", "mod"):
            return CALL + re.sub("[-:]", "_", word)
        if word in ("div", "mod"):
            return "/" if word == "div" else "%"
        return word if word in _KEPT else _known(word, scope)
    sign: str = found["sign"] or ""
    return {"=": "==", "<>": "!="}.get(sign, sign) or found["text"] or found["number"]


def _known(name: str, scope: Scope) -> str:
    key = scope.ids.get(name, name)
    if name in scope.repeats:
        return REPEAT
    if key not in scope.fields and key not in scope.more and key not in scope.formulas:
        raise ValueError(f"没有“{name}”这个栏目")
    return key
