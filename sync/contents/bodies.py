"""What a received journal line may say: its shape; `values` judges each value in it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from app.words.templates import Loaded
from sync.contents import values
from sync.contents.opening_bodies import Day, OpenBody, Sha, Short, Strict, UpgradeBody, Uuid
from sync.contents.values import Cells

Standing = Annotated[
    str, Meta(pattern=r"^(open|complete|excluded|approved|started|removed|corrected|deleted)\Z")
]
Count = Annotated[int, Meta(ge=0, le=10**7)]
Counts = dict[str, dict[str, Count]]
Standings = dict[str, Standing | None]


class New(Strict):
    number: Annotated[int, Meta(ge=1, le=10**7)]
    no: Short
    cells: Cells
    items: dict[str, Cells]
    standing: Standing
    standings: dict[str, Standing]
    added: bool = False
    source: Uuid | UnsetType = UNSET


class Happening(Strict):
    id: Uuid
    kind: Annotated[str, Meta(pattern=r"^(added|restored|approved|started|removed|corrected)\Z")]
    on: Day
    facts: dict[str, Any]
    item: str | UnsetType = UNSET


class EntryBody(Strict):
    new: New | UnsetType = UNSET
    cells: Cells | UnsetType = UNSET
    items: dict[str, Cells] | UnsetType = UNSET
    gone: list[str] | UnsetType = UNSET
    standing: Standing | UnsetType = UNSET
    standings: Standings | UnsetType = UNSET
    added_items: list[str] | UnsetType = UNSET
    added: bool | UnsetType = UNSET
    was: dict[str, Any] | UnsetType = UNSET
    facts: dict[str, Any] | UnsetType = UNSET
    events: list[Happening] | UnsetType = UNSET


class Attached(Strict):
    id: Uuid
    sha256: Sha
    name: Annotated[str, Meta(pattern=r"^[^/\\\x00-\x1f]{1,255}\Z")]
    kind: Annotated[str, Meta(pattern=r"^(pdf|jpg|png|docx|xlsx)\Z")]
    size: Annotated[int, Meta(ge=1, le=200 * 1024**2)]
    on: Day
    entry_id: Uuid | UnsetType = UNSET
    version_id: Uuid | UnsetType = UNSET


class Detached(Strict):
    """An attachment taken off its row."""

    id: Uuid
    entry_id: Uuid
    name: Annotated[str, Meta(pattern=r"^[^/\\\x00-\x1f]{1,255}\Z")]


class Printed(Strict):
    id: Uuid
    number: Annotated[int, Meta(ge=1, le=10**6)]
    label: Short
    code: Annotated[str, Meta(pattern=r"^[A-Z2-7]{26}\Z")]
    on: Day
    paper: Annotated[str, Meta(pattern=r"^a[34]\Z")]
    pages: Annotated[int, Meta(ge=1, le=10**6)]
    pdf: Sha
    root: Sha
    counts: Counts
    gaps: Count
    explain: str | UnsetType = UNSET


class Signed(Strict):
    id: Uuid
    version_id: Uuid
    role: Short
    by: Short
    on: Day
    scan: Sha
    behalf: Short | UnsetType = UNSET
    pen: str | UnsetType = UNSET


class Stepped(Strict):
    """An act of the route upon a version: 政府研究, 报送盟行署."""

    id: Uuid
    version_id: Uuid
    title: Short
    on: Day
    meeting: Short | UnsetType = UNSET
    minutes_no: Short | UnsetType = UNSET
    doc_no: Short | UnsetType = UNSET
    scan: Sha | UnsetType = UNSET


class Sealed(Strict):
    version_id: Uuid
    root: Sha
    counts: Counts
    on: Day


class AttachBody(Strict):
    """`again` is the id that it had before it was taken off."""

    attach: Attached
    again: Uuid | UnsetType = UNSET


class DetachBody(Strict):
    detach: Detached


class PrintBody(Strict):
    version: Printed


class Mended(Strict):
    """Why a signature was put right, who looked at it as the second person, and what had been written."""

    was: dict[Annotated[str, Meta(pattern=r"^(by|on|behalf)\Z")], Short]
    reason: str
    second: Short


class SignBody(Strict):
    sign: Signed
    mended: Mended | UnsetType = UNSET


class StepBody(Strict):
    step: Stepped


class SealBody(Strict):
    seal: Sealed


class ImportBody(Strict):
    imported: dict[str, Any] = msgspec.field(name="import")
    not_secret: str = ""


class WithdrawBody(Strict):
    withdraw: dict[str, Any]


class RoundTold(Strict):
    """`number`, `due` and `note` when it begins, the others when it ends."""

    number: Annotated[int, Meta(ge=1, le=999)] | UnsetType = UNSET
    due: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9][0-9]-[0-9][0-9])?\Z")] | UnsetType = UNSET
    note: str | UnsetType = UNSET
    closed: bool | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    waiting: list[str] | UnsetType = UNSET


class RoundBody(Strict):
    """A check round begun or ended."""

    round: RoundTold


class PushTold(Struct):
    """What is read of a pushing; it may say more."""

    dept: Short
    rows: Count
    items: Count
    office: str
    office_name: str
    medium: str
    upto: Annotated[int, Meta(ge=0)]
    sheet: str | UnsetType = UNSET


class PushBody(Strict):
    """A part of a round that went out."""

    push: PushTold


class MergeTold(Struct):
    """What is read of a merging: up to which line of which stream it took; it may say more."""

    origin: str | UnsetType = UNSET
    withdrawn: bool | UnsetType = UNSET
    upto: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    stream: Uuid | UnsetType = UNSET


class MergeBody(Strict):
    """A merging as a whole, or that it was taken back."""

    merge: MergeTold


class ParentLine(Strict):
    stream: Uuid
    seq: Annotated[int, Meta(ge=1, le=10**14)]
    head: Sha


class ParentBody(Strict):
    """The record begun anew, naming the last line of the former one that others hold too (decision 16)."""

    parent: ParentLine


class Purged(Strict):
    """What is left of destroyed content: `lines` by seq, leaves of the row by seq, digests of destroyed files."""

    what: Annotated[str, Meta(pattern=r"^(entry|import|record)\Z")]
    lines: dict[Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,14}\Z")], dict[str, Any]]
    leaves: dict[Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,14}\Z")], Sha]
    files: list[Sha]


class PurgeBody(EntryBody, kw_only=True):
    purge: Purged


Body = (
    EntryBody | AttachBody | PrintBody | SignBody | SealBody | OpenBody | ImportBody | WithdrawBody | RoundBody
    | PushBody | MergeBody | StepBody | ParentBody | UpgradeBody | DetachBody
)  # fmt: skip
_BY_KEY: dict[str, type[Any]] = {
    "purge": PurgeBody,
    "attach": AttachBody,
    "detach": DetachBody,
    "sign": SignBody,
    "step": StepBody,
    "seal": SealBody,
    "source": OpenBody,
    "upgrade": UpgradeBody,
    "import": ImportBody,
    "withdraw": WithdrawBody,
    "version": PrintBody,
    "round": RoundBody,
    "push": PushBody,
    "merge": MergeBody,
    "parent": ParentBody,
}


def read(loaded: Loaded, told: dict[str, Any]) -> Body:
    """The body in its shape, every value fitting its field. Raises ValueError; values.NewerBody for unknown keys."""
    kind = next((struct for key, struct in _BY_KEY.items() if key in told), EntryBody)
    try:
        body: Body = msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        if "unknown field" in str(error):
            raise values.NewerBody(str(error)) from error
        raise ValueError(f"内容的形状不对：{error}") from error
    if isinstance(body, PurgeBody):
        _refuse_content(body)
    if isinstance(body, RoundBody):
        _refuse_round(body.round)
    if isinstance(body, EntryBody):
        _refuse_entry(loaded, body)
    return body


def _refuse_round(told: RoundTold) -> None:
    """A round begins with all it says then, or ends with all it says then."""
    begun = [part is not UNSET for part in (told.number, told.due, told.note)]
    ended = [part is not UNSET for part in (told.closed, told.reason, told.waiting)]
    if not (all(begun) and not any(ended)) and not (all(ended) and not any(begun)):
        raise ValueError("核查轮次的内容不对")
    if told.due:
        dt.date.fromisoformat(told.due)


def _refuse_content(body: PurgeBody) -> None:
    """What destroys content brings none."""
    if any(
        part is not UNSET
        for part in (body.new, body.cells, body.items, body.gone, body.added, body.added_items)
    ):
        raise ValueError("误入处置的记录里夹带了内容")


def _refuse_entry(loaded: Loaded, body: EntryBody) -> None:
    if body.new is not UNSET:
        values.refuse_cells(loaded, loaded.fields, body.new.cells, gaps=False)
        values.refuse_items(loaded, body.new.items, gaps=False)
        if body.new.items.keys() != body.new.standings.keys():
            raise ValueError("事项与事项状态对不上")
    values.refuse_cells(loaded, loaded.fields, body.cells or {}, gaps=True)
    values.refuse_items(loaded, body.items or {}, gaps=True)
    for event in body.events or ():
        dt.date.fromisoformat(event.on)
        if event.item is not UNSET:
            values.refuse_code(loaded, event.item)
    for code in [*(body.gone or ()), *(body.standings or ()), *(body.added_items or ())]:
        values.refuse_code(loaded, code)
