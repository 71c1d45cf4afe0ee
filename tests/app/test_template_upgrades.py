"""Upgrading an opened ledger is one journalled deed; on a sealed one only by 更正单 (decision 21)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.engine import storing
from app.engine.rows import Held
from app.ledger import checks, entries, ledgers
from app.ledger.recording import Recorder
from app.listing import counts, history
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import purging, tombstones
from app.rounds import rounds
from app.signing import signoff
from app.template_books import rehearsing, template_upgrades
from app.template_books.template_upgrades import Slip
from app.templating import template_changes
from app.words.template_versions import rank
from tests.app import newer_template as texts
from tests.app.conftest import project, sealed


@pytest.fixture
def old(bureau: Office, tmp_path: Path) -> str:
    """A ledger under an earlier version, with one row that has an amount and a code that later versions drop."""
    file = tmp_path / "旧版.toml"
    file.write_text(texts.first(), "utf-8")
    return str(ledgers.open_template(bureau, str(file)).subject)


def filled(bureau: Office, ledger: str) -> str:
    row = project(bureau, ledger, "牧光互补", M01="在办", M03="未办")
    entries.amend(
        bureau,
        row,
        {"budget": "12.5", "fund_kind": "PPP", "place": "明安图镇"},
        {"M01": {"d_submit": "2022-08-15", "channel": "线下"}},
    )
    return row


def held(bureau: Office, row: str) -> Held:
    with bureau.read() as connection:
        return storing.held_of(connection, [row])[row]


def refused(*args, **more) -> Problem:
    with pytest.raises(Problem) as caught:
        template_upgrades.upgrade(*args, **more)
    return caught.value


def test_everything_that_changes_is_told_in_plain_words():
    found = template_changes.lines(
        template_changes.changes(texts.read(texts.first()), texts.read(texts.whole()))
    )
    assert found == [
        "栏目：新增“绿色等级”",
        "栏目：“建设地点”改名为“建设地址（苏木镇）”，台账确定后不能再改",
        "栏目：取消“概算”",
        "代码：“资金性质”取消“PPP”",
        "代码：“办理方式”取消“线下”",
        "事项：新增M20“文物保护”",
        "时限：“初审”由 5 个工作日，上级 5 个工作日 改为 4 个工作日，上级 5 个工作日",
        "日期：2022-08-25“建立全旗待批项目台账报政府，经政府研究后报盟行署”改到 2022-08-24",
    ]


def test_the_ledger_goes_over_in_one_deed(bureau, old):
    """New fields empty, dropped fields into the journal, dropped codes stay as gaps, limits computed again, all proved."""
    row = filled(bureau, old)
    before = ledgers.get(bureau, old)
    change = template_upgrades.upgrade(bureau, old, texts.read(texts.whole()), source="盟发改委")
    line = ledgers.get(bureau, old)
    assert line.loaded.t.version == "2022.4" and line.loaded.digest != before.loaded.digest
    now = held(bureau, row)
    assert (
        "budget" not in now.cells and now.cells["fund_kind"] == "PPP" and now.items["M20"]["state"] == "待核"
    )
    assert (change.facts["dues"], change.facts["matters"], change.facts["emptied"]) == (1, 1, 1)
    assert "2022.1" in change.said and "2022.4" in change.said
    gaps = {f.field: f.text for f in checks.check(bureau, old) if f.level == "gap"}
    assert "PPP" in gaps["fund_kind"] and "线下" in gaps["channel"]
    assert counts.now(bureau, old)["item"]["listed"] == 9
    told = next(
        d for d in history.lines(bureau, ledger_id=old) if d.verb == "template" and d.facts.get("label")
    )
    assert told.facts["from"] == "盟发改委"
    assert any(s.old == "12.5" for d in history.lines(bureau, row) for s in d.steps)
    entries.amend(bureau, row, {"green_class": "A"})
    assert replay.verify(bureau) == []


def test_a_tombstone_names_the_line_that_laid_it_after_an_upgrade_too(bureau, old):
    """Decision 19: its dropped cells go like those of any row, the line it names stays."""
    row = filled(bureau, old)
    with bureau.write("撤回导入") as work:
        was, line = entries.held_for(work, row)
        gone = was.copy()
        gone.standing, gone.standings = "deleted", dict.fromkeys(gone.items, "deleted")
        recorder = Recorder(work, line, bureau.calendar())
        laid = recorder.put(was, gone, "withdraw", {"import": "x"})
        recorder.flush()
    template_upgrades.upgrade(bureau, old, texts.read(texts.whole()))
    with bureau.read() as connection:
        stored = storing.stored_of(connection, [row])[row].row
    assert "budget" not in stored["cells"] and stored["seq"] > laid
    assert stored["deleted_seq"] == laid and replay.verify(bureau) == []


def test_a_row_that_comes_back_after_an_upgrade_has_the_matters_that_every_row_has(bureau, old):
    """Decision 13, decision 19: what is 必办 of every row is not lost by having lain in the bin."""
    row, new = filled(bureau, old), texts.read(texts.newer(("[[item.field]]", texts.NEW_MATTER + "[[item.field]]")))
    tombstones.delete(bureau, [row], reason="录错了")
    template_upgrades.upgrade(bureau, old, new)
    assert "M20" not in held(bureau, row).items
    tombstones.undelete(bureau, [row])
    back = held(bureau, row)
    assert (back.items["M20"]["state"], back.standings["M20"]) == ("待核", "open") and not replay.verify(bureau)
    tombstones.delete(bureau, [row], reason="录错了")
    tombstones.undelete(bureau, [row])
    assert held(bureau, row).items == back.items and not replay.verify(bureau)


def test_it_is_taken_back_while_nothing_was_built_on_it(bureau, old):
    """Decision 19: a compensating deed; afterwards everything is as it was, and the upgrade can be made again."""
    row = filled(bureau, old)
    before, was = held(bureau, row), counts.now(bureau, old)
    template_upgrades.upgrade(bureau, old, texts.read(texts.whole()))
    template_upgrades.undo(bureau, old)
    after = held(bureau, row)
    assert (after.cells, after.items, after.standing) == (before.cells, before.items, before.standing)
    assert ledgers.get(bureau, old).loaded.t.version == "2022.1" and counts.now(bureau, old) == was
    assert replay.verify(bureau) == []
    with pytest.raises(Problem) as caught:
        template_upgrades.undo(bureau, old)
    assert caught.value.code == "E_NO_UPGRADE"
    template_upgrades.upgrade(bureau, old, texts.read(texts.whole()))
    entries.amend(bureau, row, {"green_class": "A"})
    with pytest.raises(Problem) as caught:
        template_upgrades.undo(bureau, old)
    assert caught.value.code == "E_BUILT_ON" and replay.verify(bureau) == []


def test_a_renamed_field_keeps_what_it_holds(bureau, old, tmp_path):
    """`was`: told as 改名, carried over, rehearsed so, taken back, on a sealed ledger too."""
    row = filled(bureau, old)
    before = held(bureau, row)
    text = re.sub(r"\bchannel\b", "way_in", texts.first().replace('version = "2022.1"', 'version = "2022.2"'))
    for now, was in (("estimate", "budget"), ("way_in", "channel")):
        text = re.sub(rf'(field\]\]\nid = )"({was}|{now})"', rf'\1"{now}"\nwas = ["{was}"]', text)
    new = texts.read(text.replace('title = "概算"', 'title = "概算投资"'))
    told = template_changes.lines(template_changes.changes(texts.read(texts.first()), new))
    assert "栏目：“概算”改名为“概算投资”，编号由 budget 改为 estimate，内容照留" in told
    assert any("编号由 channel 改为 way_in" in one for one in told)
    assert not any(re.match("栏目：(取消|新增)", one) for one in told)
    assert rehearsing.rehearse(bureau, new, old).touched == 0
    change = template_upgrades.upgrade(bureau, old, new)
    now = held(bureau, row)
    assert (now.cells["estimate"], now.items["M01"]["way_in"]) == (before.cells["budget"], "线下")
    assert (
        "budget" not in now.cells and "1 行里改名的栏目内容照留" in change.said and "取消" not in change.said
    )
    assert replay.verify(bureau) == []
    template_upgrades.undo(bureau, old)
    again = held(bureau, row)
    assert (again.cells, again.items) == (before.cells, before.items) and replay.verify(bureau) == []
    scan = sealed(bureau, old, tmp_path)
    template_upgrades.upgrade(bureau, old, new, slip=Slip("盟里换了模板", "审核人乙", scan))
    assert held(bureau, row).cells["estimate"] == before.cells["budget"] and replay.verify(bureau) == []
    back = text.replace('was = ["budget"]', 'was = ["name"]')
    with pytest.raises(Problem, match="还是现在的栏目"):
        texts.read(back)


def test_a_sealed_ledger_goes_over_only_by_a_correction_slip(bureau, old, tmp_path):
    """Decision 21: reason, second person and scan; the seal and what it counts stand, old prints are still proved."""
    row = filled(bureau, old)
    scan = sealed(bureau, old, tmp_path)
    new = texts.read(texts.whole())
    assert refused(bureau, old, new).code == "E_LACKING"
    assert refused(bureau, old, new, slip=Slip("盟里换了模板", bureau.clerk, scan)).code == "E_SECOND"
    was = counts.now(bureau, old)
    template_upgrades.upgrade(bureau, old, new, slip=Slip("盟里换了模板", "审核人乙", scan))
    assert counts.now(bureau, old) == was and "M20" not in held(bureau, row).items
    with pytest.raises(Problem) as caught:
        entries.amend(bureau, row, {"place": "桑根达来"})
    assert caught.value.code == "E_FROZEN"
    signoff.print_ledger(bureau, old, tmp_path / "后.pdf", explain="缺项正在补齐")
    assert replay.verify(bureau) == []
    purging.purge(bureau, row, by="提出人", second="审核人乙", reason="误录")
    assert replay.verify(bureau) == []


def test_a_signed_print_under_the_older_template_is_not_sealed(bureau, old, tmp_path):
    """The digest of the template stands in print and seal (decision 21)."""
    filled(bureau, old)
    scan = tmp_path / "signed.pdf"
    signoff.print_ledger(bureau, old, scan, explain="缺项正在补齐")
    for role in ("立项部门主要领导", "分管旗长"):
        signoff.sign(bureau, old, role=role, by="签字人", on="2022-08-22", scan=scan)
    template_upgrades.upgrade(bureau, old, texts.read(texts.newer(('title = "建设地点"', 'title = "地点"'))))
    with pytest.raises(Problem) as caught:
        signoff.seal(bureau, old)
    assert "模板版本" in caught.value.text


def test_what_cannot_go_over_is_refused_with_all_reasons(bureau, ledger):
    """Nothing that is counted or stored is lost by an upgrade."""
    money = ('title = "总投资"\nkind = "money"', 'title = "总投资"\nkind = "text"')
    counted = ('of = "sum"\nfield = "invest"\n', "")
    found = refused(
        bureau, ledger, texts.read(texts.newer(money, ("\nmin = 0\nfrozen", "\nfrozen"), counted))
    )
    assert found.code == "E_TEMPLATE_UNFIT" and "总投资" in found.text
    older = texts.read(texts.first())
    assert "旧" in refused(bureau, ledger, older).text
    other = texts.read(texts.newer(('id = "pending-approval"', 'id = "idle-land"')))
    assert "另一种" in refused(bureau, ledger, other).text
    lettered = refused(bureau, ledger, texts.read(texts.newer(('kind_code = "DP"', 'kind_code = "DPX"'))))
    assert lettered.code == "E_TEMPLATE_UNFIT" and "请改回 DP" in lettered.text
    project(bureau, ledger, "甲", M04="在办")
    rounds.begin(bureau, ledger)
    assert refused(bureau, ledger, texts.read(texts.whole())).code == "E_ROUND_OPEN"
    assert replay.verify(bureau) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("2022.9", "2022.10"), ("2022.3", "2022.3.1"), ("2022.3", "2022.3-旗1"), ("2022.2", "2023")],
)
def test_versions_are_ordered_by_their_numbers(one, other):
    assert rank(one) < rank(other)
