"""The window's own arguments read the short way mean what they mean to the command line."""

from __future__ import annotations

import pytest
from msgspec import structs

from ui import opening
from ui.commands import command_line


@pytest.mark.parametrize(
    "given",
    [
        "",
        "--sample",
        "--data 某处 --today 2022-08-25",
        "--clerk 经办人甲 --data /tmp/x --sample --picture a.png",
    ],
)
def test_the_short_way_reads_what_the_command_line_reads(given: str) -> None:
    short, whole = opening.read(given.split()), command_line.parse(given.split())
    assert short is not None and whole.command is None
    told = structs.asdict(short)
    assert told == {name: getattr(whole, name) for name in told}


@pytest.mark.parametrize(
    "given",
    ["ledgers", "--data", "--today 2022-13-05", "--data=x", "--json", "-h", "--data a\0b", "--sample stats", "--data \udcff"],
)
def test_anything_else_is_left_to_the_command_line(given: str) -> None:
    assert opening.read(given.split(" ")) is None
