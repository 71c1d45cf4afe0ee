"""Ids and days of received files become parts of file names: none is believed that is not written as ours are."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from app.ids import new_id
from app.problem import Problem
from sync import exchange
from sync.bundles import bag
from sync.contents import bodies, opening_bodies
from sync.letters import documents, receipts, registers, remarks, signed_files, slips
from sync.peers import statements
from tests.sync.mutated_letters import letters
from tests.sync.offices import Pair
from tests.sync.world import World

FORMS = {
    "receipt": receipts.FORM, "slip": slips.FORM, "register": registers.FORM, "remark": remarks.FORM,
    "document": documents.FORM,
}  # fmt: skip
PATTERN = re.compile(r'Meta\(pattern=r"([^"]*)"\)')
IDS = ("../../ESCAPED", "d" * 31, "D" * 32, "d" * 32 + "\n", "", 7, None)
DAYS = ("../../ESCAPED", "2022-8-5", "20220825", "2022-02-30", "2022-08-25\n", "", 20220825, None)
ODD = [
    (kind, key, odd)
    for kind, keys in {
        "receipt": ("bundle", "on"), "slip": ("bundle", "on"), "register": ("on",), "remark": ("id", "on"),
        "document": ("id", "on"),
    }.items()
    for key in keys
    for odd in (DAYS if key == "on" else IDS)
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "odd"), ODD)
def test_a_truly_signed_file_with_an_odd_id_or_day_is_refused(
    world: World, tmp_path: Path, kind: str, key: str, odd: object
) -> None:
    data, read = letters(world)[kind]
    file = tmp_path / "件"
    file.write_bytes(data)
    read(file)
    told = json.loads(data)
    del told[statements.SIGNATURE]
    signer = world.stranger if kind == "register" else world.sender
    file.write_bytes(statements.to_bytes(statements.sign(FORMS[kind], {**told, key: odd}, signer)))
    with pytest.raises(Problem) as caught:
        read(file)
    assert caught.value.code == FORMS[kind].code


@pytest.mark.parametrize(
    "label", ["External-Identifier", "Bagging-Date", "Qidi-From", "Qidi-Ledger", "Qidi-Stream"]
)
def test_a_bundle_with_an_odd_id_or_day_is_refused(world: World, label: str) -> None:
    good = bag.info_bytes(world.contents.info, "1.1").decode()
    for odd in DAYS[:4] if label == "Bagging-Date" else IDS[:3]:
        lines = [f"{label}: {odd}" if each.startswith(f"{label}: ") else each for each in good.split("\n")]
        with pytest.raises(ValueError, match=r"不对|isoformat|day is out"):
            bag.read_info("\n".join(lines).encode())


@pytest.mark.parametrize(
    "odd",
    [{"on": "../../ESCAPED"}, {"id": "../../ESCAPED"}, *({"name": f"甲{c}乙.csv"} for c in '/\\:*?"<>|')],
    ids=str,
)
def test_a_document_is_written_in_the_inbox_or_nowhere(two: Pair, odd: dict[str, str]) -> None:
    """From a confirmed superior, truly signed. On Windows a colon would lead to a hidden stream of a file."""
    keys, me = exchange.own_keys(two.league, ""), exchange.own_keys(two.bureau, "").card
    said = {"id": new_id(), "on": "2022-08-22", "name": "名单.csv", **odd}
    content = {
        "kind": "list",
        "name": said["name"],
        "note": "",
        "data": "MQ==",
        "sha256": sha256(b"1").hexdigest(),
    }
    file = two.folder / "坏.qidi-doc"
    file.write_bytes(
        signed_files.to_bytes(documents.FORM, keys, id_=said["id"], on=said["on"], content=content, to=me)
    )
    before = {path for path in two.folder.rglob("*") if ".db" not in path.name}
    with pytest.raises(Problem) as caught:
        exchange.receive(two.bureau, file)
    assert caught.value.code == "E_LETTER"
    assert {path for path in two.folder.rglob("*") if ".db" not in path.name} == before


@pytest.mark.parametrize(
    ("kind", "good"),
    [(opening_bodies.Uuid, "a" * 32), (opening_bodies.Sha, "a" * 64), (opening_bodies.Day, "2022-08-25")],
)
def test_a_mark_in_a_journal_line_ends_where_it_ends(kind: object, good: str) -> None:
    """`$` would take a line break behind it, and `\\d` digits of other scripts."""
    assert msgspec.convert(good, kind) == good
    for odd in (f"{good}\n", f"\n{good}", good[:-1] + "５"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(odd, kind)


def test_every_pattern_of_a_received_line_is_anchored() -> None:
    """The same of all the others, by their text."""
    written = [
        p
        for file in Path(bodies.__file__).parent.glob("*.py")
        for p in PATTERN.findall(file.read_text("utf-8"))
    ]
    assert len(written) > 12
    assert [p for p in written if not (p.startswith("^") and p.endswith(r"\Z")) or r"\d" in p] == []
