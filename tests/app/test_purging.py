"""误入处置: no byte of the project is left in the office folder, and everything else still agrees."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from app import office
from app.engine.remains import DESTROYED
from app.imports import drafting, intake
from app.keeping import backup, import_rests
from app.keeping.import_rests import Rest
from app.ledger import attachments, closing, entries, kept_cells, kept_drafts, leaving, ledgers, settings
from app.listing import counts, history, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import purging, sweeping, withdrawing
from app.signing import signoff
from models import database
from tests.app.conftest import DAY, project, sealed
from tests.data import make_office
from tests.data.write_books import Sheet, write_xlsx

ON = DAY.isoformat()
NAME, CODE = "北山二号特殊工程", "2204-152529-04-01-000777"
DEED = {"by": "提出人丙", "second": "审批人丁", "reason": "经核实不应录入"}
HEADS = ["序号", "项目名称", "项目代码", "建设单位", "建设状态", "环评"]


def hits(folder: Path, *texts: str, leave_out: tuple[str, ...] = ()) -> list[str]:
    """The files of a folder that hold one of the texts in their raw bytes."""
    wanted = [text.encode(form) for text in texts for form in ("utf-8", "utf-16-le", "gb18030")]
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] not in leave_out
        and any(each in path.read_bytes() for each in wanted)
    ]


def secret(bureau: Office, ledger: str) -> str:
    """The project that should not be there, with a history of its own."""
    items = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)} | {"M03": {"state": "在办"}}
    texts = {
        "name": NAME,
        "project_code": CODE,
        "build_state": "在建",
        "owner_org": "某特殊单位",
        "invest": "88",
    }
    entry = str(entries.add(bureau, ledger, texts, not_secret="审核人乙", items=items).subject)
    entries.amend(
        bureau,
        entry,
        {"note": f"{NAME}的备注", "resp_person": "责任人戊"},
        {"M03": {"d_submit": "2022-08-10"}},
    )
    kept_drafts.keep(bureau, kept_drafts.Kept(ledger, entry, NAME, {"owner_org": "没存下的"}, {}))
    kept_cells.keep(bureau, ledger, [kept_cells.KeptCell(entry, "invest", f"{NAME}的钱", "E_MONEY", "读不成")])
    return entry


def picture(folder: Path, name: str = "p.png", noise: int = 70) -> Path:
    Image.effect_noise((50, 40), noise).save(folder / name)
    return folder / name


def test_a_row_of_an_open_ledger_leaves_no_trace_and_no_count(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 11, S53 三(二); decision 19: before the seal it is a tombstone, out of 列入."""
    other = project(bureau, ledger, "普通项目甲", M01="在办")
    before = counts.count(bureau, ledger)
    entry = secret(bureau, ledger)
    attachments.attach(bureau, entry, picture(tmp_path))
    signoff.print_ledger(bureau, ledger, tmp_path / "1.pdf")
    assert hits(bureau.folder, NAME, CODE)
    change = purging.purge(bureau, NAME, **DEED)
    assert hits(bureau.folder, NAME, CODE, "某特殊单位", "责任人戊") == []
    assert replay.verify(bureau) == []
    after = counts.count(bureau, ledger)
    assert (after["projects"], after["items"], after["balanced"]) == (
        before["projects"],
        before["items"],
        True,
    )
    assert lists.ids(bureau, ledger, Query()) == [other]
    assert NAME not in change.said and CODE not in change.said
    assert [
        f for f in (bureau.folder / "files").rglob("*") if f.is_file()
    ] == []  # its picture, and the print with it


def test_what_is_left_is_the_header_the_digest_and_the_deed(bureau: Office, ledger: str) -> None:
    """Decision 16: the header keeps the salted digest, so the chain holds; the salt goes, so nothing can be tried."""
    entry = secret(bureau, ledger)
    purging.purge(bureau, entry, **DEED)
    with sqlite3.connect(bureau.folder / office.DATABASE) as link:
        rows = link.execute(
            "SELECT verb, body, length(salt), length(digest) FROM journal WHERE subject = ? ORDER BY seq",
            (entry,),
        ).fetchall()
    link.close()
    assert [(verb, salt, digest) for verb, _, salt, digest in rows[:-1]] == [("add", 0, 32), ("amend", 0, 32)]
    assert [body for _, body, _, _ in rows[:-1]] == [None, None]
    assert rows[-1][0] == "purge" and "审批人丁" in rows[-1][1]
    told = history.lines(bureau, entry)
    assert told[0].title == "误入处置" and told[0].facts["not_secret"] == "审核人乙"
    assert told[1].steps[0].new.startswith("已销毁")


