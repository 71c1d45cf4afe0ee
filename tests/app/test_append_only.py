"""The journal only grows: a body goes when a purge line names it, a header never."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError

from app.office import Office
from app.proof import replay
from app.removal import purging
from tests.app.conftest import project
from tests.app.test_purging import DEED, secret


@pytest.fixture
def raw(bureau: Office, ledger: str) -> Iterator[tuple[Office, str]]:
    entry = secret(bureau, ledger)
    purging.purge(bureau, entry, **DEED)
    other = project(bureau, ledger, "普通项目甲", M01="在办")
    yield bureau, other


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = NULL, salt = x'' WHERE subject = '{other}'",
        "UPDATE journal SET body = '{{}}' WHERE verb = 'purge'",
        "UPDATE journal SET body = NULL, salt = x'' WHERE verb = 'purge'",
        "UPDATE journal SET clerk = 'x' WHERE body IS NULL",
        "UPDATE journal SET body = '{{}}' WHERE body IS NULL",
        "DELETE FROM journal WHERE body IS NULL",
    ],
)
def test_nothing_but_what_a_purge_line_names_may_be_emptied(raw: tuple[Office, str], statement: str) -> None:
    """Decision 22: the journal stays append-only; only a named body may go, never a header."""
    bureau, other = raw
    with (
        pytest.raises(IntegrityError, match="append-only"),
        bureau.engine.connect() as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(statement.format(other=other))
    assert replay.verify(bureau) == []
