"""Opening a ledger from a template, and finding the ledgers of an office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, case, func, insert, select

from app.change import Change
from app.ids import new_id
from app.journals.journal import GENESIS
from app.journals.writing import UNITS, Write
from app.office import Office
from app.problem import Problem
from app.templating import read_before
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table
from models.schema import tally as tally_table

if TYPE_CHECKING:
    from app.templating.kind_codes import Coded

MAIN, CHECK, MERGED = "main", "check", "merged"
"""What a ledger is for: the office's own work, the part of a sponsor's ledger to be checked here, or the sum of others'."""
_READ: dict[str, Loaded] = {}


@dataclass(frozen=True)
class LedgerLine:
    """One ledger of this office, own or received."""

    id: str
    template_id: str
    title: str
    unit: str
    state: str
    own: bool
    origin: str
    origin_id: str
    stream: str
    head_seq: int
    loaded: Loaded
    rows: int
    opened_on: str
    sealed_on: str
    purpose: str = MAIN
    origin_ledger: str = ""
    origin_office: str = ""
    origin_name: str = ""
    dept: str = ""

    @property
    def sealed(self) -> bool:
        return self.state == "sealed"

    @property
    def called(self) -> str:
        """Its title in a list of ledgers, with what tells it from others of that title."""
        mark = "汇总" if self.own and self.purpose == MERGED else "" if self.own else self.origin
        return f"{self.title}（{mark}）" if mark else self.title


@dataclass(frozen=True)
class Origin:
    """The ledger of another office that a check ledger is a part of, and the department whose part it is."""

    ledger: str
    office: str
    name: str
    dept: str


def open_template(
    office: Office, template: str | Loaded, *, again: bool = False, merged: bool = False
) -> Change:
    """Open a ledger described by a template: the id of a built-in one, a .toml file's path, or one read already.

    The template is copied into it (decision 21).
    A second one of the same template has to be asked for (`again`): from then on each is named by its own id.
    `merged`: its rows are those of other offices' ledgers (全旗台账 and above).
    Raises Problem E_NO_TEMPLATE, E_TEMPLATE, E_LEDGER_OPEN, E_KIND_CODE.
    """
    return open_several(office, [template], again=again, merged=merged)


def open_several(
    office: Office, templates: Sequence[str | Loaded], *, again: bool = False, merged: bool = False
) -> Change:
    """The same for several templates in one deed: all of them or none. Facts: `ledgers`, their ids in this order.

    Raises Problem E_NO_TEMPLATE, E_TEMPLATE, E_LEDGER_OPEN, E_KIND_CODE.
    """
    from app.templating import kind_codes, template_reading  # noqa: PLC0415 - what checks templates is seldom wanted

    chosen = [one if isinstance(one, Loaded) else template_reading.found(one) for one in templates]
    purpose = MERGED if merged else MAIN
    opened: list[str] = []
    with office.write("打开台账") as work:
        for loaded in chosen:
            if not again:
                _refuse_second(work, loaded, purpose)
            if problem := kind_codes.clash(loaded, coded(work.connection)):
                raise problem
            opened.append(begin(work, office, loaded, purpose=purpose))
    said = "、".join(f"《{loaded.t.title}》" for loaded in chosen)
    facts = {"ledgers": opened} if len(opened) > 1 else {}
    return Change(f"已打开{said}", frozenset(opened), opened[0], facts)


def begin(
    work: Write,
    office: Office,
    loaded: Loaded,
    *,
    purpose: str = MAIN,
    origin: Origin | None = None,
    given: str = "",
) -> str:
    """A new own ledger with its first journal line, in the open transaction; `given` is its id where that is settled."""
    where = asdict(origin) if origin else {}
    columns = {"purpose": purpose, **(_columns(where) if where else {}), **({"id": given} if given else {})}
    ledger_id = create(work, loaded, office_id=office.id, office_name=office.name, own=True, **columns)
    body: dict[str, Any] = {
        "template": loaded.t.id,
        "version": loaded.t.version,
        "digest": loaded.digest,
        "source": loaded.source,
        "division": office.division,
    }
    if purpose != MAIN:
        body["purpose"] = purpose
    if where:
        body["origin"] = where
    work.line(ledger_id, "open", ledger_id, 1, body)
    return ledger_id


def _columns(origin: Mapping[str, str]) -> dict[str, str]:
    """The columns of the ledger that say where it comes from; `origin` as the first journal line tells it."""
    return {
        "origin_ledger": origin["ledger"],
        "origin_office": origin["office"],
        "origin_name": origin["name"],
        "dept": origin["dept"],
    }


def told_purpose(body: Mapping[str, Any]) -> dict[str, str | None]:
    """The columns of `ledger` that its first journal line tells beside the template's."""
    blank = dict.fromkeys(("origin_ledger", "origin_office", "origin_name", "dept"))
    return {
        "purpose": body.get("purpose", MAIN),
        **blank,
        **(_columns(body["origin"]) if "origin" in body else {}),
    }


def coded(connection: Connection) -> list[Coded]:
    """The templates whose letters are taken here: those that come with the program and those of the own ledgers."""
    from app.templating import kind_codes  # noqa: PLC0415 - with the reading of templates

    own = [kind_codes.of(line.loaded) for line in lines_in(connection) if line.own]
    return [*kind_codes.built_in(), *own]


def _refuse_second(work: Write, loaded: Loaded, purpose: str) -> None:
    for line in lines_in(work.connection):
        if line.own and line.template_id == loaded.t.id and line.purpose == purpose:
            raise Problem(
                "E_LEDGER_OPEN",
                f"《{line.title}》已经打开了（{line.opened_on}），接着用它就行；确要另开一本请写明再开（--again）",
                ledger=line.id,
            )


