"""The words a template is written in: one struct a part."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Need = Literal["create", "submit", "when", "optional", "auto"]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every part of a template: unknown keys are refused."""


class Code(Strict, frozen=True):
    """One entry of a code list. `words` are other spellings met in workbooks."""

    code: str
    title: str = ""
    words: tuple[str, ...] = ()
    clause: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        return self.title or self.code


class CodeList(Strict, frozen=True, rename={"codes": "code"}):
    id: str
    title: str
    codes: tuple[Code, ...]
    clause: str = ""


class Group(Strict, frozen=True):
    """A merged head over several columns."""

    id: str
    title: str


class Field(Strict, frozen=True):
    """One cell of a row. `need`: create = before storing, submit = before signing, when = if `when` holds.

    Of kind `row` the cell holds the 台账编号 of a row of another ledger; `ledgers` are the templates it may be of
    (empty: any), and with `follows` this row is the same project as that one and goes the way it goes. `was` are the ids
    it had in earlier versions: what stood there stays when a ledger goes over to this one.
    """

    id: str
    title: str
    kind: str
    group: str = ""
    need: Need = "optional"
    when: str = ""
    choices: str = ""
    words: tuple[str, ...] = ()
    unit: str = ""
    max: int | None = None
    min: int | None = None
    pattern: str = ""
    owner: str = ""
    frozen: bool = False
    private: bool = False
    hint: str = ""
    default: str = ""
    width: float = 20.0
    clause: str = ""
    ledgers: tuple[str, ...] = ()
    follows: bool = False
    was: tuple[str, ...] = ()


class Preset(Strict, frozen=True):
    """One member of the item code list (an approval matter)."""

    code: str
    title: str
    dept: str = ""
    always: bool = False
    named: bool = False
    words: tuple[str, ...] = ()
    clause: str = ""


class Round(Strict, frozen=True):
    """How a submission starts again: `again` set empties `keeps` into the list field `into`.

    The clocks read `starts` as the day of the present round.
    """

    into: str
    starts: str
    again: str
    keeps: tuple[str, ...]
    clause: str = ""


class Stage(Strict, frozen=True):
    """Where an item stands; the first stage whose `when` holds is the item's.

    `holder` names whose turn it is (empty: nobody's). `since` lists fields, the first filled one dates it.
    `clock`: run = the clocks decide, stopped = not the office's turn any more, closed = over, none = no clock.
    """

    title: str
    when: str
    holder: str = ""
    since: tuple[str, ...] = ()
    clock: Literal["run", "stopped", "closed", "none"] = "none"
    accepted: bool = False
    clause: str = ""


class Items(Strict, frozen=True, rename={"fields": "field", "presets": "preset", "stages": "stage"}):
    """The child rows of an entry."""

    title: str
    fields: tuple[Field, ...]
    presets: tuple[Preset, ...]
    clause: str = ""
    stages: tuple[Stage, ...] = ()
    round: Round | None = None


class StartChoice(Strict, frozen=True):
    """A day a clock may be counted from where its clause names none; an office chooses between them."""

    field: str
    title: str
    why: str = ""


class Upper(Strict, frozen=True):
    """The superior's limit, shown beside the banner's."""

    workdays: int | None = None
    starts: str = ""
    clause: str = ""


class Clock(Strict, frozen=True, rename={"choices": "choice"}):
    """A limit in working days. It runs from the field `starts` to the earliest filled field of `stops`.

    `choices` are the starts an office may set instead (the first is `starts` itself, the default).

    `holder` is who answers for it, `cause` names which red it makes. `workdays` 0 with `promise` naming a field:
    the number stands in the row. `after` names the clock that must have stopped before this one (cascade).
    A clock with `until` has no working days: its due day is the date in that field (of the item, else of the entry).
    """

    id: str
    title: str
    starts: str = ""
    stops: tuple[str, ...] = ()
    until: str = ""
    cause: str = "超期"
    workdays: int = 0
    promise: str = ""
    when: str = ""
    after: str = ""
    holder: str = ""
    pausable: bool = False
    clause: str = ""
    note: str = ""
    choices: tuple[StartChoice, ...] = ()
    upper: Upper | None = None


class Pause(Strict, frozen=True):
    reason: str
    clause: str = ""


class FixedDate(Strict, frozen=True):
    """A date the plan itself sets. Never rolled to another day."""

    id: str
    on: dt.date
    who: str
    what: str
    clause: str
    level: str = "旗"
    note: str = ""


class Computed(Strict, frozen=True):
    """A value of an entry that the program works out from the others when the list is read, in SQL.

    `kind` says how it is shown; empty: text, int or bool as the expression gives. `places`: rounded to so many decimals;
    `unit` stands in its head, `group` above it; `width` is that of its printed column.

    With `rank` it is the place that `expr` has among the rows of the ledger that agree in the fields `within`: most, the
    largest is first; least, the smallest; last, only whether none is smaller and one is larger (末位). Equal ones share
    a place, a row without the value has none (app.ranking).
    """

    id: str
    title: str
    expr: str
    kind: str = ""
    group: str = ""
    unit: str = ""
    places: int | None = None
    width: float = 14.0
    rank: Literal["", "most", "least", "last"] = ""
    within: tuple[str, ...] = ()
    clause: str = ""


