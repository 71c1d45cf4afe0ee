"""合并情况表 of a merging, read from the journal alone, so that it can be printed at any later time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.change import Change
from app.engine import wire
from app.engine.rows import Held
from app.exports.ledger_pdf import Tell
from app.exports.merging_pdf import MergeLine, MergeSheet, write_merge_list, write_merge_sheets
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.problem import Problem
from app.rounds import pushing
from app.templating import template_shelf
from app.values import kinds, masking
from sync.comparing import mirrored
from sync.comparing.merging import AMENDED, HEAD, MINE
from sync.merges import merge_records
from sync.merges.merge_records import VALID, Record

TAKEN, DECIDED, REFUSED, CONTESTED = "采用", "两边都改过", "不采用", "有异议"
ADDED, LEFT, MISSING, UNPLACED, UNREAD, LOCKED = (
    "新增",
    "补报未采用",
    "没有带来",
    "对不上号",
    "读不出来",
    "改了锁定格",
)
DOUBTED, RESAID, GUESSED, NOTED = "请核对", "改答", "猜的日期", "表外的话"
_ORDER = (
    GUESSED, DECIDED, RESAID, REFUSED, DOUBTED, CONTESTED, ADDED, LEFT, UNPLACED, UNREAD, NOTED, LOCKED, MISSING, TAKEN,
)  # fmt: skip


def sheet(office: Office, ledger_id: str, merge_id: str) -> MergeSheet:
    """The 合并情况表 of one merging. Raises Problem E_NO_MERGE."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        found = next((r for r in merge_records.in_(connection, line) if r.id == merge_id), None)
        if found is None:
            raise Problem("E_NO_MERGE", "没有这次合并，请用 merges 看有哪些", merge=merge_id)
        return _sheet(connection, office, line, found)


