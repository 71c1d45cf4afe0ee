"""误入处置 between offices: the chain holds at every receiver, the counts agree, and those who have it are told."""

from __future__ import annotations

import copy
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.engine.remains import DESTROYED
from app.ledger import attachments, entries, ledgers
from app.listing import counts, history, lists
from app.problem import Problem
from app.proof import replay
from app.removal import purging
from sync import exchange
from tests.sync.offices import Pair, introduce, made, project
from tests.sync.test_hostile_sender import answered, forged

NAME, CODE = "北山二号特殊工程", "2204-152529-04-01-000777"
DEED = {"by": "提出人丙", "second": "审批人丁", "reason": "经核实不应录入"}


def secret(two: Pair) -> str:
    entry = two.project(NAME, M01="在办", M03="未办")
    entries.amend(two.bureau, entry, {"project_code": CODE, "note": f"{NAME}的备注"})
    attachments.attach(two.bureau, entry, two.scan())
    return entry


def hits(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(text.encode() in path.read_bytes() for text in (NAME, CODE))
    ]


def same_counts(two: Pair, office=None) -> None:
    here, there = counts.count(two.bureau, two.ledger), counts.count(office or two.league, two.ledger)
    for key in ("projects", "items", "balanced"):
        assert here[key] == there[key]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_receiver_that_holds_the_row_is_told_and_destroys_it_too(two: Pair, sealed: bool) -> None:
    """The next bundle carries the purge line: tables follow at once, content goes when a person says so."""
    two.project("普通项目甲", M01="在办")
    entry = secret(two)
    if sealed:
        two.seal()
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    assert hits(two.league.folder)
    purging.purge(two.bureau, entry, **DEED)
    change = exchange.receive(two.league, two.send())
    no = lists.line(two.bureau, entry).no if sealed else "152529-DP-2022-0002"
    assert change.facts["purged"] == [no] and "误入处置" in change.said and no in change.said
    same_counts(two)
    assert replay.verify(two.league) == []
    assert [w.entry_id for w in purging.waiting(two.league)] == [entry]
    assert hits(two.league.folder), "until a person says so its history is kept"
    done = purging.purge(two.league, entry, **DEED)
    assert hits(two.league.folder) == [] and purging.waiting(two.league) == []
    assert replay.verify(two.league) == [] and replay.verify(two.bureau) == []
    same_counts(two)
    assert done.facts["bundles"] and next(d.title for d in history.lines(two.league, entry)) == "误入处置"
    two.project("普通项目乙", M01="在办") if not sealed else entries.amend(
        two.bureau, first(two), {"note": "在办"}
    )
    two.sent_and_received()
    same_counts(two)
    assert replay.verify(two.league) == []


def first(two: Pair) -> str:
    return lists.ids(two.bureau, two.ledger)[0]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_new_receiver_never_sees_it_and_proves_the_seal_all_the_same(two: Pair, sealed: bool) -> None:
    """Stubs in place of bodies: chain, counts and the sealed root are checked by what is left of them."""
    two.project("普通项目甲", M01="在办")
    entry = secret(two)
    if sealed:
        two.seal()
    purging.purge(two.bureau, entry, **DEED)
    facts = two.sent_and_received()
    assert facts["purged"] == [] and facts["sealed"] is sealed
    assert hits(two.league.folder) == [] and hits(two.folder / "U盘") == []
    same_counts(two)
    assert replay.verify(two.league) == [] and replay.verify(two.bureau) == []
    names = [line.name for line in lists.lines(two.league, lists.ids(two.league, two.ledger))]
    assert names == (["普通项目甲", DESTROYED] if sealed else ["普通项目甲"])


def test_a_receiver_that_knows_only_its_beginning(two: Pair) -> None:
    """It has the line that added the row; the later ones come as stubs, and the seal's root holds."""
    two.project("普通项目甲", M01="在办")
    entry = two.project(NAME, M01="在办")
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    entries.amend(two.bureau, entry, {"project_code": CODE, "owner_org": "某特殊单位"})
    two.seal()
    purging.purge(two.bureau, entry, **DEED)
    two.sent_and_received()
    same_counts(two)
    assert replay.verify(two.league) == []
    purging.purge(two.league, entry, **DEED)
    assert hits(two.league.folder) == [] and replay.verify(two.league) == []


def test_nobody_destroys_a_row_that_its_office_keeps(two: Pair) -> None:
    """One writer a row: a receiver asks the sender first."""
    entry = secret(two)
    two.sent_and_received()
    with pytest.raises(Problem) as refused:
        purging.purge(two.league, entry, **DEED)
    assert refused.value.code == "E_FOREIGN" and two.bureau.name in refused.value.text
    assert hits(two.league.folder) and replay.verify(two.league) == []