class Sublist(Strict, frozen=True):
    """A list that an entry in 在账 is on while `expr` holds, of itself or (scope item) of one of its open items.

    `chip` is the short word of its filter chip; empty: no chip.
    """

    id: str
    title: str
    expr: str
    scope: Literal["entry", "item"] = "entry"
    chip: str = ""
    clause: str = ""


class Check(Strict, frozen=True):
    """A cross-field check: `expr` true means there is something to say.

    error: refused while typing; gap: to be put right before signing (decision 9); warn: said only.
    With `alike` it speaks of rows that agree with another one in all of these fields: of this ledger, or of an own one
    made from a template of `ledgers`; a blank agrees with nothing (app.twins).
    """

    id: str
    scope: Literal["entry", "item"]
    expr: str
    text: str
    field: str = ""
    level: Literal["error", "gap", "warn"] = "warn"
    clause: str = ""
    alike: tuple[str, ...] = ()
    ledgers: tuple[str, ...] = ()


class Disposal(Strict, frozen=True):
    """A route of disposal: `explain` says of a row whose `field` says `title` which fields of `needs` it still lacks.

    `a|b` means one of the two.
    """

    id: str
    title: str
    scope: Literal["entry", "item"]
    field: str = "disposal"
    needs: tuple[str, ...] = ()
    clause: str = ""
    note: str = ""


class Closing(Strict, frozen=True):
    """A named event by which an entry or an item leaves or comes back, what it must carry and what it writes.

    `to` kept: the clock stops, the row stays on the ledger. `when`: what must hold before, else `otherwise` is said;
    `A，或B，so C` names a reason for each of its conditions in their order, and only those that fail are said.
    `needs`: fields filled in the row, or `scan`, `reason`, `evidence` given with the deed; `doc_no|scan` means
    one of the two. `wants`: the same, reminded of when lacking, never refused. `writes`: field = text, or one of the
    deed's words (`{on}`, see DEED_WORDS).
    `confirms`: code of what `{targets}` names = the date field of its confirmation; the row leaves when each
    target chosen has confirmed. `back`: what 恢复 writes again, '' empties the cell.
    """

    id: str
    title: str
    scope: Literal["entry", "item"]
    to: Literal["approved", "started", "removed", "corrected", "open", "kept"]
    bases: tuple[str, ...] = ()
    when: str = ""
    otherwise: str = ""
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    second_person: bool = False
    writes: dict[str, str] = {}
    confirms: dict[str, str] = {}
    back: dict[str, str] = {}
    clause: str = ""
    note: str = ""


class Cadence(Strict, frozen=True):
    """Reports due at the end of every period, from `first` until `until` inclusive.

    `days` are the days of the month they fall due on, one for each period of a month; 31 is the last day.
    Empty: 10, 20, last (旬); 15, last (半月); last (月). `proof` bundle: a bundle of the ledger sent in the period is
    the report; report: the report itself, frozen and filed, `form` names its [[report]]. Without a proof nobody can
    tell whether it was made.
    """

    every: Literal["旬", "半月", "月"]
    what: str = "进展报送"
    days: tuple[int, ...] = ()
    proof: Literal["", "bundle", "report"] = ""
    form: str = ""
    first: dt.date | None = None
    until: dt.date | None = None
    to: str = ""
    clause: str = ""
    note: str = ""


class Step(Strict, frozen=True):
    """One act of a route, with what has to be recorded of it."""

    title: str
    needs: tuple[str, ...]
    note: str = ""


class Signoff(Strict, frozen=True, rename={"steps": "step"}):
    """The signatures a printed version needs, in order, and the acts that follow them."""

    id: str
    title: str
    roles: tuple[str, ...]
    lines: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    seals_upon: str = ""
    due: str = ""
    clause: str = ""


class CheckRound(Strict, frozen=True):
    """推送 → 核查 → 回传: what a 手续部门 is shown, what it fills, and how it says that a row is wrong.

    `head` are fields of the entry, read only there; `fills` fields of the item that belong to the department.
    `contest` is the field of the item that names the objection, one of its code list, `reason` the field that says why.
    """

    dept: str
    head: tuple[str, ...]
    fills: tuple[str, ...]
    contest: str
    reason: str
    clause: str = ""


class Conflict(Strict, frozen=True):
    """Two clauses that disagree, shown and never silently chosen between."""

    id: str
    title: str
    first: str
    second: str
    here: str
    why: str = ""


class PrintForm(Strict, frozen=True):
    """The printed table: columns are field ids, `M03`-style item codes, or `seq`. A group's columns stand together."""

    title: str
    columns: tuple[str, ...]
    unit_line: str = "填报单位（盖章）：{unit}"
    measure: str = "单位：万元"
    notes: tuple[str, ...] = ()
    item_group: str = ""


class Owner(Strict, frozen=True):
    id: str
    title: str
    note: str = ""
