"""What is wrong with a bundle, gathered as it is judged: the sender learns every reason at once (exchange.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.problem import Problem

MOST = 200
CONTENT = "E_CONTENT"
_CODES = frozenset((
    CONTENT, "E_COUNTS", "E_SEAL", "E_SEALED_MISSING", "E_FROZEN", "E_IDENTITY", "E_FORK", "E_GAP",
    "E_NEED_ATTACHMENTS", "E_TEMPLATE", "E_TEMPLATE_CHANGED", "E_FOREIGN_RETURN", "E_NOT_PUSHED",
    "E_OLDER_PART", "E_NOT_ALLOWED",
))  # fmt: skip
_FILES = "E_ATTACHMENT_"


def theirs(code: str) -> bool:
    """Whether a refusal is for the sender to mend, so that it is answered with a return slip.

    A full disk, an older program here, or a copy spoilt on the way is not: the bundle itself may be good.
    """
    return code in _CODES or code.startswith(_FILES)


class Faults:
    """The faults found so far, in the order of judging; `of` are the rows that cannot be judged any further."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.of: set[str] = set()

    @property
    def content(self) -> bool:
        """Whether a line could not be read: counts and seal after it would be wrong for that alone."""
        return any(p.code == CONTENT for p in self.found)

    @contextmanager
    def noted(self, subject: str = "", name: Callable[[str], str] | None = None) -> Iterator[None]:
        """Note a fault of the sender and go on; `name` tells what row a subject is. Anything else is raised."""
        try:
            yield
        except IntegrityError:
            self.refuse()
            raise
        except Problem as problem:
            if not theirs(problem.code):
                raise
            if subject:
                self.of.add(subject)
                row = name(subject) if name else ""
                problem.facts.setdefault("rows", [row] if row else [])
            self.add(problem)

    def add(self, problem: Problem) -> None:
        """Note one; when it only repeats itself, or there are MOST, everything found so far is raised."""
        known = {(p.code, p.text) for p in self.found}
        self.found.append(problem)
        if (problem.code, problem.text) in known or len(self.found) >= MOST:
            self.refuse()

    def refuse(self) -> None:
        """Raise the first fault with all `reasons` among its facts; nothing happens when there is none."""
        if not self.found:
            return
        first = self.found[0]
        seen = {(p.code, p.text): p for p in reversed(self.found)}
        each = [p for p in self.found if seen[p.code, p.text] is p]
        more = f"（另有 {len(each) - 1} 处原因）" if len(each) > 1 else ""
        facts = {**first.facts, "reasons": [told(p) for p in each]}
        raise Problem(first.code, first.text + more, field=first.field, **facts) from first


def told(problem: Problem) -> dict[str, Any]:
    """One reason as it travels: code, sentence, rows by name, digests of files, line of the bundle."""
    facts = problem.facts
    missing = [str(each) for each in facts.get("missing") or ()]
    files = missing if problem.code == "E_NEED_ATTACHMENTS" else []
    rows = missing if problem.code == "E_SEALED_MISSING" else [str(row) for row in facts.get("rows") or ()]
    line = facts.get("line")
    return {
        "code": problem.code, "text": problem.text, "rows": rows, "files": files,
        "line": line if type(line) is int else 0,
    }  # fmt: skip
