"""Numbered volumes chosen together are taken in together, whichever comes first (decision 31)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import attachments, ledgers
from sync import exchange
from sync.bundles import splitting
from tests.sync.offices import pair
from ui.screens.exchanging import arriving, batch_card


def test_volumes_wait_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MOST_FILES", 2)
    two = pair(tmp_path)
    entry = two.project("甲", M01="在办")
    for _ in range(3):
        attachments.attach(two.bureau, entry, two.scan())
    sent = exchange.send(two.bureau, two.ledger, two.league.name, two.folder / "盘", whole=True)
    last, *others = [Path(file) for file in sent.facts["files"]][::-1]

    alone = arriving.take_all(two.league, [last])
    (result,) = alone.facts["results"]
    assert batch_card.state_words(result) == ("等其余几卷", "amber") and "还缺第 1 卷" in result.said
    assert ledgers.all(two.league) == []

    together = arriving.take_all(two.league, [last, *others])
    assert [batch_card.state_words(each)[0] for each in together.facts["results"]] == ["已收", "已收"]
    assert len(ledgers.all(two.league)) == 1
    two.close()
