"""An id is its sender's own: another sender's file under the same id changes nothing of the first (decision 30)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.engine import storing
from app.ledger import ledgers
from app.ledger.recording import Recorder
from app.problem import Problem
from app.proof import replay
from app.rounds import remarks as app_remarks
from models.schema import inbox as inbox_table
from sync import exchange
from sync.bundles import bundle
from sync.letters import documents, remarks, sending, signed_files
from sync.peers import peers
from tests.app import newer_template as texts
from tests.sync.offices import introduce
from tests.sync.upward_world import Upward, upward


def _under_its_id(w: Upward, id_: str) -> Path:
    own = exchange.own_keys(w["ind"], "")
    address = exchange.addressed(w["ind"], w["lead"].id, "ledger", plain=False)
    with w["ind"].read() as connection:
        line = ledgers.line_of(connection, w.ledgers["ind"])
        base = sending.contents(w["ind"], connection, line, address, kind="ledger", whole=True)
        out = w.folder / "同号.qidi"
        bundle.write_bundle(
            out, replace(base, info=replace(base.info, id=id_, cipher="age")), own, address.card
        )
    return out


def test_two_senders_bundles_of_one_id_are_two_rows_and_verify_proves_both(tmp_path: Path) -> None:
    w = upward(tmp_path, "dev", "ind", "lead")
    w.add("dev", "甲")
    w.add("ind", "戊")
    w.report("dev")
    with w["lead"].read() as connection:
        id_ = str(connection.scalar(select(inbox_table.c.bundle_id)))
    exchange.receive(w["lead"], _under_its_id(w, id_))
    with w["lead"].read() as connection:
        assert len(connection.execute(select(inbox_table).where(inbox_table.c.bundle_id == id_)).all()) == 2
    assert replay.verify(w["lead"]) == []
    w.close()


def test_two_issuers_documents_of_one_id_lie_apart(tmp_path: Path) -> None:
    w = upward(tmp_path, "dev", "lead", "league")
    introduce(w["dev"], w["league"], tmp_path)
    toml = tmp_path / "新版.toml"
    toml.write_text(texts.newer())
    own = exchange.own_keys(w["league"], "")
    first = exchange.receive(
        w["dev"], Path(documents.issue(w["league"], own, "template", toml, tmp_path / "U").facts["file"])
    )
    kept = Path(first.facts["file"])
    before = kept.read_bytes()
    with w["dev"].read() as connection:
        row = connection.execute(select(inbox_table).where(inbox_table.c.kind == "template")).one()
    data = texts.source().encode()
    content = {
        "kind": "template", "name": kept.name.partition(row.bundle_id + "_")[2], "note": "",
        "sha256": hashlib.sha256(data).hexdigest(), "data": base64.b64encode(data).decode(),
    }  # fmt: skip
    other = tmp_path / "同号.qidi-doc"
    lead = exchange.own_keys(w["lead"], "")
    other.write_bytes(
        signed_files.to_bytes(documents.FORM, lead, id_=row.bundle_id, on=row.on, content=content, to=None)
    )
    second = Path(exchange.receive(w["dev"], other).facts["file"])
    assert second != kept and kept.read_bytes() == before and second.read_bytes() == data
    assert replay.verify(w["dev"]) == []
    w.close()


def test_a_letter_of_other_remarks_under_its_own_earlier_id_is_refused(tmp_path: Path) -> None:
    w = upward(tmp_path, "dev", "lead")
    dev, lead = w["dev"], w["lead"]
    w.add("dev", "甲")
    mirror = w.report("dev")
    own = exchange.own_keys(lead, "")
    with lead.read() as connection:
        row = next(iter(storing.every_held(connection, mirror)))
    said = []
    for text in ("意见一", "意见二"):
        _, one = app_remarks.annotate(lead, row.id, text=text)
        said.append({**one.told(), "office_name": "内蒙古自治区人民政府"})

    def letter(upto: int) -> Path:
        out = tmp_path / f"{upto}.qidi-remarks"
        card = peers.find(lead, dev.id).card
        content = {"remarks": said[:upto]}
        out.write_bytes(
            signed_files.to_bytes(remarks.FORM, own, id_="e" * 32, on="2022-08-22", content=content, to=card)
        )
        return out

    first = letter(1)
    exchange.receive(dev, first)
    with pytest.raises(Problem) as caught:
        exchange.receive(dev, letter(2))
    assert caught.value.code == "E_ID_REUSED"
    assert exchange.receive(dev, first).facts["again"]
    with dev.read() as connection:
        assert [(r.text, r.office_name) for r in app_remarks.every(connection, dev)] == [
            ("意见一", lead.name)
        ]
    assert replay.verify(dev) == []
    w.close()


def test_a_row_whose_id_another_office_reported_first_names_who_holds_it(tmp_path: Path) -> None:
    """One writer per row: the rightful owner is told whose ledger holds its id, and what to do; not that one's names."""
    w = upward(tmp_path, "dev", "ind", "lead")
    w.add("dev", "甲")
    w.add("ind", "戊")
    office = w["ind"]
    with office.write("新增") as work:
        line = ledgers.line_of(work.connection, w.ledgers["ind"])
        held = w.held("ind", "戊").copy()
        held.id, held.number, held.no = w.rows["甲"], held.number + 1, f"{held.no[:-4]}0099"
        held.cells = {**held.cells, "name": "冒名行"}
        recorder = Recorder(work, line, office.calendar())
        recorder.put(None, held, "add", {})
        recorder.flush()
        work.ledger(line.id).next_no = held.number + 1
    w.report("ind")
    with pytest.raises(Problem) as caught:
        w.report("dev")
    problem = caught.value
    assert problem.code == "E_CONTENT" and "甲 与" in problem.text and "冒名行" not in problem.text
    assert problem.facts["holder"] == w["ind"].name
    assert "恢复到收它以前的备份" in problem.text and "退回单" in problem.text
    slip = exchange.receive(w["dev"], Path(problem.facts["slip"]))
    assert w["ind"].name in slip.said and replay.verify(w["lead"]) == []
    w.close()
