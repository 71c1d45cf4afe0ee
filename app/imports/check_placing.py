"""Which row of a returned check list is which row sent: by hidden id, by what it says of itself; else by none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from app.checking.check_lists import NEW_ROW, CheckRow, CheckSheet, Key, identity_digest
from app.imports.mapping import Matcher, split_target
from app.values import kinds
from app.words.templates import Loaded

CODE, NAME, MATTER = "project_code", "name", "matter"
_NEW = re.compile(rf"{NEW_ROW}[:：]\d+")
_ANY_ID = re.compile(r"[0-9a-f]{32}:\S{1,20}")
_NEAR = 60.0

Parts = Mapping[str, str]
"""What names a row, as keys: project code, project name, matter. A part whose column is gone is left out."""


@dataclass(frozen=True)
class Seen:
    """What one row of the sheet says of itself. `ids` are the row ids standing in it.

    `rest` are its other project cells, each in the form in which equal ones compare equal.
    """

    row: int
    ids: tuple[str, ...]
    parts: Parts
    rest: Mapping[str, str] = field(default_factory=dict)
    added_reason: str = ""


@dataclass(frozen=True)
class Placing:
    """The fate of one row: `key` of the row sent, or `added`, or neither with the reason. `note` is for people."""

    row: int
    key: Key | None = None
    added: bool = False
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Claim:
    """A row that takes itself for `row`: 2 in every part, 1 in every part it still has, 0 with a part changed."""

    seen: Seen
    row: CheckRow
    quality: int
    note: str = ""


class Placer:
    """Knows the rows sent. Pure: the same rows always get the same places. `plain` gives a project cell's form in `rest`."""

    def __init__(
        self,
        sent: CheckSheet,
        loaded: Loaded,
        digests: Mapping[str, Sequence[str]],
        plain: Callable[[str, str], str],
    ) -> None:
        self._plain = plain
        self._heads = {c.field: i for i, c in enumerate(sent.heads)}
        self._by_id = {row.id: row for row in sent.rows}
        self._digests = digests
        self._matcher = Matcher(loaded)
        self._parts = {row.id: self._parts_of(row) for row in sent.rows}
        self._matters = {self._parts[row.id][MATTER]: row.code for row in sent.rows}
        self._matters.update((kinds.name_key(title), code) for code, title in sent.matters)
        self._titles = {code: key for key, code in self._matters.items()}
        self._index: dict[tuple[str, ...], dict[tuple[str, ...], list[CheckRow]]] = {}

    def matter_code(self, text: str) -> str:
        """The code of a matter by its title or another word for it, '' where there is none."""
        if found := self._matters.get(kinds.name_key(text)):
            return found
        target, sure, _ = self._matcher.match((text,)) if text.strip() else ("", 0.0, "")
        return split_target(target)[0] if sure == 1.0 and target and target[0].isupper() else ""

    def matter_key(self, text: str) -> str:
        """A matter's text as it is compared; another word for a matter of the list counts as its title."""
        key = kinds.name_key(text)
        return key if key in self._matters else self._titles.get(self.matter_code(text), key)

    def entry_of(self, parts: Parts) -> str:
        """The project of the list that a row speaks of, '' where it is none or cannot be told.

        One of the same name with another code is another project.
        """
        code = parts.get(CODE, "")
        for part in (CODE, NAME):
            if parts.get(part):
                own = {
                    row.entry: self._parts[row.id].get(CODE, "") for row in self._find({part: parts[part]})
                }
                found = {entry for entry, has in own.items() if not code or has in ("", code)}
                if len(found) == 1:
                    return found.pop()
        return ""

    def place(self, lines: Sequence[Seen]) -> list[Placing]:
        """One Placing per line, in order."""
        astray = any(self._is_astray(seen) for seen in lines)
        settled: dict[int, Placing] = {}
        claims: dict[Key, list[_Claim]] = defaultdict(list)
        for seen in lines:
            found = self._claim(seen, astray)
            if isinstance(found, _Claim):
                claims[found.row.key].append(found)
            else:
                settled[seen.row] = found
        for several in claims.values():
            surest = max(c.quality for c in several)
            for one in several:
                stray = one.quality == 0 and surest > 0
                settled[one.seen.row] = (
                    self._stray(one, several) if stray else Placing(one.seen.row, one.row.key, note=one.note)
                )
        return [settled[seen.row] for seen in lines]

    def _known(self, seen: Seen) -> list[CheckRow]:
        return [self._by_id[one] for one in seen.ids if one in self._by_id]

    def _is_astray(self, seen: Seen) -> bool:
        """Whether the id names one row and all the words name another: the sheet was sorted without its ids."""
        known, exact = self._known(seen), self._exact(seen)
        return len(known) == 1 and len(exact) == 1 and known[0] is not exact[0]

    def _claim(self, seen: Seen, astray: bool) -> _Claim | Placing:
        known = self._known(seen)
        if len(known) > 1:
            return Placing(seen.row, reason="这一行里有两个行标识")
        if known:
            return self._by_row_id(seen, known[0], astray)
        found, sure = self._by_words(seen)
        if any(_NEW.fullmatch(one) for one in seen.ids):
            said = "清单里已经有这个项目的这个事项，请填在原来那一行"
            return Placing(seen.row, reason=said) if found else Placing(seen.row, added=True)
        if not found:
            added = bool(seen.added_reason)
            return Placing(seen.row, added=added, reason="" if added else self._why(seen))
        return self._only(seen, found, sure)

    def _by_row_id(self, seen: Seen, row: CheckRow, astray: bool) -> _Claim | Placing:
        exact = self._exact(seen)
        if astray:
            note = "" if row in exact else "隐藏的行标识与所列项目不符，按项目和事项对号"
            if exact:
                return self._only(seen, exact, True, note)
            return Placing(seen.row, reason="表里的行标识已经错位，这一行的项目和事项又与清单不完全一致")
        if exact:
            return _Claim(seen, row, 2) if row in exact else Placing(seen.row, reason=_ambiguous(exact))
        agreed = self._agreement(seen, row)
        if self._is_still(agreed):
            if self._by_some(seen) and row not in self._by_some(seen):
                said = "隐藏的行标识是一个项目，写的却是另一个项目，请核对后填在各自的行上"
                return Placing(seen.row, reason=said)
            changed = {"differs", "near"} & set(agreed.values())
            return _Claim(seen, row, 0 if changed else 1)
        if seen.added_reason:
            return Placing(seen.row, added=True)
        name = row.heads[self._heads[NAME]] if NAME in self._heads else row.id
        said = f"隐藏的行标识是“{name}”的“{row.matter}”，写的却不是，请核对填的是哪一行"
        return Placing(seen.row, reason=said)

    def _only(self, seen: Seen, found: list[CheckRow], sure: bool, note: str = "") -> _Claim | Placing:
        """The one row of several alike whose other project cells agree too."""
        if len(found) > 1:
            alike = [row for row in found if self._has_rest(row, seen)]
            if len(alike) != 1:
                return Placing(seen.row, reason=_ambiguous(found))
            found = alike
        changed = "differs" in self._agreement(seen, found[0]).values()
        return _Claim(seen, found[0], 2 if sure else 0 if changed else 1, note)

    def _by_words(self, seen: Seen) -> tuple[list[CheckRow], bool]:
        """Without an id: all its words, the hidden digest, then code and matter, name and matter."""
        exact = self._exact(seen) or self._by_digest(seen)
        return (exact, True) if exact else (self._by_some(seen), False)

    def _exact(self, seen: Seen) -> list[CheckRow]:
        if not (seen.parts.get(CODE) or seen.parts.get(NAME)):
            return []
        return self._find(seen.parts)

    def _by_digest(self, seen: Seen) -> list[CheckRow]:
        missing = [
            p for p in (CODE, NAME, MATTER) if p not in seen.parts and (p in self._heads or p == MATTER)
        ]
        if missing or not (seen.parts.get(CODE) or seen.parts.get(NAME)):
            return []
        digest = identity_digest(*(seen.parts.get(part, "") for part in (CODE, NAME, MATTER)))
        return [self._by_id[one] for one in self._digests.get(digest, ()) if one in self._by_id]

    def _by_some(self, seen: Seen) -> list[CheckRow]:
        """Rows that agree in code and matter, and in name and matter; both where both say something."""
        parts = seen.parts
        matter = {MATTER: parts[MATTER]} if parts.get(MATTER) else {}
        coded = self._find({CODE: parts[CODE], **matter}) if parts.get(CODE) else []
        named = self._find({NAME: parts[NAME], **matter}) if parts.get(NAME) else []
        named = [
            r for r in named if not parts.get(CODE) or self._parts[r.id].get(CODE, "") in ("", parts[CODE])
        ]
        both = [row for row in coded if row in named]
        return both or (coded if not named else named if not coded else [])

    def _find(self, parts: Parts) -> list[CheckRow]:
        names = tuple(sorted(parts))
        if names not in self._index:
            index = self._index[names] = defaultdict(list)
            for row in self._by_id.values():
                own = self._parts[row.id]
                index[tuple(own.get(n, "") for n in names)].append(row)
        return list(self._index[names].get(tuple(parts[n] for n in names), ()))

    def _agreement(self, seen: Seen, row: CheckRow) -> dict[str, str]:
        """Part -> same, near, blank or differs."""
        own = self._parts[row.id]
        found = {}
        for part, said in seen.parts.items():
            sent = own.get(part, "")
            if said == sent:
                found[part] = "same" if said else "blank"
            elif not said:
                found[part] = "blank"
            elif part == NAME and fuzz.ratio(said, sent) >= _NEAR:
                found[part] = "near"
            else:
                found[part] = "differs"
        return found

    def _is_still(self, agreed: Mapping[str, str]) -> bool:
        """Whether a row with this agreement is still the row its id names."""
        naming = [agreed[p] for p in (CODE, NAME) if p in agreed]
        if agreed.get(MATTER) == "differs":
            return "same" in naming
        return not naming or "same" in naming or "near" in naming or set(naming) == {"blank"}

    def _stray(self, one: _Claim, several: Sequence[_Claim]) -> Placing:
        if one.seen.added_reason:
            return Placing(one.seen.row, added=True)
        other = next(c.seen.row for c in several if c.quality > 0)
        said = f"与第 {other} 行的行标识相同，写的项目或事项却不同；是补报的请写新增理由"
        return Placing(one.seen.row, reason=said)

    def _why(self, seen: Seen) -> str:
        if any(_ANY_ID.fullmatch(one) for one in seen.ids):
            return "这一行不在发给本部门的清单里（可能是别的轮次，或者已经撤下）"
        if not any(seen.parts.get(p) for p in (CODE, NAME)):
            return "看不出是哪个项目"
        if self.entry_of(seen.parts):
            return "清单里这个项目没有这个事项；是补报的请写新增理由"
        return "清单里没有这个项目，也没有写新增理由"

    def _has_rest(self, row: CheckRow, seen: Seen) -> bool:
        return bool(seen.rest) and all(
            self._plain(f, row.heads[self._heads[f]]) == said for f, said in seen.rest.items()
        )

    def _parts_of(self, row: CheckRow) -> dict[str, str]:
        texts = {f: row.heads[self._heads[f]] for f in (CODE, NAME) if f in self._heads}
        return {**parts(texts), MATTER: kinds.name_key(row.matter)}


def parts(texts: Mapping[str, str]) -> dict[str, str]:
    """Code and name as they are compared."""
    found = {}
    if CODE in texts:
        found[CODE] = kinds.code_key(texts[CODE])
    if NAME in texts:
        found[NAME] = kinds.name_key(texts[NAME])
    return found


def ids_in(cells: Iterable[object]) -> tuple[str, ...]:
    """The row ids among a row's cells, those of rows to be added too."""
    texts = (cell.strip() for cell in cells if isinstance(cell, str) and len(cell) < 80)
    return tuple(dict.fromkeys(t for t in texts if _ANY_ID.fullmatch(t) or _NEW.fullmatch(t)))


def _ambiguous(rows: Sequence[CheckRow]) -> str:
    return f"有 {len(rows):,} 行与它同名同事项，分不清是哪一行"
