"""The official papers an office makes: plain texts with places to fill, one TOML file each in resources/papers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.exports.official import Block, Heading, Numbered, OfficialPaper, Para, Table
from app.page import Align, Column
from app.problem import Problem
from app.storage.paths import RESOURCES
from app.words.template_words import Strict

PAPERS = RESOURCES / "papers"
WORKDAYS = "个工作日"
"""Official papers set numbers among the words without blanks."""
_PLACE = re.compile(r"\{([a-z_]+)\}")
Data = Mapping[str, Any]
"""Texts by the name of their place, and for `numbered` and `table` lists of texts and of rows."""


class FormColumn(Strict, frozen=True):
    """A column of a table: `key` is the place of its text in each row."""

    key: str
    title: str
    width: float = 20.0
    align: Align = "left"


class FormBlock(Strict, frozen=True, rename={"columns": "column"}):
    """A part of the text: a paragraph, with `heading` a heading; `numbered` or `table` name a list of the data.

    It is left out while what `when` names is empty.
    """

    text: str = ""
    heading: Literal[0, 1, 2, 3, 4] = 0
    numbered: str = ""
    table: str = ""
    columns: tuple[FormColumn, ...] = ()
    indent: bool = True
    when: str = ""


class PaperForm(Strict, frozen=True, rename={"blocks": "block"}):
    """One kind of paper. `called` is its name in a sentence, `word` stands in its number (…督〔2022〕1号).

    `serves` names the register it is filed in, `row` what its row there says; without a row it is filed with the row
    of the paper it follows. `one` tells an overdue matter in a sentence, `rest` how many there are beyond those told.
    """

    id: str
    called: str
    word: str
    title: str
    blocks: tuple[FormBlock, ...]
    to: str = ""
    cc: str = ""
    contact: str = ""
    serves: Literal["supervision", "informing"] = "supervision"
    one: str = ""
    rest: str = ""
    row: dict[str, str] = msgspec.field(default_factory=dict)
    clause: str = ""


@cache
def form(name: str) -> PaperForm:
    """The paper of this id. Raises Problem E_NO_PAPER."""
    path = PAPERS / f"{name}.toml"
    if name not in ids():
        raise Problem("E_NO_PAPER", f"没有“{name}”这种文书，可用：{'、'.join(ids())}", paper=name)
    return read(path)


def ids() -> list[str]:
    """The ids of all papers."""
    return sorted(path.stem for path in PAPERS.glob("*.toml"))


def read(path: Path) -> PaperForm:
    """A paper from its file. Raises Problem E_PAPER_FORM naming what is wrong."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), PaperForm)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Problem("E_PAPER_FORM", f"文书样式“{path.name}”写得不对：{error}", file=str(path)) from error


def paper(made: PaperForm, data: Data) -> OfficialPaper:
    """The paper with its places filled. Raises Problem E_PAPER_FORM for a place the data does not fill."""
    blocks = [
        block
        for one in made.blocks
        if not one.when or data.get(one.when)
        for block in _blocks(made, one, data)
    ]
    cc = tuple(one for one in filled(made, made.cc, data).split("、") if one)
    return OfficialPaper(
        title=filled(made, made.title, data),
        doc_no=str(data["doc_no"]),
        to=filled(made, made.to, data),
        blocks=tuple(blocks),
        signed_by=str(data["signed_by"]),
        on=str(data["today"]),
        contact=filled(made, made.contact, data) if made.contact else "",
        cc=cc,
        printed_by=str(data["office"]) if cc else "",
        printed_on=str(data["today"]) if cc else "",
        unit=str(data["office"]),
    )


def row(made: PaperForm, data: Data) -> dict[str, str]:
    """What the row of the register says, by field; empty texts are left out."""
    texts = {key: filled(made, text, data) for key, text in made.row.items()}
    return {key: text for key, text in texts.items() if text}


def filled(made: PaperForm, text: str, data: Data) -> str:
    """The text with its places filled; what is put in is never read for places again."""

    def put(place: re.Match[str]) -> str:
        if place[1] not in data:
            raise Problem("E_PAPER_FORM", f"文书样式“{made.id}”里的“{place[0]}”没有内容可填", place=place[1])
        return str(data[place[1]])

    return _PLACE.sub(put, text)


def _blocks(made: PaperForm, one: FormBlock, data: Data) -> Sequence[Block]:
    if one.table:
        rows = tuple(tuple(str(line[c.key]) for c in one.columns) for line in data[one.table])
        columns = tuple(
            Column(c.key, filled(made, c.title, data), width=c.width, align=c.align) for c in one.columns
        )
        return [Table(columns, rows)]
    if one.numbered:
        return [Numbered(tuple(str(text) for text in data[one.numbered]))]
    text = filled(made, one.text, data)
    if one.heading:
        return [Heading(one.heading, text)]
    return [Para(text, one.indent)] if text.strip() else []
