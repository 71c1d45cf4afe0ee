"""A ledger described: the shape of `resources/templates/*.toml`, read strictly."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cached_property
from typing import Any, Literal

import msgspec

Need = Literal["create", "submit", "when", "optional", "auto"]
KINDS = (
    "text longtext enum enums date month money area number int percent year bool "
    "org person phone uscc project_code doc_no region rounds pauses"
).split()
SCALES = {"money": 6, "area": 4}  # 分 -> 万元, 1/10000 亩 -> 亩
LIMIT_BYTES = 512 * 1024

# What an expression may name besides the fields of its row.
COMMON_NAMES = frozenset("campaign_start campaign_end division sealed standing files".split())
ENTRY_NAMES = COMMON_NAMES | frozenset("n_items n_open n_done n_accepted n_overdue n_unknown".split())
ITEM_NAMES = COMMON_NAMES | frozenset(
    "code named due upper_due clock stage holder paused paused_since".split()
)
# Grid columns that are worked out when the list is read.
GRID_NAMES = frozenset("left stage due holder waiting files cause deadline no standing".split())


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
    """One cell of a row. `need`: create = before storing, submit = before signing, when = if `when` holds."""

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


class Upper(Strict, frozen=True):
    """The superior's limit, shown beside the banner's."""

    workdays: int | None = None
    starts: str = ""
    clause: str = ""


class Clock(Strict, frozen=True):
    """A limit in working days. It runs from the field `starts` to the earliest filled field of `stops`.

    `workdays` 0 with `promise` naming a field: the number stands in the row. `cause` names which red it makes.
    `after` names the clock that must have stopped before this one (cascade). A clock with `until` has no
    working days: its due day is the date in that field (of the item, else of the entry).
    """

    id: str
    title: str
    starts: str = ""
    stops: tuple[str, ...] = ()
    until: str = ""
    cause: str = "审批超期"
    workdays: int = 0
    promise: str = ""
    when: str = ""
    after: str = ""
    holder: str = "手续部门"
    pausable: bool = False
    clause: str = ""
    note: str = ""
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
    """A value the program works out from the others."""

    id: str
    title: str
    expr: str
    clause: str = ""


class Sublist(Strict, frozen=True):
    """A list that an entry is on while `expr` holds."""

    id: str
    title: str
    expr: str
    clause: str = ""


class Check(Strict, frozen=True):
    """A cross-field check: `expr` true means there is something to say.

    error: refused while typing; gap: to be put right before signing (decision 9); warn: said only.
    """

    id: str
    scope: Literal["entry", "item"]
    expr: str
    text: str
    field: str = ""
    level: Literal["error", "gap", "warn"] = "warn"
    clause: str = ""


class Disposal(Strict, frozen=True):
    """A route of disposal, with the evidence it asks for."""

    id: str
    title: str
    scope: Literal["entry", "item"]
    needs: tuple[str, ...] = ()
    clause: str = ""
    note: str = ""


class Closing(Strict, frozen=True):
    """A named event by which an entry or an item leaves, and what it must carry.

    `to` kept: the clock stops, the row stays on the ledger. A need `doc_no|scan` means one of the two.
    """

    id: str
    title: str
    scope: Literal["entry", "item"]
    to: Literal["approved", "started", "removed", "corrected", "open", "kept"]
    bases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    second_person: bool = False
    clause: str = ""
    note: str = ""


class Cadence(Strict, frozen=True):
    """Reports due at the end of every period, from `first` until `until` inclusive."""

    every: Literal["旬", "半月", "月"]
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


_SINGULAR = {
    "fields": "field",
    "groups": "group",
    "items": "item",
    "clocks": "clock",
    "pauses": "pause",
    "dates": "date",
    "sublists": "sublist",
    "checks": "check",
    "disposals": "disposal",
    "closings": "closing",
    "cadences": "cadence",
    "signoffs": "signoff",
    "conflicts": "conflict",
    "owners": "owner",
}


class Template(Strict, frozen=True, rename=_SINGULAR):
    """One ledger, whole."""

    id: str
    title: str
    version: str
    campaign: str
    plan: str
    starts: dt.date
    ends: dt.date
    kind_code: str
    start_year: int
    print: PrintForm
    fields: tuple[Field, ...]
    clause: str = ""
    groups: tuple[Group, ...] = ()
    codes: tuple[CodeList, ...] = ()
    items: Items | None = None
    clocks: tuple[Clock, ...] = ()
    pauses: tuple[Pause, ...] = ()
    dates: tuple[FixedDate, ...] = ()
    computed: tuple[Computed, ...] = ()
    sublists: tuple[Sublist, ...] = ()
    checks: tuple[Check, ...] = ()
    disposals: tuple[Disposal, ...] = ()
    closings: tuple[Closing, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    signoffs: tuple[Signoff, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    owners: tuple[Owner, ...] = ()
    grid: tuple[str, ...] = ()


class Loaded:
    """A template with its source text, digest and quick look-ups. Never changed after reading."""

    def __init__(self, template: Template, source: str) -> None:
        self.t = template
        self.source = source
        self.digest = hashlib.sha256(source.encode()).hexdigest()
        self.derived: dict[str, Any] = {}  # what rules and clocks work out once

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {f.id: f for f in self.t.fields}

    @cached_property
    def item_fields(self) -> dict[str, Field]:
        return {f.id: f for f in self.t.items.fields} if self.t.items else {}

    @cached_property
    def presets(self) -> dict[str, Preset]:
        return {p.code: p for p in self.t.items.presets} if self.t.items else {}

    @cached_property
    def codes(self) -> dict[str, CodeList]:
        return {c.id: c for c in self.t.codes}

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        return {c.id: c for c in self.t.clocks}

    @cached_property
    def scales(self) -> dict[str, int]:
        """Decimal places between the stored integer and its unit, by field id."""
        return {f.id: SCALES[f.kind] for f in self.t.fields if f.kind in SCALES}

    @cached_property
    def item_scales(self) -> dict[str, int]:
        return {f.id: SCALES[f.kind] for f in self.item_fields.values() if f.kind in SCALES}

    def preset_of(self, code: str) -> Preset:
        """The preset behind an item code; `M99.2` is the second item of preset `M99`."""
        return self.presets[code.partition(".")[0]]
