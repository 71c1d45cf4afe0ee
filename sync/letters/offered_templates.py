"""The templates an office may open and upgrade by: built in and come down, and which of one id rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from app.change import Change
from app.journals.trust import OfficeCard
from app.ledger import ledger_groups, ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.template_books import naming, own_templates, template_upgrades
from app.template_books.template_upgrades import NO_SLIP, Slip, Tell
from app.templating import template_layers, template_reading
from app.values import divisions
from app.words.template_versions import Rank
from app.words.templates import Loaded
from sync.letters import came_down
from sync.letters.came_down import ISSUERS, TEMPLATE
from sync.peers import peers

BUILT_IN = "随程序"
OWN_SOURCE = "本单位自己写的"
REVOKED = "下发单位的密钥已作废"
TWO_TEXTS = "同一版本两种内容"
Level = tuple[int, bool]
LOWEST: Level = (-99, False)
"""The built-in one of the same version gives way to whatever came down."""


@dataclass(frozen=True)
class Offered:
    """One template at hand. `source` is 随程序 or who issued it, `on` when it came; `rules`: `open` takes this one.

    `why` says in a few words why another of its id does not rule, '' when it does. `versions` are its own and before it
    those of the templates it lies over; `level` sorts the issuers, the higher the greater; `issued` is the issuer's day.
    `nature` is "campaign" or "register"; `campaign`, `plan`, `clause` and `note` (what it is for) are '' of one
    that cannot be read here.
    """

    template: str
    title: str
    version: str
    source: str
    on: str
    digest: str
    ref: str
    rules: bool = False
    why: str = ""
    versions: tuple[str, ...] = ()
    level: Level = LOWEST
    issued: str = ""
    campaign: str = ""
    nature: str = "campaign"
    plan: str = ""
    clause: str = ""
    note: str = ""

    @property
    def came(self) -> bool:
        """Whether another office issued it."""
        return self.source not in (BUILT_IN, OWN_SOURCE)

    @property
    def order(self) -> tuple[Rank, ...]:
        """By the lowest template's version first, then by its own."""
        return template_layers.order(self.versions)

    @property
    def loaded(self) -> Loaded:
        """The template itself. Raises Problem E_NO_TEMPLATE, E_TEMPLATE."""
        return template_reading.found(self.ref)


def all(office: Office) -> list[Offered]:  # noqa: A001 - reads as offered_templates.all
    """Every template at hand by id, the one that rules first.

    Of one id the latest version rules, a layer counting by what it lies over. Of several texts under one version the
    higher issuer's rules, whichever came first, and any that came down over the built-in one. One that is older never
    does, nor one whose issuer's key was revoked since.
    """
    found = [*_built_in(), *_received(office)]
    found += _own(office, {one.template for one in found})
    found.sort(
        key=lambda one: (
            one.template,
            one.why == "",
            one.order,
            one.level,
            one.issued,
            one.ref,
        )
    )
    out = []
    for _, group in groupby(found, key=lambda one: one.template):
        first, *others = reversed(list(group))
        out.append(replace(first, rules=not first.why))
        every = [first, *others]
        out += [replace(one, why=one.why or _why(first, one, every)) for one in others]
    return out


def ruling(office: Office, ref: str) -> Offered | None:
    """The one that rules for a template's id, or the one with this digest; None where there is none."""
    offers = all(office)
    exact = [one for one in offers if ref and one.digest.startswith(ref) and len(ref) >= 8]
    return next((one for one in offers if one.template == ref and one.rules), exact[0] if exact else None)


def newer_for(office: Office, line: LedgerLine) -> Offered | None:
    """The template that an own ledger could go over to now, None where it stands on the one that rules."""
    one = ruling(office, line.template_id)
    if one is None or not line.own or one.digest == line.loaded.digest:
        return None
    return one if one.order > _order_of(line.loaded) else None


def _order_of(loaded: Loaded) -> tuple[Rank, ...]:
    return template_layers.order(template_layers.versions(loaded.source, loaded.t.version))


def upgrade(
    office: Office,
    ledger_id: str,
    *,
    file: Path | None = None,
    ref: str = "",
    slip: Slip = NO_SLIP,
    tell: Tell | None = None,
) -> Change:
    """Take a ledger over to the template that rules, to a named one, or to the lead's or superior's own file.

    Another text under the version it stands on is taken by its digest alone. Raises Problem E_NO_TEMPLATE, E_TWO_TEXTS,
    E_NOT_ALLOWED (decision 28) and those of `template_upgrades.upgrade`.
    """
    loaded, source = chosen(office, ledgers.get(office, ledger_id), file=file, ref=ref)
    return template_upgrades.upgrade(office, ledger_id, loaded, source=source, slip=slip, tell=tell)


