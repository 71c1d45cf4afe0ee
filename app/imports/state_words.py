"""What the words of a matter's cell say about its state; only words known to mean it close a matter (decision 13)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from app.storage.paths import RESOURCES
from app.values import kinds

STATES = ("办结", "在办", "未办", "不需办", "待核")
CLOSING = frozenset({"办结", "不需办"})
_FIRST = re.compile("[(,;。:]")
_WHEN = re.compile(r"^(?:于|在)?(?:19|20)\d{2}年(?:\d{1,2}月(?:份|底|初|[上中下]旬)?)?(?:的时候)?")
_LABELS = (
    "文号 批文 批文号 批复号 批复文号 批准文号 证号 证书号 证书编号 许可证号 备案号 登记号 登记编号 编号 回执 回执号 "
    "批复 批准 核发 审批 出具 "
    "文件 时间 日期 批复时间 批复日期 批准时间 办结时间 办结日期 取得时间 见附件 附后 有批复 有证 于 为 是 号 年 月 日 份 第"
)
_OFFICE = r"[^\W\d_未待已不无需补但拟将被退撤驳失废过]{0,12}(?:分局|局|委|厅|部|部门|政府|中心|盟|旗|区|市)"
_DOUBT = re.compile("[但未待已正拟将]|需(?!要?办)")
_PLANNED = re.compile("预计|计划|拟|争取|力争|即将|前|底|未|待|后|限|目标|月")
_SOON = re.compile(
    "已?(?:基本|即将|将于?|快要|预计|争取|力争|部分|大部分).{0,20}(?:办结|办完|办理|办好|完成|完毕|批复|取得)|"
    ".{0,14}(?:底前|月前|日前|年前|之前)(?:办结|办完|完成|取得|批复)"
)
_ADVERB = re.compile("^(?:目前|当前|现(?=已)|暂时|均|都|全部|仍|现状)+")
_PAPER = re.compile("(?:报告|报告书|报告表|方案|论证|评估|材料)(?:完毕|完成)?$")
"""A paper that is finished is not yet an approval: 已完成水保方案."""
_ANSWER = re.compile("批|核准|备案|许可|同意|办|领|核发")
_PART = re.compile(r"已?(?:完成|办理)(?:进度)?约?\d{1,2}(?:\.\d+)?%")
_OPEN = (
    ("待核", re.compile("待核|待查|待定|待确认|核实中|未核实")),
    (
        "未办",
        re.compile(
            "未(?!涉|占|知|见)|尚未|暂未|还未|没有?(?=办|批|取|申|开|报|完|委|编)|缺(?:少|失|手续|证)"
        ),
    ),
    (
        "在办",
        re.compile(
            "(?:.{0,8}(?:办理|办结|批复|审批|申报|编制|评审|公示|审查|受理|准备|推进|组件|报批|完善|整改|补正|补办|变更|协调|对接)(?:过程)?(?:之)?中"
            "|.{0,8}阶段)$|正在|在办|办理中|审批中|待批|待审|正(?=在|办|申|编|审|评|组|报|走|准|履|补|推)"
        ),
    ),
)


class Said(NamedTuple):
    """A state, and whether the words say just that; what is not `plain` is shown to the clerk."""

    state: str
    plain: bool


@functools.cache
def lists() -> dict[str, tuple[str, ...]]:
    """The lists of resources/words/states.toml by their names, every word as a key."""
    tree = tomllib.loads((RESOURCES / "words" / "states.toml").read_text("utf-8"))
    return {name: tuple(kinds.name_key(word) for word in words) for name, words in tree.items()}


class StateWords:
    """The words of one template: `known` {word: state} wins over the general lists, `things` name its matters."""

    def __init__(self, known: Mapping[str, str] | None = None, things: Iterable[str] = ()) -> None:
        words = lists()
        self.known = {word: state for state in STATES for word in (*words[state], state)}
        self.known |= {kinds.name_key(word): state for word, state in (known or {}).items()}
        self._things = frozenset((*words["证件"], *(kinds.name_key(thing) for thing in things)))
        self._sizes = sorted({len(thing) for thing in self._things} - {0})
        thing, deed, step = _any(self._things), _any(words["动作"]), _any(words["步骤"])
        self._done = re.compile(
            f"(?:{thing})*+(?:均|都|全部)?已经?(?:全部|均|都)?(?>{deed})了?(?:{thing})*+"
            f"(?:(?:并且?|且|和|及)已?(?>{deed})(?:{thing})*+)*+(?:完毕|完成)?"
        )
        self._spared = re.compile(
            "(?:本?项目)?(?:不需要?|无需|无须|不用|不必|不涉及|未涉及|免于?|豁免|不占用?|未占用?|不适用|不属于?)"
            f"(?:再|另行)?(?:办理?|报批|审批|审查|编制|征占用?|占用|使用)?(?:{thing}|林草地|耕地|基本农田|范围|情形|内容)*+(?:办理)?"
        )
        self._step = re.compile(f"已经?(?:完成|通过|做完|进行|组织)?了?(?:{step})")
        self._claim = re.compile(
            f"已经?(?:全部)?(?:办(?!理中)|批(?!次)|取得(?!受理|初审)|核发|获|领|核准|备案)|已经?(?:完成|通过)(?!{step})|办理?完毕|不需|无需|"
            "不涉及|免办|豁免|获批"
        )
        self._lapse = re.compile(f"(?:{_any(words['不算'])})")
        self._remark = re.compile(
            rf"(?>{_any(_LABELS.split())}|[(),;。:、0-9a-z\-_./]|{_OFFICE}(?:{deed})?)*+"
        )

    def said(self, text: str) -> Said | None:
        """What a text says, without its document number and day; None where it is not certain."""
        key = kinds.name_key(text.replace("\n", ","))
        if key in self.known:
            return Said(self.known[key], True)
        plain = _WHEN.sub("", key)
        cut = _FIRST.search(plain)
        head, rest = (plain[: cut.start()], plain[cut.start() :]) if cut else (plain, "")
        found = self._head(head)
        if found is None:
            return None
        if not self._bears(found.state, rest):
            return None
        exact = found.plain and plain == key and (not rest or found.state == "办结")
        return Said(found.state, exact)

    def claims(self, text: str) -> bool:
        """Whether a text claims that something is done or spared."""
        return self._claim.search(kinds.name_key(text)) is not None

    def begun(self, text: str) -> int:
        """How many characters at the beginning of `text` are a word for a state (`已批复` before a 文号)."""
        words = (*self.known, *lists()["不算"])
        return max((len(w) for w in words if len(w) > 1 and text.startswith(w)), default=0)

    def _head(self, head: str) -> Said | None:
        """The first clause: a word of the lists, else one put together of their parts."""
        if head in self.known:
            return Said(self.known[head], True)
        head = _ADVERB.sub("", head) or head
        owns = self._owns(head)
        for own in owns:
            if own in self.known and (len(own) > 1 or own == head):
                papers = (
                    self.known[own] == "办结" and _PAPER.search(head[: -len(own)]) and not _ANSWER.search(own)
                )
                return None if papers else Said(self.known[own], False)
        if any(map(self._lapse.match, owns)):
            return None if self._claim.search(head) else Said("未办", False)
        if self._done.fullmatch(head):
            return None if _PAPER.search(head) and not _ANSWER.search(head) else Said("办结", False)
        if any(map(self._spared.fullmatch, owns)):
            return Said("不需办", False)
        if _PART.fullmatch(head) or any(map(_SOON.fullmatch, owns)):
            return Said("在办", False)
        return next((said for said in map(self._open, owns) if said), None)

    def _owns(self, head: str) -> list[str]:
        """What is left of a clause without the names of matters and papers it begins with, the least first."""
        ends = {0}
        for at in range(len(head)):
            if at in ends:
                ends.update(at + size for size in self._sizes if head[at : at + size] in self._things)
        return [head[at:] for at in sorted(ends, reverse=True) if at < len(head)]

    def _open(self, head: str) -> Said | None:
        """A clause that begins like an open state; that costs nothing, as an open matter stays in the count."""
        if found := self._step.match(head):
            return self._unless_claimed("在办", head[found.end() :])
        begun = [w for w, s in self.known.items() if s not in CLOSING and len(w) > 1 and head.startswith(w)]
        if word := max((w for w in begun if w not in ("没有", "无关")), key=len, default=""):
            return self._unless_claimed(self.known[word], head[len(word) :])
        for state, pattern in _OPEN:
            if found := pattern.match(head):
                denied = state == "未办"  # 尚未办结: what follows is what is lacking
                return Said(state, False) if denied else self._unless_claimed(state, head[found.end() :])
        return None

    def _unless_claimed(self, state: str, rest: str) -> Said | None:
        return Said(state, False) if self._bears(state, rest) else None

    def _bears(self, state: str, rest: str) -> bool:
        """Whether what follows leaves the state standing: after a closing one hardly anything does."""
        if not rest:
            return True
        if state == "办结":
            return self._remark.fullmatch(rest) is not None
        if state == "不需办":
            return _DOUBT.search(re.sub("已(?:豁免|核实|确认)", "", rest)) is None
        done = ("办结" in rest or "获批" in rest) and not _PLANNED.search(rest)
        return not done and self._claim.search(rest) is None


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(w) for w in {*words} if w), key=len, reverse=True))
