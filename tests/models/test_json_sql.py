"""JSON lists and the largest of several values: asked of SQLite, spelt for PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, literal, select
from sqlalchemy.dialects import postgresql

from models.json_sql import among, largest, list_has, list_length, number_in, smallest
from models.schema import Json

ROW = Table("rows_", MetaData(), Column("a", String), Column("b", String), Column("cells", Json))
EXPRESSIONS = {
    "length": list_length(ROW.c.cells, "uses"),
    "none": list_length(ROW.c.cells, "other"),
    "has": list_has(ROW.c.cells, "uses", literal("人饮")),
    "has not": list_has(ROW.c.cells, "uses", literal("人")),
    "has in nothing": list_has(ROW.c.cells, "other", literal("人饮")),
    "largest": largest(ROW.c.a, ROW.c.b, literal("2022-01-01")),
    "smallest": smallest(ROW.c.a, ROW.c.b, literal("2022-01-01")),
    "of nothing": largest(ROW.c.b, ROW.c.b),
    "among": among(ROW.c.a, '["2023-05-01", "2022-01-01"]'),
    "not among": among(ROW.c.a, '["2022-01-01"]'),
    "number": number_in(ROW.c.a),
}
NUMBERS = {"9": 9.0, "10": 10.0, "2.5": 2.5, "5.": 5.0, "1.2.3": None, "甲9": None, "-3": None, "": None, ".5": None}


def test_on_sqlite() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        ROW.metadata.create_all(connection)
        connection.execute(insert(ROW).values(a="2023-05-01", b=None, cells={"uses": ["灌溉", "人饮"]}))
        found = connection.execute(select(*(e.label(k) for k, e in EXPRESSIONS.items()))).mappings().one()
    assert dict(found) == {
        "length": 2, "none": None, "has": True, "has not": False, "has in nothing": False,
        "largest": "2023-05-01", "smallest": "2022-01-01", "of nothing": None,
        "among": True, "not among": False, "number": None,
    }  # fmt: skip
    with engine.connect() as connection:
        read = {text: connection.scalar(select(number_in(literal(text)))) for text in NUMBERS}
    assert read == NUMBERS
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "said"),
    [("length", "jsonb_array_length(rows_.cells -> "), ("has", "jsonb_exists(rows_.cells -> "), ("largest", "greatest("),
     ("smallest", "least("), ("among", "to_jsonb(rows_.a) IN (SELECT jsonb_array_elements("),
     ("number", "CASE WHEN rows_.a ~ '^[0-9]+([.][0-9]*)?$' THEN (rows_.a)::float END")],
)  # fmt: skip
def test_postgresql_says_it_in_its_own_words(name: str, said: str) -> None:
    assert said in str(EXPRESSIONS[name].compile(dialect=postgresql.dialect()))
