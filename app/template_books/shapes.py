"""The sheets of a template's workbook, worked out from the structs: a word added to the language needs nothing here."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from app.words.template_words import Code, Field
from app.words.templates import Template

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
SCOPE = "scope"
RENAMED: dict[type, dict[str, str]] = {
    Field: {"kind": "type", "id": "name", "title": "label", "need": "required", "when": "relevant"},
    Code: {"code": "name", "title": "label"},
}
"""XLSForm's words for columns of ours."""
FIELDS = ("field", "item.field")
CODES = "codes.code"


@dataclass(frozen=True)
class Column:
    """One cell of a row. `path` leads to it in a tree of TOML, `names` in the structs."""

    key: str
    path: tuple[str, ...]
    names: tuple[str, ...]
    type: Any
    default: Any

    @property
    def needed(self) -> bool:
        return self.default is msgspec.NODEFAULT


@dataclass(frozen=True)
class Shape:
    """One list of structs, `key` such as `clock` or `item.preset`. `within` is the list whose rows hold its rows."""

    key: str
    path: tuple[str, ...]
    names: tuple[str, ...]
    struct: type
    columns: tuple[Column, ...]
    within: Shape | None = None

    @property
    def holder(self) -> str:
        """The first column of rows that belong to a row of another sheet: its id, else its place there from 1."""
        if self.within is None:
            return ""
        return (
            "list_name" if self.key == CODES else f"{self.within.key}.{'id' if self.within.by_id else 'row'}"
        )

    @property
    def by_id(self) -> bool:
        """Whether a row is known by its id to the rows that belong to it; else by its place."""
        return any(column.path == ("id",) for column in self.columns)


@dataclass(frozen=True)
class Plan:
    """The whole language: the columns of the head, and every list, the holding ones first."""

    settings: tuple[Column, ...]
    shapes: tuple[Shape, ...]


@cache
def plan() -> Plan:
    """The plan of the workbook."""
    return Plan(tuple(_columns(Template)), tuple(_shapes(Template, "", (), (), None)))


def bare(kind: Any) -> Any:
    """A type without `| None`."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        inside = [one for one in typing.get_args(kind) if one is not type(None)]
        return inside[0] if len(inside) == 1 else kind
    return kind


def inside(kind: Any) -> Any:
    """What a tuple holds, None for any other type."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else None


def _struct(kind: Any) -> type | None:
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None


def _columns(struct: type, path: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Iterator[Column]:
    """The plain values of a struct, those of structs in it among them."""
    renamed = RENAMED.get(struct, {})
    for field in msgspec.structs.fields(struct):
        kind = bare(field.type)
        at, called = (*path, field.encode_name), (*names, field.name)
        if one := _struct(kind):
            yield from _columns(one, at, called)
        elif _struct(inside(kind)) is None:
            default = (
                field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
            )
            yield Column(renamed.get(".".join(at), ".".join(at)), at, called, kind, default)


def _shapes(
    struct: type, key: str, path: tuple[str, ...], names: tuple[str, ...], within: Shape | None
) -> Iterator[Shape]:
    """The lists of structs in a struct, each followed by those in its own rows."""
    for field in msgspec.structs.fields(struct):
        kind = bare(field.type)
        at, called = (*path, field.encode_name), (*names, field.name)
        name = f"{key}.{field.encode_name}" if key else field.encode_name
        if one := _struct(kind):
            yield from _shapes(one, name, at, called, within)
        elif one := _struct(inside(kind)):
            shape = Shape(name, at, called, one, tuple(_columns(one)), within)
            yield shape
            yield from _shapes(one, name, (), (), shape)
