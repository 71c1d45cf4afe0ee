"""The columns a ledger's grid can show, made from its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec import Struct

from app.engine import calling
from app.listing import lists
from app.listing.lists import Line, standing_shown
from app.values import kinds, masking
from app.words.templates import Field, Loaded
from ui import look

NUMBERS = ("money", "area", "number", "int", "percent", "year")
YES_NO = ["是", "否"]


class Column(Struct, frozen=True):
    """One column. `field` is set where the column is a cell of the row itself."""

    key: str
    title: str
    width: int
    shown: Callable[[Line], str]
    field: Field | None = None
    choices: tuple[str, ...] = ()
    right: bool = False
    light: bool = False
    editable: bool = False
    by_default: bool = True
    stopped: str = ""  # of the lights: what a clock that does not run is called here
    veiled: bool = False  # masked here too: who called 12345

    @property
    def filterable(self) -> bool:
        return not self.veiled and self.key not in ("left", "waiting", "files", "sublists", "items", *CHECKED)

    @property
    def sortable(self) -> bool:
        return self.key not in ("files", "sublists", "waiting", "items", *CHECKED)

    @property
    def sort_key(self) -> str:
        return "light" if self.key == "left" else self.key

    @property
    def ended(self) -> bool:
        """Whether its texts often begin alike and differ at the end: …（一期）, …（二期）."""
        return self.key == "name"


WIDTHS = {
    "light": 82, "name": 226, "left": 92, "resp_unit": 148, "place": 116, "invest": 116, "stage": 96, "due": 104,
    "project_code": 208, "resp_person": 84, "files": 68, "holder": 118, "waiting": 84, "build_state": 96,
    "owner_org": 180, "approval_doc": 180, "approval_date": 108, "sublists": 150, "problem": 180, "progress": 180,
}  # fmt: skip
DERIVED: dict[str, tuple[str, Callable[[Line], str]]] = {
    "light": ("灯号", lambda line: line.light),
    "left": ("剩余", lambda line: line.light_text if line.light else standing_shown(line)),
    "stage": ("当前环节", lists.stage_shown),
    "due": ("办理时限", lambda line: line.due or line.deadline),
    "holder": ("卡在谁手里", lambda line: line.holder),
    "waiting": ("已等", lambda line: f"{line.waiting} 天" if line.waiting else ""),
    "files": ("附件", lambda line: str(line.files) if line.files else ""),
    "no": ("台账编号", lambda line: line.no),
    "ledger_no": ("台账编号", lambda line: line.no),
    "standing": ("状态", standing_shown),
    "status": ("状态", standing_shown),
    "sublists": ("清单类别", lambda line: "、".join(line.sublists)),
    "n_open": ("待批事项数", lambda line: str(line.n_open)),
    "items": ("各个事项", lambda line: line.items_text),
}
CHECKED = ("item_states", "contests")  # of a check list alone: what the department was asked for
SKIPPED = ("seq", "not_secret", "n_done", "region_code", "unit_id")


def columns_of(loaded: Loaded, dept: str = "") -> list[Column]:
    """The template's own grid first, then every other field, not shown until asked for.

    Of a check list of the department `dept` what it answers stands right after the name.
    """
    first = [key for key in loaded.t.grid if _known(loaded, key)]
    if "light" not in first:
        first = ["light", "name", "left", *(k for k in first if k != "name")]
    rest = [f.id for f in loaded.t.fields if f.id not in first and f.id not in SKIPPED]
    rest += [key for key in loaded.computed if key not in first]
    columns = [_column(loaded, key, key in first) for key in [*first, *rest]]
    if not dept or loaded.t.round is None:
        return columns
    after = next((at + 1 for at, one in enumerate(columns) if one.key == "name"), 0)
    return [*columns[:after], *_answered(loaded.t.round.contest, dept), *columns[after:]]


def _answered(contest: str, dept: str) -> list[Column]:
    """办理情况 and 异议 of the matters this department answers for."""

    def states(line: Line) -> str:
        counted = Counter(item.state_text or item.state for item in line.items.values() if item.dept == dept)
        return (
            next(iter(counted), "") if len(counted) < 2 else "、".join(f"{k} {n}" for k, n in counted.items())
        )

    def contests(line: Line) -> str:
        said = [str(item.cells[contest]) for item in line.items.values() if item.cells.get(contest)]
        return "、".join(dict.fromkeys(said))

    return [Column("item_states", "办理情况", 136, states), Column("contests", "异议", 92, contests)]


def _known(loaded: Loaded, key: str) -> bool:
    return key in DERIVED or key in loaded.fields or key in loaded.presets or key in loaded.computed


def _column(loaded: Loaded, key: str, shown: bool) -> Column:
    wide = WIDTHS.get(key, 0)
    if key in DERIVED:
        title, read = DERIVED[key]
        right = key in ("waiting", "files", "n_open")
        light, stopped = key == "light", loaded.t.words.stopped if key == "light" else ""
        return Column(
            key, title, wide or 96, read, right=right, light=light, by_default=shown, stopped=stopped
        )
    if key in loaded.presets:
        return Column(key, loaded.presets[key].title, wide or 92, _state_of(key), by_default=shown)
    if key in loaded.computed:
        known = lists.shown_as(loaded, key)
        width = wide or max(96, 15 * len(known.title) + 40)
        right = known.kind in NUMBERS
        return Column(key, known.title, width, _worked_out(loaded, key), right=right, by_default=shown)
    field = loaded.fields[key]
    veiled = key in masking.hidden(loaded)
    return Column(
        key,
        title_of(field),
        wide or min(240, max(96, round(field.width * 7))),
        _cell_of(loaded, field, veiled),
        veiled=veiled,
        field=field,
        choices=choices_of(loaded, field),
        right=field.kind in NUMBERS,
        editable=not veiled and field.need != "auto" and field.kind not in ("enums", "rounds", "pauses"),
        by_default=shown,
    )


def light_word(column: Column, light: str) -> str:
    """What a light says in this ledger: a complaint that was answered is 已答复, not 已停."""
    if light == "stopped" and column.stopped:
        return column.stopped
    return look.LIGHTS[light].word if light in look.LIGHTS else ""


def title_of(field: Field) -> str:
    """The label with its unit: 总投资(万元)."""
    unit = field.unit or ("万元" if field.kind == "money" else "亩" if field.kind == "area" else "")
    return f"{field.title}({unit})" if unit and unit not in field.title else field.title


def choices_of(loaded: Loaded, field: Field) -> tuple[str, ...]:
    if field.kind == "bool":
        return tuple(YES_NO)
    if field.choices in loaded.codes:
        return tuple(code.label for code in loaded.codes[field.choices].codes)
    return ()


def _state_of(code: str) -> Callable[[Line], str]:
    def read(line: Line) -> str:
        item = line.items.get(code)
        return (item.state_text or item.state) if item else ""

    return read


def _worked_out(loaded: Loaded, key: str) -> Callable[[Line], str]:
    return lambda line: lists.computed_text(loaded, key, line.computed.get(key))


def _cell_of(loaded: Loaded, field: Field, veiled: bool = False) -> Callable[[Line], str]:
    def read(line: Line) -> str:
        value = line.cells.get(field.id)
        text = "" if value is None else calling.shown(loaded, field, value)
        return masking.veiled(field, text) if veiled and text else text

    return read


def edit_text(column: Column, line: Line) -> str:
    """What stands in the editor: the text that reads back as the value, a code by its title."""
    if column.field is None or column.veiled or column.field.kind == "enum":
        return column.shown(line)
    value = line.cells.get(column.field.id)
    return "" if value is None else kinds.to_text(column.field, value)
