"""Which office a ledger is reported to: where it went last, else the one above; never a side office by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.journals.trust import OfficeCard
from app.ledger.ledgers import CHECK, LedgerLine
from app.office import Office
from app.problem import Problem
from app.values import divisions
from app.words import wording
from sync.letters import boxes
from sync.peers import peers
from sync.peers.peers import Address

LEAD, SUPERIOR = "lead", "superior"


def suggested(office: Office, ledger_id: str) -> str:
    """The id of the confirmed office above to which this ledger was sent last, else of the nearest one above; '' where
    there is none, or several as near."""
    above = [p.card for p in peers.all(office) if p.state == peers.TRUSTED and is_above(office, p.card)]
    known = {card.id for card in above}
    for one in boxes.sent(office):  # newest first
        if one.ledger == ledger_id and one.to in known:
            return one.to
    return _nearest(office, above)


def refuse_aside(office: Office, line: LedgerLine, to: Address) -> None:
    """A ledger goes up, a check list back to who pushed it; to another office only when a person says so (decision 28).

    A mere name is asked about as one that goes unencrypted. Raises Problem E_CONFIRM with the fact `aside`.
    """
    if line.purpose == CHECK:
        usual = to.id == line.origin_office or (not to.id and wording.key(to.name) == wording.key(line.origin_name))
        why = f"这份核查清单是“{line.origin_name}”推送来的，“{to.name}”不是它"
    else:
        usual = to.card is None or is_above(office, to.card)
        why = f"“{to.name}”不是本单位的上级或汇总单位"
    if not usual:
        said = f"{why}；写出去，《{line.title}》的 {line.rows:,} 个项目和附件它都能看到。确实要给它请加 --yes"
        raise Problem("E_CONFIRM", said, field="to", name=to.name, aside=to.name)


def is_above(office: Office, card: OfficeCard) -> bool:
    """Whether ledgers go up to this office: a superior or lead around this territory, at home one above it."""
    if card.division == office.division:
        return _rank(card.roles) > _rank(office.roles)
    return card.division in _up(office.division) and _rank(card.roles) > 0


def _rank(roles: Iterable[str]) -> int:
    return 2 if SUPERIOR in roles else 1 if LEAD in roles else 0


def _nearest(office: Office, above: Sequence[OfficeCard]) -> str:
    for division in _up(office.division):
        here = [card for card in above if card.division == division]
        if here:
            return here[0].id if len(here) == 1 else ""
    return ""


def _up(code: str) -> list[str]:
    """A division and those around it, the nearest first."""
    found = []
    while code and code not in found:
        found.append(code)
        division = divisions.find(code)
        code = division.parent if division else ""
    return found
