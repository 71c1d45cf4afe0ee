"""What SQL dialects say differently about JSON lists, the largest of several values and numbers among texts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Float, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


class list_length(FunctionElement[int]):  # noqa: N801 - reads as a function
    """How many members the list under `key` of a JSON column has; NULL without such a list."""

    type = Integer()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], key: str) -> None:
        super().__init__(column, literal(key))


class list_has(FunctionElement[bool]):  # noqa: N801
    """Whether the list under `key` of a JSON column has this text; never NULL."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], key: str, value: ColumnElement[Any]) -> None:
        super().__init__(column, literal(key), value)


class largest(FunctionElement[Any]):  # noqa: N801
    """The largest of several values, leaving NULL out; NULL when all are."""

    inherit_cache = True

    def __init__(self, *values: ColumnElement[Any]) -> None:
        super().__init__(*values)
        self.type = values[0].type


class smallest(largest):  # noqa: N801
    """The smallest of several values, leaving NULL out; NULL when all are."""

    inherit_cache = True


class among(FunctionElement[bool]):  # noqa: N801
    """Whether a value is one of a list given as one JSON text: thousands of values are no thousands of parameters."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, value: ColumnElement[Any], listed: str) -> None:
        super().__init__(value, literal(listed))


class number_in(FunctionElement[float]):  # noqa: N801
    """The number that a text is, NULL for one that is none: 9 before 10 and both before 甲."""

    type = Float()
    inherit_cache = True

    def __init__(self, value: ColumnElement[Any]) -> None:
        super().__init__(value)


def _parts(element: FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    return [compiler.process(part, **kw) for part in element.clauses]


@compiles(list_length, "sqlite")
def _sqlite_length(element: list_length, compiler: Any, **kw: Any) -> str:
    column, key = _parts(element, compiler, **kw)
    return f"json_array_length({column}, '$.' || {key})"


@compiles(list_length, "postgresql")
def _postgresql_length(element: list_length, compiler: Any, **kw: Any) -> str:
    column, key = _parts(element, compiler, **kw)
    return f"jsonb_array_length({column} -> {key})"


@compiles(list_has, "sqlite")
def _sqlite_has(element: list_has, compiler: Any, **kw: Any) -> str:
    column, key, value = _parts(element, compiler, **kw)
    return f"EXISTS (SELECT 1 FROM json_each({column}, '$.' || {key}) AS each_ WHERE each_.value = {value})"


@compiles(list_has, "postgresql")
def _postgresql_has(element: list_has, compiler: Any, **kw: Any) -> str:
    column, key, value = _parts(element, compiler, **kw)
    return f"coalesce(jsonb_exists({column} -> {key}, {value}), false)"


@compiles(largest, "sqlite")
@compiles(smallest, "sqlite")
def _sqlite_outermost(element: largest, compiler: Any, **kw: Any) -> str:
    first, *more = _parts(element, compiler, **kw)
    rows = " UNION ALL SELECT ".join([f"SELECT {first} AS value_", *more])
    return f"(SELECT {'min' if isinstance(element, smallest) else 'max'}(value_) FROM ({rows}))"


@compiles(largest, "postgresql")
@compiles(smallest, "postgresql")
def _postgresql_outermost(element: largest, compiler: Any, **kw: Any) -> str:
    name = "least" if isinstance(element, smallest) else "greatest"
    return f"{name}({', '.join(_parts(element, compiler, **kw))})"


@compiles(among, "sqlite")
def _sqlite_among(element: among, compiler: Any, **kw: Any) -> str:
    value, listed = _parts(element, compiler, **kw)
    return f"{value} IN (SELECT value FROM json_each({listed}))"


@compiles(among, "postgresql")
def _postgresql_among(element: among, compiler: Any, **kw: Any) -> str:
    value, listed = _parts(element, compiler, **kw)
    return f"to_jsonb({value}) IN (SELECT jsonb_array_elements({listed}::jsonb))"


@compiles(number_in, "sqlite")
def _sqlite_number(element: number_in, compiler: Any, **kw: Any) -> str:
    (value,) = _parts(element, compiler, **kw)
    other = f"{value} GLOB '*[^0-9.]*' OR {value} GLOB '*.*.*'"
    return f"CASE WHEN {value} GLOB '[0-9]*' AND NOT ({other}) THEN CAST({value} AS REAL) END"


@compiles(number_in, "postgresql")
def _postgresql_number(element: number_in, compiler: Any, **kw: Any) -> str:
    (value,) = _parts(element, compiler, **kw)
    return f"CASE WHEN {value} ~ '^[0-9]+([.][0-9]*)?$' THEN ({value})::float END"
