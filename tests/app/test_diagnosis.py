"""The diagnosis package tells of the program and never of the office: no cell, name, phone, key, PIN or path gets in."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import pytest

from app.keeping import diagnosis, plain_traces, second_place
from app.ledger import entries, settings
from app.office import DATABASE, Office
from app.people import clerks
from app.storage.paths import ROOT
from sync import exchange
from tests.app.conftest import project
from ui.commands import command_line

TRACE = '''==== 2022-09-20 08:30:00
Traceback (most recent call last):
  File "{root}/app/ledger/entries.py", line 12, in amend
    entries.amend(office, {text!r})
  File "/home/{text}/{text}.py", line 3, in {text}
  File "/opt/x/site-packages/openpyxl/cell/cell.py", line 99, in value
ValueError: {text}
{text}
{text}: {text}
'''
ODD = "甲乙丙丁戊己庚辛壬癸ABCxyz0189 —/\\:.\"'【】（）\t\n=+@"


def content(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return "\n".join([*archive.namelist(), *(archive.read(name).decode() for name in archive.namelist())])


def wild(seed: int) -> str:
    """Something a clerk may type, or a hostile sheet may hold."""
    draw = random.Random(seed)
    return f"密{seed:03d}" + "".join(draw.choice(ODD) for _ in range(draw.randrange(2, 30))).strip() + "文"


def test_no_text_of_the_office_gets_into_it(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Whatever stands in cells, logs, settings, names, phones, keys: searched for whole and in pieces."""
    exchange.make_keys(bureau)
    texts = [wild(seed) for seed in range(40)]
    shown = [" ".join(text.split()) for text in texts]
    entry = project(bureau, ledger, "示范绝密项目", M01="在办")
    for key, text in zip(("note", "place", "resp_person", "resp_unit"), shown, strict=False):
        entries.amend(bureau, entry, {key: text})
    settings.put(bureau, "light_days", shown[5])
    settings.put(bureau, shown[6], shown[7])
    clerks.add(bureau, "经办人丙丁", phone="13800001111")
    stick = tmp_path / "张某某的盘"
    stick.mkdir()
    second_place.choose(bureau, stick)
    (bureau.folder / "window.ini").write_text(f"[faults]\nx={shown[8]}\n", "utf-8")
    (bureau.folder / "outbox" / f"{shown[9][:4]}.txt").write_text(shown[9], "utf-8")
    log = "".join(TRACE.format(root=ROOT.as_posix(), text=text) for text in texts)
    for name in diagnosis.LOGS:
        (bureau.folder / "log" / name).write_text(log, "utf-8")
    out = tmp_path / "诊断包.zip"
    diagnosis.write(diagnosis.collect(bureau.folder), out)
    told = content(out)
    private = [*texts, *shown, *(line for text in texts for line in text.splitlines() if len(line) > 3), "示范绝密项目"]
    private += ["经办人", "13800001111", "正镶白旗", "张某某", bureau.id, bureau.folder.as_posix(), tmp_path.name, bureau.stream]
    keys = [file.read_text("utf-8").splitlines() for file in (bureau.folder / "keys").iterdir()]
    private += [line for lines in keys for line in lines if len(line) > 9]
    assert [text for text in private if text in told] == []
    assert [f"密{seed:03d}" for seed in range(40) if f"密{seed:03d}" in told] == []
    for helpful in ("app/ledger/entries.py:12 amend", "openpyxl/cell/cell.py:99 value", "ValueError", "2022-09-20 08:30:00"):
        assert helpful in told
    numbers = json.loads(diagnosis.collect(bureau.folder)["database.json"])
    assert numbers["rows"]["entry"] == 1 and numbers["quick_check"] and numbers["settings"] == {}
    assert numbers["ledgers"][0]["template"] == "pending-approval"


@pytest.mark.parametrize("bad", [b"", b"junk" * 3000])
def test_an_office_that_does_not_open_has_one_too(
    bureau: Office, tmp_path: Path, bad: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau.close()
    (bureau.folder / DATABASE).write_bytes(bad)
    args = command_line.parse(["--data", str(bureau.folder), "diagnose", "-o", str(tmp_path / "x.zip")])
    assert command_line.run(args) == 0 and "诊断包已写到" in capsys.readouterr().out
    assert '"unread"' in content(tmp_path / "x.zip")


def test_of_a_hard_crash_the_places_are_told() -> None:
    given = (
        "Fatal Python error: Segmentation fault\n\n"
        'Current thread 0x00007f7a00000000 (most recent call first):\n  File "' "/" 'home/某人/app/x.py", line 3 in make\n'
        f'  File "{ROOT.as_posix()}/ui/desk.py", line 41 in run\n秘密\nZhangsan: 13800001111\nValueErrors\n'
        "app.13800001234: x\napp.zhangsan\nui.zhangsan13800001234Error\napp.problem.Problem: x\n"
    )
    assert plain_traces.lines(given) == [
        "Fatal Python error: Segmentation fault",
        "Current thread 0x00007f7a00000000 (most recent call first)",
        "  ?:3 make",
        "  ui/desk.py:41 run",
        "app.problem.Problem",
    ]


def test_an_own_template_is_not_named(bureau: Office, ledger: str) -> None:
    """Its id is what the office typed."""
    with bureau.engine.connect() as link, link.begin():
        link.exec_driver_sql("UPDATE ledger SET template_id = '某局自己的表'")
    told = diagnosis.collect(bureau.folder)["database.json"]
    assert "某局" not in told and "自定义模板" in told
