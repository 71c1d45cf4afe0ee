"""The words of a template for figures, reports, registers and rows elsewhere are read strictly (decision 34)."""

from __future__ import annotations

import pytest

from app.problem import Problem
from app.templating import layer_rules, template_changes, template_layers
from app.templating.template_reading import line_of, read
from app.words.templates import Loaded
from tests.app.works import TASKS

FIGURE = '[[figure]]\nid = "many"\ntitle = "数"\n'
REPORT = '[[report]]\nid = "weekly"\ntitle = "周报"\n'
TWICE = "".join(
    f'[[cadence]]\nevery = "旬"\nform = "weekly"\nproof = "report"\nto = "{to}"\n' for to in "甲乙"
)
PLACED = '[[computed]]\nid = "placed"\ntitle = "名次"\nexpr = "cost"\nrank = "most"\n'
REGISTER = {"signoff": 'nature = "register"\n', "serves": 'nature = "register"\nserves = ["gossip"]\n'}


def test_the_words_of_a_campaign_of_tasks_are_read() -> None:
    loaded = read(TASKS, "样.toml")
    assert loaded.t.words.approved == "销号" and loaded.t.words.row == "任务"
    assert [f.id for f in loaded.t.figures] == ["late", "late_share", "spent", "took"]
    assert loaded.fields["linked"].ledgers == ("pending-approval",) and loaded.fields["linked"].follows


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (FIGURE + 'expr = "nothing > 1"', "figure[4].expr"),
        (FIGURE + "expr = \"matches(name, 'x')\"", "figure[4].expr"),
        (FIGURE + 'scope = "item"\nexpr = "n_open > 1"', "figure[4].expr"),
        (FIGURE + 'of = "sum"', "figure[4].field"),
        (FIGURE + 'of = "sum"\nfield = "name"', "figure[4].field"),
        (FIGURE + 'field = "cost"', "figure[4].field"),
        (FIGURE + 'of = "workdays"\nfield = "found_on"', "figure[4].to"),
        (FIGURE + 'of = "workdays"\nfield = "found_on"\nto = "cost"', "figure[4].to"),
        (FIGURE + 'to = "found_on"', "figure[4].to"),
        (FIGURE + 'day = "name"', "figure[4].day"),
        (FIGURE + 'over = "nowhere"', "figure[4].over"),
        (FIGURE + 'over = "many"', "figure[4].over"),
        (FIGURE + 'over = "late_share"', "figure[4].over"),
        (FIGURE + 'of = "mean"\nfield = "cost"\nover = "open"', "figure[4].of"),
        (FIGURE + 'of = "max"\nfield = "cost"\nover = "open"', "figure[4].of"),
        (FIGURE + 'of = "workdays"\nfield = "found_on"\nto = "end_by"\nover = "open"', "figure[4].of"),
        (FIGURE + 'of = "max"\nfield = "placed"\n' + PLACED, "figure[4].field"),
        (FIGURE.replace("many", "late"), "figure[4].id"),
        (FIGURE.replace("many", "open"), "figure[4].id"),
        (FIGURE.replace("many", "Many"), "figure[4].id"),
        (FIGURE.replace('"数"', '""'), "figure[4].title"),
        ("".join(FIGURE.replace("many", f"n{n}") for n in range(100)), "figure[100]"),
        (REPORT + 'figures = ["nothing"]', "report[1].figures"),
        (REPORT + 'figures = ["late", "late"]', "report[1].figures"),
        (REPORT + 'asks = [""]', "report[1].asks"),
        (REPORT + 'asks = ["甲", "乙", "丙", "丁"]', "report[1].asks"),
        (REPORT + TWICE, "cadence[2].to"),
        (REPORT.replace("周报", "{open.__class__}"), "report[1].title"),
        (REPORT.replace("weekly", "month"), "report[1].id"),
        (REPORT + '[[report.paragraph]]\ntext = "{open:>9999}"', "report[1].paragraph[0].text"),
        (REPORT + '[[report.paragraph]]\ntext = "有"\nwhen = ["nothing"]', "report[1].paragraph[0].when"),
        ('[[cadence]]\nevery = "月"\nproof = "report"', "cadence[1].form"),
        ('[[cadence]]\nevery = "月"\nform = "yearly"', "cadence[1].form"),
        ('[[field]]\nid = "x"\ntitle = "甲"\nkind = "text"\nfollows = true', "field[13].follows"),
        ('[[field]]\nid = "x"\ntitle = "甲"\nkind = "text"\nledgers = ["a"]', "field[13].ledgers"),
        ('[[field]]\nid = "x"\ntitle = "甲"\nkind = "row"\nledgers = ["../a"]', "field[13].ledgers"),
        ('[[item.field]]\nid = "x"\ntitle = "甲"\nkind = "row"\nfollows = true', "item.field[6].follows"),
    ],
)
def test_a_fault_in_these_words_is_named_with_its_line(more: str, key: str) -> None:
    source = f"{TASKS}\n{more}\n"
    with pytest.raises(Problem, match="E_TEMPLATE") as caught:
        read(source, "样.toml")
    assert caught.value.facts["key"] == key
    assert caught.value.facts["line"] == line_of(source, key) > 100


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('approved = "销号"', 'approved = ""', "words.approved"),
        ('approved = "销号"', f'approved = "{"销" * 13}"', "words.approved"),
        ('locks = "has(done_on)"', 'locks = "has(nothing)"', "locks"),
        ('locks = "has(done_on)"', 'locks = "has(done_on"', "locks"),
        ('locks = "has(done_on)"\n', 'locks = "has(done_on)"\nserves = ["reports"]\n', "serves"),
        ('locks = "has(done_on)"\n', REGISTER["serves"], "serves"),
        ('locks = "has(done_on)"\n', REGISTER["signoff"], "signoff[0]"),
    ],
)
def test_a_fault_at_the_head_is_named(old: str, new: str, key: str) -> None:
    assert old in TASKS
    with pytest.raises(Problem, match="E_TEMPLATE") as caught:
        read(TASKS.replace(old, new, 1), "样.toml")
    assert caught.value.facts["key"] == key


