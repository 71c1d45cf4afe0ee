"""A Problem as a clerk reads it: the sentence, and the clause it rests on apart."""

from __future__ import annotations

from app.problem import Problem


def plainly(problem: Problem) -> tuple[str, str]:
    """(sentence without the clause in brackets, “依据：clause” for the tool tip or '')."""
    clause = str(problem.facts.get("clause") or "")
    text = problem.text.replace(f"（{clause}）", "") if clause else problem.text
    return text, f"依据：{clause}" if clause else ""
