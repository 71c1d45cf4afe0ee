"""What the tests of imports share: the built-in template, and the data beside the repository."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.checking.check_answers import CheckReturn
from app.checking.check_lists import CheckSheet
from app.imports import check_return
from app.imports.drafts import Draft, DraftRow
from app.storage.paths import ROOT
from app.templating import template_reading
from app.values import kinds
from app.words.templates import Loaded
from tests.app.imports.check_desk import Desk
from tests.data import make_lists as lists
from tests.data.make_checks import check_sheet

DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    return template_reading.builtin("pending-approval")


@pytest.fixture(scope="session")
def league_data() -> Path:
    """The folder of the oracles; the tests that need it are skipped in a checkout without it."""
    if not (DATA / "league-list-465.oracle.json").is_file():
        pytest.skip("没有 ../shared/data")
    return DATA


def entry_of(loaded: Loaded, row: DraftRow) -> lists.Entry:
    """A draft row in the words of the oracle."""
    c = row.cells
    invest = Decimal(str(kinds.plain(loaded.fields["invest"], c.get("invest", 0))))
    return lists.Entry(
        c.get("name", ""), c.get("project_code", ""), c.get("owner_org", ""), c.get("approval_type", ""),
        c.get("approval_doc", ""), c.get("approval_date", ""), f"{invest:f}", c.get("place", ""),
        c.get("build_state", ""), {loaded.presets[k].title: v.get("state", "") for k, v in row.items.items()},
    )  # fmt: skip


def expected(entry: lists.Entry) -> lists.Entry:
    plain: dict[str, Any] = {**vars(entry), "invest": f"{Decimal(entry.invest).normalize():f}"}
    return lists.Entry(**plain)


def by_name(loaded: Loaded, draft: Draft) -> dict[str, lists.Entry]:
    return {row.name: entry_of(loaded, row) for row in draft.rows}


@pytest.fixture
def sent(loaded: Loaded) -> CheckSheet:
    return check_sheet(loaded, 5)


@pytest.fixture
def desk(tmp_path: Path, sent: CheckSheet) -> Desk:
    return Desk(tmp_path / "回传.xlsx", sent)


@pytest.fixture
def back(loaded: Loaded, sent: CheckSheet, desk: Desk) -> Callable[[], CheckReturn]:
    return lambda: check_return.read(desk.save(), loaded, sent)
