"""Received templates are bounded in size, time and power (decision 34): each fault named with its line."""

from __future__ import annotations

import time

import pytest

from app.problem import Problem
from app.templating import template_reading
from tests.app.newer_template import source

SECONDS = 3.0  # of the processor; the slowest of these takes a quarter of one
FIELD = '\n[[field]]\nid = "place"'
PATTERN = '\n[[field]]\nid = "zz"\ntitle = "z"\nkind = "text"\npattern = "{}"\n' + FIELD
BASE = 'base = "n_open > 0'

HOSTILE = {
    "groups that repeat in groups": (FIELD, PATTERN.format("(a+)+$"), "算不完"),
    "alternatives that overlap": (FIELD, PATTERN.format("(a|aa)*b"), "算不完"),
    "many stars": (FIELD, PATTERN.format("a*a*a*a*a*a*b"), "算不完"),
    "a long expression": (BASE, f'base = "{" or ".join(["n_open > 0"] * 3000)} or n_open > 0', "超过 500 个字符"),
    "a power": (BASE, 'base = "9 ** 9 ** 9 > 1 or n_open > 0', "Pow"),
    "a number without end": (BASE, f'base = "{"9" * 400} > 1 or n_open > 0', "数字太大"),
    "an attribute": (BASE, 'base = "name.__class__ == 1 or n_open > 0', "Attribute"),
    "a limit of thousands of digits": ("workdays = 5", f"workdays = {'9' * 5000}", "数字太长"),
    "what nobody sees": ('title = "待批', 'title = "待\\u0000批', "看不见"),
    "text turned round": ('title = "待批', 'title = "待\\u202e批', "看不见"),
    "lists in lists": ("\n[print]", f"\nx = {'[' * 100_000}{']' * 100_000}\n[print]", "嵌套太深"),
    "tables in tables": ("\n[print]", f"\nx = {'{a=' * 50_000}1{'}' * 50_000}\n[print]", "嵌套太深"),
    "a key of many parts": ("\n[print]", f"\n{'.'.join(['a'] * 200_000)} = 1\n[print]", "点号太多"),
    "a head of many parts": ("\n[print]", f"\n[{'.'.join(['a'] * 200_000)}]\nb = 1\n[print]", "点号太多"),
    "codes without end": (
        "\n[[codes]]",
        '\n[[codes]]\nid = "x"\ntitle = "x"\ncode = [' + ",".join(f'{{code="{n}"}}' for n in range(25_000)) + "]\n[[codes]]",
        "超过 2000 个",
    ),
    "a million codes": ("\n[[codes]]", "\n[[codes]]" + '{code="x"},' * 1_000_000, "超过 512 KB"),
    "a later way of writing": ('kind_code = "DP"', 'kind_code = "DP"\nformat = 9', "第 9 版"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_at_once(name):
    old, new, said = HOSTILE[name]
    assert old in source()
    text = source().replace(old, new, 1)
    begun = time.process_time()
    with pytest.raises(Problem) as caught:
        template_reading.read(text, "来件.toml")
    assert time.process_time() - begun < SECONDS
    assert caught.value.code == "E_TEMPLATE" and said in caught.value.text
    assert "行" in caught.value.text or said in ("超过 512 KB", "看不见")
