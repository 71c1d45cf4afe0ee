"""Templates as workbooks: the round trip, plain XLSForm, faults by cell, and a campaign that needs no Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase

import msgspec
import openpyxl
import pytest

from app.imports import drafting, intake
from app.ledger import closing, entries, ledgers
from app.listing import counts, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.signing import signoff
from app.storage.paths import RESOURCES, ROOT
from app.template_books import own_templates, rehearsing, values
from app.template_books.making import make
from app.template_books.writing import export
from app.templating import kind_codes, template_reading
from app.words.templates import Loaded
from tests.app.conftest import DAY
from tests.data import make_books

ON = DAY.isoformat()
TEMPLATES = [*(RESOURCES / "templates").glob("*.toml"), *(ROOT / "tests" / "data").glob("*.toml")]


@pytest.mark.parametrize("file", sorted(TEMPLATES), ids=lambda file: file.stem)
def test_a_template_written_as_a_workbook_comes_back_identical(file: Path, tmp_path: Path) -> None:
    own = file.parent == RESOURCES / "templates"
    loaded = template_reading.builtin(file.stem) if own else template_reading.found(str(file))
    book = tmp_path / "书.xlsx"
    export(loaded, book)
    made = make(book)
    assert made.loaded.t == loaded.t and made.notes == ()


def test_the_workbook_can_be_read_by_a_clerk(tmp_path: Path) -> None:
    book = tmp_path / "书.xlsx"
    export(template_reading.builtin("pending-approval"), book)
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames[:3] == ["survey", "choices", "settings"] and "clock 时限" in opened.sheetnames
    sheet = opened["survey"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["type", "name", "label"] and sheet.freeze_panes == "B3"
    assert str(sheet["A2"].value).startswith("※") and all(cell.value for cell in sheet[2])
    offered = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"yes,no,create,when,auto"' in offered and any("text" in one and "money" in one for one in offered)
    told = {name: [str(cell.value) for cell in opened[name][2]] for name in opened.sheetnames}
    bare = {f"{name}!{text}" for name, texts in told.items() for text in texts if text.isascii()}
    assert (
        not {one for one in bare if one.startswith(("survey", "choices"))} and len(bare) < 5
    )  # a new word is shown as it is


def test_a_value_that_means_nothing_and_lists_with_marks_in_them_come_back() -> None:
    for value in (("甲；乙", "丙;丁\\", "戊"), ("一；", "二"), ("只有；一个",), ("a", "b")):
        assert tuple(values.read(values.written(value, None, ()), tuple[str, ...])) == value
    assert values.written("", str, "单位：万元") == values.EMPTY and values.read(values.EMPTY, str) == ""
    assert values.read(values.written(values.EMPTY, str, ""), str) == values.EMPTY
    assert values.read("a =\nb = {on}", dict[str, str]) == {"a": "", "b": "{on}"}
    assert values.read("2022年8月5日", dt.date) == dt.date(2022, 8, 5)


def test_a_plain_form_becomes_a_ledger(bureau: Office, tmp_path: Path) -> None:
    """Only XLSForm's own columns: names, limits, groups, notes and what is left unsaid."""
    book = make_books.write(tmp_path / "危房.xlsx", make_books.PLAIN)
    made = make(book, today=DAY)
    assert make(book, today=DAY).source == made.source
    t, fields = made.loaded.t, made.loaded.fields
    assert (t.id, t.title, t.version, t.kind_code) == ("rural-houses", "农村危房改造台账", "2022.1", "NCWF")
    assert (t.starts, t.ends) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    assert (
        fields["name"].title == "户主"
        and fields["name"].need == "create"
        and fields["name"].hint == "按户口簿填"
    )
    assert (fields["people"].kind, fields["people"].min, fields["people"].max) == ("int", 1, 30)
    assert (fields["cost"].kind, fields["cost"].unit, fields["cost"].title) == ("money", "万元", "改造费用")
    assert fields["cost"].group == "house" and t.groups[0].title == "房屋情况" and fields["begun"].group == ""
    assert (fields["ended"].need, fields["ended"].when) == ("when", "grade == 'D'")
    assert t.computed[0].expr == "cost / people" and t.print.notes == ("本表逐户填写，不得漏户",)
    assert t.print.columns[:3] == ("seq", "name", "people") and made.loaded.codes["grade"].title == "危房等级"
    ledger = str(ledgers.open_template(bureau, made.loaded).subject)
    good = {"name": "户甲", "grade": "C", "causes": "ill、study", "begun": "2022-08-02"}
    row = str(entries.add(bureau, ledger, good, not_secret="声明人甲").subject)
    entries.amend(bureau, row, {"ended": "2022-08-09"})
    for cells, field in (
        ({"causes": "ill、study、disabled"}, "causes"),
        ({"ended": "2022-08-01"}, "ended"),
        ({"people": "31"}, "people"),
    ):
        with pytest.raises(Problem) as refused:
            entries.amend(bureau, row, cells)
        assert refused.value.field == field
    said = "；".join(made.notes)
    assert "“每行" not in said and "户主" in said and "kind_code" in said and "closing" in said


