"""Rows of other ledgers that a row names, and that name it: one project in several campaigns (S59, S53, S54)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, func, or_, select

from app.change import Change
from app.engine import calling
from app.journals.writing import Write
from app.ledger import entries, ledgers, row_numbers, ruling, settings
from app.ledger.ledgers import CHECK, LedgerLine
from app.ledger.row_numbers import UNKNOWN, Numbers, following_fields, origins, row_fields, split
from app.links import following
from app.links.pairing import APART, Pair, doubtful, follows
from app.office import Office
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded
from models.schema import entry as entry_table
from models.schema import setting as setting_table

__all__ = ["Candidate", "Pair", "Relation", "doubtful", "find", "link", "of", "unheld", "unlink"]
MOST = 20
_TOLD = ("id", "no", "ledger_id", "name", "standing", "stage", "due", "deadline", "source", "cells")


@dataclass(frozen=True)
class Relation:
    """A row elsewhere: `names` the row asked about names it, `named` it names that row.

    `field` and `title` are of the row that names; `item` is the code of the matter meant, '' for the whole row. Where
    no ledger here holds the number, `entry_id` and all that is known of the row are '' and `standing` says 查无此号.
    """

    way: Literal["names", "named"]
    field: str
    title: str
    follows: bool
    no: str
    item: str = ""
    matter: str = ""
    entry_id: str = ""
    ledger_id: str = ""
    ledger: str = ""
    template: str = ""
    own: bool = False
    name: str = ""
    standing: str = UNKNOWN
    stage: str = ""
    due: str = ""

    @property
    def known(self) -> bool:
        return bool(self.entry_id)


@dataclass(frozen=True)
class Candidate:
    """A row that may be picked for a cell of kind row."""

    entry_id: str
    no: str
    name: str
    ledger_id: str
    ledger: str
    own: bool
    standing: str


def of(office: Office, entry_id: str) -> tuple[Relation, ...]:
    """The rows that this one names, in the order of its fields, then those that name it.

    Raises Problem E_NO_ENTRY.
    """
    with office.read() as connection:
        row = _row(connection, entry_id)
        line = ledgers.line_of(connection, row["ledger_id"])
        return (*_names(connection, line, row), *_named(connection, line, row))


def unheld(office: Office, ledger_id: str) -> dict[tuple[str, str], str]:
    """{(row, field id): number} of the cells to be marked 查无此号: no ledger held here has the row they name."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        return {(one.entry_id, one.field.id): one.text for one in row_numbers.unheld(connection, line)}


