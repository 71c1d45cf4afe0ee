"""A ledger described: the shape of `resources/templates/*.toml`, read strictly."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cached_property
from typing import Any, Literal

from app.words.report_words import Figure, Paragraph, ReportForm, Words
from app.words.template_words import (
    Cadence,
    Check,
    CheckRound,
    Clock,
    Closing,
    Code,
    CodeList,
    Computed,
    Conflict,
    Disposal,
    Field,
    FixedDate,
    Group,
    Items,
    Need,
    Owner,
    Pause,
    Preset,
    PrintForm,
    Round,
    Signoff,
    Stage,
    StartChoice,
    Step,
    Strict,
    Sublist,
    Upper,
)

__all__ = [
    "Cadence",
    "Check",
    "CheckRound",
    "Clock",
    "Closing",
    "Code",
    "CodeList",
    "Computed",
    "Conflict",
    "Disposal",
    "Field",
    "Figure",
    "FixedDate",
    "Group",
    "Items",
    "Loaded",
    "Need",
    "Owner",
    "Paragraph",
    "Pause",
    "Preset",
    "PrintForm",
    "ReportForm",
    "Round",
    "Signoff",
    "Stage",
    "StartChoice",
    "Step",
    "Sublist",
    "Template",
    "Upper",
    "Words",
]
KINDS = (
    "text longtext enum enums date month money area number int percent year bool "
    "org person phone uscc project_code doc_no region row rounds pauses"
).split()
SCALES = {"money": 6, "area": 4}  # 分 -> 万元, 1/10000 亩 -> 亩
LIMIT_BYTES = 512 * 1024

# What an expression may name besides the fields of its row.
COMMON_NAMES = frozenset("campaign_start campaign_end division sealed standing files".split())
ENTRY_NAMES = COMMON_NAMES | frozenset("n_items n_open n_done n_accepted n_overdue n_unknown".split())
ITEM_NAMES = COMMON_NAMES | frozenset(
    "code named due upper_due clock stage holder paused paused_since".split()
)
# What the deed of a closing was given, for its `writes`.
DEED_WORDS = ("on", "doc", "basis", "reason", "detail", "policy", "conclusion", "targets", "evidence")
# Grid columns that are worked out when the list is read.
GRID_NAMES = frozenset(
    "light left stage due holder waiting files cause deadline no standing sublists items".split()
)


_SINGULAR = {
    "fields": "field",
    "groups": "group",
    "items": "item",
    "stages": "stage",
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
    "figures": "figure",
    "reports": "report",
}


class Template(Strict, frozen=True, rename=_SINGULAR):
    """One ledger, whole.

    `base`: an entry counts in the base (基数) while this holds; it may name fields and `n_open`. Without it, while
    an item is open. `stages`: where an entry stands of which no open item speaks (a ledger without items: always).
    `nature` register: a running list (complaints, meetings, notices) that nobody seals. `serves` are the papers the
    program files here ("reports", "supervision", "informing", "recheck", "complaints"), or that it reads names in
    ("directory"). While `locks` holds for a row, its frozen fields stay as they are.
    """

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
    format: int = 1
    clause: str = ""
    base: str = ""
    groups: tuple[Group, ...] = ()
    codes: tuple[CodeList, ...] = ()
    items: Items | None = None
    round: CheckRound | None = None
    stages: tuple[Stage, ...] = ()
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
    nature: Literal["campaign", "register"] = "campaign"
    serves: tuple[str, ...] = ()
    locks: str = ""
    words: Words = Words()
    figures: tuple[Figure, ...] = ()
    reports: tuple[ReportForm, ...] = ()


class Loaded:
    """A template with its source text, digest and quick look-ups. Never changed after reading."""

    def __init__(self, template: Template, source: str, under: tuple[str, ...] = ()) -> None:
        """`under`: digests of the templates that this one lies over, the nearest first."""
        self.t = template
        self.source = source
        self.under = under
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
    def computed(self) -> dict[str, Computed]:
        return {c.id: c for c in self.t.computed}

    def closings(self, scope: str, *to: str) -> list[Closing]:
        """The named events of this scope that lead to one of `to`, in the template's order."""
        return [c for c in self.t.closings if c.scope == scope and c.to in to]

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
