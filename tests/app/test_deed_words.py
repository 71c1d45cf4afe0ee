"""操作记录 says what each deed was about: who signed which version, to whom a bundle went."""

from __future__ import annotations

from pathlib import Path

from app.listing import deed_words, history
from tests.sync.offices import DAY, Pair, pair


def told(where: Pair, verb: str) -> dict[str, object]:
    return next(d for d in history.lines(where.bureau) if d.verb == verb).facts


def test_every_deed_of_an_office_says_what_it_was_about(tmp_path: Path) -> None:
    where = pair(tmp_path)
    where.project("北山水库", M01="在办")
    where.seal()
    where.sent_and_received()
    sign = told(where, "sign")
    assert (sign["role"], sign["by"], sign["on"]) == ("分管旗长", "签字人乙", DAY.isoformat())
    printed = told(where, "print")
    assert str(printed["label"]) and printed["pages"] == 2 and printed["explain"] == "缺项正在补齐"
    assert "期初 1" in str(told(where, "seal")["project"])
    sent = told(where, "send")
    assert sent["to"] == where.league.name and "/" not in str(sent["file"]) and str(sent["file"]).endswith(".qidi")
    card = told(where, "trust")
    assert card["office"] == where.league.name and len(str(card["fingerprint"]).split()) == 6
    received = next(d for d in history.lines(where.league) if d.verb == "receive")
    assert received.facts["from"] == where.bureau.name
    assert told(where, "open")["template"] == "pending-approval"
    where.close()


def test_a_line_that_only_changes_cells_and_an_unknown_verb_add_nothing() -> None:
    assert deed_words.of("amend", {"cells": {"name": "x"}}) == {}
    assert deed_words.of("later_verb", {"facts": {"reason": "r"}}) == {"reason": "r"}
    assert deed_words.of("print", {}) is not None
