"""One field has one name: in the grid, the form, the print and the export it is the template's (decision 26)."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.listing import pages
from tests.ui.conftest import shown
from ui.desk import Desk
from ui.tables.columns import title_of


def test_grid_form_print_and_export_name_a_field_as_the_template_does(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    bench = window.screen().bench  # type: ignore[attr-defined]
    line = ledgers.all(desk.office)[0]
    fields = line.loaded.fields
    grid = {c.key: c.title for c in bench.table.ledger_model.columns if c.key in fields}
    assert bench.panel.form.inputs
    form = {key: made.text().partition("<")[0] for key, made in bench.panel.form._labels.items()}
    with desk.office.read() as connection:
        printed = pages.page(desk.office, connection, line).columns
        full = pages.full_sheet(connection, line)
    paper = {c.key: c.title for c in printed if c.key in fields}
    book = {key: head for key, head in zip(full.keys, full.heads, strict=True) if key in fields}
    assert (
        grid["build_state"]
        == form["build_state"]
        == paper["build_state"]
        == book["build_state"]
        == "建设状态"
    )
    for key, field in fields.items():
        assert grid.get(key, title_of(field)) in (field.title, title_of(field))
        assert form.get(key, field.title).replace("\n", "").startswith(field.title)
        assert paper.get(key, field.title).startswith(field.title)
        assert book.get(key, field.title) == field.title
    titles = [c.title for c in bench.table.ledger_model.columns]
    assert len(set(titles)) == len(titles), "two columns with one head"
