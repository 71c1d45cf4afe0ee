"""Whether a row stands as its cells and, after the seal, its registered events make it stand (decisions 1, 2 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.rows import STANDING_WORDS, Held, stand
from app.journals.comparing import Difference, show
from app.proof.told_ledger import LedgerTale

COMES = frozenset({"added", "restored"})
GOES = frozenset({"approved", "started", "removed", "corrected"})
UNMOVED = frozenset({"open", "complete", "excluded"})


class Standings:
    """The rule of one ledger: before its seal the cells alone, from then on the last event of a row or matter."""

    def __init__(self, tale: LedgerTale) -> None:
        self._tale = tale
        self._last: dict[tuple[str, str], str] = {}
        for event in tale.events.values() if tale.seal else ():
            if event["kind"] in COMES | GOES:
                self._last[event["entry_id"], event["item"] or ""] = event["kind"]

    def differences(self, held: Held, where: str) -> Iterator[Difference]:
        """Standings the lines tell that the program itself would never have written."""
        if held.standing == "deleted":
            return
        told = {"": held.standing, **held.standings}
        for code, ruled in (self._by_event(held) if self._tale.seal else self._by_cells(held)).items():
            if code in told and told[code] not in ruled:
                title = self._tale.line.loaded.preset_of(code).title if code else ""
                what = f"“{held.name}”的事项“{title}”" if code else f"“{held.name}”"
                words = ["或".join(STANDING_WORDS[s] for s in sorted(ruled)), show(told[code])]
                words[1] = STANDING_WORDS.get(told[code], words[1])
                said = f"{what}的状态不对：按{'登记' if self._tale.seal else '所填内容'}应是“{words[0]}”，记的是“{words[1]}”"
                yield Difference(where, said, "standing", *words)

    def _by_cells(self, held: Held) -> dict[str, frozenset[str]]:
        ruled = held.copy()
        stand(self._tale.line.loaded, ruled)
        found = {code: frozenset({standing}) for code, standing in ruled.standings.items()}
        return {"": frozenset({ruled.standing}), **found}

    def _by_event(self, held: Held) -> dict[str, frozenset[str]]:
        out = {}
        for code in ("", *held.standings):
            kind = self._last.get((held.id, code))
            out[code] = UNMOVED if kind is None else frozenset({"open" if kind in COMES else kind})
        return out
