"""Parts of a check round from an enrolled office with a changed program (旗方案 四(一); attacks 3 and 7-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.ledger import entries, ledgers
from app.proof import replay
from app.rounds import rounds
from models.schema import inbox
from sync import exchange
from sync.bundles import packing
from tests.sync.forged_rounds import PartChange, Told, part, refused
from tests.sync.offices import introduce, made
from tests.sync.rounds_world import FOREST, WATER, Play, play
from tests.sync.world import World


def begun(folder: Path) -> Play:
    made_ = play(folder)
    rounds.begin(made_.sponsor, made_.ledger, due="2022-08-25")
    return made_


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """A round whose part nobody ever takes in."""
    made_ = begun(tmp_path_factory.mktemp("still"))
    yield made_
    made_.close()


@pytest.fixture
def round_(tmp_path: Path) -> Iterator[Play]:
    made_ = begun(tmp_path)
    yield made_
    made_.close()


def test_the_helper_itself_is_taken(round_: Play) -> None:
    assert exchange.receive(round_.water, part(round_)).facts["added"] == 3
    assert replay.verify(round_.water) == []


def first(told: Told) -> Told:
    row: Told = told["rows"][0]
    return row


def head(**cells: Any) -> PartChange:
    return lambda told: first(told)["cells"].update(cells)


def matter(**cells: Any) -> PartChange:
    return lambda told: first(told)["items"]["M04"].update(cells)


def about(**told: Any) -> PartChange:
    return lambda part_: part_["round"].update(told)


def row(**told: Any) -> PartChange:
    return lambda part_: first(part_).update(told)


MISFITS: dict[str, Callable[[Told], Any]] = {
    "foreign key": lambda t: t.update(extra=1),
    "no department": lambda t: t.pop("dept"),
    "foreign key of the round": about(extra=1),
    "number 0": about(number=0),
    "number as text": about(number="1"),
    "round without id": about(id="x"),
    "due day of words": about(due="尽快"),
    "due day that is none": about(due="2022-02-30"),
    "endless note": about(note="长" * 40_000),
    "standing given": row(standing="approved"),
    "path for an id": row(id="../x"),
    "no matters": row(items={}),
    "no number": row(no=""),
    "field that does not travel": head(source="盟发改委下达"),
    "unknown field": head(no_such="x"),
    "name that is a number": head(name=5),
    "endless name": head(name="长" * 40_000),
    "matter's field that is none": matter(invest="1000"),
    "matter's field of the sponsor": matter(d_due="2022-08-01"),
    "unknown state": matter(state="不知道"),
    "day that is none": matter(d_submit="2022-02-30"),
    "matter unknown to the template": lambda t: first(t)["items"].update(M77={"state": "在办"}),
    "row id twice": lambda t: t["rows"].append(t["rows"][0]),
    "row id twice, other number": lambda t: t["rows"].append({**t["rows"][0], "no": "另一号"}),
}


@pytest.mark.parametrize("kind", MISFITS)
def test_a_part_that_does_not_fit_is_refused(still: Play, kind: str) -> None:
    """Foreign fields and matters, doubled row ids, values that do not fit: E_CONTENT, and nothing is made of it."""
    assert refused(still.water, part(still, MISFITS[kind])).code == "E_CONTENT"
    assert ledgers.all(still.water) == []


def test_a_part_for_another_office_is_not_opened(still: Play, tmp_path: Path) -> None:
    """Attack 3."""
    other = made(tmp_path / "forest", "正镶白旗林业和草原局", "handler")
    introduce(still.sponsor, other, tmp_path)
    assert refused(other, part(still)).code == "E_NOT_FOR_US"
    other.close()


def test_a_part_for_another_department_never_mixes_with_ours(round_: Play) -> None:
    """One office may answer for two departments: each part is its own ledger, and merges only where it was pushed."""
    exchange.receive(round_.water, part(round_))
    exchange.receive(round_.water, part(round_, dept=FOREST))
    held = {line.dept: line for line in ledgers.all(round_.water)}
    assert held.keys() == {WATER, FOREST} and len({line.id for line in held.values()}) == 2
    sent = exchange.send(round_.water, held[FOREST].id, round_.sponsor.id, round_.usb)
    problem = refused(round_.sponsor, Path(sent.facts["file"]))
    assert problem.code == "E_NOT_PUSHED" and Path(problem.facts["slip"]).is_file()
    assert [line.purpose for line in ledgers.all(round_.sponsor)] == [ledgers.MAIN], (
        "nothing that never merges"
    )


@pytest.mark.parametrize(
    ("role", "name"), [("handler", "正镶白旗农牧局"), ("sponsor", "正镶白旗工业和信息化局")]
)
def test_nobody_but_its_sponsor_pushes_into_a_part(
    round_: Play, tmp_path: Path, role: str, name: str
) -> None:
    """Decision 28: a department pushes nothing; a sponsor that calls another's ledger its own gets no hold of it."""
    exchange.receive(round_.water, part(round_))
    other = made(tmp_path / "other", name, role)
    introduce(other, round_.water, tmp_path)
    own = str(ledgers.open_template(other, "pending-approval").subject)
    entries.add(other, own, {"name": "甲"}, not_secret="声明人", items={"M04": {"state": "在办"}})
    rounds.begin(other, own)
    path = part(Play(tmp_path, other, round_.water, own, {}), ledger=round_.ledger)
    assert refused(round_.water, path).code == "E_NOT_ALLOWED"
    other.close()


def test_an_older_part_never_takes_back_what_a_later_one_brought(round_: Play) -> None:
    """Sticks come in any order: what the department has of a later pushing stands; so it does where that one was taken
    in when nothing was kept yet of what a part comes after."""
    old = round_.push(WATER)[WATER]
    entries.amend(round_.sponsor, round_.rows["项目1"], {"place": "某镇"}, {"M04": {"handler": "李四"}})
    exchange.receive(round_.water, round_.push(WATER)[WATER])
    problem = refused(round_.water, old)
    assert problem.code == "E_OLDER_PART"
    assert "比以前收到的旧" in problem.text and Path(problem.facts["slip"]).is_file()
    now = round_.theirs("项目1")
    assert (now.cells["place"], now.items["M04"]["handler"]) == ("某镇", "李四")
    with round_.water.write("旧版") as work:
        work.connection.execute(update(inbox).values(facts={}))
    assert refused(round_.water, old).code == "E_OLDER_PART"
    entries.amend(round_.sponsor, round_.rows["项目1"], {"place": "另一镇"})
    exchange.receive(round_.water, round_.push(WATER)[WATER])
    assert round_.theirs("项目1").cells["place"] == "另一镇"


def of_kind_check(world: World, told: bytes) -> Path:
    def change(parts: dict[str, bytes]) -> None:
        parts[packing.CHECK] = told

    return world.forged(change, signer=world.sender, info=replace(world.contents.info, cipher="age"))


def test_a_hundred_megabyte_part_is_refused_before_it_is_unpacked(world: World) -> None:
    """Attack 9: by its headers alone."""
    assert world.refusal(of_kind_check(world, b'{"rows":"' + b"x" * (100 << 20) + b'"}')) == "E_LIMIT"
