"""One ledger lives its whole life through the real engine: opened, filled, checked, printed, sealed, closed, proved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

from app.figures import figure_heads
from app.imports import drafting, intake
from app.ledger import acts, checks, entries, ledgers, versions
from app.listing import counts, lists
from app.listing.lists import Line
from app.office import Office
from app.proof import replay
from app.reports import report_forms, report_text, reporting
from app.signing import signoff
from app.templating import template_reading
from app.words.templates import Field, Loaded
from tests.app.conftest import DAY
from tests.data.write_books import Sheet, write_xlsx

ON = DAY.isoformat()
NOT_SECRET = "声明人甲"
EXPLAIN = "缺项正在补齐"
Texts = Mapping[str, str]
Close = Callable[[Office, str, Path], Any]
"""Closes the row of this id with this scan, by the ledger's own event."""


@dataclass(frozen=True)
class Life:
    """What came of it. `row` was typed, `listed` came in a workbook; `found` are the checks that spoke of either."""

    ledger: str
    row: str
    listed: str
    found: frozenset[str]
    lacking: frozenset[str]
    pdf: Path
    text: str
    closed: Line


def live(
    office: Office,
    folder: Path,
    template_id: str,
    texts: Texts,
    *,
    items: Mapping[str, Texts] | None = None,
    sheet: Texts | None = None,
    close: Close | None = None,
    seals: bool | None = None,
    drafts: bool = False,
) -> Life:
    """Open the ledger of a built-in template (or a .toml file), fill it, print, seal and close it.

    `texts` come in by form, and once more under another name by workbook.

    `items` {code: {field: text}} go with both. `sheet` are the cells of the workbook where they are not `texts`.
    `seals`: whether it is signed and sealed before it is closed; by default if its template has signatures.
    `drafts`: a report of it is drafted as well, which takes half a second. Everything that must hold of any
    ledger is asserted here: no fault, nothing unmapped, nothing doubtful, `verify` clean.
    """
    loaded = template_reading.found(template_id)
    ledger = str(ledgers.open_template(office, template_id).subject)
    row = str(entries.add(office, ledger, texts, items=items or {}, not_secret=NOT_SECRET).subject)
    listed = imported(
        office, ledger, folder, sheet or {**texts, "name": f"{texts['name']}（表）"}, items or {}
    )
    findings = checks.check(office, ledger)
    pdf = folder / f"{loaded.t.id}.pdf"
    signed = bool(loaded.t.signoffs) if seals is None else seals
    printed(office, ledger, pdf)
    if signed:
        seal(office, ledger, pdf)
    if close is not None:
        close(office, row, pdf)
    reported(office, ledger, drafts=drafts)
    tally = counts.count(office, ledger)
    assert tally["balanced"] and replay.verify(office) == []
    return Life(
        ledger, row, listed,
        frozenset(f.code.removeprefix("C_") for f in findings if f.code.startswith("C_")),
        frozenset(f.field for f in findings if f.level == "gap" and not f.item),
        pdf, text_of(pdf), lists.line(office, row),
    )  # fmt: skip


def imported(
    office: Office, ledger: str, folder: Path, texts: Texts, items: Mapping[str, Texts] | None = None
) -> str:
    """Bring one row in by a workbook with the template's own titles as heads; returns its id."""
    loaded = ledgers.get(office, ledger).loaded
    heads = [_head(loaded.fields[key]) for key in texts] + [
        head for head, _ in _item_cells(loaded, items or {})
    ]
    cells = [*texts.values(), *(cell for _, cell in _item_cells(loaded, items or {}))]
    path = write_xlsx([Sheet("台账", [heads, cells])], folder / f"{ledger}.xlsx")
    draft = drafting.draft(path, loaded, memory={})
    assert [c.head for c in draft.unmapped] == [] and draft.problems == [], (draft.unmapped, draft.problems)
    plan = intake.plan(office, ledger, draft)
    change = intake.commit(office, plan, not_secret=NOT_SECRET)
    assert (change.facts["added"], change.facts["problem"]) == (1, 0), change.said
    return entries.find(office, texts["name"])


def printed(office: Office, ledger: str, pdf: Path) -> None:
    """Print the ledger on A3 with an explanation of its gaps."""
    signoff.print_ledger(office, ledger, pdf, explain=EXPLAIN)
    assert len(pypdf.PdfReader(pdf).pages) >= 1


def reported(office: Office, ledger: str, *, drafts: bool) -> None:
    """Every form names only figures and words there are; with `drafts` the first period of the first one is drafted."""
    loaded = ledgers.get(office, ledger).loaded
    figures = {head.id for head in figure_heads.headings(loaded)}
    for form in report_forms.forms(loaded):
        for each in reporting.series(office, ledger, form.id)[:1]:
            words = report_text.common(office, loaded, each.period, office.today())
            told = " ".join([form.title, *(f"{p.text}{p.zero}" for p in form.paragraphs)])
            named = {re.sub(r"_(was|more)(?=$|\.)", "", name) for name in re.findall(r"\{([^}]*)\}", told)}
            assert named <= figures | words.keys(), (form.id, named - figures - words.keys())
            if drafts:
                drafts = False
                draft = reporting.draft(office, ledger, each.period.id, form.id)
                assert draft.text and "{" not in f"{draft.title}{draft.text}", draft.text


def seal(office: Office, ledger: str, scan: Path) -> None:
    """Sign by every role of the route, or record the act it seals upon, and seal."""
    route = versions.route_of(ledgers.get(office, ledger))
    for role in route.roles:
        signoff.sign(office, ledger, role=role, by="签字人甲", on=ON, scan=scan)
    if versions.step_of(route) is not None:
        acts.study(office, ledger, meeting="某次会议", on=ON, minutes="某纪要〔2022〕1号", scan=scan)
    signoff.seal(office, ledger)


def text_of(pdf: Path) -> str:
    """What a print says, without blanks and line ends."""
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(pdf).pages)


def _head(field: Field) -> str:
    return f"{field.title}（{field.unit}）" if field.unit else field.title


def _item_cells(loaded: Loaded, items: Mapping[str, Texts]) -> list[tuple[str, str]]:
    out = []
    for code, texts in items.items():
        for key, text in texts.items():
            title = loaded.preset_of(code).title
            out.append((title if key == "state" else f"{title}·{loaded.item_fields[key].title}", text))
    return out