def create(work: Write, loaded: Loaded, *, office_id: str, office_name: str, own: bool, **given: Any) -> str:
    """Insert an empty ledger and its counters; `given` overrides columns (a received ledger keeps its ids)."""
    values = {
        "id": new_id(),
        "template_id": loaded.t.id,
        "template_version": loaded.t.version,
        "template_digest": loaded.digest,
        "template_source": loaded.source,
        "title": loaded.t.title,
        "unit": office_name,
        "owner_office": office_id,
        "owner_name": office_name,
        "own": own,
        "opened_on": work.on,
        "state": "draft",
        "stream": new_id(),
        "head_seq": 0,
        "head_hash": GENESIS,
        "next_no": 1,
        "next_print": 1,
        **given,
    }
    work.connection.execute(insert(ledger_table).values(**values))
    work.connection.execute(insert(tally_table), [{"ledger_id": values["id"], "unit": u} for u in UNITS])
    return str(values["id"])


def all(office: Office) -> list[LedgerLine]:  # noqa: A001 - reads as ledgers.all
    """Every ledger, own ones first."""
    with office.read() as connection:
        return lines_in(connection)


def get(office: Office, ledger_id: str) -> LedgerLine:
    """The ledger with this id as it stands now. Raises Problem E_NO_LEDGER."""
    with office.read() as connection:
        return line_of(connection, ledger_id)


def find(office: Office, ref: str) -> LedgerLine:
    """The ledger named by id, template id or title. Raises Problem E_NO_LEDGER, E_WHICH_LEDGER."""
    lines = all(office)
    same = [x for x in lines if x.id == ref] or [x for x in lines if ref in (x.template_id, x.title)]
    if not same:
        raise Problem("E_NO_LEDGER", f"没有台账“{ref}”，请先用 open 打开，或检查名称", ledger=ref)
    own = [x for x in same if x.own and x.purpose == MAIN] or [x for x in same if x.own]
    if len(same) > 1 and len(own) != 1:
        raise Problem(
            "E_WHICH_LEDGER",
            f"“{ref}”对应 {len(same)} 本台账，请改用台账编号",
            ledgers=[{"id": x.id, "title": x.title, "unit": x.unit} for x in same],
        )
    return own[0] if own else same[0]


def line_of(connection: Connection, ledger_id: str) -> LedgerLine:
    """One ledger inside a transaction. Raises Problem E_NO_LEDGER."""
    for line in lines_in(connection, ledger_id):
        return line
    raise Problem("E_NO_LEDGER", "没有这本台账", ledger=ledger_id)


def refuse_foreign(line: LedgerLine) -> None:
    """Rows have one writer: a received ledger is read-only here."""
    if not line.own:
        raise Problem(
            "E_FOREIGN", f"《{line.title}》由{line.origin}报来，本单位只能查看，不能改动", ledger=line.id
        )


def refuse_part(line: LedgerLine) -> None:
    """A part pushed for checking is answered, and nothing else: everything that moves a count is the sponsor's deed."""
    if line.purpose == CHECK:
        raise Problem(
            "E_CHECK_ONLY",
            f"这是{line.origin_name}推送来的核查清单，只填写核查情况、提异议、补报；这件事由{line.origin_name}办理",
            ledger=line.id,
        )


def lines_in(connection: Connection, ledger_id: str = "") -> list[LedgerLine]:
    """Every ledger, own ones first and campaigns before registers, or the one with this id, inside a transaction."""
    query = (
        select(ledger_table, _rows().label("rows"))
        .join(tally_table, (tally_table.c.ledger_id == ledger_table.c.id) & (tally_table.c.unit == "project"))
        .order_by(ledger_table.c.own.desc(), ledger_table.c.id)
    )
    if ledger_id:
        query = query.where(ledger_table.c.id == ledger_id)
    found = [_line(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda line: (not line.own, line.loaded.t.nature == "register"))


def _rows() -> ColumnElement[int]:
    """How many rows a ledger has. The counter of the list says so until rows were added after the seal: an addition
    may be a row of the list that a 更正单 brought into the base, so then they are counted."""
    t = entry_table.c
    counted = select(func.count()).where(t.ledger_id == ledger_table.c.id, t.standing != "deleted")
    return case((tally_table.c.added == 0, tally_table.c.listed), else_=counted.scalar_subquery())


def _line(row: Any) -> LedgerLine:
    return LedgerLine(
        id=row["id"],
        template_id=row["template_id"],
        title=row["title"],
        unit=row["unit"],
        state=row["state"],
        own=row["own"],
        origin=row["owner_name"],
        origin_id=row["owner_office"],
        stream=row["stream"],
        head_seq=row["head_seq"],
        loaded=_stored_template(row),
        rows=row["rows"],
        opened_on=row["opened_on"],
        sealed_on=row["sealed_on"] or "",
        purpose=row["purpose"],
        origin_ledger=row["origin_ledger"] or "",
        origin_office=row["origin_office"] or "",
        origin_name=row["origin_name"] or "",
        dept=row["dept"] or "",
    )


def _stored_template(row: Any) -> Loaded:
    try:
        return template_of(row["template_source"])
    except Problem as problem:
        if problem.code != "E_TEMPLATE":
            raise
        said = f"台账“{row['title']}”所附的模板已损坏，请从备份恢复；原文件没有动"
        raise Problem("E_DB_DAMAGED", said, ledger=row["id"], detail=problem.text) from problem


def template_of(source: str, name: str = "台账所附模板") -> Loaded:
    """The template with this text. It never changes once read, so equal text is read once."""
    if source not in _READ:
        if len(_READ) > 32:
            _READ.clear()
        _READ[source] = read_before.read(source, name)
    return _READ[source]
