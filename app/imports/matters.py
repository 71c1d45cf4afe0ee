"""Cells of approval matters: what they say about the state, and what √ × / mean on this sheet."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rapidfuzz import process

from app.imports.mapping import item_words
from app.imports.state_words import CLOSING, STATES, StateWords
from app.problem import Problem
from app.values import codes, dates, kinds
from app.values.cells import Cell, failed, formula_error
from app.words import wording
from app.words.templates import Loaded

__all__ = ["MARKS", "STATES", "USUAL", "Legend", "Matter", "MatterReader", "Question", "legend"]
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
DONE, BLANK_MARK = "办结", "—"
"""A dash that the sheet does not explain is an empty cell."""
_RESULTS = {
    "不予许可": re.compile("不予(?:许可|批准|批复|审批|核准)|未予许可|被否决|否决"),
    "撤回": re.compile("撤回|撤件|撤销申请|申请撤销"),
}
_LONGEST = 300
_DOC = re.compile(
    r"([^\s，,；;。:：（）()]*)[\[(（【〔［{〈]\s*(?:19|20)\d{2}\s*年?\s*[\])）】〕］}〉]\s*第?\s*[\w-]*\d+\s*号?"
)
_DAY = re.compile(r"(?:19|20)\d{2}\s*(?:年|[-./])\s*\d{1,2}\s*(?:月|[-./])\s*\d{1,2}\s*日?")
_MONTH = re.compile(r"(?:19|20)\d{2}年")
_MARK_SIGNS = "√✓✔☑×✗✘✕╳☒XxVv/／\\○〇◯●△▲★—－-"
_QUOTE = "[“”\"'「」『』‘’（(]?"
_MEANS = re.compile(
    rf"{_QUOTE}([{re.escape(_MARK_SIGNS)}]){_QUOTE}[）)]?\s*(?:表示|代表|为|指|即|是|意为|:|：|=|＝)\s*"
    rf"[“\"「]?([\u4e00-\u9fff]{{1,10}})"
)
_MADE_BY = re.compile(
    rf"([\u4e00-\u9fff]{{2,10}}?)(?:的|者|手续|项目)?(?:请)?(?:打|划|画|填写|填|用|标注|标|以|写)\s*{_QUOTE}([{re.escape(_MARK_SIGNS)}]){_QUOTE}"
)
_BEGUN = re.compile("已|未|正在|在办|待|不|即将|预计|拟|尚|被|退回|驳回|基本|部分|完成")
"""How words about the state begin: a 机关代字 does not."""
_PROCESS = re.compile("^(?:已|未|正|在|待|不|办|批|取得|完成|即将|预计|拟)")
_WORD_MARKS = "√✓✔☑✅×✗✘✕☒○〇◯●△▲"
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
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
    unclear: dict[str, str] = field(default_factory=dict)
    """Marks that the sheet explains by words nobody knows: what is usual elsewhere does not hold here."""

    def meaning(self, mark: str, column: str, target: str) -> str:
        """A state, '' where nobody has said."""
        own = self.by_column.get(column) or self.by_column.get(target) or {}
        said = own.get(mark) or self.noted.get(mark)
        return said or ("" if mark in self.unclear else self.answered.get(mark, ""))

    def usual(self, mark: str) -> str:
        """What is taken where nobody says: decision 13, and 待核 where the sheet means something else."""
        return "待核" if mark in self.unclear else USUAL.get(mark, "待核")


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
    mark = MARKS.get(mark, mark)
    if state := _state_of_word(word):
        found.noted.setdefault(mark, state)
    elif _PROCESS.match(word) and mark in ("√", "×", "○", "●", "△"):
        found.unclear.setdefault(mark, word)


def _state_given(word: object) -> str:
    if word in STATES:
        return str(word)
    state = _state_of_word(str(word))
    if not state:
        raise Problem("E_ANSWER", f"办理情况没有“{word}”，应为 {'、'.join(STATES)}", near=list(STATES))
    return state


def _state_of_word(word: str) -> str:
    said = _general().said(word)
    return said.state if said else ""


@functools.cache
def _general() -> StateWords:
    return StateWords()


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
        field_ = loaded.item_fields.get("state")
        listed = loaded.codes.get(field_.choices) if field_ and field_.choices else None
        known = {
            word: code.code
            for code in (listed.codes if listed else ())
            if code.code in STATES
            for word in (code.code, code.title, *code.words)
            if word
        }
        self._words = StateWords(known, item_words(loaded))

    def read(self, cell: Cell) -> Matter:
        """One cell. An empty one is 待核 (decision 13). Raises Problem E_STATE with near states."""
        text = wording.clean(cell) if isinstance(cell, str) else _as_text(cell)
        if not text:
            return Matter({"state": "待核"})
        if failed(text):
            raise formula_error("这一格", text)
        if text in MARKS:
            return Matter({}, mark=MARKS[text])
        return self._words_of(text)

    def _words_of(self, text: str) -> Matter:
        rest, extra = self._taken_out(text)
        shorn = _shorn(rest)
        if not shorn and extra:
            what = "文号" if "doc_no" in extra else "日期"
            return Matter(self._known({"state": "办结"} | extra), f"“{text}”只有{what}，读作“办结”")
        if mark := MARKS.get(shorn):
            if extra and USUAL.get(mark) in ("未办", "不需办"):
                raise self._unknown(text)
            return Matter(self._known(extra), "", mark)
        if refused := self._refused(text):
            return Matter(self._known({"state": "在办"} | extra | refused))
        state, plain = self._said(text, shorn)
        note = "" if plain else f"“{text}”读作“{state}”"
        if state == "办结" and "d_done" not in extra and _MONTH.search(shorn):
            note = f"{note or f'“{text}”'}，没有写到哪一天，办结日期没有填"
        return Matter(self._known({"state": state} | extra), note)

    def _said(self, text: str, shorn: str) -> tuple[str, bool]:
        """(state, whether the words say just that). Words beside a mark must not say the contrary."""
        bare = shorn.strip(_WORD_MARKS + " ")
        said = self._words.said(text) or self._words.said(bare)
        beside = {USUAL.get(MARKS[c]) for c in shorn if c in _WORD_MARKS} - {None}
        if said is None or beside - {said.state}:
            raise self._unknown(text)
        return said.state, said.plain and not beside

    def _refused(self, text: str) -> dict[str, Any]:
        """不予许可 and 撤回 stop the clock but stay 在账 (decision 6)."""
        if self._words.claims(text):
            return {}
        return next(({"result": r} for r, pattern in _RESULTS.items() if pattern.search(text)), {})

    def _taken_out(self, text: str) -> tuple[str, dict[str, Any]]:
        """The text without its document number and date, and those two."""
        extra: dict[str, Any] = {}
        text = text[:_LONGEST].translate(_DIGITS)
        if found := _DOC.search(text):
            start = found.start() + self._words.begun(found[1])
            if start > found.start() or not _BEGUN.match(found[1]):
                extra["doc_no"] = codes.doc_no(text[start : found.end()])
                text = text[:start] + text[found.end() :]
        if found := _DAY.search(text):
            with contextlib.suppress(Problem):
                extra["d_done"] = dates.read(found[0]).on.isoformat()
                text = text[: found.start()] + text[found.end() :]
        return text, extra

    def _known(self, cells: dict[str, Any]) -> dict[str, Any]:
        """What the template has of these; number and day belong to an answer, not to a matter still open."""
        if cells.get("state") not in (None, "办结") and "result" not in cells:
            cells = {"state": cells["state"]}
        elif cells.get("state") != "办结":
            cells.pop("d_done", None)
        return {k: v for k, v in cells.items() if k in self._fields or k == "state"}

    def _unknown(self, text: str) -> Problem:
        known = self._words.known
        near = process.extract(kinds.name_key(text), list(known), limit=5, score_cutoff=40)
        states = list(dict.fromkeys(known[w] for w, _, _ in near)) or ["待核", "在办", "未办"]
        states.sort(key=CLOSING.__contains__)
        if states[0] in CLOSING:
            states.insert(0, "在办")
        return Problem(
            "E_STATE",
            f"看不出“{text}”是什么办理情况，先按“待核”，请改成 {'、'.join(STATES)} 之一（可带文号）",
            field="state",
            raw=text,
            near=states[:3],
        )


def _shorn(text: str) -> str:
    """`已批复（ ）`, `已办结，文号：` -> the words alone."""
    line = wording.one_line(text).strip(" “”\"'「」【】!！")
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