def test_what_moved_in_these_words_is_told() -> None:
    """Decision 21: whoever takes a newer version over knows what it means."""
    text = TASKS
    for old, new in (
        ('approved = "销号"', 'approved = "完成"'), ('locks = "has(done_on)"', 'locks = ""'),
        ("follows = true", "follows = false"), ('title = "逾期任务"', 'title = "逾期的任务"'),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    said = template_changes.lines(template_changes.changes(read(TASKS), read(text)))
    assert (
        "其他：“销号”改叫“完成”" in said and "其他：不再锁定任何一行" in said and "其他：统计的数改了" in said
    )
    assert any("不再跟随所指的那一行" in line for line in said)
    assert template_changes.changes(read(TASKS), read(TASKS)) == []


def test_a_stricter_layer_adds_figures_and_changes_no_words() -> None:
    """Domain A1, B1: a plan over a superior's template adds, and calls nothing otherwise."""
    head = 'over = "tasks"\nover_version = "1"\nversion = "1.1"\n'
    laid: Loaded = read(template_layers.bind(f"{head}{FIGURE}{REPORT}", TASKS), "细则.toml")
    assert [f.id for f in laid.t.figures][-1] == "many" and [r.id for r in laid.t.reports] == [
        "month",
        "weekly",
    ]
    for more in ('[words]\napproved = "完成"', '[[figure]]\nid = "late"\ntitle = "别的"', 'locks = "False"'):
        at = head + more if more.startswith("locks") else f"{head}\n{more}"
        with pytest.raises(Problem, match="E_TEMPLATE"):
            read(template_layers.bind(at, TASKS), "细则.toml")
    assert {"figure", "report"} <= layer_rules.PARTS.keys()
