"""The ten offices of the demo: a league, the lead office, two sponsors, six departments with the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import office as offices
from app.office import Office
from app.samples import sample
from sync import exchange

LEAGUE, LEAD = "盟发改委", "旗领导小组办公室"
SPONSORS = {"发改委": "旗发改委", "工信局": "旗工信局"}
"""{what the list calls the sponsor: its folder}."""
HANDLERS = {
    "自然资源局": "正镶白旗自然资源局",
    "生态环境分局": "正镶白旗生态环境分局",
    "水利局": "正镶白旗水利局",
    "林草局": "正镶白旗林业和草原局",
    "住建局": "正镶白旗住房和城乡建设局",
    "农牧局": "正镶白旗农牧局",
}
BY_WORKBOOK = "发改委"
"""The seventh department: 节能审查, without the program."""
LEAGUE_NAME, LEAD_NAME = "锡林郭勒盟发展和改革委员会", "正镶白旗投资项目起底领导小组办公室"
SPONSOR_NAMES = {"发改委": sample.NAME, "工信局": "正镶白旗工业和信息化局"}
Tell = Callable[[str], None]


@dataclass
class World:
    """Everything the play has on its stage. `ledgers` are the sponsors' by name, `gathered` the lead's."""

    out: Path
    tell: Tell
    most: int
    league: Office
    lead: Office
    sponsors: Mapping[str, Office]
    handlers: Mapping[str, Office]
    ledgers: dict[str, str] = field(default_factory=dict)
    gathered: str = ""

    @property
    def usb(self) -> Path:
        return self.out / "U盘"

    def all(self) -> list[Office]:
        return [self.league, self.lead, *self.sponsors.values(), *self.handlers.values()]

    def on(self, day: dt.date) -> World:
        """The same stage on a later day."""
        return replace(
            self, league=_on(self.league, day), lead=_on(self.lead, day),
            sponsors={k: _on(o, day) for k, o in self.sponsors.items()},
            handlers={k: _on(o, day) for k, o in self.handlers.items()},
        )  # fmt: skip

    def close(self) -> None:
        for office in self.all():
            office.close()


def made(out: Path, tell: Tell, most: int) -> World:
    """The offices with their keys, each knowing those it deals with; when one fails all are closed."""
    with ExitStack() as opened:

        def new(folder: str, name: str, role: str, division: str = sample.DIVISION) -> Office:
            office = _office(out / folder, name, role, division)
            opened.callback(office.close)
            return office

        league, lead = new(LEAGUE, LEAGUE_NAME, "superior", "152500"), new(LEAD, LEAD_NAME, "lead")
        sponsors = {key: new(SPONSORS[key], name, "sponsor") for key, name in SPONSOR_NAMES.items()}
        handlers = {dept: new(dept, name, "handler") for dept, name in HANDLERS.items()}
        world = World(out, tell, most, league, lead, sponsors, handlers)
        _introduce(world)
        opened.pop_all()
    return world


def _introduce(world: World) -> None:
    folder = world.usb / "名片"
    folder.mkdir(parents=True, exist_ok=True)
    cards = {
        o.id: Path(str(exchange.card(o, folder / f"{o.name}.qidi-card").facts["file"])) for o in world.all()
    }
    known = [(world.league, world.lead), *((world.lead, s) for s in world.sponsors.values())]
    known += [(s, h) for s in world.sponsors.values() for h in world.handlers.values()]
    for one, other in known:
        exchange.trust(one, cards[other.id], confirmed=True)
        exchange.trust(other, cards[one.id], confirmed=True)
    world.tell(f"建立 {len(world.all()):,} 个单位，互换名片，核对码确认 {len(known)} 对")


def _office(folder: Path, name: str, role: str, division: str) -> Office:
    office = offices.create(
        folder, division=division, name=name, roles=[role], clerk=sample.CLERK, today=sample.TODAY
    )
    try:
        exchange.make_keys(office)
    except BaseException:
        office.close()
        raise
    return office


def _on(office: Office, day: dt.date) -> Office:
    return replace(office, fixed_today=day)
