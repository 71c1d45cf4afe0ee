"""What the office's own records say its tables must hold: particulars, clerks, settings, calendar, cards, bundles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select

from app.engine import slip_traces
from app.journals import comparing
from app.journals.comparing import Difference, Rows
from app.values import first_clerk
from models import schema

NAME = "单位记录"


class OfficeTale:
    """Takes the lines of the office's stream one by one; `differences` compares what they come to."""

    def __init__(self) -> None:
        self.particulars: dict[str, Any] = {}
        self.clerks: Rows = {}
        self.settings: Rows = {}
        self.years: Rows = {}
        self.rests: Rows = {}
        self.peers: Rows = {}
        self.sent: Rows = {}
        self.received: Rows = {}
        self.answers: dict[str, str] = {}
        self.mirrors: dict[str, dict[str, Any]] = {}

    def take(self, row: Any, body: dict[str, Any]) -> None:
        """One line; a verb not known here says nothing about these tables."""
        if row["verb"] in _TELLERS:
            _TELLERS[row["verb"]](self, row, body)

    def differences(self, connection: Connection) -> Iterator[Difference]:
        office = connection.execute(select(schema.office)).mappings().one()
        yield from comparing.columns("office", self.particulars, office, NAME)
        settings = [(k, r) for k, r in _rows(connection, schema.setting, "key") if k in self.settings]
        kept = {key: told for key, told in self.settings.items() if told["value"] is not None}
        yield from comparing.rows("setting", kept, settings, lambda r: f"设置“{r['key']}”")
        for table, expected, keys, where in (
            (schema.clerk, self.clerks, ("id",), lambda r: f"“{r['name']}”"),
            (schema.calendar_year, self.years, ("year",), lambda r: f"{r['year']}年"),
            (schema.rest_day, self.rests, ("division", "day"), lambda r: f"{r['day']}"),
            (schema.peer, self.peers, ("office_id",), lambda r: f"“{r['name']}”"),
            (schema.outbox, self.sent, ("bundle_id",), lambda r: f"{r['on']}报“{r['to_name']}”的包"),
            (
                schema.inbox,
                self.received,
                ("bundle_id", "from_office"),
                lambda r: f"{r['on']}收“{r['from_name']}”的包",
            ),
        ):
            yield from comparing.rows(table.name, expected, _rows(connection, table, *keys), where)
        yield from self._answers_kept(connection)

    def _answers_kept(self, connection: Connection) -> Iterator[Difference]:
        """A receipt stands for 已签收, a slip for 退回: only with its line, never without."""
        t = schema.outbox.c
        for row in connection.execute(select(t.bundle_id, t.on, t.to_name, t.state)):
            told = self.answers.get(row.bundle_id, "")
            found = row.state if row.state in _ANSWERS else ""
            if told != found:
                words = [_ANSWERS.get(each, "没有回执") for each in (told, found)]
                yield comparing.apart(
                    f"{row.on}报“{row.to_name}”的包", "报送的“回执”", "outbox.state", *words
                )

    def _init(self, row: Any, body: dict[str, Any]) -> None:
        self.particulars = dict(body)
        self.clerks[body["id"]] = first_clerk.row(body)

    def _clerk(self, row: Any, body: dict[str, Any]) -> None:
        if "clerk" in body:  # a PIN that was set or cleared moves no table
            self.clerks[row["subject"]] = {"id": row["subject"], **body["clerk"]}

    def _setting(self, row: Any, body: dict[str, Any]) -> None:
        self.settings[row["subject"]] = {"key": row["subject"], "value": body["value"]}

    def _register(self, row: Any, body: dict[str, Any]) -> None:
        key = f"register.{row['subject']}"
        self.settings[key] = {"key": key, "value": dict(body)}

    def _calendar(self, row: Any, body: dict[str, Any]) -> None:
        self.years[body["year"]] = {**body, "on": row["on"]}

    def _rest(self, row: Any, body: dict[str, Any]) -> None:
        self.rests[body["division"], body["day"]] = dict(body)

    def _trust(self, row: Any, body: dict[str, Any]) -> None:
        card = body["card"]
        old = self.peers.get(row["subject"], {}).get("card", {"card": card, "before": []})
        before = old["before"] if old["card"] == card else [*old["before"], old["card"]]
        self.peers[row["subject"]] = {
            "office_id": row["subject"],
            "name": card["name"],
            "division": card["division"],
            "card": {"card": card, "before": before},
            "state": "trusted",
            "trusted_on": row["on"],
        }

    def _revoke(self, row: Any, body: dict[str, Any]) -> None:
        self.peers[row["subject"]]["state"] = "revoked"

    def _send(self, row: Any, body: dict[str, Any]) -> None:
        told = {"bundle_id": row["subject"], "on": row["on"], **_named(body, _SENT)}
        told["to_office"] = body.get("to") or None
        told["facts"] = {
            key: body[key]
            for key in ("sealed", "encrypted", "attachments", "group", "volume", "title", "remarks")
            if key in body
        }
        self.sent[row["subject"]] = told

    def _issue(self, row: Any, body: dict[str, Any]) -> None:
        """A document that went to one office; one for everybody, and those of older lines, are in no outbox."""
        if "head" in body:
            told = {
                "bundle_id": row["subject"],
                "on": row["on"],
                **_named(body, _SENT),
                "to_office": body["to"],
            }
            told["facts"] = {"encrypted": body["encrypted"], "title": body["title"]}
            self.sent[row["subject"]] = told

    def _receipt(self, row: Any, body: dict[str, Any]) -> None:
        self.answers[row["subject"]] = "receipted"
        if row["subject"] in self.sent:
            self.sent[row["subject"]]["to_office"] = body["issuer"]
            self.sent[row["subject"]]["facts"].pop("slip", None)

    def _slip(self, row: Any, body: dict[str, Any]) -> None:
        """A return slip that came in: the whole bundle given back, or rows of it not adopted."""
        whole = body["verdict"] == "returned"
        if whole:
            self.answers[row["subject"]] = "returned"
        if row["subject"] in self.sent:
            self.sent[row["subject"]]["to_office"] = body["issuer"]
            self.sent[row["subject"]]["facts"]["slip" if whole else "rows"] = body["slip"]

    def _returned(self, row: Any, body: dict[str, Any]) -> None:
        """A bundle this office gave back, or rows of one it took in."""
        if body["verdict"] == "returned":
            told = {"bundle_id": row["subject"], "on": row["on"], **_named(body, _RECEIVED)}
            self.received[row["subject"], body["from"]] = told
            return
        came = self.received.get(self._came(row["subject"], body))
        if came is not None:
            came["facts"] = {**came["facts"], "rows": body["slip"]}

    def _came(self, bundle: str, body: dict[str, Any]) -> tuple[str, str]:
        """Under which id and sender it came in; older lines lack the sender, and then one alone had that id."""
        sender = body.get("from") or next((who for id_, who in self.received if id_ == bundle), "")
        return bundle, sender

    def _receive(self, row: Any, body: dict[str, Any]) -> None:
        told = {
            "bundle_id": row["subject"],
            "on": row["on"],
            "verdict": "accepted",
            **_named(body, _RECEIVED),
        }
        self.received[row["subject"], body["from"]] = told
        if "ledger" in body and body.get("kind") != "check":  # a part of a round becomes an own ledger
            self.mirrors.setdefault(body["ledger"], {**body, "on": row["on"]})


