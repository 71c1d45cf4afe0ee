"""An enrolled office with a changed program: well signed and well chained, wrong in what it says."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.ids import new_id
from app.journals import journal
from app.ledger import ledgers
from app.problem import Problem
from app.proof import replay
from sync import exchange
from sync.bundles import bundle, lines
from sync.letters import sending
from sync.peers import keys, peers
from tests.sync.looking import ledger_tables
from tests.sync.offices import Pair, project

Row = dict[str, Any]


def forged(
    two: Pair,
    change: Callable[[list[Row]], None] = lambda rows: None,
    ledger: dict[str, Any] | None = None,
    **info: Any,
) -> Path:
    """The ledger's bundle with its lines changed by `change` (bodies as values), chained and signed anew."""
    with two.bureau.read() as connection:
        line = ledgers.line_of(connection, two.ledger)
        contents = sending.contents(two.bureau, connection, line, peers.find(two.bureau, two.league.name))
        rows = [dict(r) for r in replay.lines(connection, line.stream)]
    for row in rows:
        row["body"] = msgspec.json.decode(row["body"])
    change(rows)
    head = journal.Head(line.stream, 0, journal.GENESIS)
    made = [
        journal.line(
            head, journal.Stamp(r["at"], r["on"], r["clerk"]), r["verb"], r["subject"], r["rev"], r["body"]
        )
        for r in rows
    ]
    contents = replace(
        contents,
        info=replace(contents.info, to_seq=head.seq, head=head.hash.hex(), **info),
        journal=[lines.encode(r) for r in made],
        ledger={**contents.ledger, **(ledger or {})},
    )
    out = two.folder / f"{new_id()}.qidi"
    own = keys.load(two.bureau.folder / "keys")
    bundle.write_bundle(out, contents, own, keys.own_card(two.league.folder / "keys"))
    return out


def answered(two: Pair, path: Path) -> Problem:
    """The refusal of look and of receive, which must be one and leave the tables as they were.

    Only that the bundle was given back stands in the inbox and in the office's own journal.
    """
    before = ledger_tables(two.league)
    with pytest.raises(Problem) as looked:
        exchange.look(two.league, path)
    with pytest.raises(Problem) as caught:
        exchange.receive(two.league, path)
    assert looked.value.code == caught.value.code and caught.value.text.startswith(looked.value.text)
    assert ledger_tables(two.league) == before
    assert ("slip" in caught.value.facts) == (caught.value.code not in ("E_NEWER", "E_ID_REUSED"))
    return caught.value


def added(rows: list[Row]) -> Row:
    return next(r for r in rows if "new" in r["body"])


def test_the_helper_itself_is_accepted(two):
    two.project("甲", M01="在办")
    assert exchange.receive(two.league, forged(two)).facts["added"] == 1