def test_two_templates_never_number_their_rows_alike(bureau: Office, tmp_path: Path) -> None:
    """A row is found by its number alone, so its letters are one template's: built in, kept here or of a ledger."""
    source = make(make_books.write(tmp_path / "本.xlsx", make_books.HOUSES), today=DAY).source

    def of(code: str, id_: str) -> Loaded:
        told = source.replace('id = "rural-houses"', f'id = "{id_}"', 1).replace(
            'kind_code = "WF"', f'kind_code = "{code}"'
        )
        return template_reading.read(told)

    def refused(command: Callable[[Office, Loaded], object], loaded: Loaded) -> str:
        with pytest.raises(Problem) as problem:
            command(bureau, loaded)
        assert problem.value.code == "E_KIND_CODE" and problem.value.field == "kind_code"
        assert f"“{problem.value.facts['free']}”" in problem.value.text
        return str(problem.value.facts["free"])

    assert (
        refused(own_templates.keep, of("DP", "houses"))
        == refused(ledgers.open_template, of("DP", "houses"))
        == "DPA"
    )
    mine = of("WF", "houses")
    own_templates.keep(bureau, mine)
    assert refused(own_templates.keep, of("WF", "other")) == "WFA"
    ledgers.open_template(bureau, of("WFA", "opened"))
    assert refused(own_templates.keep, of("WFA", "other")) == "WFAA", "a ledger's are taken as well"
    assert refused(ledgers.open_template, of("WFA", "other")) == "WFAA"
    with pytest.raises(Problem, match="WFAA"):
        ledgers.open_several(bureau, [of("WFAC", "one"), of("WFAC", "two")])
    assert [line.template_id for line in ledgers.all(bureau)] == ["opened"], "all of them or none"
    own_templates.keep(bureau, mine)
    ledgers.open_template(bureau, mine)
    ledgers.open_template(bureau, mine, again=True)
    plain = {**make_books.PLAIN, "settings": [("form_title", "form_id"), ("待批台账", "x-y")]}
    assert make(make_books.write(tmp_path / "待批.xlsx", plain), today=DAY).loaded.t.kind_code == "DPA"
    assert kind_codes.free("DP", {"DP", *(f"DP{letter}" for letter in ascii_uppercase)}) == "DPAA"


@pytest.fixture
def houses(tmp_path: Path) -> Loaded:
    return make(make_books.write(tmp_path / "农村危房改造.xlsx", make_books.HOUSES)).loaded


def test_a_campaign_of_no_document_needs_no_python(bureau: Office, houses: Loaded, tmp_path: Path) -> None:
    """From a workbook alone: opened, typed, imported, checked, printed, signed, sealed, closed, proved."""
    ledger = str(ledgers.open_template(bureau, houses).subject)
    listed = make_books.write(tmp_path / "清单.xlsx", {"清单": make_books.LIST})
    plan = intake.plan(bureau, ledger, drafting.draft(listed, houses))
    assert plan.counts == {"rows": 2, "added": 2, "updated": 0, "skipped": 0, "problem": 0}
    intake.commit(bureau, plan, not_secret="声明人甲")
    entries.add(bureau, ledger, {"name": "示范户丙", "grade": "D"}, not_secret="声明人甲")
    one, two, three = (entries.find(bureau, f"示范户{x}") for x in "甲乙丙")
    assert (
        lists.line(bureau, two).cells["grade"] == "C" and lists.line(bureau, one).cells["cost"] == 3_500_000
    )
    entries.amend(bureau, one, {}, {"W01": {"begun": "2022-07-04"}})
    late = lists.line(bureau, one)
    assert (late.stage, late.light, late.cause) == ("施工中", "red", "施工超期")
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, {}, {"W01": {"ended": "2022-07-01"}})
    assert refused.value.field == "ended"
    scan = tmp_path / "台账.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain="缺项正在补齐")
    signoff.sign(bureau, ledger, role="苏木达", by="签字人甲", on=ON, scan=scan)
    signoff.seal(bureau, ledger)
    closing.close(bureau, [(one, "W01")], basis="验收单", doc="验〔2022〕1号", on=ON)
    assert lists.line(bureau, one).items["W01"].cells["paper"] == "验〔2022〕1号"
    tally = counts.count(bureau, ledger)
    assert (tally["items"]["approved"], tally["projects"]["open"], tally["balanced"]) == (1, 3, True)
    assert three and replay.verify(bureau) == []


def test_a_rehearsal_says_what_would_break_and_writes_nothing(bureau: Office, houses: Loaded) -> None:
    ledger = str(ledgers.open_template(bureau, houses).subject)
    for name, cells in {
        "户甲": {"village": "甲嘎查", "people": "15"},
        "户乙": {"people": "3", "grade": "C"},
    }.items():
        entries.add(
            bureau, ledger, {"name": name, **cells}, not_secret="声明人甲", items={"W02": {"state": "在办"}}
        )
    before = ledgers.get(bureau, ledger).head_seq
    t = houses.t
    assert t.items is not None
    fields = [
        msgspec.structs.replace(f, max=10)
        if f.id == "people"
        else msgspec.structs.replace(f, need="submit")
        if f.id == "cost"
        else f
        for f in t.fields
        if f.id != "village"
    ]
    fields = [msgspec.structs.replace(f, when="") if f.id == "cost" else f for f in fields]
    newer = msgspec.structs.replace(
        t,
        version="2",
        fields=tuple(fields),
        items=msgspec.structs.replace(t.items, presets=t.items.presets[:1]),
    )
    found = rehearsing.rehearse(bureau, Loaded(newer, "newer"), ledger)
    told = {(one.what, one.field): (one.count, one.example) for one in found.findings}
    assert (found.rows, found.touched) == (2, 2)
    assert told[("lost", "village")] == (1, "甲嘎查") and told[("unread", "people")] == (1, "15")
    assert told[("matter", "W02")][0] == 2 and told[("empty", "cost")][0] == 2
    assert ("check", "people") not in told  # what is not read is not judged
    assert "甲嘎查" in "".join(found.lines) and ledgers.get(bureau, ledger).head_seq == before
    same = rehearsing.rehearse(bureau, houses, ledger)
    assert same.touched == 0 and {one.what for one in same.findings} <= {"empty", "check"}