_TELLERS = {
    "init": OfficeTale._init,
    "clerk": OfficeTale._clerk,
    "setting": OfficeTale._setting,
    "register": OfficeTale._register,
    "calendar": OfficeTale._calendar,
    "rest": OfficeTale._rest,
    "trust": OfficeTale._trust,
    "revoke": OfficeTale._revoke,
    "send": OfficeTale._send,
    "issue": OfficeTale._issue,
    "receipt": OfficeTale._receipt,
    "receive": OfficeTale._receive,
    "slip": OfficeTale._slip,
    "returned": OfficeTale._returned,
}
_ANSWERS = {"receipted": "有回执", "returned": "被退回"}
_SENT = {
    "ledger": "ledger_id", "to_name": "to_name", "digest": "digest", "seq": "to_seq", "head": "head",
    "kind": "kind", "file": "file", "base_seq": "base_seq",
}  # fmt: skip
_RECEIVED = {
    "from": "from_office", "from_name": "from_name", "ledger": "ledger_id", "digest": "digest",
    "kind": "kind", "facts": "facts", "receipt": "receipt", "verdict": "verdict",
}  # fmt: skip
"""Under which column a line's word stands; a word that older lines lack is not compared."""


def _named(body: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {column: body[word] for word, column in columns.items() if word in body}


def _rows(connection: Connection, table: Table, *keys: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    for row in connection.execute(select(table)).mappings():
        told = dict(row)
        if table is schema.inbox:
            told["receipt"] = slip_traces.digest(told["receipt"])
        if table in (schema.inbox, schema.outbox):  # names of rows stay out of the journal
            kept = told["facts"] or {}
            told["facts"] = {
                k: slip_traces.digest(v) if k in slip_traces.KEPT_IN else v for k, v in kept.items()
            }
        yield (told[keys[0]] if len(keys) == 1 else tuple(told[k] for k in keys)), told