def test_after_the_seal_it_leaves_by_correction_and_the_seal_still_proves_itself(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decisions 2, 7: 期初 never changes; what is in 在账 leaves by 更正; `verify` works the sealed root out again."""
    other = project(bureau, ledger, "普通项目甲", M01="在办")
    entry = secret(bureau, ledger)
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(other, "M01")], basis="批复", doc="某审〔2022〕1号", on=ON)
    purging.purge(bureau, CODE, **DEED)
    tally = counts.count(bureau, ledger)
    assert tally["balanced"]
    assert [tally["projects"][n] for n in ("base", "open", "approved", "corrected")] == [2, 0, 1, 1]
    assert [tally["items"][n] for n in ("base", "open", "approved", "corrected")] == [2, 0, 1, 1]
    assert hits(bureau.folder, NAME, CODE) == []
    assert replay.verify(bureau) == []
    for deed in (
        lambda: entries.amend(bureau, entry, {"note": "写回去"}),
        lambda: leaving.reopen(bureau, entry, reason="回头看"),
        lambda: attachments.attach(bureau, entry, picture(tmp_path, "again.png")),
    ):
        with pytest.raises(Problem) as refused:
            deed()
        assert refused.value.code == "E_DESTROYED"
    signoff.print_ledger(bureau, ledger, tmp_path / "later.pdf")
    assert replay.verify(bureau) == []


def test_what_had_left_before_stays_where_it_was_counted(bureau: Office, ledger: str, tmp_path: Path) -> None:
    entry = secret(bureau, ledger)
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(entry, "M03")], basis="批复", doc=f"{NAME}的批复", on=ON)
    before = counts.count(bureau, ledger)
    purging.purge(bureau, entry, **DEED)
    assert counts.count(bureau, ledger)["projects"] == before["projects"]
    assert hits(bureau.folder, NAME) == [] and replay.verify(bureau) == []


def imported(bureau: Office, ledger: str, folder: Path, name: str, *rows: list[object]) -> str:
    write_xlsx([Sheet("表", [HEADS, *rows])], folder / name)
    plan = intake.plan(bureau, ledger, drafting.draft(folder / name, ledgers.find(bureau, ledger).loaded))
    return str(intake.commit(bureau, plan, not_secret="审核人乙").subject)


def test_an_import_goes_whole_with_its_originals_its_report_and_its_file_name(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    bad = [3, f"{NAME} 附属", "", "", "说不清", "在办"]
    keep = imported(
        bureau, ledger, tmp_path, "正常清单.xlsx", [1, "普通项目甲", "", "甲公司", "在建", "在办"]
    )
    rows = [
        [1, NAME, CODE, "某特殊单位", "在建", "在办"],
        [2, "西山三号特殊工程", "", "某特殊单位", "未开工", ""],
        bad,
    ]
    run = imported(bureau, ledger, tmp_path, f"{NAME}清单.xlsx", *rows)
    assert hits(bureau.folder, NAME)
    change = purging.purge(bureau, run, **DEED)
    assert len(change.facts["entries"]) >= 2
    assert hits(bureau.folder, NAME, CODE, "西山三号特殊工程", "某特殊单位") == []
    assert replay.verify(bureau) == []
    runs = {r["id"]: r for r in withdrawing.imports(bureau, ledger)}
    assert runs[run]["file"] == DESTROYED and runs[run]["report"]["rows"] == 3
    assert runs[keep]["file"] == "正常清单.xlsx"
    withdrawing.withdraw(bureau, keep)
    assert replay.verify(bureau) == [] and counts.count(bureau, ledger)["projects"]["listed"] == 0


def test_a_withdrawn_row_is_destroyed_too(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Withdrawing an import leaves its content in journal and tombstone; 误入处置 does not."""
    run = imported(bureau, ledger, tmp_path, "清单.xlsx", [1, NAME, CODE, "某特殊单位", "在建", "在办"])
    withdrawing.withdraw(bureau, run)
    assert hits(bureau.folder, NAME)
    purging.purge(bureau, NAME, **DEED)
    assert hits(bureau.folder, NAME, CODE) == [] and replay.verify(bureau) == []


def test_the_name_goes_out_of_imports_prints_signatures_and_settings(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Lines that speak of no row are told anew without it, and the tables beside them."""
    run = imported(
        bureau, ledger, tmp_path, f"含{NAME}的清单.xlsx",
        [1, "普通项目甲", "", "甲公司", "在建", "在办"], [2, NAME, CODE, "某特殊单位", "在建", "在办"],
    )  # fmt: skip
    scan = tmp_path / "1.pdf"
    signoff.print_ledger(bureau, ledger, scan, explain=f"{NAME}手续正在补")
    signoff.sign(
        bureau, ledger, role="立项部门主要领导", by="签字人甲", on=ON, scan=scan, pen=f"手改：{NAME}改名"
    )
    settings.put(bureau, "spellings", {"name": {f"{NAME}（暂名）": NAME}}, told=False)
    settings.put(bureau, "remark", f"注意{CODE}")
    purging.purge(bureau, NAME, **DEED)
    assert hits(bureau.folder, NAME, CODE) == []
    assert replay.verify(bureau) == []
    (kept,) = withdrawing.imports(bureau, ledger)
    assert kept["id"] == run and kept["file"] == DESTROYED and kept["report"]["added"] == 2


def test_an_import_that_names_two_is_told_anew_each_time(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Its line is destroyed with the first; with the second its report, whose digest the line tells, changes once more."""
    other = "南山三号特殊工程"
    run = imported(
        bureau, ledger, tmp_path, f"含{NAME}的清单.xlsx",
        [1, NAME, CODE, "某特殊单位", "在建", "在办"], [2, other, "", "甲公司", "在建", "在办"],
        [3, "丙", "", "", f"同{other}", "在办"],
    )  # fmt: skip
    purging.purge(bureau, NAME, **DEED)
    (kept,) = withdrawing.imports(bureau, ledger)
    assert other in repr(kept["report"]) and kept["file"] == DESTROYED
    purging.purge(bureau, other, **DEED)
    (kept,) = withdrawing.imports(bureau, ledger)
    assert kept["id"] == run and other not in repr(kept["report"]) and replay.verify(bureau) == []


def test_another_row_that_names_it_is_left_to_a_person_and_told(bureau: Office, ledger: str) -> None:
    """一期 and 二期 are different projects (decision 14): no other row is destroyed unasked."""
    secret(bureau, ledger)
    other = project(bureau, ledger, f"{NAME}配套道路", M01="在办")
    change = purging.purge(bureau, CODE, **DEED)
    no = lists.line(bureau, other).no
    assert any(no in told for told in change.facts["found"])
    assert lists.line(bureau, other).name == f"{NAME}配套道路"
    assert no in Path(change.facts["report"]).read_text("utf-8-sig")
    purging.purge(bureau, other, **DEED)
    assert hits(bureau.folder, NAME) == [] and replay.verify(bureau) == []


def test_backups_are_named_and_with_the_flag_destroyed(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 11: the backups listed, those elsewhere too; a backup from before the row is left alone."""
    project(bureau, ledger, "普通项目甲", M01="在办")
    clean, inside, outside = tmp_path / "早.zip", bureau.folder / "backups" / "中.zip", tmp_path / "晚.zip"
    backup.backup(bureau, clean)
    entry = secret(bureau, ledger)
    backup.backup(bureau, inside)
    backup.backup(bureau, outside)
    change = purging.purge(bureau, entry, **DEED)
    assert set(change.facts["backups_left"]) == {"backups/中.zip", str(outside.resolve())}
    assert "2 个备份" in change.said and inside.exists()
    again = purging.purge(bureau, entry, **DEED, backups=True)
    assert again.facts["backups_left"] == [] and len(again.facts["backups_destroyed"]) == 2
    assert clean.exists() and not inside.exists() and not outside.exists()
    with zipfile.ZipFile(clean) as archive:
        assert NAME.encode() not in archive.read(office.DATABASE)
    assert hits(bureau.folder, NAME) == [] and replay.verify(bureau) == []


def test_logs_and_what_a_killed_program_left_go_too(bureau: Office, ledger: str) -> None:
    entry = secret(bureau, ledger)
    (bureau.folder / "log" / "faults.txt").write_text(f"出错：{NAME}", "utf-8")
    part = bureau.folder / "backups" / "tmpabc"
    part.mkdir()
    shutil.copyfile(bureau.folder / office.DATABASE, part / office.DATABASE)
    volumes = bureau.folder / "inbox" / f"{sweeping.WAITING}x"
    volumes.mkdir()
    (volumes / ("a" * 64)).write_bytes(b"scan")
    (bureau.folder / "inbox" / ".open-x").mkdir()
    (bureau.folder / "inbox" / ".open-x" / "journal.jsonl").write_text(NAME, "utf-8")
    book = write_xlsx([Sheet("表", [HEADS, [1, NAME, CODE, "某特殊单位", "在建", "在办"]])], bureau.folder / "清单.xlsx")
    rest = import_rests.keep(bureau, Rest("r1", ledger, ON, (2,), book, {"fixes": [[2, "name", NAME]]}))
    book.unlink()
    done = purging.purge(bureau, entry, **DEED)
    assert not list(rest.file.parent.iterdir()), "nor do rows that waited to be mended name it"
    assert any("分卷的来件 1 份" in said for said in done.facts["found"]) and not volumes.exists()
    assert hits(bureau.folder, NAME) == []
    assert not part.exists() and not (bureau.folder / "inbox" / ".open-x").exists()


def test_copies_opened_in_a_viewer_go_too(
    bureau: Office, ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window opens a copy under the file's own name in the temporary folder of the machine."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    entry, file = secret(bureau, ledger), picture(tmp_path)
    attachments.attach(bureau, entry, file)
    other = tmp_path / "qidi-a" / "别的.png"
    for folder, source in (("qidi-a", file), ("qidi-b", file)):
        (tmp_path / folder).mkdir()
        shutil.copyfile(source, tmp_path / folder / "批复.png")
    shutil.copyfile(picture(tmp_path, "other.png", 33), other)
    (tmp_path / "qidi-0").symlink_to(tmp_path / "gone")  # another window took its own away meanwhile
    purging.purge(bureau, entry, **DEED)
    assert [p for p in tmp_path.glob("qidi-*/*") if p.is_file()] == [other]


def test_a_file_that_another_row_shares_stays_and_is_named(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    entry, other = secret(bureau, ledger), project(bureau, ledger, "普通项目甲", M01="在办")
    shared, own = picture(tmp_path), picture(tmp_path, "own.png", 90)
    for each, file in ((entry, shared), (other, shared), (entry, own)):
        attachments.attach(bureau, each, file)
    purging.purge(bureau, entry, **DEED)
    (kept,) = attachments.of(bureau, other)
    assert kept.path.is_file() and replay.verify(bureau) == []
    assert [p for p in (bureau.folder / "files").rglob("*") if p.is_file()] == [kept.path]


def test_a_file_that_should_be_gone_is_found_by_verify(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Killed between database and files: `verify` says so, and doing it again finishes."""
    entry = secret(bureau, ledger)
    sha = attachments.attach(bureau, entry, picture(tmp_path)).facts["sha256"]
    path = attachments.path_of(bureau.folder, sha)
    content = path.read_bytes()
    purging.purge(bureau, entry, **DEED)
    path.write_bytes(content)
    assert [d.text for d in replay.verify(bureau)] == ["误入处置时应销毁的文件还在，请再做一次误入处置"]
    purging.purge(bureau, entry, **DEED)
    assert replay.verify(bureau) == [] and not path.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": " "}, "E_BLANK"),
        ({"second": ""}, "E_BLANK"),
        ({"reason": ""}, "E_BLANK"),
        ({"second": "提出人丙"}, "E_SECOND"),
        ({"second": "经办人甲"}, "E_SECOND"),
        ({"reason": f"{NAME}涉密"}, "E_NAMED"),
        ({"reason": f"代码 {CODE} 的项目"}, "E_NAMED"),
    ],
)
def test_a_refused_deed_destroys_nothing(
    bureau: Office, ledger: str, given: dict[str, str], code: str
) -> None:
    """A named second person, a reason, and no name of the project in what is kept for ever."""
    entry = secret(bureau, ledger)
    with pytest.raises(Problem) as refused:
        purging.purge(bureau, entry, **(DEED | given))
    assert refused.value.code == code and NAME not in refused.value.text
    assert lists.line(bureau, entry).name == NAME and replay.verify(bureau) == []


def test_an_unknown_or_ambiguous_reference_is_refused(bureau: Office, ledger: str) -> None:
    secret(bureau, ledger)
    secret(bureau, ledger)
    for ref, code in ((NAME, "E_WHICH_ENTRY"), ("没有这个项目", "E_NO_ENTRY")):
        with pytest.raises(Problem) as refused:
            purging.purge(bureau, ref, **DEED)
        assert refused.value.code == code
    assert replay.verify(bureau) == []


def test_every_kind_of_row_can_go_one_after_the_other(tmp_path: Path) -> None:
    """In an office where every deed was done, each project in turn: the chain, the counts and the rest agree."""
    made = make_office.make(tmp_path)
    try:
        for name, entry in made.entries.items():
            change = purging.purge(made.office, entry, **DEED)
            assert replay.verify(made.office) == [], name
            assert counts.count(made.office, made.ledger)["balanced"], name
            assert change.facts["found"] or hits(made.office.folder, name) == [], name
        assert hits(made.office.folder, *make_office.NAMES) == []
        assert change.facts["scrubbed"]
        again = signoff.print_ledger(made.office, made.ledger, tmp_path / "again.pdf")
        assert again.facts["pages"] and replay.verify(made.office) == []
    finally:
        made.office.close()
        made.league.close()


def test_scrubbing_says_when_somebody_reads(bureau: Office, ledger: str) -> None:
    """A reader elsewhere keeps the write-ahead log: that is said, and doing it again finishes."""
    entry = secret(bureau, ledger)
    reader = sqlite3.connect(bureau.folder / office.DATABASE)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    change = purging.purge(bureau, entry, **DEED)
    assert not change.facts["scrubbed"] and "再做一次" in change.said
    reader.close()
    assert purging.purge(bureau, entry, **DEED).facts["scrubbed"]
    assert hits(bureau.folder, NAME, CODE) == []
    assert database.sound(bureau.folder / office.DATABASE) == "ok"
