"""Cells of approval matters: what they say about the state, and what √ × / mean on this sheet."""

from __future__ import annotations

import contextlib
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rapidfuzz import process

from app import codes, dates, kinds, wording
from app.cells import Cell
from app.paths import RESOURCES
from app.problem import Problem
from app.templates import Loaded

STATES = ("办结", "在办", "未办", "不需办", "待核")
MARKS: dict[str, str] = {
    **dict.fromkeys("√✓✔☑✅∨vV", "√"),
    **dict.fromkeys("×✗✘✕╳☒Xx❌ⅹ", "×"),
    **dict.fromkeys("/／\\＼|", "/"),
    **dict.fromkeys(("-", "--", "—", "——", "－", "–", "─"), "—"),
    **dict.fromkeys("○〇◯", "○"),
    **dict.fromkeys("●◆■★", "●"),
    **dict.fromkeys("△▲", "△"),
    **dict.fromkeys("是Yy", "是"),
    **dict.fromkeys("否Nn", "否"),
}
"""Spellings of a mark -> the mark."""
USUAL = {"√": "办结", "×": "未办", "/": "不需办", "是": "办结", "否": "未办"}
"""What `--yes` takes where the sheet does not say (decision 13)."""
BLANK_MARK = "—"
"""A dash that the sheet does not explain is an empty cell."""
_RESULTS = {
    "不予许可": re.compile("不予(?:许可|批准|批复|审批|核准)|未予许可|被否决|否决"),
    "撤回": re.compile("撤回|撤件|撤销申请|申请撤销"),
}
_LONGEST = 300
_REFUSED = re.compile("|".join(p.pattern for p in _RESULTS.values()))
_HINTS = (
    ("不需办", re.compile("^(?:不需|无需|无须|不涉及|不用|免|豁免|未涉及|不占)")),
    ("待核", re.compile("^(?:待核|待查|待定|待确认|核实中|未核实)")),
    ("未办", re.compile("^(?:未|尚未|没有|没办|暂未|还未|无$|缺)")),
    (
        "在办",
        re.compile(
            "^(?:正在|在办|正|办理中|审批中|待批|已(?:受理|上报|提交|报送|申报|转报|报件|组件))|(?:中|阶段)$"
        ),
    ),
    ("办结", re.compile("^(?:已|完成|办结|取得|批复|获)|(?:完毕|办结)$")),
)
_DOC = re.compile(
    r"[^\s，,；;。:：（）()]*[\[(（【〔［{〈]\s*(?:19|20)\d{2}\s*年?\s*[\])）】〕］}〉]\s*第?\s*[\w-]*\d+\s*号?"
)
_DAY = re.compile(r"(?:19|20)\d{2}\s*(?:年|[-./])\s*\d{1,2}\s*(?:月|[-./])\s*\d{1,2}\s*日?")
_MARK_SIGNS = "√✓✔☑×✗✘✕╳☒XxVv/／\\○〇◯●△▲★—－-"
_QUOTE = "[“”\"'「」『』‘’（(]?"
_MEANS = re.compile(
    rf"{_QUOTE}([{re.escape(_MARK_SIGNS)}]){_QUOTE}[）)]?\s*(?:表示|代表|为|指|即|是|意为|:|：|=|＝)\s*"
    rf"[“\"「]?([\u4e00-\u9fff]{{1,10}})"
)
_MADE_BY = re.compile(
    rf"([\u4e00-\u9fff]{{2,10}}?)(?:的|者|手续|项目)?(?:请)?(?:打|划|画|填写|填|用|标注|标|以|写)\s*{_QUOTE}([{re.escape(_MARK_SIGNS)}]){_QUOTE}"
)
_CLAUSES = re.compile("[，,；;。\n]|\\d[.、．]")


@dataclass(frozen=True)
class Question:
    """A mark in one column that the sheet does not explain. `usual` is what `--yes` would take."""

    column: str
    target: str
    mark: str
    count: int
    usual: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Legend:
    """What marks mean: by the sheet's own note, by answers for the whole file or one column."""

    noted: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    by_column: dict[str, dict[str, str]] = field(default_factory=dict)

    def meaning(self, mark: str, column: str, target: str) -> str:
        """A state, '' where nobody has said."""
        own = self.by_column.get(column) or self.by_column.get(target) or {}
        return own.get(mark) or self.noted.get(mark) or self.answered.get(mark) or ""


def legend(texts: Iterable[str], answers: Mapping[str, Any] | None = None) -> Legend:
    """Read the notes of a sheet: “√”表示已办理. `answers` is {mark: state} or {column or code: {mark: state}}.

    Raises Problem E_ANSWER for a state that does not exist.
    """
    found = Legend()
    for text in texts:
        for mark, word in _MEANS.findall(text):
            _note(found, mark, word)
        for clause in _CLAUSES.split(text):
            for word, mark in _MADE_BY.findall(clause):
                _note(found, mark, word)
    for key, value in (answers or {}).items():
        if isinstance(value, Mapping):
            found.by_column[key] = {MARKS.get(str(m), str(m)): _state_given(s) for m, s in value.items()}
        else:
            found.answered[MARKS.get(key, key)] = _state_given(value)
    for word, mark in (("是", "√"), ("否", "×")):
        if mark in found.answered:
            found.answered.setdefault(word, found.answered[mark])
    return found


def _note(found: Legend, mark: str, word: str) -> None:
    state = _state_of_word(word)
    if state:
        found.noted.setdefault(MARKS.get(mark, mark), state)


