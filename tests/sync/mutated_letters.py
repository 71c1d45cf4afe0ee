"""Every kind of file that offices exchange beside the reported ledger, made small and good, to be spoilt at random."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.ids import new_id
from app.problem import Problem
from sync.letters import documents, receipts, registers, remarks, signed_files, slips
from sync.letters.receipts import Receipt
from sync.letters.registers import Member, Register
from sync.letters.slips import Reason, Slip
from sync.peers import statements
from tests.sync.world import World

Read = Callable[[Path], Any]
DAY = "2022-08-25"


def bundles(world: World) -> dict[str, World]:
    """The world again, its bundle a reported ledger, a part of a check round, a return."""
    info = world.contents.info
    check = {
        "round": {"id": new_id(), "number": 1, "due": DAY, "note": ""}, "dept": "水利局",
        "rows": [{"id": new_id(), "no": "1", "cells": {"name": "甲"}, "items": {"M04": {"state": "在办"}}}],
    }  # fmt: skip
    asked = replace(info, kind="check", base_seq=info.to_seq, base_head=info.head)
    part = replace(world.contents, info=asked, journal=(), check=check, seal=None, attachments={}, held=[])
    back = replace(world.contents, info=replace(info, kind="return"))
    return {
        "ledger": world, "check": replace(world, contents=part), "return": replace(world, contents=back)
    }  # fmt: skip


def letters(world: World) -> dict[str, tuple[bytes, Read]]:
    """{kind: (a good file, how it is read)}; what is read back is compared, so a changed content shows."""
    info, sender = world.contents.info, world.sender
    said = {
        "issuer": sender.card.id,
        "issuer_name": sender.card.name,
        "to": world.receiver.card.id,
        "on": DAY,
    }
    about = {"bundle": info.id, "digest": "ab" * 32, "ledger": info.ledger, "stream": info.stream}
    counts = {"project": {"open": 3}, "item": {"open": 9}}
    receipt = Receipt(**said, **about, seq=3, head=info.head, rows=3, counts=counts)
    reasons = (Reason("E_COUNTS", "数目不符", ("1 甲",), line=2),)
    slip = Slip(
        **said, **about, number=1, have=3, have_head=info.head, verdict=slips.RETURNED, reasons=reasons
    )
    lead = world.stranger
    register = Register(lead.card.id, lead.card.name, 1, DAY, False, (Member(lead.card),))
    trusted = world.trusted

    def letter(form: statements.Form, content: dict[str, Any]) -> tuple[bytes, Read]:
        made = partial(signed_files.to_bytes, form, sender, id_=new_id(), on=DAY, content=content)
        return made(to=world.receiver.card), partial(_letter, form, world)

    return {
        "receipt": (
            statements.to_bytes(receipts.issue(receipt, sender)), lambda file: receipts.read(file, trusted)
        ),
        "slip": (statements.to_bytes(slips.issue(slip, sender)), lambda file: slips.read(file, trusted)),
        "register": (registers.to_bytes(register, lead), lambda file: registers.read(file, world.trusting_all)),
        "remark": letter(remarks.FORM, {"remarks": [{"id": new_id(), "text": "请说明"}]}),
        "document": letter(documents.FORM, {"kind": "list", "name": "名单.xlsx", "data": "AAAA"}),
    }  # fmt: skip


def count(world: World, numbers: range, spoil: Callable[[bytes, random.Random], bytes]) -> Counter[str]:
    """How many spoilt letters were refused by which code; `ACCEPTED` read as another content, `UNHANDLED` crashed."""
    good = letters(world)
    path = world.new("件")
    kept = {}
    for kind, (data, read) in good.items():
        path.write_bytes(data)
        kept[kind] = read(path)
    out: Counter[str] = Counter()
    for number in numbers:
        kind = list(good)[number % len(good)]
        data, read = good[kind]
        path.write_bytes(spoil(data, random.Random(number)))
        try:
            out["same" if read(path) == kept[kind] else "ACCEPTED"] += 1
        except Problem as problem:
            out[problem.code] += 1
        except Exception as error:
            out["UNHANDLED"] += 1
            sys.stderr.write(f"{number} {kind}: {error!r}\n")
    return out


def _letter(form: statements.Form, world: World, file: Path) -> signed_files.Letter:
    return signed_files.read(form, file, world.receiver, world.trusted)
