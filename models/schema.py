"""The tables of one office folder."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class AnyJson(TypeDecorator[Any]):
    """JSON, on PostgreSQL JSONB; that dialect is only loaded where it is used."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415

            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(JSON())

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)


Json = AnyJson()
Money = BigInteger().with_variant(Integer, "sqlite")  # 分
Id = String(32)
Day = String(10)
RARE_VERBS = ("round", "push", "merge", "annotate", "purge")
"""Verbs of the few lines that are looked for in a whole stream: check rounds, mergings, remarks, what was destroyed."""

office = Table(
    "office",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("division", String(6), nullable=False),
    Column("roles", Json, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("made_on", Day, nullable=False),
    Column("stream", Id, nullable=False),
    Column("head_seq", Integer, nullable=False, default=0),
    Column("head_hash", LargeBinary(32), nullable=False),
)

# who works at this desk; the first one is who set up the office and bears its id. What unlocks them is kept in no table
clerk = Table(
    "clerk",
    metadata,
    Column("id", Id, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("name", "role")),
    Column("phone", Text), Column("since", Day, nullable=False), Column("until", Day),
    Column("former", Json, nullable=False),
)  # fmt: skip

setting = Table("setting", metadata, Column("key", Text, primary_key=True), Column("value", Json))

ledger = Table(
    "ledger",
    metadata,
    Column("id", Id, primary_key=True),
    Column("template_id", Text, nullable=False),
    Column("template_version", Text, nullable=False),
    Column("template_digest", String(64), nullable=False),
    Column("template_source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("owner_office", Id, nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("opened_on", Day, nullable=False),
    Column("state", String(10), nullable=False),
    Column("stream", Id, nullable=False, unique=True),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", LargeBinary(32), nullable=False),
    Column("next_no", Integer, nullable=False),
    Column("next_print", Integer, nullable=False),
    Column("sealed_on", Day),
    Column("sealed_version", Id),
    Column("purpose", String(6), nullable=False, server_default="main"),
    Column("origin_ledger", Id),
    Column("origin_office", Id),
    Column("origin_name", Text),
    Column("dept", Text),
)

_FLOWS = "base + added + restored = open + approved + started + removed + corrected"

tally = Table(
    "tally",
    metadata,
    Column("ledger_id", Id, ForeignKey("ledger.id"), primary_key=True),
    Column("unit", String(7), primary_key=True),
    *(
        Column(name, Integer, nullable=False, default=0)
        for name in (
            "listed complete excluded base added restored open approved started removed corrected".split()
        )
    ),
    CheckConstraint(_FLOWS, name="identity"),
    CheckConstraint("listed = base + complete + excluded", name="list"),
    CheckConstraint("open >= 0 AND base >= 0", name="sign"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ledger_id", Id, ForeignKey("ledger.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("no", Text, nullable=False),
    Column("standing", String(9), nullable=False),
    Column("added", Boolean, nullable=False, default=False),
    Column("name", Text),
    Column("name_key", Text),
    Column("code_key", Text),
    Column("unit", Text),
    Column("place", Text),
    Column("build_state", Text),
    Column("invest", Money),
    Column("resp_person", Text),
    Column("pinyin", Text),
    Column("due", Day),
    Column("deadline", Day),
    Column("stage", Text),
    Column("holder", Text),
    Column("since", Day),
    Column("n_items", Integer, nullable=False),
    Column("n_open", Integer, nullable=False),
    Column("n_stopped", Integer, nullable=False),
    Column("n_unknown", Integer, nullable=False),
    Column("n_accepted", Integer, nullable=False),
    Column("cells", Json, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("deleted_seq", Integer),
    Column("source", Id),
    # what lists filter and sort by, so that they never read the cells
    Index(
        "ix_entry_list",
        *"ledger_id number standing due deadline n_unknown n_stopped n_accepted build_state unit place".split(),
        *"invest name_key code_key pinyin holder stage resp_person".split(),
    ),
    Index("ix_entry_code_key", "ledger_id", "code_key"),
    Index("ix_entry_name_key", "ledger_id", "name_key"),
    Index("ix_entry_source", "ledger_id", "source", sqlite_where=Column("source").isnot(None)),
    sqlite_with_rowid=False,
)

item = Table(
    "item",
    metadata,
    Column("entry_id", Id, ForeignKey("entry.id"), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("ledger_id", Id, nullable=False),
    Column("state", Text, nullable=False),
    Column("standing", String(9), nullable=False),
    Column("added", Boolean, nullable=False, default=False),
    Column("dept", Text),
    Column("clock", Text),
    Column("clock_state", String(8), nullable=False),
    Column("due", Day),
    Column("upper_due", Day),
    Column("stage", Text),
    Column("holder", Text),
    Column("since", Day),
    Column("cells", Json, nullable=False),
    Index("ix_item_due", "ledger_id", "due", sqlite_where=Column("due").isnot(None)),
    sqlite_with_rowid=False,
)

# the row that a row follows (同一项目), by its number; `own` is the follower's own limit, where `entry.deadline` is the
# earliest of both (decision 15)
link = Table(
    "link",
    metadata,
    Column("entry_id", Id, ForeignKey("entry.id"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("ledger_id", Id, nullable=False),
    Column("no", Text, nullable=False),
    Column("own", Day),
    Index("ix_link_no", "no"),
    Index("ix_link_ledger", "ledger_id"),
    sqlite_with_rowid=False,
)

original = Table(
    "original",
    metadata,
    Column("entry_id", Id, ForeignKey("entry.id"), primary_key=True),
    Column("import_id", Id, primary_key=True),
    Column("row", Integer, nullable=False),
    Column("raw", Json, nullable=False),
    sqlite_with_rowid=False,
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ledger_id", Id, ForeignKey("ledger.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("not_secret", Text, nullable=False),
    Column("report", Json, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("state", String(10), nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ledger_id", Id, ForeignKey("ledger.id"), nullable=False),
    Column("entry_id", Id, ForeignKey("entry.id"), nullable=False),
    Column("item", String(8)),
    Column("kind", String(9), nullable=False),
    Column("on", Day, nullable=False),
    Column("facts", Json, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("ix_event_ledger", "ledger_id", "kind"),
    Index("ix_event_entry", "entry_id"),
)

journal = Table(
    "journal",
    metadata,
    Column("stream", Id, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("body", Text),
    Column("salt", LargeBinary(16), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("prev", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_journal_subject", "subject"),
    Index("ix_journal_rare", "stream", "seq", sqlite_where=Column("verb").in_(RARE_VERBS)),
    sqlite_with_rowid=False,
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("ledger_id", Id, ForeignKey("ledger.id"), nullable=False),
    Column("entry_id", Id, index=True),
    Column("version_id", Id, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("on", Day, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("deleted_seq", Integer),
)

version = Table(
    "version",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ledger_id", Id, ForeignKey("ledger.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("code", String(26), nullable=False, unique=True),
    Column("on", Day, nullable=False),
    Column("paper", String(2), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("pdf", String(64), nullable=False),
    Column("root", String(64), nullable=False),
    Column("counts", Json, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("explain", Text),
    Column("seq", Integer, nullable=False),
    UniqueConstraint("ledger_id", "number"),
)

signature = Table(
    "signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version_id", Id, ForeignKey("version.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("behalf", Text),
    Column("pen", Text),
    Column("scan", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    UniqueConstraint("version_id", "role"),
)

seal = Table(
    "seal",
    metadata,
    Column("ledger_id", Id, ForeignKey("ledger.id"), primary_key=True),
    Column("version_id", Id, nullable=False),
    Column("root", String(64), nullable=False),
    Column("counts", Json, nullable=False),
    Column("on", Day, nullable=False),
    Column("seq", Integer, nullable=False),
)

peer = Table(
    "peer",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("division", String(6), nullable=False),
    Column("card", Json, nullable=False),
    Column("state", String(10), nullable=False),
    Column("trusted_on", Day, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("bundle_id", Id, primary_key=True),
    Column("ledger_id", Id, nullable=False),
    Column("to_office", Id),
    Column("to_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("file", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("base_seq", Integer, nullable=False),
    Column("to_seq", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("facts", Json, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("bundle_id", Id, primary_key=True),
    Column("from_office", Id, primary_key=True),
    Column("from_name", Text, nullable=False),
    Column("ledger_id", Id),
    Column("kind", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("receipt", Json),
    Column("facts", Json, nullable=False),
)

calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("on", Day, nullable=False),
)

rest_day = Table(
    "rest_day",
    metadata,
    Column("division", String(6), primary_key=True),
    Column("day", Day, primary_key=True),
    Column("source", Text, nullable=False),
)
