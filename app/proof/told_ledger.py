"""What the journal of one ledger says its tables must hold: rows, events, papers, imports, seal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.engine import played
from app.engine.remains import Remains
from app.engine.rows import Held, census
from app.journals import merkle
from app.journals.comparing import Difference, Rows, apart
from app.journals.writing import TALLIES, UNITS
from app.ledger import ledgers, template_history, versions
from app.ledger.ledgers import LedgerLine

LISTED = ("listed", "complete", "excluded", "base")
COUNTED = ("rows", "added", "updated", "skipped")


class LedgerTale:
    """Takes the lines of the ledger's stream one by one. `faults` are what the lines say wrongly of themselves."""

    def __init__(self, line: LedgerLine, left: Remains) -> None:
        self.line = line
        self.left = left
        self.held: dict[str, Held] = {}
        self.seqs: dict[str, int] = {}
        self.opened: dict[str, Any] = {}
        self.seal: dict[str, Any] = {}
        self.events: Rows = {}
        self.attachments: Rows = {}
        self.versions: Rows = {}
        self.signatures: Rows = {}
        self.acts: dict[str, set[str]] = {}
        self.imports: Rows = {}
        self.originals: Rows = {}
        self.strict_imports: set[str] = set()
        self.parents: list[dict[str, Any]] = []
        self.faults: list[Difference] = []
        self._flows: dict[str, Counter[str]] = {unit: Counter() for unit in UNITS}
        self._leaves: dict[str, bytes] = {}
        self._told_leaves: dict[str, bytes] = {}

    def take(self, row: Any, body: dict[str, Any]) -> None:
        for key, teller in _TELLERS.items():
            if key in body:
                teller(self, row, body)
                return
        self._entry(row, body)

    def ledger(self, mirror: Mapping[str, Any] | None, office: Mapping[str, Any]) -> dict[str, Any]:
        """The ledger's own row. `mirror` is the first line that brought it from elsewhere, None for an own one."""
        name = office["name"] if mirror is None else mirror["from_name"]
        return {
            **self.opened,
            "unit": (mirror or {}).get("unit", name),
            "opened_on": (mirror or {}).get("opened_on", self.opened.get("opened_on")),
            "owner_office": office["id"] if mirror is None else mirror["from"],
            "owner_name": name,
            "own": mirror is None,
            "state": "sealed" if self.seal else "draft",
            "sealed_on": self.seal.get("on"),
            "sealed_version": self.seal.get("version_id"),
            "next_no": max((h.number for h in self.held.values()), default=0) + 1,
            "next_print": max((v["number"] for v in self.versions.values()), default=0) + 1,
        }

    def _open(self, row: Any, body: dict[str, Any]) -> None:
        self.opened = {
            "id": row["subject"],
            **self._under(body),
            "opened_on": row["on"],
            "stream": row["stream"],
            **ledgers.told_purpose(body),
        }

    def _upgrade(self, row: Any, body: dict[str, Any]) -> None:
        """From here on the lines are read under another template (decision 21)."""
        told = body[template_history.KEY]
        where = f"《{self.line.title}》换模板版本"
        if told["from"] != self.opened["template_digest"]:
            self.faults.append(
                apart(where, "原来的模板摘要", "template_digest", told["from"], self.opened["template_digest"])
            )
        if self.seal and not (told.get("undoes") or (told.get("second") and told.get("scan"))):
            self.faults.append(Difference(where, "台账已确定，换模板版本却没有更正单", "template_digest"))
        self.opened |= self._under(told)
        self._leaves.clear()

    def _under(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of the ledger that a template gives it; it rules from this line on."""
        loaded = template_history.told(told)
        assert loaded is not None
        if loaded.digest != told["digest"]:
            where = f"《{self.line.title}》模板"
            self.faults.append(apart(where, "模板摘要", "template_digest", told["digest"], loaded.digest))
        self.line = replace(self.line, loaded=loaded)
        return {
            "template_id": told["template"],
            "template_version": told["version"],
            "template_digest": told["digest"],
            "template_source": told["source"],
            "title": loaded.t.title,
        }

    def _entry(self, row: Any, body: dict[str, Any]) -> None:
        subject = row["subject"]
        if "new" not in body and subject not in self.held:
            return
        held = played.apply(self.line.loaded, self.held.get(subject), subject, row["rev"], body)
        assert held is not None
        held.buried(row["seq"], destroyed="purge" in body)
        self.held[subject] = held
        if body.keys() - {"facts"} or not self.line.own:  # a mirror's row notes every line about it
            self.seqs[subject] = row["seq"]
        self._leaves.pop(subject, None)
        if row["seq"] in self.left.leaves:
            self._told_leaves[subject] = bytes.fromhex(self.left.leaves[row["seq"]])
        elif "purge" in body:
            self._told_leaves.pop(subject, None)
        for event in body.get("events", ()):
            self._event(row, subject, event)
        self._brought_in(row, subject, body.get("facts", {}))

    def _event(self, row: Any, subject: str, event: dict[str, Any]) -> None:
        self._flows["item" if "item" in event else "project"][event["kind"]] += 1
        self.events[event["id"]] = {
            **event, "item": event.get("item"), "ledger_id": self.line.id, "entry_id": subject, "seq": row["seq"],
        }  # fmt: skip

    def _brought_in(self, row: Any, subject: str, facts: dict[str, Any]) -> None:
        """What a line says of the import it belongs to."""
        run = self.imports.get(facts.get("import"))
        if run is None or row["verb"] == "withdraw":
            return
        run["last_seq"] = row["seq"]
        if "raw" in facts:
            self.originals[subject, run["id"]] = {
                "entry_id": subject, "import_id": run["id"], "row": facts.get("row", 0), "raw": facts["raw"],
            }  # fmt: skip

    def _attach(self, row: Any, body: dict[str, Any]) -> None:
        told = {"entry_id": None, "version_id": None, **body["attach"], "deleted_seq": None}
        self.attachments[told["id"]] = {**told, "ledger_id": self.line.id, "seq": row["seq"]}

    def _detach(self, row: Any, body: dict[str, Any]) -> None:
        told = body["detach"]
        if told["id"] in self.attachments:
            self.attachments[told["id"]]["deleted_seq"] = row["seq"]

    def _print(self, row: Any, body: dict[str, Any]) -> None:
        told = body["version"]
        self.versions[told["id"]] = {"explain": None, **told, "ledger_id": self.line.id, "seq": row["seq"]}
        if self.line.own:
            self._prove(told["label"], told["root"], told["counts"])

    def _sign(self, row: Any, body: dict[str, Any]) -> None:
        told = {"behalf": None, "pen": None, **body["sign"]}
        was = self.signatures.get(told["id"])  # put right afterwards, it stays the signature it was
        if (was is None) != ("mended" not in body):
            where = f"《{self.line.title}》{told['role']}签字"
            self.faults.append(Difference(where, "更正了没有登记过的签字，或登记了两次", "signature"))
        self.signatures[told["id"]] = {**told, "seq": was["seq"] if was else row["seq"]}

    def _act(self, row: Any, body: dict[str, Any]) -> None:
        told = body["step"]
        if told["version_id"] not in self.versions:
            where = f"《{self.line.title}》{told['title']}"
            self.faults.append(Difference(where, "登记在一个没有打印过的版本上", "version"))
        self.acts.setdefault(told["version_id"], set()).add(told["title"])

    def _unmet(self, version: str) -> list[str]:
        """What the route of the ledger asks for before the seal and the lines before it do not tell (decision 10)."""
        if not self.line.loaded.t.signoffs:
            return []
        signed = {told["role"] for told in self.signatures.values() if told["version_id"] == version}
        return [t for t in versions.asked_for(self.line) if t not in signed | self.acts.get(version, set())]

    def _sealed(self, row: Any, body: dict[str, Any]) -> None:
        told = body["seal"]
        if unmet := self._unmet(told["version_id"]):
            self.faults.append(
                Difference(f"《{self.line.title}》确定", f"确定以前没有{'、'.join(unmet)}的记录", "seal")
            )
        self._prove("确定", told["root"], told["counts"])
        self.seal = {**told, "ledger_id": self.line.id, "seq": row["seq"]}

    def _import(self, row: Any, body: dict[str, Any]) -> None:
        about = body["import"]
        if not self.line.own:
            return
        told = {
            "id": row["subject"], "ledger_id": self.line.id, "file": about["file"], "sha256": about["sha256"],
            "sheet": about["sheet"], "on": row["on"], "clerk": row["clerk"], "not_secret": body["not_secret"],
            "counts": {key: about[key] for key in COUNTED}, "first_seq": row["seq"], "last_seq": row["seq"],
            "state": "done",
        }  # fmt: skip
        if "report" in about:
            told["report"] = about["report"]
            self.strict_imports.add(row["subject"])
        self.imports[row["subject"]] = told

    def _withdraw(self, row: Any, body: dict[str, Any]) -> None:
        if row["subject"] in self.imports:
            self.imports[row["subject"]]["state"] = "withdrawn"

    def _restream(self, row: Any, body: dict[str, Any]) -> None:
        self.parents.append(body["parent"])

    def _purge(self, row: Any, body: dict[str, Any]) -> None:
        if body["purge"]["what"] == "import":
            self.originals = {key: told for key, told in self.originals.items() if key[1] != row["subject"]}
        self._entry(row, body)

    def _prove(self, what: str, root: str, counts: dict[str, Any]) -> None:
        """Root and counts that a paper or the seal states, worked out again from the rows of that moment."""
        where = f"《{self.line.title}》{what}"
        if (found := self.root()) != root:
            self.faults.append(apart(where, "逐行摘要的总摘要", "root", root, found))
        tallies = self.tallies()
        for unit in UNITS:
            if tallies[unit] != counts.get(unit):
                self.faults.append(apart(where, "项目数和事项数", "counts", counts.get(unit), tallies[unit]))

    def root(self) -> str:
        """The Merkle root over the rows as they stand, hex."""
        rows = sorted((h for h in self.held.values() if h.standing != "deleted"), key=lambda h: h.number)
        return merkle.root(self._leaf(held) for held in rows).hex()

    def _leaf(self, held: Held) -> bytes:
        if held.id in self._told_leaves:
            return self._told_leaves[held.id]
        if held.id not in self._leaves:
            self._leaves[held.id] = versions.leaf(self.line, held)
        return self._leaves[held.id]

    def tallies(self) -> dict[str, dict[str, int]]:
        """The counters as the lines so far make them."""
        sealed = bool(self.seal)
        out = {unit: dict.fromkeys(TALLIES, 0) for unit in UNITS}
        for held in self.held.values():
            for unit, found in census(held, sealed).items():
                for name, number in found.items():
                    out[unit][name] += number
        if sealed:
            for unit in UNITS:
                out[unit] |= {name: self.seal["counts"][unit][name] for name in LISTED}
                out[unit] |= dict(self._flows[unit])
        return out


_TELLERS = {
    "attach": LedgerTale._attach,
    "detach": LedgerTale._detach,
    "sign": LedgerTale._sign,
    "step": LedgerTale._act,
    "seal": LedgerTale._sealed,
    "source": LedgerTale._open,
    template_history.KEY: LedgerTale._upgrade,
    "import": LedgerTale._import,
    "withdraw": LedgerTale._withdraw,
    "purge": LedgerTale._purge,
    "version": LedgerTale._print,
    "parent": LedgerTale._restream,
}
"""By the key that tells a body's kind; all others speak of an entry."""
