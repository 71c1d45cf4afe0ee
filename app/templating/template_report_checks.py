"""Faults of a template's words for its rows, its figures and reports, and of the fields that name rows elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from app.engine import expression_sql
from app.engine.sql_names import Now
from app.engine.template_faults import Fault, expression, unknown
from app.problem import Problem
from app.words.report_words import ADDED_UP, Figure, ReportForm
from app.words.template_names import entry_names
from app.words.template_words import Field
from app.words.templates import Loaded

UNIVERSAL = frozenset(
    "base added restored open approved started removed corrected red longest_overdue "
    "deadline_past longest_past closing_rate approval_rate".split()
)
"""Figures that every ledger has, of its rows and (with `.item`) of its matters."""
SERVES = frozenset("reports supervision informing recheck complaints directory".split())
LIMITS = {"figure": 100, "report": 20, "serves": 10}
NUMBERS = frozenset("money area number int percent year".split())
SINGLE = NUMBERS | frozenset("text org person enum doc_no date month uscc project_code row".split())
"""Kinds of fields of which the different values may be counted."""
ASKS = 3
"""报送登记 has three fields for what the clerk writes in words."""
WORD, ASK, TEXT, PARAGRAPH, PARTS = 12, 40, 300, 2000, 60
_ANY_DAY = Now("2022-01-01", "", False)
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TEMPLATE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SPOKEN = re.compile(r"\{[a-z][a-z0-9_-]{0,39}(\.item)?\}")


def sizes(loaded: Loaded) -> list[tuple[str, int, int]]:
    """(part, how many, how many at most) of the parts looked at here."""
    t = loaded.t
    parts: dict[str, Sequence[object]] = {"figure": t.figures, "report": t.reports, "serves": t.serves}
    return [(path, len(rows), LIMITS[path]) for path, rows in parts.items()]


def report_faults(loaded: Loaded) -> Iterator[Fault]:
    """Every fault of these parts."""
    yield from _words(loaded)
    yield from _register(loaded)
    for index, figure in enumerate(loaded.t.figures):
        yield from _figure(loaded, figure, f"figure[{index}]")
    yield from _ids("figure", [figure.id for figure in loaded.t.figures])
    for index, report in enumerate(loaded.t.reports):
        yield from _report(loaded, report, f"report[{index}]")
    yield from _ids("report", [report.id for report in loaded.t.reports])
    for index, cadence in enumerate(loaded.t.cadences):
        forms = {report.id for report in loaded.t.reports}
        yield from unknown(f"cadence[{index}].form", [cadence.form] if cadence.form else [], forms)
        if cadence.proof == "report" and not cadence.form:
            yield Fault(f"cadence[{index}].form", 'proof = "report" 要用 form 写明是哪一张报表')
        if _twice(loaded, index):
            yield Fault(f"cadence[{index}].to", "同一张报表报给两个对象、期次相同，请给每个对象各写一张报表")


def _twice(loaded: Loaded, index: int) -> bool:
    """Whether an earlier cadence reports the same form of the same kind of period, at the same time, to somebody else."""
    one, before = loaded.t.cadences[index], loaded.t.cadences[:index]
    return bool(one.form) and any(
        (each.form, each.every) == (one.form, one.every)
        and each.to != one.to
        and (each.first or loaded.t.starts) <= (one.until or loaded.t.ends)
        and (one.first or loaded.t.starts) <= (each.until or loaded.t.ends)
        for each in before
    )


def row_faults(field: Field, path: str) -> Iterator[Fault]:
    """Faults of what a field says of rows of other ledgers."""
    if field.kind != "row":
        if field.ledgers:
            yield Fault(f"{path}.ledgers", "只有指向其他台账的栏目（kind = row）才能写 ledgers")
        if field.follows:
            yield Fault(f"{path}.follows", "只有指向其他台账的栏目（kind = row）才能写 follows")
        return
    if field.follows and path.startswith("item."):
        yield Fault(f"{path}.follows", "follows 说的是整行，只能写在项目的栏目里")
    if len(field.ledgers) > PARTS:
        yield Fault(f"{path}.ledgers", f"ledgers 超过 {PARTS} 个")
    for each in field.ledgers:
        if not _TEMPLATE.fullmatch(each) or len(each) > 40:
            yield Fault(f"{path}.ledgers", f"“{each[:40]}”不像模板的 id")


def _words(loaded: Loaded) -> Iterator[Fault]:
    for key, word in msgspec.structs.asdict(loaded.t.words).items():
        if not 1 <= len(word) <= WORD or word != word.strip() or "\n" in word:
            yield Fault(f"words.{key}", f"“{key}”要写 1 到 {WORD} 个字，前后不留空")


def _register(loaded: Loaded) -> Iterator[Fault]:
    t = loaded.t
    for each in t.serves:
        if each not in SERVES:
            yield Fault("serves", f"没有“{each[:40]}”，可用：{'、'.join(sorted(SERVES))}", later=True)
    if t.serves and t.nature != "register":
        yield Fault("serves", 'serves 只能写在登记簿（nature = "register"）里')
    if t.nature == "register" and t.signoffs:
        yield Fault("signoff[0]", "登记簿不签字确定，不能写 signoff")
    if t.locks:
        yield from expression("locks", t.locks, entry_names(loaded))
        if not any(field.frozen for field in t.fields):
            yield Fault("locks", "写了 locks，却没有 frozen = true 的栏目")


def _ids(path: str, ids: Sequence[str]) -> Iterator[Fault]:
    met: set[str] = set()
    for index, each in enumerate(ids):
        if not _ID.fullmatch(each):
            yield Fault(f"{path}[{index}].id", f"“{each[:40]}”不能作为标识，用小写字母起头")
        if each in met:
            yield Fault(f"{path}[{index}].id", f"“{each}”重复")
        if path == "figure" and each in UNIVERSAL:
            yield Fault(f"{path}[{index}].id", f"“{each}”是每本台账都有的数，不能另作一个")
        met.add(each)


def _figure(loaded: Loaded, figure: Figure, path: str) -> Iterator[Fault]:
    item = figure.scope == "item"
    if item and not loaded.t.items:
        yield Fault(f"{path}.scope", "这类台账没有子项")
        return
    if not 1 <= len(figure.title) <= TEXT:
        yield Fault(f"{path}.title", "title 为空或太长")
    if figure.expr:
        try:
            expression_sql.condition(loaded, figure.expr, _ANY_DAY, item=item)
        except Problem as problem:
            yield Fault(f"{path}.expr", problem.text)
    known = {**loaded.fields, **(loaded.item_fields if item else {})}
    dates = {key for key, field in known.items() if field.kind == "date"}
    yield from unknown(f"{path}.day", [figure.day] if figure.day else [], dates)
    yield from _counted(loaded, figure, path, known, dates)
    yield from _over(loaded, figure, path)


def _counted(
    loaded: Loaded, figure: Figure, path: str, known: dict[str, Field], dates: set[str]
) -> Iterator[Fault]:
    """What is counted, added up or measured fits the way it is done."""
    if figure.of == "count" and figure.field:
        yield Fault(f"{path}.field", "数个数（count）不写 field，条件写在 expr 里")
    elif figure.of == "workdays":
        yield from unknown(f"{path}.field", [figure.field], dates)
        yield from unknown(f"{path}.to", [figure.to], dates)
    elif figure.of == "distinct":
        yield from unknown(f"{path}.field", [figure.field], {k for k, f in known.items() if f.kind in SINGLE})
    elif figure.of != "count":
        numbers = {key for key, field in known.items() if field.kind in NUMBERS}
        yield from unknown(f"{path}.field", [figure.field], numbers | loaded.computed.keys())
        yield from _ranked(loaded, figure, path)
    if figure.to and figure.of != "workdays":
        yield Fault(f"{path}.to", "to 只用于算工作日（workdays）")


def _ranked(loaded: Loaded, figure: Figure, path: str) -> Iterator[Fault]:
    """A place among the rows is worked out over all of them and never added up."""
    value = loaded.computed.get(figure.field)
    if value is not None and value.rank:
        yield Fault(f"{path}.field", f"“{value.title}”是名次（rank），不能求和、求平均或取最大")


def _over(loaded: Loaded, figure: Figure, path: str) -> Iterator[Fault]:
    if not figure.over:
        return
    named = {each.id: each for each in loaded.t.figures}
    yield from unknown(f"{path}.over", [figure.over], named.keys() | UNIVERSAL | _of_items(loaded))
    if figure.of not in ADDED_UP:
        yield Fault(f"{path}.of", "带 over 的比率只能是个数（count）或合计（sum）")
    if figure.over == figure.id or (figure.over in named and named[figure.over].over):
        yield Fault(f"{path}.over", "比率要除以一个数，不能除以它自己或另一个比率")


def _of_items(loaded: Loaded) -> set[str]:
    return {f"{key}.item" for key in UNIVERSAL} if loaded.t.items else set()


def _report(loaded: Loaded, report: ReportForm, path: str) -> Iterator[Fault]:
    known = {figure.id for figure in loaded.t.figures} | UNIVERSAL | _of_items(loaded)
    if not 1 <= len(report.title) <= TEXT:
        yield Fault(f"{path}.title", "title 为空或太长")
    yield from unknown(f"{path}.figures", report.figures, known)
    if len(set(report.figures)) != len(report.figures):
        yield Fault(f"{path}.figures", "同一个数写了两次")
    if "matter" in report.by and not loaded.t.items:
        yield Fault(f"{path}.by", "这类台账没有子项，不能按事项分")
    if len(report.paragraphs) > PARTS or len(report.figures) > LIMITS["figure"]:
        yield Fault(f"{path}.paragraph", f"段落超过 {PARTS} 段，或数超过 {LIMITS['figure']} 个")
        return
    for index, ask in enumerate(report.asks):
        if not 1 <= len(ask) <= ASK or index >= ASKS:
            yield Fault(f"{path}.asks", f"要写的内容每项 1 到 {ASK} 个字，最多 {ASKS} 项")
    yield from _spoken(f"{path}.title", report.title)
    for index, paragraph in enumerate(report.paragraphs):
        where = f"{path}.paragraph[{index}]"
        if not 1 <= len(paragraph.text) <= PARAGRAPH or len(paragraph.zero) > PARAGRAPH:
            yield Fault(f"{where}.text", f"段落为空或超过 {PARAGRAPH} 个字")
        yield from unknown(f"{where}.when", paragraph.when, known)
        yield from _spoken(f"{where}.text", paragraph.text)
        yield from _spoken(f"{where}.zero", paragraph.zero)


def _spoken(path: str, text: str) -> Iterator[Fault]:
    """Braces hold a name and nothing else: no attribute, no index, no format."""
    rest = _SPOKEN.sub("", text)
    if "{" in rest or "}" in rest:
        yield Fault(path, "花括号里只能写数的 id，如 {open}、{open.item}")
