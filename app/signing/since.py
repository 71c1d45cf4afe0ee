"""What changed after a certain journal line that asks for a new signature, and who has still to sign what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from app.ledger import versions
from app.ledger.ledgers import LedgerLine
from app.ledger.versions import Version

TEMPLATE = "模板版本"
ASKS_NEW_SIGNATURE = {"resp_person": "责任人", "due_date": "完成时限", "due_text": "完成时限"}


def left_to_sign(connection: Connection, line: LedgerLine, known: Sequence[Version]) -> tuple[str, ...]:
    """The signatures and acts that the newest of `known` still waits for (decisions 8, 10).

    A print after 确定台账 waits for signatures only when what moved since the last wholly signed one touches
    counts, 责任人, 完成时限 or what is frozen.
    """
    if not known or not any(route.roles or route.steps for route in line.loaded.t.signoffs):
        return ()
    newest = known[0]
    left = versions.lacking(line, newest)
    if not left or not line.sealed:
        return left
    whole = next((v for v in known[1:] if not versions.lacking(line, v)), None)
    return left if whole is None or touching_since(connection, line, whole.seq, newest.seq) else ()


def touching_since(connection: Connection, line: LedgerLine, seq: int, upto: int | None = None) -> list[str]:
    """What changed after `seq` that a signature must know of (decision 8): counts, 责任人, 完成时限, frozen cells.

    With `upto` nothing after that journal line is looked at.
    """
    frozen = {f.id: f.title for f in line.loaded.t.fields if f.frozen} | ASKS_NEW_SIGNATURE | {TEMPLATE: TEMPLATE}
    from app.proof import replay  # noqa: PLC0415 - a dozen modules, wanted only once something sealed was printed

    moved: dict[tuple[str, str], list[Any]] = {}
    for row in replay.lines(connection, line.stream, seq):
        if upto is not None and row["seq"] > upto:
            break
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        for key, old, new in _moves(body, frozen):
            moved.setdefault((row["subject"], key), [old, new])[1] = new
    changed = (key for (_, key), (old, new) in moved.items() if old != new)
    return list(dict.fromkeys(frozen.get(key, "项目或事项数") for key in changed))


def _moves(body: dict[str, Any], wanted: Mapping[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """(key, old, new) of what a line moved: wanted cells, the row's standing under '', its matters' under `.M03`."""
    was = body.get("was", {})
    if "upgrade" in body:
        yield TEMPLATE, body["upgrade"]["from"], body["upgrade"]["digest"]
    if "new" in body:
        yield "", "deleted", body["new"]["standing"]
    if "standing" in body:
        yield "", was.get("standing"), body["standing"]
    for code, new in body.get("standings", {}).items():
        yield f".{code}", was["standings"].get(code) or "deleted", new
    for key, new in body.get("cells", {}).items():
        if key in wanted:
            yield key, was.get("cells", {}).get(key), new