def find(office: Office, text: str, ledger_ids: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """At most MOST rows by number, name, project code or pinyin initials, own ledgers first; () for a blank text.

    `ledger_ids` are ids of ledgers or of templates; none: all that are held here.
    """
    wanted = text.strip()
    if not wanted:
        return ()
    e = entry_table.c
    no = split(wanted.upper())[0]
    rules = [e.no.contains(no, autoescape=True)]
    if key := kinds.name_key(wanted):
        rules.append(e.name_key.contains(key, autoescape=True))
    if len(code := kinds.code_key(wanted)) > 3:
        rules.append(e.code_key.contains(code, autoescape=True))
    if wanted.isascii():
        rules.append(e.pinyin.startswith(wanted.lower(), autoescape=True))
    with office.read() as connection:
        lines = [x for x in ledgers.lines_in(connection) if x.purpose != CHECK]
        if ledger_ids:
            lines = [x for x in lines if x.id in ledger_ids or x.template_id in ledger_ids]
        out: list[Candidate] = []
        for line in sorted(lines, key=lambda x: not x.own):
            query = select(e.id, e.no, e.name, e.standing).where(
                e.ledger_id == line.id, e.standing != "deleted", or_(*rules)
            )
            rows = connection.execute(query.order_by(e.no != no, e.number).limit(MOST - len(out)))
            out += [
                Candidate(r.id, r.no, r.name or "", line.id, line.called, line.own, calling.standing(line.loaded, r.standing))
                for r in rows
            ]  # fmt: skip
            if len(out) >= MOST:
                break
    return tuple(out)


def link(office: Office, entry_id: str, no: str, *, field: str = "") -> Change:
    """Say that a row is the same project as the row `no` of another ledger, in its field that follows.

    Written as any cell is (journalled, undone by writing the cell again); `field` names another field of kind row.
    Raises Problem E_NO_LINK, E_NO_ROW, E_LINK_SELF, E_LINK_RING and those of `entries.amend`.
    """
    with office.read() as connection:
        row = _row(connection, entry_id)
        line = ledgers.line_of(connection, row["ledger_id"])
        number = kinds.parse(Field(id="no", title="台账编号", kind="row"), None, no)
        text = str(number.value) if number else ""
        told = Numbers(connection, [text] if text else [])
        chosen = _field(line.loaded, field, told, text, line)
        place = told.meant(text, line, chosen) if text else None
        if place is None:
            raise _unheld(told, chosen, text or no)
    return entries.amend(office, entry_id, {chosen.id: text})


def confirm(office: Office, pairs: Sequence[tuple[str, str]]) -> Change:
    """Say of many (row, number) at once that they are the same project, as one deed.

    A row that cannot be linked is left as it is and named in `facts["refused"]` [{no, code, text}]. Raises Problem
    E_NOTHING where none could be.
    """
    done: set[str] = set()
    refused: list[dict[str, str]] = []
    with office.write("确认同一项目") as work:
        for entry_id, no in pairs:
            try:
                done.add(_confirmed(work, office, entry_id, no))
            except Problem as problem:
                refused.append({"entry": entry_id, "no": no, "code": problem.code, "text": problem.text})
        if not done:
            said = refused[0]["text"] if refused else "没有选中要确认的"
            raise Problem("E_NOTHING", said, refused=refused)
    said = f"已确认 {len(pairs) - len(refused):,} 对是同一项目"
    said += f"；{len(refused):,} 对没有确认：{refused[0]['text']}" if refused else ""
    return Change(said, frozenset(done), facts={"linked": len(pairs) - len(refused), "refused": refused})


def _confirmed(work: Write, office: Office, entry_id: str, no: str) -> str:
    """The ledger of the row that was linked."""
    row = _row(work.connection, entry_id)
    line = ledgers.line_of(work.connection, row["ledger_id"])
    told = Numbers(work.connection, [no])
    field = _field(line.loaded, "", told, no, line)
    if told.meant(no, line, field) is None:
        raise _unheld(told, field, no)
    entries.amend_in(work, office, entry_id, {field.id: no})
    return line.id


def part(office: Office, pairs: Sequence[Pair], *, same: bool = False) -> Change:
    """Remember of many pairs that they are not the same project: they are proposed no more (`same`: take it back)."""
    with office.write("不是同一项目") as work:
        t = setting_table.c
        for row, others in _together(pairs).items():
            key = APART + row
            was = set(work.connection.scalar(select(t.value).where(t.key == key)) or ())
            now = was - others if same else was | others
            settings.set_in(work, key, sorted(now) or None)
    said = "又作疑似提出" if same else "已记下不是同一项目，以后不再提"
    homes = frozenset({home for pair in pairs for home in (pair.ledger_id, pair.other_ledger)})
    return Change(f"{said}：{len(pairs):,} 对", homes, facts={"pairs": len(pairs)})


def pair_of(office: Office, entry_id: str, other_id: str) -> Pair:
    """Two rows as a pair, the one that may follow the other first. Raises Problem E_NO_ENTRY, E_NO_LINK."""
    with office.read() as connection:
        one, two = _row(connection, entry_id), _row(connection, other_id)
        homes = [ledgers.line_of(connection, row["ledger_id"]) for row in (one, two)]
    if not follows(*homes):
        if not follows(*reversed(homes)):
            raise Problem("E_NO_LINK", f"《{homes[0].title}》和《{homes[1].title}》的行不会是同一项目，不用记")
        one, two = two, one
    return Pair(
        one["id"], one["no"], one["name"] or "", one["ledger_id"], two["id"], two["no"], two["name"] or "",
        two["ledger_id"], False, "",
    )  # fmt: skip


def _together(pairs: Sequence[Pair]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for pair in pairs:
        out.setdefault(pair.entry_id, set()).add(pair.other_id)
    return out


def unlink(office: Office, entry_id: str, *, field: str = "") -> Change:
    """Take the link of a row away again. Raises Problem E_NO_LINK and those of `entries.amend`."""
    with office.read() as connection:
        row = _row(connection, entry_id)
        loaded = ledgers.line_of(connection, row["ledger_id"]).loaded
    filled = [
        f for f in row_fields(loaded) if row["cells"].get(f.id) and (f.id == field if field else f.follows)
    ]
    if not filled:
        raise Problem("E_NO_LINK", "这一行没有关联其他台账的行，不用取消", field=field or None)
    return entries.amend(office, entry_id, {filled[0].id: ""})


def _field(loaded: Loaded, wanted: str, told: Numbers, text: str, line: LedgerLine) -> Field:
    """The field to write: the one named, else the first that follows and may name that row."""
    if wanted:
        found = [f for f in row_fields(loaded) if f.id == wanted]
    else:
        fields = following_fields(loaded)
        found = [f for f in fields if text and told.meant(text, line, f)] or list(fields)
    if not found:
        raise Problem("E_NO_LINK", f"《{loaded.t.title}》没有关联其他台账的栏目", field=wanted or None)
    return found[0]


def _unheld(told: Numbers, field: Field, text: str) -> Problem:
    if told.held(text):
        return row_numbers.wrong_kind(told, field, text)
    return Problem("E_NO_ROW", f"没有台账编号是“{text}”的一行，请核对编号，或先收下那本台账", field=field.id)


def _names(connection: Connection, line: LedgerLine, row: RowMapping) -> Iterator[Relation]:
    cells = row["cells"]
    fields = [f for f in row_fields(line.loaded) if cells.get(f.id)]
    told = Numbers(connection, [str(cells[f.id]) for f in fields])
    origin = origins(connection, [row["source"] or ""], told.lines).get(row["source"])
    for field in fields:
        text = str(cells[field.id])
        place = told.meant(text, line, field, origin)
        if place is None:
            yield Relation("names", field.id, field.title, field.follows, text, split(text)[1])
        else:
            yield _relation(
                "names", field, place.line, _row(connection, place.id), split(text)[1], place.line.loaded,
                ruling.own_limits(connection, [place.id]),
            )  # fmt: skip


def _named(connection: Connection, line: LedgerLine, row: RowMapping) -> Iterator[Relation]:
    """The rows that name this one, in every ledger whose template may."""
    e = entry_table.c
    numbers = _numbers_of(connection, row)
    for other in ledgers.lines_in(connection):
        fields = [f for f in row_fields(other.loaded) if not f.ledgers or line.template_id in f.ledgers]
        if other.purpose == CHECK or not fields:
            continue
        cells = [
            func.substr(e.cells[f.id].as_string(), 1, func.instr(e.cells[f.id].as_string() + "/", "/") - 1)
            for f in fields
        ]
        query = select(*(e[name] for name in _TOLD)).where(
            e.ledger_id == other.id,
            e.standing != "deleted",
            e.id != row["id"],
            or_(*(c.in_(numbers) for c in cells)),
        )
        for found in connection.execute(query.order_by(e.number)).mappings():
            yield from _naming(connection, other, fields, found, row["id"])


def _numbers_of(connection: Connection, row: RowMapping) -> list[str]:
    """How a row may be called: by its own number, and by that of the row it stands for."""
    e = entry_table.c
    source = connection.scalar(select(e.no).where(e.id == row["source"])) if row["source"] else None
    return [row["no"], *([source] if source else [])]


def _naming(
    connection: Connection, line: LedgerLine, fields: Sequence[Field], found: RowMapping, wanted: str
) -> Iterator[Relation]:
    """The fields by which `found` names the row `wanted` and not another of the same number."""
    texts = {f.id: str(found["cells"][f.id]) for f in fields if found["cells"].get(f.id)}
    told = Numbers(connection, texts.values())
    origin = origins(connection, [found["source"] or ""], told.lines).get(found["source"])
    for field in fields:
        place = told.meant(texts[field.id], line, field, origin) if field.id in texts else None
        if place is not None and place.id == wanted:
            own = ruling.own_limits(connection, [found["id"]])
            yield _relation("named", field, line, found, split(texts[field.id])[1], place.line.loaded, own)


def _relation(
    way: Literal["names", "named"],
    field: Field,
    line: LedgerLine,
    row: Any,
    item: str,
    loaded: Loaded,
    own: Mapping[str, str],
) -> Relation:
    """`line` and `row` are of the other row, `loaded` the template of the row that is named, whose matter `item` is."""
    preset = item.partition(".")[0]
    return Relation(
        way, field.id, field.title, field.follows, row["no"], item,
        loaded.presets[preset].title if preset in loaded.presets else "",
        row["id"], line.id, line.called, line.template_id, line.own, row["name"] or "",
        calling.standing(line.loaded, row["standing"]), row["stage"] or "",
        following.limit_of(row, own),
    )  # fmt: skip


def _row(connection: Connection, entry_id: str) -> RowMapping:
    e = entry_table.c
    found = (
        connection.execute(select(*(e[name] for name in _TOLD)).where(e.id == entry_id)).mappings().first()
    )
    if found is None:
        raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
    return found