def write(
    office: Office, ledger_id: str, out: Path, merge_id: str = "", *, tell: Tell | None = None
) -> Change:
    """Print the 合并情况表 of one merging, or of all that stand, into `out`; as .xlsx the list of every row.

    On paper a gathering counts the rows that came in and lists what needs eyes. Raises Problem E_NO_MERGE, E_NOTHING.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        past = list(merge_records.in_(connection, line))
        wanted = [r for r in past if r.id == merge_id or (not merge_id and r.state == VALID)]
        if not wanted and merge_id:
            raise Problem("E_NO_MERGE", "没有这次合并，请用 merges 看有哪些", merge=merge_id)
        if not wanted:
            raise Problem(
                "E_NOTHING", f"《{line.title}》还没有合并过，没有合并情况可以打印", ledger=ledger_id
            )
        sheets = [_sheet(connection, office, line, one) for one in wanted]
    if not merge_id:  # a return that came twice changed nothing and needs no paper
        sheets = [one for one in sheets if one.lines] or sheets[-1:]
    if out.suffix.lower() == ".xlsx":
        rows = write_merge_list(sheets, out)
        return Change(
            f"合并的逐行清单已写好：{len(sheets)} 次合并 {rows:,} 处",
            facts={"file": str(out), "merges": [r.id for r in wanted], "lines": rows},
        )
    sheets = [_for_eyes(one) for one in sheets]
    printed = write_merge_sheets(sheets, out, tell=tell)
    lines = sum(len(one.lines) for one in sheets)
    return Change(
        f"合并情况表已写好：{len(sheets)} 次合并 {lines:,} 处，共 {printed.pages} 页",
        facts={"file": str(out), "pages": printed.pages, "merges": [r.id for r in wanted], "lines": lines},
    )


def _sheet(connection: Connection, office: Office, line: LedgerLine, one: Record) -> MergeSheet:
    found = _Reading(connection, line, one)
    lines = sorted(found.lines(), key=lambda x: _ORDER.index(x.how))
    return MergeSheet(
        office.name, line.title, one.sender, one.about, pages.day_words(one.on),
        f"经办人：{one.clerk}　{one.counted}", one.state, tuple(lines), one.gathered, one.counts,
    )  # fmt: skip


def _for_eyes(sheet: MergeSheet) -> MergeSheet:
    """A gathering without the rows that only came in: they are counted."""
    if not sheet.gathered:
        return sheet
    minded = tuple(one for one in sheet.lines if one.how != ADDED)
    return replace(sheet, lines=minded, unlisted=len(sheet.lines) - len(minded))


class _Reading:
    """The lines of one merging in words, and the rows they are about as they stood when it was done."""

    def __init__(self, connection: Connection, line: LedgerLine, one: Record) -> None:
        self._connection, self._line, self._one = connection, line, one
        self._bodies = list(merge_records.bodies(connection, line, one))
        known = [s for s, b in self._bodies if "new" not in b]
        named = [
            *(row for row, _ in self._missing),
            *(g["cell"][0] for g in one.told.get("sheet", {}).get("guessed", ())),
            *(r["row"] for r in one.told.get("refused", ()) if "row" in r),
        ]
        self._guesses = {tuple(g["cell"]): g for g in one.told.get("sheet", {}).get("guessed", ())}
        self._held = pushing.as_of(connection, line, list(dict.fromkeys([*known, *named])), one.last)

    def lines(self) -> Iterator[MergeLine]:
        for subject, body in self._bodies:
            if "new" in body:
                yield self._born(body)
            else:
                yield from self._row(subject, body)
        yield from self._refused()
        yield from self._beside()
        yield from self._doubted()
        for row, code in self._missing:
            yield MergeLine(
                MISSING, self._name(row), self._matter(row, code), why="来件里没有这一行，台账里的没有动"
            )

    def _born(self, body: Mapping[str, Any]) -> MergeLine:
        cells, items = body["new"]["cells"], body["new"]["items"]
        titles = "、".join(self._title(code, cells) for code, cells in items.items())
        return MergeLine(
            ADDED, _masked(str(cells.get("name", ""))), titles, after=str(body["new"]["no"]),
            why=_masked(str(body.get("facts", {}).get("reason", ""))),
        )  # fmt: skip

    def _row(self, subject: str, body: Mapping[str, Any]) -> Iterator[MergeLine]:
        """The changed cells of a row, and those that did not change because a person decided so."""
        lost: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for one in body.get("facts", {}).get("lost", ()):
            if one["side"] == MINE or not one.get("reason"):
                lost.setdefault((one["item"], one["field"]), []).append(one)
        was, facts = body.get("was", {}), body.get("facts", {})
        if "added" in facts and body.get("items"):
            titles = "、".join(self._matter(subject, code) for code in facts.get("got", ()))
            said = _masked(str(facts.get("reason", "")))
            yield MergeLine(ADDED, self._name(subject), titles, after="补到已有项目", why=said)
        parts = {HEAD: (body.get("cells", {}), was.get("cells", {}))}
        for code, cells in body.get("items", {}).items():
            parts[code] = (cells, was.get("items", {}).get(code, {}))
        for code, (new, old) in parts.items():
            yield from self._objection(subject, code, new)
            for key in new:
                if key not in self._contest:
                    yield self._cell(subject, code, key, old.get(key), new[key], lost.pop((code, key), []))
        for (code, key), values in lost.items():
            now = self._now(subject, code).get(key)
            yield self._cell(subject, code, key, now, now, values)

    def _cell(
        self, subject: str, code: str, key: str, old: Any, new: Any, lost: Sequence[Mapping[str, Any]]
    ) -> MergeLine:
        values = "；".join(
            f"{'我这里' if one['side'] == MINE else '来件'}：{self._value(code, key, one['value']) or '（空）'}"
            for one in lost
        )
        by = "、".join(dict.fromkeys(one["by"] for one in lost if one.get("by")))
        why = (
            f"{by}决定"
            if by
            else "、".join(dict.fromkeys(one["reason"] for one in lost if one.get("reason")))
        )
        guess = self._guesses.pop((subject, code, key), None)
        if guess is not None:
            by = f"原话“{guess['text']}”，{why}"
            return MergeLine(
                GUESSED, self._name(subject), self._matter(subject, code), self._field(code, key),
                before=self._value(code, key, old), after=self._value(code, key, new), lost=values, why=by,
            )  # fmt: skip
        how = RESAID if any(one.get("reason") == AMENDED for one in lost) else DECIDED if lost else TAKEN
        return MergeLine(
            how, self._name(subject), self._matter(subject, code), self._field(code, key),
            self._value(code, key, old), self._value(code, key, new) or "（空）", values, why,
        )  # fmt: skip

    def _objection(self, subject: str, code: str, new: Mapping[str, Any]) -> Iterator[MergeLine]:
        if not code or not any(key in new for key in self._contest):
            return
        now = self._now(subject, code)
        kind, reason = (now.get(key) for key in self._contest)
        said = str(kind) if kind else "撤回异议"
        yield MergeLine(
            CONTESTED,
            self._name(subject),
            self._matter(subject, code),
            after=said,
            why=_masked(str(reason or "")),
        )

    def _refused(self) -> Iterator[MergeLine]:
        """What was not taken, with the value where the journal of the row holds it."""
        values = {
            (subject, one["item"], one["field"]): one["value"]
            for subject, body in self._bodies
            for one in body.get("facts", {}).get("lost", ())
            if one.get("reason") and one["side"] != MINE
        }
        for row in self._one.told.get("closed", ()):
            values |= {(row["row"], code, key): value for code, key, value in row["cells"]}
        for told in self._one.told.get("refused", ()):
            row, code, key = told.get("row", ""), told.get("item", ""), told.get("field", "")
            cells = [k for k in values if k[0] == row and (not key or k[1:] == (code, key))]
            plain = MergeLine(
                REFUSED, str(told.get("name", "")) or self._name(row), why=_masked(told["reason"])
            )
            if not cells:
                yield plain
            for cell in cells:
                value = values.pop(cell)
                yield MergeLine(
                    REFUSED, plain.name, self._matter(row, cell[1]), self._field(*cell[1:]),
                    lost=f"来件：{self._value(*cell[1:], value) or '（空）'}", why=plain.why,
                )  # fmt: skip

    def _beside(self) -> Iterator[MergeLine]:
        told = self._one.told
        for one in told.get("turned_down", ()):
            yield MergeLine(LEFT, str(one["name"]), why=_masked(str(one["reason"])))
        sheet = told.get("sheet", {})
        for (row, code, key), guess in self._guesses.items():
            said = f"来件：{self._value(code, key, guess['read'])}"
            yield MergeLine(
                GUESSED, self._name(row), self._matter(row, code), self._field(code, key),
                after=self._value(code, key, self._now(row, code).get(key)), lost=said, why=f"原话“{guess['text']}”",
            )  # fmt: skip
        for how, key in ((UNPLACED, "unplaced"), (UNREAD, "unread"), (LOCKED, "locked"), (NOTED, "noted")):
            for one in sheet.get(key, ()):
                title = str(one.get("title", ""))
                old = _masked(str(one.get("old", "")), title)
                text = _masked(str(one["text"]), title)
                yield MergeLine(
                    how, _place(one), field=title, before=old, lost=text,
                    why=_masked(str(one.get("reason", "")), title),
                )  # fmt: skip

    def _doubted(self) -> Iterator[MergeLine]:
        """Of a gathering: codes that another office's rows carry too, and a template that is none of ours."""
        if not self._one.gathered:
            return
        for why in self._odd():
            yield MergeLine(DOUBTED, self._one.office_name, why=why)
        codes = {self._code(subject, body) for subject, body in self._bodies} - {""}
        for twin in mirrored.twins(self._connection, self._line, codes):
            others = "、".join(f"{row['office']}“{row['name']}”（{row['no']}）" for row in twin["rows"])
            yield MergeLine(
                DOUBTED, str(twin["rows"][0]["name"]), field="项目代码", after=twin["code"],
                why=f"几个单位都有，没有合并，请核对是不是同一个项目：{others}",
            )  # fmt: skip

    def _odd(self) -> list[str]:
        mirrors = [x for x in ledgers.lines_in(self._connection) if x.id == self._one.told.get("origin")]
        found = [template_shelf.odd(self._connection, mirror.loaded) for mirror in mirrors]
        return [why for why in found if why]

    def _code(self, subject: str, body: Mapping[str, Any]) -> str:
        held: Held | None = self._held.get(subject)
        cells = body["new"]["cells"] if "new" in body else held.cells if held else {}
        return kinds.code_key(str(cells.get("project_code") or ""))

    @property
    def _missing(self) -> list[tuple[str, str]]:
        """What did not come back: (row, matter) of a workbook, (row, '') of a bundle."""
        told = self._one.told
        if "sheet" in told:
            return [(row, code) for row, code in told["sheet"].get("missing", ())]
        return [(row, HEAD) for row in told.get("missing", ())]

    @property
    def _contest(self) -> tuple[str, ...]:
        rule = self._line.loaded.t.round
        return (rule.contest, rule.reason) if rule else ()

    def _now(self, subject: str, code: str) -> Mapping[str, Any]:
        held: Held | None = self._held.get(subject)
        if held is None:
            return {}
        loaded = self._line.loaded
        cells = held.items.get(code, {}) if code else held.cells
        return wire.to_wire(loaded, cells, item=bool(code))

    def _name(self, subject: str) -> str:
        held = self._held.get(subject)
        return masking.mask_in(held.name) if held else ""

    def _matter(self, subject: str, code: str) -> str:
        return self._title(code, self._now(subject, code)) if code else ""

    def _title(self, code: str, cells: Mapping[str, Any]) -> str:
        return pushing.matter_title(self._line.loaded, code, dict(cells))

    def _field(self, code: str, key: str) -> str:
        loaded = self._line.loaded
        field = (loaded.item_fields if code else loaded.fields).get(key)
        return field.title if field else key

    def _value(self, code: str, key: str, value: Any) -> str:
        """A value as travelled, in words; what is private is masked."""
        loaded = self._line.loaded
        field = (loaded.item_fields if code else loaded.fields).get(key)
        if value is None or field is None:
            return _masked("" if value is None else str(value))
        stored = wire.from_wire(loaded, {key: value}, item=bool(code))[key]
        text = pages.worded(loaded, field, stored)
        return text if field.private else _masked(text)


def _place(one: Mapping[str, Any]) -> str:
    """Where in the returned list it stands."""
    sheet = f"“{one['sheet']}”" if one.get("sheet") else "核查表"
    return f"{sheet}第 {one['row']} 行" if one["row"] else sheet


def _masked(text: str, title: str = "") -> str:
    """Free text with telephone numbers masked; under a head that asks for one, whatever looks like digits."""
    if "电话" in title:
        return masking.mask_digits(text)
    return masking.mask_in(text)