def chosen(
    office: Office, line: LedgerLine, *, file: Path | None = None, ref: str = ""
) -> tuple[Loaded, str]:
    """The template meant, and in words whose it is. Raises Problem E_NO_TEMPLATE, E_TWO_TEXTS, E_NOT_ALLOWED,
    E_TEMPLATE."""
    if file is not None:
        if not ISSUERS & set(office.roles):
            raise Problem(
                "E_NOT_ALLOWED",
                "模板由汇总单位或上级单位下发，请先收下发的模板，不要用自己的文件",
                file=str(file),
            )
        return of_file(office, file), office.name
    one = ruling(office, ref or line.template_id)
    if one is None:
        raise Problem(
            "E_NO_TEMPLATE", f"没有“{ref or line.template_id}”这个模板，请用 templates 查看可用的模板"
        )
    named = ref not in ("", line.template_id)
    if not named and one.digest != line.loaded.digest and one.order == _order_of(line.loaded):
        raise Problem(
            "E_TWO_TEXTS",
            f"{one.version} 有两种内容：台账用的一种，{one.source}的是另一种，没有换；核对后确要换，"
            f"请按它的摘要 {one.digest[:12]} 指定",
            version=one.version, digest=one.digest,
        )  # fmt: skip
    return one.loaded, one.source


def of_file(office: Office, file: Path) -> Loaded:
    """The template in a file or workbook, with the one it lies over taken from what is at hand.

    Raises Problem E_NO_TEMPLATE, E_TEMPLATE, E_TEMPLATE_BOOK.
    """
    if naming.is_book(file):
        from app.template_books import making  # noqa: PLC0415 - only a workbook needs it

        return making.make(file, today=office.today()).loaded
    return template_reading.read(bound(office, template_reading.text_of(file)), file.name)


def bound(office: Office, text: str) -> str:
    """The text of a template with the one it lies over; any other text is given back as it is.

    Raises Problem E_NO_TEMPLATE when the version that it lies over is not at hand.
    """
    over = template_layers.wanted(text)
    if over is None:
        return text
    fits = [o for o in all(office) if (o.template, o.version) == over]
    one = next(
        (o for o in fits if o.rules or (o.source != BUILT_IN and o.why != REVOKED)), fits[0] if fits else None
    )
    if one is None:
        have = "、".join(o.version for o in all(office) if o.template == over[0]) or "没有"
        raise Problem(
            "E_NO_TEMPLATE",
            f"它依据“{over[0]}”的 {over[1]}，本单位没有这一版（有的是：{have}），请先收下它",
            over=over,
        )
    return template_layers.bind(text, one.loaded.source)


def _built_in() -> list[Offered]:
    return [
        Offered(
            loaded.t.id,
            loaded.t.title,
            loaded.t.version,
            BUILT_IN,
            "",
            loaded.digest,
            loaded.t.id,
            versions=(loaded.t.version,),
            **_about(loaded),
        )
        for loaded in template_reading.builtins()
    ]


def _about(loaded: Loaded) -> dict[str, Any]:
    t = loaded.t
    note = ledger_groups.explained(loaded)
    return {"campaign": t.campaign, "nature": t.nature, "plan": t.plan, "clause": t.clause, "note": note}


def _about_text(text: str, name: str) -> dict[str, Any]:
    try:
        return _about(template_reading.read(text, name))
    except Problem:  # listed all the same, with why it does not rule or cannot be opened
        return {}


def _own(office: Office, taken: set[str]) -> list[Offered]:
    """What this office wrote itself; never one of an id that somebody above decides about."""
    return [
        Offered(
            one.template, one.title, one.version, OWN_SOURCE, one.on, one.digest, str(one.path),
            versions=(one.version,),
            **_about_text(one.text, one.path.name),
        )
        for one in own_templates.all(office)
        if one.template not in taken
    ]  # fmt: skip


def _received(office: Office) -> list[Offered]:
    trusted = peers.lookup(office)
    found = []
    for one in came_down.received(office, TEMPLATE):
        known = trusted(one.sender_id)
        text = one.path.read_bytes().decode("utf-8-sig", "replace")
        found.append(
            Offered(
                one.template, one.title, one.version, one.sender, one.on, one.digest, str(one.path),
                why=REVOKED if known is None or known.revoked else "",
                versions=template_layers.versions(text, one.version),
                level=level_of(known.card) if known else LOWEST,
                issued=one.issued,
                **_about_text(text, one.path.name),
            )
        )  # fmt: skip
    return found


def level_of(card: OfficeCard) -> Level:
    """How high an issuer stands: by its division, and in one division a superior above a lead."""
    depth, division = 0, divisions.find(card.division)
    while division is not None and division.parent:
        depth, division = depth + 1, divisions.find(division.parent)
    return -depth, "superior" in card.roles


def twins(one: Offered, every: list[Offered]) -> bool:
    """Whether another of them is another text under the same version."""
    return any(o.order == one.order and o.digest != one.digest for o in every if o.template == one.template)


def _why(first: Offered, one: Offered, every: list[Offered]) -> str:
    two = f"，{TWO_TEXTS}" if twins(one, every) else ""
    if one.order < first.order:
        below = one.versions[0]
        if len(one.versions) > 1 and template_layers.order((below,)) < first.order[:1]:
            return f"基于旧版 {below}{two}"
        return f"比 {first.version} 旧{two}"
    if two:
        return f"{TWO_TEXTS}，以{first.source}的为准"
    return "已有同一版本的下发模板" if first.source != BUILT_IN else "与程序自带的是同一版本"
