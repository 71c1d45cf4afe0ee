"""The item model of a ledger: pages, edits, faults kept in the cell."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from sqlalchemy import event

from app.ledger import ledgers, settings
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from tests.ui.conftest import fill
from ui.desk import Desk
from ui.tables import roles
from ui.tables.columns import columns_of
from ui.tables.delegate import face_of
from ui.tables.ledger_model import PAGE, LedgerModel
from ui.tables.ledger_rows import LedgerRows
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.value_list import Values

Display, Edit = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole


@pytest.fixture
def model(desk: Desk) -> LedgerModel:
    line = ledgers.all(desk.office)[0]
    made = LedgerModel(LedgerRows(desk, line.id), columns_of(line.loaded))
    made.load(Query())
    return made


def test_the_models_keep_the_rules_of_qt(qtmodeltester: ModelTester, model: LedgerModel) -> None:
    qtmodeltester.check(model)
    plain = PlainModel(("甲", "乙"))
    plain.set_rows([PlainRow(("1", "2"), "a"), PlainRow(("3", "4"), "b")])
    values = Values([("甲", "甲", 2), ("乙", "乙", 1)], lambda value: value == "甲")
    checked: list[QAbstractItemModel] = [plain, values]
    for each in checked:
        qtmodeltester.check(each)


def test_a_cell_shows_the_value_and_edits_its_text(model: LedgerModel) -> None:
    invest = model.index(1, model.column_of("invest"))
    assert invest.data(Display) == "24.68"
    assert invest.data(roles.Number) == 24_680_000
    assert model.headerData(invest.column(), Qt.Orientation.Horizontal) == "总投资(万元)"
    assert model.setData(invest, "2,453.82")
    assert invest.data(Display) == "2,453.82"
    assert model.index(0, model.column_of("light")).data(roles.Light) in ("red", "yellow", "green")


def test_a_refused_text_stays_in_its_cell_red_and_can_be_mended(model: LedgerModel, office: Office) -> None:
    invest = model.index(0, model.column_of("invest"))
    before = lists.line(office, model.id_at(0)).cells["invest"]
    assert not model.setData(invest, "八百万元整x")
    assert invest.data(Display) == "八百万元整x"
    assert invest.data(roles.Tone) == "error"
    assert "读不成" in invest.data(Qt.ItemDataRole.ToolTipRole)
    assert invest.flags() & Qt.ItemFlag.ItemIsEditable
    assert lists.line(office, model.id_at(0)).cells["invest"] == before
    assert model.setData(invest, "800")
    assert invest.data(roles.Tone) is None
    assert invest.data(Display) == "800.00"


def test_what_the_program_computes_cannot_be_edited(model: LedgerModel) -> None:
    for key in ("light", "left", "stage", "due", "files", "M03"):
        assert not model.flags(model.index(0, model.column_of(key))) & Qt.ItemFlag.ItemIsEditable, key


def test_a_row_with_a_draft_in_the_form_is_read_only(model: LedgerModel) -> None:
    name = model.index(0, model.column_of("name"))
    model.locked.add(model.id_at(0))
    assert not name.flags() & Qt.ItemFlag.ItemIsEditable
    assert "表单" in name.data(roles.Locked)
    assert model.index(1, name.column()).flags() & Qt.ItemFlag.ItemIsEditable


class Counting:
    """A row source that counts how often a page is read."""

    def __init__(self, inner: LedgerRows, rows: int) -> None:
        self.inner, self.rows, self.pages = inner, rows, 0

    def ids(self, query: Query) -> list[str]:
        return [f"id{i}" for i in range(self.rows)]

    def lines(self, ids: object) -> list[lists.Line]:
        self.pages += 1
        return []

    def amend(self, entry_id: str, texts: dict[str, str]) -> None:
        return None


def test_a_long_ledger_is_read_by_the_page(desk: Desk) -> None:
    line = ledgers.all(desk.office)[0]
    rows = Counting(LedgerRows(desk, line.id), 50_000)
    model = LedgerModel(rows, columns_of(line.loaded))
    model.load(Query())
    assert model.rowCount() == 50_000
    assert rows.pages == 0
    for row in range(PAGE):
        model.index(row, 1).data(Display)
    assert rows.pages == 1
    model.index(49_999, 1).data(Display)
    assert rows.pages == 2


def test_a_new_row_comes_at_the_end(empty_office: Office) -> None:
    ledger = fill(empty_office, 3)
    desk = Desk(empty_office)
    model = LedgerModel(LedgerRows(desk, ledger), columns_of(ledgers.all(empty_office)[0].loaded))
    model.load(Query(sort=(("name", True),)))
    ids = list(model.ids)
    model.append([ids[0], "fresh"])
    assert list(model.ids) == [*ids, "fresh"]
    assert model.index(3, 1).data(Display) is None
    desk.close()


def test_a_cell_is_painted_as_its_roles_say(model: LedgerModel) -> None:
    """The delegate asks for all of it at once."""
    assert not model.setData(model.index(0, model.column_of("invest")), "八百万元整x")
    model.locked.add(model.id_at(1))
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            at = model.index(row, column)
            face = face_of(at)
            assert (face.text, face.tone, face.light) == tuple(at.data(r) or "" for r in (Display, roles.Tone, roles.Light))
            assert (face.corner, face.word) == (bool(at.data(roles.Corner)), at.data(roles.LightWord) or "")
            assert face.ended == (column == model.column_of("name"))
            assert face.right == bool(at.data(Qt.ItemDataRole.TextAlignmentRole))
    assert face_of(model.index(0, model.column_of("invest"))).corner and face_of(model.index(1, 1)).tone == "warn"


def test_a_page_of_a_scroll_reads_its_rows_and_not_the_ledger_again(model: LedgerModel, office: Office) -> None:
    """Until a deed changes what the rows are seen by."""
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    model.line_at(0)
    assert any("FROM ledger" in statement for statement in asked)
    asked.clear()
    model.reread()
    model.line_at(0)
    assert [statement for statement in asked if "FROM entry" in statement]
    assert not [statement for statement in asked if "FROM ledger" in statement or "FROM setting" in statement]
    lights = [model.line_at(row).light for row in range(model.rowCount())]  # type: ignore[union-attr]
    settings.put(office, "light_days", 30)
    model.reread()
    assert [model.line_at(row).light for row in range(model.rowCount())] != lights  # type: ignore[union-attr]
