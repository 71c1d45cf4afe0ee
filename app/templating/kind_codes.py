"""The letters that tell the numbers of one campaign from those of another (152529-DP-2022-0001): one template each."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import lru_cache
from string import ascii_uppercase

from msgspec import Struct

from app.problem import Problem
from app.storage.paths import RESOURCES
from app.templating import template_reading
from app.words.templates import Loaded

LONGEST = 4


class Coded(Struct, frozen=True):
    """A template by its id and title, and the letters it has."""

    template: str
    title: str
    code: str


def of(loaded: Loaded) -> Coded:
    return Coded(loaded.t.id, loaded.t.title, loaded.t.kind_code)


def told(source: str) -> Coded | None:
    """The same of a template's text, of which only the first lines are read; None where they do not say."""
    try:
        head = tomllib.loads(source.partition("\n[")[0])
        return Coded(head["id"], head["title"], head["kind_code"])
    except (tomllib.TOMLDecodeError, KeyError):
        return None


@lru_cache(1)
def built_in() -> tuple[Coded, ...]:
    """Those that come with the program; reading them whole would take half a second."""
    texts = map(template_reading.text_of, sorted((RESOURCES / "templates").glob("*.toml")))
    return tuple(one for text in texts if (one := told(text)))


def clash(loaded: Loaded, known: Iterable[Coded]) -> Problem | None:
    """Problem E_KIND_CODE (`free`: letters nobody has) where a template of another id has the same letters."""
    others = [one for one in known if one.template != loaded.t.id]
    same = next((one for one in others if one.code == loaded.t.kind_code), None)
    if same is None:
        return None
    wished = free(same.code, {one.code for one in others})
    said = (
        f"《{loaded.t.title}》的台账编号字母（kind_code）“{same.code}”已由《{same.title}》用着，两本台账会编出一样的编号；"
        f"请改成没人用的，例如“{wished}”"
    )
    return Problem("E_KIND_CODE", said, field="kind_code", code=same.code, free=wished)


def free(wished: str, used: Collection[str]) -> str:
    """Letters that nobody has, those that are wished if they can be had."""
    stem = wished[: LONGEST - 1]
    tries = [wished, *(stem + one for one in ascii_uppercase)]
    tries += [stem[:2] + one + two for one in ascii_uppercase for two in ascii_uppercase]
    return next((code for code in tries if code not in used), wished)