def _state_given(word: object) -> str:
    if word in STATES:
        return str(word)
    state = _state_of_word(str(word))
    if not state:
        raise Problem("E_ANSWER", f"办理情况没有“{word}”，应为 {'、'.join(STATES)}", near=list(STATES))
    return state


def _state_of_word(word: str) -> str:
    key = kinds.name_key(word)
    words = _state_words()
    if key in words:
        return words[key]
    if begun := max((w for w in words if len(w) > 1 and key.startswith(w)), key=len, default=""):
        return words[begun]
    return next((state for state, hint in _HINTS if hint.search(key)), "")


@functools.cache
def _state_words() -> dict[str, str]:
    """Key of every spelling -> state."""
    tree = tomllib.loads((RESOURCES / "words" / "states.toml").read_text("utf-8"))
    return {kinds.name_key(word): state for state in STATES for word in (*tree[state], state)}


@dataclass(frozen=True)
class Matter:
    """A matter's cell read. `mark` is set instead of a state where only the legend can tell."""

    cells: dict[str, Any]
    note: str = ""
    mark: str = ""


class MatterReader:
    """Reads the cells of matter columns for one template."""

    def __init__(self, loaded: Loaded) -> None:
        self._fields = loaded.item_fields
        self._words = dict(_state_words())
        field_ = loaded.item_fields.get("state")
        listed = loaded.codes.get(field_.choices) if field_ and field_.choices else None
        for code in listed.codes if listed else ():
            words = [w for w in (code.code, code.title, *code.words) if w]
            if code.code in STATES:
                self._words.update((kinds.name_key(word), code.code) for word in words)

    def read(self, cell: Cell) -> Matter:
        """One cell. An empty one is 待核 (decision 13). Raises Problem E_STATE with near states."""
        text = wording.clean(cell) if isinstance(cell, str) else _as_text(cell)
        if not text:
            return Matter({"state": "待核"})
        if text in MARKS:
            return Matter({}, mark=MARKS[text])
        return self._words_of(text)

    def _words_of(self, text: str) -> Matter:
        rest, extra = self._taken_out(text)
        key = kinds.name_key(_shorn(rest))
        state = self._words.get(key) or self._words.get(kinds.name_key(text))
        note = ""
        if not state and not key and "doc_no" in extra:
            state, note = "办结", f"“{text}”只有文号，读作“办结”"
        if not state and key in ("", *MARKS) and "d_done" in extra:
            state, note = "办结", f"“{text}”只有日期，读作“办结”"
        if not state and (mark := MARKS.get(_shorn(rest))):
            return Matter(self._known(extra), "", mark)
        if not state and _REFUSED.search(text):
            state = "在办"
        if not state:
            state = self._by_hint(key)
            note = f"“{text}”读作“{state}”" if state else ""
        if not state:
            raise _unknown(text, self._words)
        return Matter(self._known({"state": state} | extra | self._result(state, text)), note)

    def _by_hint(self, key: str) -> str:
        begun = max((w for w in self._words if len(w) > 1 and key.startswith(w)), key=len, default="")
        for state, hint in _HINTS[:3]:
            if hint.search(key):
                return state
        if begun:
            return self._words[begun]
        return next((state for state, hint in _HINTS[3:] if hint.search(key)), "")

    def _taken_out(self, text: str) -> tuple[str, dict[str, Any]]:
        """The text without its document number and date, and those two."""
        extra: dict[str, Any] = {}
        text = text[:_LONGEST]
        if found := _DOC.search(text):
            extra["doc_no"] = codes.doc_no(found[0])
            text = text[: found.start()] + text[found.end() :]
        if found := _DAY.search(text):
            with contextlib.suppress(Problem):
                extra["d_done"] = dates.read(found[0]).on.isoformat()
                text = text[: found.start()] + text[found.end() :]
        return text, extra

    def _result(self, state: str, text: str) -> dict[str, Any]:
        """不予许可 and 撤回 stop the clock but stay 在账 (decision 6)."""
        for result, pattern in _RESULTS.items():
            if state in ("办结", "在办", "未办") and pattern.search(text):
                return {"state": "在办", "result": result}
        return {}

    def _known(self, cells: dict[str, Any]) -> dict[str, Any]:
        if cells.get("state") not in (None, "办结"):
            cells.pop("d_done", None)
        return {k: v for k, v in cells.items() if k in self._fields or k == "state"}


def _shorn(text: str) -> str:
    """`已批复（ ）`, `已办结，文号：` -> the words alone."""
    line = wording.one_line(text)
    line = re.sub(r"[(（\[【]\s*[)）\]】]", "", line)
    line = re.sub(r"[(（]\s*(?:批复|文号|文件|编号)?[:：]?\s*[)）]?$|^[)）]", "", line)
    line = (
        re.sub(r"[，,；;。:：、\s]*(?:(?:批复|批准)?(?:文号为?|文件号?|编号))?\s*[:：]?\s*$", "", line)
        or line
    )
    return line.strip(" ，,；;。.:：、于()（）")


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return cell if isinstance(cell, str) else cell.isoformat()[:10]


def _unknown(text: str, words: Mapping[str, str]) -> Problem:
    near = process.extract(kinds.name_key(text), list(words), limit=5, score_cutoff=40)
    states = list(dict.fromkeys(words[w] for w, _, _ in near))[:3] or list(STATES)
    return Problem(
        "E_STATE",
        f"看不出“{text}”是什么办理情况，应为 {'、'.join(STATES)}（可带文号）",
        field="state",
        raw=text,
        near=states,
    )