def test_the_sender_names_who_has_it(two: Pair) -> None:
    entry = secret(two)
    two.send()
    change = purging.purge(two.bureau, entry, **DEED)
    (told,) = change.facts["receivers"]
    assert two.league.name in told and two.league.name in Path(change.facts["report"]).read_text("utf-8-sig")
    assert list((two.bureau.folder / "outbox").glob("*.qidi")) == []
    assert hits(two.bureau.folder) == []


def test_a_third_office_gets_a_whole_bundle_after_several_were_destroyed(two: Pair) -> None:
    """Everything from the first line on, with acknowledged files left out that exist no more."""
    one = secret(two)
    two.project("普通项目甲", M01="在办")
    two.seal()
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    purging.purge(two.bureau, one, **DEED)
    lead = made(two.folder / "lead", "太仆寺旗发展和改革委员会", "lead")
    two.extra.append(lead)
    introduce(two.bureau, lead, two.folder)
    exchange.receive(lead, two.send(lead.name))
    same_counts(two, lead)
    assert replay.verify(lead) == [] and ledgers.find(lead, two.ledger).sealed
    two.sent_and_received()
    assert replay.verify(two.league) == []


LEFT = {"what": "entry", "lines": {}, "leaves": {}, "files": []}
GONE = {"id": "a" * 32, "kind": "corrected", "on": "2022-08-22", "facts": {"reason": "误入处置"}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"purge": LEFT, "cells": {"name": "暗中换了"}}, "E_CONTENT"),
        ({"purge": LEFT, "standing": "deleted", "standings": {"M01": "deleted"}}, "E_SEALED_MISSING"),
        (
            {"purge": LEFT, "standing": "corrected", "events": [GONE]},
            "E_COUNTS",
        ),  # its open matter stays behind
        ({"purge": LEFT, "standing": "corrected", "standings": {"M01": "corrected"}}, "E_SEALED_MISSING"),
        ({"purge": {**LEFT, "what": "all"}}, "E_CONTENT"),
        ({"purge": {**LEFT, "files": ["../x"]}}, "E_CONTENT"),
        ({"purge": {**LEFT, "leaves": {"2": "zz"}}}, "E_CONTENT"),
        ({"purge": {**LEFT, "lines": {"0": {}}}}, "E_CONTENT"),
        ({"purge": {**LEFT, "more": 1}}, "E_NEWER"),
        ({"purge": []}, "E_CONTENT"),
    ],
    ids=str,
)
def test_a_purge_line_is_no_way_round_the_seal(two: Pair, body: dict[str, Any], code: str) -> None:
    """Attack 8: what leaves a sealed ledger says by which event and why; nothing comes in by a purge line."""
    entry = two.project("普通项目甲", M01="在办")
    two.seal()

    def change(rows: list[dict[str, Any]]) -> None:
        rows.append({**copy.deepcopy(rows[-1]), "verb": "purge", "subject": entry, "rev": 2, "body": body})

    assert answered(two, forged(two, change)).code == code


def test_a_purge_line_about_a_row_of_another_ledger_is_refused(two: Pair) -> None:
    theirs = str(ledgers.open_template(two.league, "pending-approval").subject)
    mine = project(two.league, theirs, "盟级项目", M01="在办")
    two.project("普通项目甲", M01="在办")
    two.sent_and_received()

    def change(rows: list[dict[str, Any]]) -> None:
        rows.append(
            {**copy.deepcopy(rows[-1]), "verb": "purge", "subject": mine, "rev": 2, "body": {"purge": LEFT}}
        )

    assert answered(two, forged(two, change)).code in ("E_FORK", "E_CONTENT", "E_NOT_ALLOWED")
    assert lists.line(two.league, mine).name == "盟级项目"


def test_a_purge_line_may_name_more_lines_than_a_query_takes(two: Pair) -> None:
    """Who destroys chooses the numbers, its own line's too: any amount is judged, what is not there is passed over."""
    two.project("普通项目甲", M01="在办")
    left = {"what": "record", "lines": {str(n): {} for n in range(1, 3_000)}, "leaves": {}, "files": []}
    with two.bureau.write("处置") as work:
        work.line(two.ledger, "purge", "a" * 32, 1, {"purge": left})
    event.listen(
        two.league.engine,
        "checkout",
        lambda raw, *_: raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 2_000),
    )
    assert two.sent_and_received()["rows"] == 1 and replay.verify(two.league) == []
