"""Receipts and slips: only the addressee answers, under the name on its card, and says what is so (decision 30)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.office import Office
from app.problem import Problem
from app.proof import replay
from models.schema import outbox as outbox_table
from sync import exchange
from sync.letters import receipts, slips
from sync.peers import statements
from tests.sync.offices import Pair, introduce, made, pair


class Post:
    """The bureau's first bundle with the league's true receipt, to be signed anew with other words."""

    def __init__(self, folder: Path) -> None:
        self.pair: Pair = pair(folder)
        self.pair.project("甲", M01="在办")
        told = self.pair.sent_and_received()
        self.good: dict[str, Any] = json.loads(Path(str(told["receipt"])).read_bytes())
        del self.good[statements.SIGNATURE]

    def receipt(self, office: Office | None = None, **words: object) -> Path:
        signed = statements.sign(
            receipts.FORM, {**self.good, **words}, exchange.own_keys(office or self.pair.league, "")
        )
        out = self.pair.folder / "回.qidi-receipt"
        out.write_bytes(statements.to_bytes(signed))
        return out

    def slip(self, office: Office | None = None, **words: object) -> Path:
        by = office or self.pair.league
        row = self.row(self.good["bundle"])
        told: dict[str, Any] = {
            "QIDI_SLIP": 1, "bundle": row.bundle_id, "digest": row.digest, "issuer": by.id, "issuer_name": by.name,
            "to": self.pair.bureau.id, "ledger": row.ledger_id, "stream": self.good["stream"], "number": 1,
            "have": 0, "have_head": "", "on": "2022-08-22", "verdict": "returned",
            "reasons": [_reason("附件没有收到")],
        }  # fmt: skip
        signed = statements.sign(slips.FORM, {**told, **words}, exchange.own_keys(by, ""))
        out = self.pair.folder / "退.qidi-slip"
        out.write_bytes(statements.to_bytes(signed))
        return out

    def row(self, bundle: str = "", to_name: str = "") -> Any:
        t = outbox_table.c
        which = t.bundle_id == bundle if bundle else t.to_name == to_name
        with self.pair.bureau.read() as connection:
            return connection.execute(select(outbox_table).where(which)).one()

    def refused(self, file: Path) -> Problem:
        with pytest.raises(Problem) as caught:
            exchange.receive(self.pair.bureau, file)
        return caught.value


def _reason(text: str, **words: object) -> dict[str, Any]:
    return {
        "code": "E_GAP", "text": text, "rows": [], "files": [], "line": 0, "row": "", "item": "", "field": "", **words
    }  # fmt: skip


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made_ = Post(tmp_path)
    yield made_
    made_.pair.close()


def test_a_receipt_is_shown_under_the_name_on_the_confirmed_card_and_says_numbers_as_numbers(
    post: Post,
) -> None:
    for odd in (
        {"rows": "九百"},
        {"rows": -1},
        {"counts": "x"},
        {"counts": {"entries": {"new": "多"}}},
        {"rows": 10**12},
    ):
        assert post.refused(post.receipt(**odd)).code == "E_RECEIPT"
    change = exchange.receive(post.pair.bureau, post.receipt(issuer_name="内蒙古自治区人民政府"))
    assert change.said.startswith(post.pair.league.name) and "人民政府" not in change.said
    assert replay.verify(post.pair.bureau) == []


def test_a_bundle_sent_to_a_mere_name_is_answered_by_the_office_of_that_name_alone(
    post: Post, tmp_path: Path
) -> None:
    bureau = post.pair.bureau
    exchange.send(bureau, post.pair.ledger, "丙单位", tmp_path / "盘", plain=True)
    row = post.row(to_name="丙单位")
    third = made(tmp_path / "third", "第三单位", "superior", "152500")
    true = made(tmp_path / "true", "丙单位", "superior", "152500")
    for one in (third, true):
        introduce(bureau, one, tmp_path)
    words = {"bundle": row.bundle_id, "digest": row.digest, "seq": row.to_seq, "head": row.head}
    other = post.refused(post.receipt(third, issuer=third.id, issuer_name="丙单位", **words))
    assert other.code == "E_RECEIPT_OTHER" and "丙单位" in other.text and "第三单位" in other.text
    foreign: dict[str, Any] = {"bundle": row.bundle_id, "digest": row.digest}
    assert post.refused(post.slip(third, issuer_name="丙单位", **foreign)).code == "E_SLIP_OTHER"
    assert post.row(row.bundle_id).state == "copied" and post.row(row.bundle_id).to_office is None
    exchange.receive(bureau, post.receipt(true, issuer=true.id, issuer_name=true.name, **words))
    assert post.row(row.bundle_id).to_office == true.id
    assert replay.verify(bureau) == []
    third.close()
    true.close()


def test_a_slip_is_of_the_ledger_that_was_sent_and_holds_plain_words_and_a_countable_number(
    post: Post,
) -> None:
    for odd in (
        {"number": 2**53 - 1}, {"on": "不是日期"}, {"reasons": [_reason("第一行\n第二行")]},
        {"reasons": [_reason("字", rows=["甲\u2028乙"])]}, {"reasons": [_reason("反\u202e写")]},
    ):  # fmt: skip
        assert post.refused(post.slip(**odd)).code == "E_SLIP", odd
    for odd in ({"ledger": "c" * 32}, {"stream": "d" * 32}):
        assert post.refused(post.slip(**dict[str, Any](odd))).code == "E_SLIP_OTHER", odd
    change = exchange.receive(post.pair.bureau, post.slip(issuer_name="国务院"))
    assert post.pair.league.name in change.said and "国务院" not in change.said
    assert replay.verify(post.pair.bureau) == []