@pytest.mark.parametrize(
    ("keys_", "value"),
    [
        (("cells", "name"), 5),
        (("cells", "name"), ""),
        (("cells", "name"), ["x"]),
        (("cells", "name"), "长" * 40_000),
        (("cells", "invest"), "1e9"),
        (("cells", "invest"), "NaN"),
        (("cells", "invest"), 5),
        (("cells", "invest"), "9" * 400),
        (("cells", "approval_date"), "2022-02-30"),
        (("cells", "approval_date"), "昨天"),
        (("cells", "build_state"), "造好了"),
        (("cells", "build_state"), None),
        (("items", "M01"), {"state": "不知道"}),
        (("items", "M01"), {"state": "在办", "d_accept": "2022"}),
        (("items", "M01"), {"state": "在办", "pauses": [{"from": "x"}]}),
        (("items", "M01"), {"state": "在办", "pauses": "x"}),
        (("items", "M77"), {"state": "在办"}),
        (("items", "M01.01"), {"state": "在办"}),
        (("standing",), "gone"),
        (("standings", "M01"), "gone"),
        (("standings",), {}),
        (("number",), 0),
        (("number",), "1"),
        (("no",), ""),
        (("cells",), []),
        (("items",), []),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused_by_its_line(two, keys_, value):
    two.project("甲", M01="在办")

    def change(rows):
        part = added(rows)["body"]["new"]
        for key in keys_[:-1]:
            part = part[key]
        part[keys_[-1]] = value

    problem = answered(two, forged(two, change))
    assert (problem.code, problem.facts["line"]) == ("E_CONTENT", 2)


def test_what_only_a_later_program_writes_asks_for_an_upgrade(two):
    two.project("甲", M01="在办")
    for change in (
        lambda rows: added(rows)["body"].update(weather="好"),
        lambda rows: added(rows)["body"]["new"]["cells"].update(no_such_field="x"),
    ):
        assert answered(two, forged(two, change)).code == "E_NEWER"


def test_lines_that_contradict_each_other(two):
    entry = two.project("甲", M01="在办")

    def twice(rows):
        rows.append(copy.deepcopy(added(rows)))

    def nobody(rows):
        rows.append({**copy.deepcopy(added(rows)), "subject": new_id(), "body": {"cells": {"note": "x"}}})

    def same_number(rows):
        rows.append({**copy.deepcopy(added(rows)), "subject": new_id()})

    def strange_file(rows):
        told = {
            "id": new_id(),
            "sha256": "0" * 64,
            "name": "a.pdf",
            "kind": "pdf",
            "size": 1,
            "on": "2022-08-22",
        }
        rows.append({**copy.deepcopy(added(rows)), "verb": "attach", "body": {"attach": told}})

    def path_name(rows):
        told = {
            "id": new_id(), "sha256": "0" * 64, "name": "../../a.pdf", "kind": "pdf", "size": 1,
            "on": "2022-08-22", "entry_id": entry,
        }  # fmt: skip
        rows.append({**copy.deepcopy(added(rows)), "verb": "attach", "body": {"attach": told}})

    def missing_file(rows):
        path_name(rows)
        rows[-1]["body"]["attach"]["name"] = "a.pdf"

    assert answered(two, forged(two, twice)).facts["line"] == 3
    assert answered(two, forged(two, nobody)).facts["line"] == 3
    assert answered(two, forged(two, same_number)).facts["line"] == 3
    assert answered(two, forged(two, strange_file)).code == "E_CONTENT"
    assert answered(two, forged(two, path_name)).code == "E_CONTENT"
    assert answered(two, forged(two, missing_file)).code == "E_NEED_ATTACHMENTS"


def test_counts_that_do_not_hold(two):
    two.project("甲", M01="在办")
    assert answered(two, forged(two, ledger={"rows": 7})).code == "E_COUNTS"
    assert answered(two, forged(two, ledger={"state": "sealed"})).code == "E_COUNTS"
    assert answered(two, forged(two, ledger={"unit": " 空"})).code == "E_CONTENT"
    assert answered(two, forged(two, seal="ab" * 32)).code == "E_SEAL"
    assert answered(two, forged(two, template="another-one")).code == "E_CONTENT"


def test_a_row_or_ledger_of_somebody_else(two):
    """Decision 28: nobody another's rows."""
    mine = str(ledgers.open_template(two.league, "pending-approval").subject)
    entry = project(two.league, mine, "盟里的项目", M01="在办")
    two.project("甲", M01="在办")
    exchange.receive(two.league, two.send())

    def theirs(rows):
        rows.append(
            {**copy.deepcopy(added(rows)), "subject": entry, "rev": 2, "body": {"cells": {"note": "x"}}}
        )

    def their_id(rows):
        rows.append({**copy.deepcopy(added(rows)), "subject": entry})

    with two.bureau.read() as connection:
        line = ledgers.line_of(connection, two.ledger)
        before = [dict(r) for r in replay.lines(connection, line.stream)]
    own = keys.load(two.bureau.folder / "keys")
    for change in (theirs, their_id):
        rows = [{**r, "body": msgspec.json.decode(r["body"])} for r in before]
        change(rows)
        last = rows[-1]
        head = journal.Head(line.stream, len(before), bytes(before[-1]["hash"]))
        stamp = journal.Stamp(last["at"], last["on"], last["clerk"])
        made = journal.line(head, stamp, last["verb"], last["subject"], last["rev"], last["body"])
        with two.bureau.read() as connection:
            contents = sending.contents(two.bureau, connection, line, peers.find(two.bureau, two.league.name))
        contents = replace(
            contents,
            info=replace(contents.info, to_seq=head.seq, head=head.hash.hex()),
            journal=[lines.encode(r) for r in [*before, made]],
        )
        out = two.folder / f"{new_id()}.qidi"
        bundle.write_bundle(out, contents, own, keys.own_card(two.league.folder / "keys"))
        assert answered(two, out).code == "E_NOT_ALLOWED"


def test_another_offices_ledger_is_not_overwritten(two):
    """The ledger id of the receiver's own ledger, or of a third office's, under the sender's good signature."""
    mine = str(ledgers.open_template(two.league, "pending-approval").subject)
    two.project("甲", M01="在办")
    path = forged_info(two, ledger=mine)
    assert answered(two, path).code == "E_NOT_ALLOWED"


def forged_info(two: Pair, **info: Any) -> Path:
    with two.bureau.read() as connection:
        line = ledgers.line_of(connection, two.ledger)
        contents = sending.contents(two.bureau, connection, line, peers.find(two.bureau, two.league.name))
        told = {**contents.ledger, "id": info.get("ledger", line.id)}
        contents = replace(contents, info=replace(contents.info, **info), ledger=told)
        out = two.folder / f"{new_id()}.qidi"
        own = keys.load(two.bureau.folder / "keys")
        bundle.write_bundle(out, contents, own, keys.own_card(two.league.folder / "keys"))
    return out


def test_the_same_id_with_other_bytes(two):
    """Attack 6: E_ID_REUSED."""
    two.project("甲", M01="在办")
    first = new_id()
    exchange.receive(two.league, forged_info(two, id=first))
    two.project("乙", M01="在办")
    assert answered(two, forged_info(two, id=first)).code == "E_ID_REUSED"


def sealed_rows(two: Pair) -> list[str]:
    found = [two.project(name, M01="在办") for name in ("甲", "乙", "丙")]
    two.seal()
    return found


def leaving(entry: str, body: dict[str, Any]) -> Callable[[list[Row]], None]:
    def change(rows: list[Row]) -> None:
        rev = max(r["rev"] for r in rows if r["subject"] == entry)
        rows.append(
            {**copy.deepcopy(added(rows)), "verb": "close", "subject": entry, "rev": rev + 1, "body": body}
        )

    return change


def test_frozen_cells_changed_after_the_seal(two):
    entries_ = sealed_rows(two)

    def change(rows):
        leaving(entries_[0], {"cells": {"name": "换了名字"}, "was": {"cells": {"name": "甲"}}})(rows)
        rows[-1]["verb"] = "amend"

    assert answered(two, forged(two, change)).code == "E_FROZEN"


def test_a_seal_that_does_not_say_what_stands_before_it(two):
    sealed_rows(two)

    def fewer(rows):
        row = next(r for r in rows if "seal" in r["body"])
        row["body"]["seal"]["counts"]["project"]["base"] = 2

    def other(rows):
        row = next(r for r in rows if "seal" in r["body"])
        row["body"]["seal"]["root"] = "ab" * 32

    def changed(rows):
        added(rows)["body"]["new"]["cells"]["name"] = "暗中换了"

    for change in (fewer, other, changed):
        assert answered(two, forged(two, change)).code == "E_SEAL"


def test_random_nonsense_in_signed_lines_is_never_a_crash(two):
    """Well-signed journals with random damage in their bodies: accepted whole, or refused with a code."""
    sealed_rows(two)
    codes = set()
    for number in range(50):
        chance = random.Random(number)

        def change(rows, chance=chance):
            for _ in range(chance.choice((1, 1, 2))):
                row = chance.choice(rows)
                row["body"] = spoilt(row["body"], chance)

        try:
            exchange.look(two.league, forged(two, change))
            codes.add("accepted")
        except Problem as problem:
            codes.add(problem.code)
    assert "E_CONTENT" in codes
    assert {"E_SEAL", "E_NEWER"} & codes


ODD = (None, True, 0, -1, 2**53 - 1, "", "x", "9" * 50, "2022-13-01", [], {}, [[]], {"a": 1}, "open", "M01")


def spoilt(value: Any, chance: random.Random) -> Any:
    """`value` with one thing in it replaced, taken away or moved."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.15:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: spoilt(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], spoilt(value[place], chance), *value[place + 1 :]]
    return chance.choice(ODD) if not isinstance(value, dict) or chance.random() < 0.5 else {**value, "x": 1}
