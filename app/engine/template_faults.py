"""A fault of a template, and the two questions every check asks: is it known, can it be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from app.engine.evaluator import compile_expression
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field, Loaded


class Fault(Struct, frozen=True):
    """A fault and where it stands: `path` such as `item.field[3].when`."""

    path: str
    said: str
    later: bool = False
    """Whether a later program may know what this one does not."""


def unknown(path: str, used: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    """A fault for each of `used` that is not among `known`."""
    everything = set(known)
    for each in used:
        if each not in everything:
            yield Fault(path, f"“{each[:40]}”不存在或不能用在这里")


def expression(path: str, text: str, names: frozenset[str]) -> Iterator[Fault]:
    """A fault when `text` is no expression over `names`."""
    try:
        compile_expression(text, names)
    except Problem as problem:
        yield Fault(path, problem.text)


def unreadable(path: str, loaded: Loaded, field: Field, text: str) -> Iterator[Fault]:
    """A fault when `text` is no value of `field`."""
    try:
        kinds.parse(field, loaded.codes.get(field.choices), text)
    except Problem as problem:
        yield Fault(path, f"“{text[:40]}”不是“{field.title}”的值：{problem.text}")
