"""Words of the language that the ledgers of 内政办发〔2022〕59号 needed, and their faults."""

from __future__ import annotations

import pytest

from app.engine import ranking
from app.engine.evaluator import compile_expression
from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.templating.template_reading import builtin, read
from tests.app.conftest import DAY
from tests.app.zone_rows import ROWS


def test_sql_and_hand_agree_on_every_computed_value(bureau: Office) -> None:
    """A printed value is the listed one: 利用率, 完成率, 容积率, ranks, numbers kept as text."""
    for template in (
        "land-yield",
        "zone-assets",
        "idle-land",
        "unsupplied-land",
        "idle-funds",
        "zone-profile",
    ):
        ledger = str(ledgers.open_template(bureau, template).subject)
        row = str(entries.add(bureau, ledger, ROWS[template], not_secret="甲").subject)
        loaded = ledgers.get(bureau, ledger).loaded
        with bureau.write("读") as work:
            held, _ = entries.held_for(work, row)
        worked = ranking.WorkedOut(loaded, list(loaded.computed), today=DAY, division=bureau.division)
        by_hand = worked.of(held) | {key: found[0] for key, found in worked.places()}
        by_sql = lists.line(bureau, row).computed
        for key in loaded.computed:
            assert lists.computed_text(loaded, key, by_hand[key]) == lists.computed_text(
                loaded, key, by_sql.get(key)
            ), key


def test_places() -> None:
    """domain B10: ties share a rank, blanks have none, like is compared with like."""
    values = [("a", 3), ("a", 5), ("a", 5), ("a", None), ("b", 1), ("a", 1)]
    assert ranking.places(values) == [3, 1, 1, None, 1, 4]
    assert ranking.places(values, least=True) == [2, 3, 3, None, 1, 1]
    assert ranking.lasts(values) == [False, False, False, None, False, True]
    assert ranking.lasts([("a", 2), ("a", 2)]) == [False, False]
    assert (ranking.rounded(0.125, 2), ranking.rounded(-1.005, 2), ranking.rounded(2.5, 0)) == (
        0.13,
        -1.01,
        3.0,
    )


def test_whole_years() -> None:
    """满一年 from the anniversary on; 29 February has its own on 1 March."""
    years = compile_expression("years(a, b)", frozenset("ab"))
    pairs = {
        ("2021-08-22", "2022-08-22"): 1,
        ("2021-08-23", "2022-08-22"): 0,
        ("2020-02-29", "2021-02-28"): 0,
        ("2020-02-29", "2021-03-01"): 1,
    }
    assert {pair: years.value(dict(zip("ab", pair, strict=True))) for pair in pairs} == pairs
    assert years.value({"a": None, "b": "2022-01-01"}) is None


MANY_RANKS = "".join(
    f'[[computed]]\nid = "r{n}"\ntitle = "名{n}"\nexpr = "tax"\nrank = "most"\n' for n in range(12)
)


MANY_TWINS = "".join(
    f'[[check]]\nid = "t{n}"\nscope = "entry"\nexpr = "True"\ntext = "同"\nalike = ["uscc"]\n'
    for n in range(20)
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('within = ["indicator_year", "place", "industry_group"]', 'within = ["no_such"]', "不存在"),
        ('rank = "most"', 'rank = "most"\nkind = "money"', "排名"),
        ('id = "per_fai"', 'id = "per_fai"\nwithin = ["place"]', "within 要与 rank"),
        ("places = 2", "places = 9", "places"),
        ("[[sublist]]", MANY_RANKS + "[[sublist]]", "排名超过"),
        ("[[sublist]]", MANY_TWINS + "[[sublist]]", "比较的检查超过"),
        ('alike = ["uscc", "indicator_year", "name"]', 'alike = ["no_such"]', "不存在"),
        ('alike = ["uscc", "indicator_year", "name"]', 'level = "error"\nalike = ["uscc"]', "只提示或作缺项"),
        ("expr = \"tax < 0\"", "expr = \"tax < 0\"\nledgers = [\"idle-land\"]", "alike"),
        ('group = "detail"\nplaces', 'group = "none"\nplaces', "分组"),
        ('expr = "gfa / land_mu"\nkind', 'expr = "gfa / land_mu + files"\nkind', "只能在清单上看"),
    ],
)  # fmt: skip
def test_faults_of_the_new_words_are_refused(old: str, new: str, words: str) -> None:
    source = builtin("land-yield").source
    assert old in source
    with pytest.raises(Problem) as refused:
        read(source.replace(old, new, 1))
    assert refused.value.code == "E_TEMPLATE" and words in refused.value.text
