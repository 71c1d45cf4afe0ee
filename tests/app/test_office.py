"""An office folder: made whole or not at all, one writer, damage said plainly."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app import office
from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from models import database
from tests.app.conftest import DAY, project

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "mine.txt").write_text("keep")
    with pytest.raises(Problem) as refused:
        office.create(tmp_path / "o", division="152529", name="某局", roles=["sponsor"], clerk="甲")
    assert refused.value.code == "E_FOLDER_TAKEN"
    assert (tmp_path / "o" / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize(
    ("given", "code"),
    [({"division": "999999"}, "E_DIVISION"), ({"roles": ["king"]}, "E_ROLE"), ({"name": " "}, "E_BLANK")],
)
def test_wrong_particulars_make_no_office(tmp_path: Path, given: dict[str, object], code: str) -> None:
    particulars: dict[str, object] = {
        "division": "152529",
        "name": "某局",
        "roles": ["sponsor"],
        "clerk": "甲",
    }
    with pytest.raises(Problem) as refused:
        office.create(tmp_path / "o", **(particulars | given))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_two_writers_on_one_folder_the_second_is_told(bureau: Office, ledger: str) -> None:
    """Decision 22: folder lock; reading goes on."""
    bureau.hold()
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from app import office
        from app.ledger import entries
        from app.listing import lists
        from app.problem import Problem
        other = office.open_folder(Path({str(bureau.folder)!r}))
        print(len(lists.ids(other, {ledger!r})))
        try:
            entries.add(other, {ledger!r}, {{"name": "乙"}}, not_secret="丙")
        except Problem as problem:
            print(problem.code)
        """
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "E_OFFICE_BUSY"]


def test_a_killed_import_leaves_nothing(bureau: Office, ledger: str) -> None:
    """Kill in the middle of a bulk write: the database is as before, and verifies."""
    project(bureau, ledger, "甲", M01="在办")
    code = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from app import office
        from app.ledger import entries, ledgers
        other = office.open_folder(Path({str(bureau.folder)!r}))
        def rows():
            for n in range(3000):
                if n == 2500:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield entries.NewRow({{"name": f"项目{{n}}"}})
        with other.write("导入") as work:
            entries.add_many(work, ledgers.line_of(work.connection, {ledger!r}), other, rows(), {{}})
        """
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(lists.ids(bureau, ledger)) == 1
    assert replay.verify(bureau) == []
    project(bureau, ledger, "乙", M01="在办")


def test_a_newer_database_is_refused_kindly(bureau: Office) -> None:
    bureau.close()
    engine = database.engine_for(bureau.folder / office.DATABASE)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.settle(engine)
    with pytest.raises(Problem) as refused:
        office.open_folder(bureau.folder)
    assert refused.value.code == "E_NEWER"


@pytest.mark.parametrize("spoil", [b"", b"not a database at all" * 100])
def test_a_damaged_database_is_said(bureau: Office, spoil: bytes) -> None:
    bureau.close()
    (bureau.folder / office.DATABASE).write_bytes(spoil)
    with pytest.raises(Problem) as refused:
        office.open_folder(bureau.folder)
    assert refused.value.code == "E_DB_DAMAGED"


def test_a_lost_tail_is_noticed_at_start(bureau: Office, ledger: str) -> None:
    """Decision 22: the small head file lets a start notice a database put back from before."""
    bureau.close()
    old = (bureau.folder / office.DATABASE).read_bytes()
    again = office.open_folder(bureau.folder, today=DAY)
    project(again, ledger, "甲", M01="在办")
    again.close()
    (bureau.folder / office.DATABASE).write_bytes(old)
    reopened = office.open_folder(bureau.folder)
    assert reopened.warnings
    reopened.close()


def test_verify_names_a_changed_cell_a_changed_column_and_a_changed_file(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 23: any difference between journal, tables and files is named."""
    from app.ledger import attachments  # noqa: PLC0415

    one = project(bureau, ledger, "甲", M01="在办")
    paper = tmp_path / "p.png"
    _picture(paper)
    attachments.attach(bureau, one, paper)
    assert replay.verify(bureau) == []
    for statement in (
        "UPDATE entry SET cells = json_set(cells, '$.note', '改了')",
        "UPDATE entry SET name = '乙'",
        "UPDATE item SET standing = 'complete' WHERE code = 'M01'",
        "UPDATE tally SET listed = 2, complete = 1 WHERE unit = 'project'",
    ):
        with bureau.engine.connect() as connection:
            transaction = connection.begin()
            connection.exec_driver_sql(statement)
            transaction.commit()
        assert replay.verify(bureau) != [], statement
        _undo(bureau, statement)
    (kept,) = attachments.of(bureau, one)
    kept.path.write_bytes(b"other")
    assert any("附件" in d.text for d in replay.verify(bureau))


def test_a_tampered_journal_is_found(bureau: Office, ledger: str) -> None:
    project(bureau, ledger, "甲", M01="在办")
    with bureau.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        connection.exec_driver_sql("UPDATE journal SET body = replace(body, '甲', '乙') WHERE verb = 'add'")
    assert any("被改动" in d.text for d in replay.verify(bureau))


def test_today_is_the_given_day(tmp_path: Path) -> None:
    made = office.create(
        tmp_path / "o",
        division="152529",
        name="某局",
        roles=["sponsor"],
        clerk="甲",
        today=dt.date(2022, 9, 1),
    )
    assert made.today() == dt.date(2022, 9, 1)
    made.close()
    again = office.open_folder(tmp_path / "o")
    assert again.today() == dt.date.today()
    again.close()


def test_an_unknown_field_is_refused_with_the_nearest_name(bureau: Office, ledger: str) -> None:
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, {"name": "甲", "建设单为": "某公司"}, not_secret="乙")
    assert refused.value.code == "E_NO_FIELD" and "建设单位" in refused.value.text
    assert lists.ids(bureau, ledger) == []


def test_without_the_named_declaration_nothing_is_stored(bureau: Office, ledger: str) -> None:
    """S53 三(二), decision 11: 涉密 projects never enter."""
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, {"name": "甲"}, not_secret="  ")
    assert refused.value.code == "E_SECRET"
    assert lists.ids(bureau, ledger) == [] and ledgers.find(bureau, ledger).rows == 0


def _picture(file: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    Image.new("L", (40, 40), 200).save(file)


def _undo(bureau: Office, statement: str) -> None:
    back = {
        "cells": "UPDATE entry SET cells = json_remove(cells, '$.note')",
        "name": "UPDATE entry SET name = '甲'",
        "standing": "UPDATE item SET standing = 'open' WHERE code = 'M01'",
        "listed": "UPDATE tally SET listed = 1, complete = 0 WHERE unit = 'project'",
    }
    for key, undo in back.items():
        if f"SET {key}" in statement:
            with bureau.engine.connect() as connection, connection.begin():
                connection.exec_driver_sql(undo)
    assert replay.verify(bureau) == [], os.linesep.join(d.text for d in replay.verify(bureau))
