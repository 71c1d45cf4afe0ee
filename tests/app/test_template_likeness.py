"""A template that says only in what it differs from another reads as the whole text it stands for."""

from __future__ import annotations

import tomllib

import pytest

from app.templating import template_likeness

BASE = """
id = "base"
title = "甲"
version = "1"
grid = ["a"]

[print]
title = "{division}甲"
measure = "单位：万元"

[[field]]
id = "a"
title = "一"
owner = "LX"
clause = "旗方案 一；区方案 二；民法典 三"
hint = "说明"

[[field]]
id = "b"
title = "二"
clause = "旗方案 四"

[[field]]
id = "c"
title = "三"

[[date]]
id = "d"

[item]
title = "事项"

[[item.field]]
id = "x"
owner = "LX"
"""
OWN = """
id = "own"
title = "乙"
version = "7"

[like]
template = "base"
without = ["field.c", "date"]
cites = { "区方案" = "54号", "旗方案" = "" }
owners = { LX = "YQ" }

[print]
title = "{division}乙"

[[field]]
id = "a"
title = "首"
less = ["hint"]

[[field]]
id = "new"

[[item.field]]
id = "y"
"""


def read(own: str = OWN, base: str = BASE) -> dict[str, object]:
    return tomllib.loads(template_likeness.whole(own, {"base": base, "own": own}.__getitem__))


def test_what_is_not_said_is_as_in_the_other() -> None:
    tree = read()
    assert (tree["id"], tree["title"], tree["version"], tree["grid"]) == ("own", "乙", "7", ["a"])
    assert tree["print"] == {"title": "{division}乙", "measure": "单位：万元"} and "like" not in tree


def test_rows_are_changed_left_out_and_put_after_the_row_before_them() -> None:
    tree = read()
    assert tree["field"] == [
        {"id": "a", "title": "首", "owner": "YQ", "clause": "54号 二；民法典 三"},
        {"id": "new"},
        {"id": "b", "title": "二"},
    ]
    assert "date" not in tree
    assert tree["item"] == {"title": "事项", "field": [{"id": "y"}, {"id": "x", "owner": "YQ"}]}


def test_likeness_may_go_on() -> None:
    third = 'id = "third"\ntitle = "丙"\nversion = "1"\n[like]\ntemplate = "own"\nwithout = ["field.new"]\n'
    texts = {"base": BASE, "own": OWN}
    assert [f["id"] for f in tomllib.loads(template_likeness.whole(third, texts.__getitem__))["field"]] == ["a", "b"]


def test_a_text_that_takes_nothing_comes_back_as_it_is() -> None:
    assert template_likeness.whole(BASE, {}.__getitem__) is BASE


@pytest.mark.parametrize("path", ["field.no", "nothing", "item.field.no"])
def test_leaving_out_what_is_not_there_is_an_error(path: str) -> None:
    with pytest.raises((KeyError, StopIteration)):
        read(OWN.replace('"date"]', f'"{path}"]'))
