"""Real offices that exchange files: a bureau that reports, a league that receives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from app import office
from app.ids import new_id
from app.ledger import entries, ledgers
from app.office import Office
from app.signing import signoff
from sync import exchange
from tests.stored import Stored, keep

DAY = dt.date(2022, 8, 22)
SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}


@dataclass
class Pair:
    """Two offices that have confirmed each other's cards, and the bureau's ledger."""

    folder: Path
    bureau: Office
    league: Office
    ledger: str
    extra: list[Office] = field(default_factory=list)

    def close(self) -> None:
        for one in (self.bureau, self.league, *self.extra):
            one.close()

    def send(self, to: str = "") -> Path:
        change = exchange.send(self.bureau, self.ledger, to or self.league.name, self.folder / "U盘")
        return Path(change.facts["file"])

    def sent_and_received(self) -> dict[str, object]:
        return exchange.receive(self.league, self.send()).facts

    def project(self, name: str, **states: str) -> str:
        return project(self.bureau, self.ledger, name, **states)

    def scan(self) -> Path:
        out = self.folder / f"{new_id()}.png"
        Image.effect_noise((60, 40), 80).save(out)
        return out

    def seal(self) -> Path:
        """Print with an explanation, sign by all roles and seal; returns the print."""
        out = self.folder / f"{new_id()}.pdf"
        signoff.print_ledger(self.bureau, self.ledger, out, explain="缺项正在补齐")
        for role, by in SIGNERS.items():
            signoff.sign(self.bureau, self.ledger, role=role, by=by, on=DAY.isoformat(), scan=out)
        signoff.seal(self.bureau, self.ledger)
        return out


def born(
    folder: Path,
    name: str,
    role: str,
    division: str = "152529",
    *,
    clerk: str = "经办人甲",
    today: dt.date = DAY,
) -> Office:
    """An office like no other, with keys: worlds that are kept are made of these."""
    new = office.create(folder, division=division, name=name, roles=[role], clerk=clerk, today=today)
    exchange.make_keys(new)
    return new


def made(
    folder: Path,
    name: str,
    role: str,
    division: str = "152529",
    *,
    clerk: str = "经办人甲",
    today: dt.date = DAY,
) -> Office:
    """Laid down from the first of these words: two that are called the same have the same id and keys."""
    _first(name, role, division, clerk, today).lay(folder)
    return office.open_folder(folder, today=today)


@cache
def _first(name: str, role: str, division: str, clerk: str, today: dt.date) -> Stored:
    with TemporaryDirectory() as nest:
        folder = Path(nest) / "office"
        born(folder, name, role, division, clerk=clerk, today=today).close()
        return keep(folder)


def introduce(one: Office, other: Office, folder: Path) -> None:
    """Each confirms the other's card."""
    for giver, taker in ((one, other), (other, one)):
        card = Path(exchange.card(giver, folder / f"{new_id()}.qidi-card").facts["file"])
        exchange.trust(taker, card, confirmed=True)


def pair(folder: Path) -> Pair:
    """Laid down from the one that was made first: two pairs have the same ids and keys."""
    stored, ledger = _pair()
    stored.lay(folder)
    return Pair(folder, opened(folder / "bureau"), opened(folder / "league"), ledger)


def opened(folder: Path) -> Office:
    return office.open_folder(folder, today=DAY)


@cache
def _pair() -> tuple[Stored, str]:
    with TemporaryDirectory() as nest:
        folder = Path(nest)
        bureau = born(folder / "bureau", "正镶白旗发展和改革委员会", "sponsor")
        league = born(folder / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
        introduce(bureau, league, folder)
        ledger = str(ledgers.open_template(bureau, "pending-approval").subject)
        bureau.close()
        league.close()
        return keep(folder), ledger


def project(
    bureau: Office, ledger: str, name: str, *, build: str = "在建", basis: str = "", **states: str
) -> str:
    """Add a project; matters not named are 不需办. Returns its id."""
    items = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
    items |= {code: {"state": state} for code, state in states.items()}
    change = entries.add(
        bureau, ledger, {"name": name, "build_state": build}, not_secret="审核人乙", items=items, basis=basis
    )
    return str(change.subject)
