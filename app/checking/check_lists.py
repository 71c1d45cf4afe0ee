"""The check list a sponsor sends to a department without the program, as data: columns, rows, and the round's mark."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property

from app.canon import fingerprint
from app.values import dates
from app.words import wording
from app.words.templates import Field, Loaded

Key = tuple[str, str]
"""(entry id, item code)."""

CHECK_SHEET, GUIDE_SHEET, MARK_SHEET, WORDS_SHEET = "核查表", "填表说明", "标记（勿改）", "选项（勿改）"
ID_HEAD, MATTER_HEAD, ADDED_HEAD = "行标识（勿改）", "审批事项", "新增理由"
MATTER, CONTEST, CONTEST_REASON, ADDED_REASON = "#matter", "contest", "contest_reason", "#added"
"""Fields of columns that are no field of the template, or must be known by name."""
NEW_ROW = "新增"
CONTESTS = ("非本部门", "应移除", "重复")
IDENTITY = ("seq", "name", "project_code")
_MARK, _MARK_LONGEST, _CODE_CHARS = "QDC1", 4_000, 16
_CODE = re.compile(r"标记[:：]?\s*((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})")


@dataclass(frozen=True)
class CheckColumn:
    """One column. `choices` make a drop-down; `unit` stands behind the title; `width` is in characters, 0 by kind."""

    field: str
    title: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    unit: str = ""
    width: float = 0.0

    @property
    def head(self) -> str:
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True)
class CheckRow:
    """One matter of one project: texts in the order of the sheet's `heads` and `fills`."""

    entry: str
    code: str
    heads: tuple[str, ...]
    matter: str
    fills: tuple[str, ...]
    contest: str = ""
    contest_reason: str = ""

    @property
    def key(self) -> Key:
        return self.entry, self.code

    @property
    def id(self) -> str:
        return f"{self.entry}:{self.code}"


@dataclass(frozen=True)
class Mark:
    """Which list of which round a workbook is. `due` is an ISO day or ''; `digest` that of the rows as sent."""

    round_id: str
    number: int
    ledger: str
    office: str
    dept: str
    due: str = ""
    digest: str = ""

    @property
    def text(self) -> str:
        """The mark as it stands, hidden, in the workbook."""
        return f"{_MARK} {self.code} {json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)}"

    @property
    def due_words(self) -> str:
        """The day as people read it."""
        try:
            return dates.shown(dt.date.fromisoformat(self.due))
        except ValueError:
            return self.due

    @cached_property
    def code(self) -> str:
        """Sixteen characters by which a person, or a sheet that lost its hidden part, still names this list."""
        digest = bytes.fromhex(fingerprint(asdict(self)))
        plain = base64.b32encode(digest)[:_CODE_CHARS].decode()
        return "-".join(plain[i : i + 4] for i in range(0, _CODE_CHARS, 4))


@dataclass(frozen=True)
class CheckSheet:
    """A check list. `heads` are read-only, `fills` belong to the department; `matters` are (code, title) of its own.

    `blanks` rows stand at the end for projects that are missing from the list.
    """

    title: str
    mark: Mark
    heads: tuple[CheckColumn, ...]
    fills: tuple[CheckColumn, ...]
    rows: tuple[CheckRow, ...]
    matters: tuple[Key, ...] = ()
    contests: tuple[str, ...] = CONTESTS
    blanks: int = 30
    matter: CheckColumn = CheckColumn(MATTER, MATTER_HEAD, width=11)
    contest: CheckColumn = CheckColumn(CONTEST, "异议", "enum", width=10)
    contest_reason: CheckColumn = CheckColumn(CONTEST_REASON, "异议理由", "text", width=14)
    added_reason: CheckColumn = CheckColumn(ADDED_REASON, ADDED_HEAD, "text", width=14)
    notes: tuple[str, ...] = field(default=())
    message: str = ""  # what the sender says to all departments

    def __post_init__(self) -> None:
        """Two columns may not be called the same: the answer could not be told apart."""
        titles = [wording.key(column.head) for column in self.columns]
        if len(set(titles)) < len(titles):
            raise ValueError(f"titles repeat: {titles}")

    @property
    def columns(self) -> tuple[CheckColumn, ...]:
        """From left to right: what names the row, what is to be filled, contest, reason of an added row, the rest."""
        return (
            *(c for c in self.heads if c.field in IDENTITY),
            self.matter,
            *self.fills,
            self.contest,
            self.contest_reason,
            self.added_reason,
            *(c for c in self.heads if c.field not in IDENTITY),
        )

    @property
    def own(self) -> frozenset[str]:
        """Fields whose cells the department may write in every row."""
        return frozenset({c.field for c in self.fills} | {CONTEST, CONTEST_REASON})

    def texts(self, row: CheckRow) -> dict[str, str]:
        """What was sent in one row, by field."""
        return {
            **{c.field: t for c, t in zip(self.heads, row.heads, strict=True)},
            **{c.field: t for c, t in zip(self.fills, row.fills, strict=True)},
            MATTER: row.matter,
            CONTEST: row.contest,
            CONTEST_REASON: row.contest_reason,
        }


def head_columns(loaded: Loaded, ids: Iterable[str]) -> tuple[CheckColumn, ...]:
    """Read-only columns from fields of the entry."""
    return tuple(_column(loaded, loaded.fields[key]) for key in ids)


def fill_columns(loaded: Loaded, ids: Iterable[str]) -> tuple[CheckColumn, ...]:
    """Columns the department fills, from fields of the item."""
    return tuple(_column(loaded, loaded.item_fields[key]) for key in ids)


def identity_digest(code: str, name: str, matter: str) -> str:
    """Ten hex digits by which a row that lost its id is still found."""
    told = "\n".join((wording.code_key(code), wording.key(name), wording.key(matter)))
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def rows_digest(rows: Sequence[CheckRow]) -> str:
    """32 hex digits of everything in the rows, for the mark."""
    return fingerprint([asdict(row) for row in rows])[:32]


def mark_of(text: str) -> Mark | None:
    """The mark a hidden cell holds; None for any other text, and for one that was changed."""
    head, _, body = text.partition(" ")
    code, _, told = body.partition(" ")
    if head != _MARK or len(text) > _MARK_LONGEST:
        return None
    try:
        found = json.loads(told)
        mark = Mark(**found) if isinstance(found, dict) and _fits(found) else None
    except (ValueError, TypeError, RecursionError):
        return None
    return mark if mark and mark.code == code else None


def code_of(text: str) -> str:
    """The visible code of a mark in a line of text, '' where there is none."""
    found = _CODE.search(wording.half_width(text).upper()) if "标记" in text else None
    return found[1] if found else ""


def _fits(found: dict[str, object]) -> bool:
    return all(isinstance(found.get(f.name), int if f.name == "number" else str) for f in fields(Mark))


def _column(loaded: Loaded, field_: Field) -> CheckColumn:
    listed = loaded.codes.get(field_.choices) if field_.choices else None
    choices = tuple(c.label for c in listed.codes) if listed and field_.kind == "enum" else ()
    return CheckColumn(field_.id, field_.title, field_.kind, choices, field_.hint, field_.unit)
