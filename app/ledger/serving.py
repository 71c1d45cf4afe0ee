"""The registers in which the program files its papers: found among the own ledgers, opened where there is none."""

from __future__ import annotations

from sqlalchemy import Connection

from app.journals.writing import Write
from app.ledger import ledgers
from app.ledger.ledgers import MAIN, LedgerLine
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded

SERVICES = ("reports", "supervision", "informing", "recheck", "complaints", "directory")
"""What a register may serve (`serves` of its template); each is also the id of the built-in one that does."""


def found(office: Office, what: str) -> str:
    """The id of the own register that serves `what`, '' when none is open. The one opened first counts."""
    with office.read() as connection:
        return found_in(connection, what)


def found_in(connection: Connection, what: str) -> str:
    """The same inside a transaction."""
    return next((line.id for line in ledgers.lines_in(connection) if serves(line, what)), "")


def serves(line: LedgerLine, what: str) -> bool:
    """Whether papers of this office are filed in this ledger."""
    return line.own and line.purpose == MAIN and what in line.loaded.t.serves


def ledger(office: Office, what: str) -> str:
    """The id of the own register that serves `what`, opened from the built-in template in a deed of its own when there
    is none. Raises Problem E_NO_SERVICE."""
    there = found(office, what)
    if there:
        return there
    title = _template(what).t.title
    with office.write(f"打开{title}") as work:
        return within(work, office, what)


def within(work: Write, office: Office, what: str) -> str:
    """The same inside the deed that files the paper: both or neither. Raises Problem E_NO_SERVICE."""
    return found_in(work.connection, what) or ledgers.begin(work, office, _template(what))


def _template(what: str) -> Loaded:
    if what not in SERVICES:
        known = "、".join(SERVICES)
        raise Problem("E_NO_SERVICE", f"没有“{what}”这种登记簿，可用：{known}", what=what)
    from app.templating import template_reading  # noqa: PLC0415 - what checks templates is seldom wanted

    return template_reading.builtin(what)
