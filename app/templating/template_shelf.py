"""The templates this office has: built in, received from above, issued by itself."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from app.templating import template_reading
from app.words.templates import Loaded
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table

KIND = "template"


def knows(connection: Connection, loaded: Loaded) -> bool:
    """Whether this text came with the program, from above, from this office, or lies over one that did."""
    known = _digests(connection)
    if template_reading.is_builtin(loaded.t.id):
        known.add(template_reading.builtin(loaded.t.id).digest)
    return any(digest in known for digest in (loaded.digest, *loaded.under))


def odd(connection: Connection, loaded: Loaded) -> str:
    """Why numbers counted under this template may not mean what they mean here; '' when this office has it.

    The first bundle of a ledger is taken under whatever text it was opened with (decision 14: two counts are shown, none
    is silently chosen), so it is said.
    """
    if knows(connection, loaded):
        return ""
    t, i, g = loaded.t, inbox_table.c, ledger_table.c
    here: set[tuple[str, str]] = set()
    if template_reading.is_builtin(t.id):
        here.add((t.id, template_reading.builtin(t.id).t.version))
    for facts in connection.scalars(select(i.facts).where(i.kind == KIND, i.verdict == "accepted")):
        here.add((str(facts.get("template")), str(facts.get("version"))))
    here |= {
        (x.template_id, x.template_version)
        for x in connection.execute(select(g.template_id, g.template_version).where(g.own))
    }
    how = "版本相同，内容不同" if (t.id, t.version) in here else f"它的是 {t.version}，本单位没有这一版"
    return f"该单位的台账模板与本单位的不一样（{how}），数字口径可能不同"


def _digests(connection: Connection) -> set[str]:
    """The digests of every template at hand that did not come with the program."""
    found: set[str] = set()
    i, g, j = inbox_table.c, ledger_table.c, journal_table.c
    for facts in connection.scalars(select(i.facts).where(i.kind == KIND, i.verdict == "accepted")):
        found |= {str(facts[key]) for key in ("digest", "sha256") if key in facts}
    found |= set(connection.scalars(select(g.template_digest).where(g.own)))
    stream = select(office_table.c.stream).scalar_subquery()
    issued = select(j.body).where(j.stream == stream, j.verb == "issue", j.body.is_not(None))
    for body in connection.scalars(issued):
        told = msgspec.json.decode(body)
        if told.get("kind") == KIND:
            found |= {
                str(digest) for digest in (told.get("sha256"), told.get("about", {}).get("digest")) if digest
            }
    return found
