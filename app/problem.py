"""What a clerk can put right."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """Something a clerk can mend: a stable code, one plain Chinese sentence, the facts behind it.

    Any other exception that reaches the front door is a fault of the program.
    """

    def __init__(self, code: str, text: str, /, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.text}（{self.code}）"

    def as_json(self) -> dict[str, Any]:
        """The form printed on stderr: {"problem": {"code", "text", "facts"}}."""
        facts = dict(self.facts)
        if self.field is not None:
            facts["field"] = self.field
        return {"problem": {"code": self.code, "text": self.text, "facts": facts}}
