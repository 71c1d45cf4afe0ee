"""Makes an office in which no table is empty: every deed done once, a ledger sealed, one sent and one received."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app import office
from app.imports import drafting, intake
from app.ledger import attachments, closing, entries, leaving, ledgers, recomputing, settings
from app.listing import lists
from app.office import Office
from app.people import clerks
from app.removal import withdrawing
from app.signing import signoff
from app.templating import template_reading
from sync import exchange
from tests.app.works import TASKS
from tests.data.write_books import Sheet, write_xlsx

DAY = dt.date(2022, 8, 22)
ON = DAY.isoformat()
SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}
HEADS = ["序号", "项目名称", "项目代码", "建设单位", "建设地点", "总投资（万元）", "建设状态", "环评", "能评"]
LISTED = [
    [1, "示范供水工程", "2204-152529-04-01-000001", "示范水利局", "明安图镇", 120.5, "在建", "在办", "未办"],
    [2, "示范供热工程", "2204-152529-04-01-000002", "示范热力公司", "", 20, "未开工", "未办", "不需办"],
    [3, "示范牧场改造", "", "示范合作社", "星耀镇", 31, "在建", "在办", "办结"],
    [4, "示范粮库", "2204-152529-04-01-000004", "示范粮库", "", "不详", "在建", "在办", ""],
]
LATER = [
    [
        1,
        "示范供热工程",
        "2204-152529-04-01-000002",
        "示范热力公司",
        "宝绍岱苏木",
        20,
        "未开工",
        "未办",
        "不需办",
    ],
    [2, "示范驿站", "2204-152529-04-01-000009", "示范驿站", "", 9, "在建", "在办", "未办"],
]
CALENDAR = """year = 2027
source = "放假通知（示范）"

[[rest]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03

[[rest]]
name = "春节"
from = 2027-02-05
to = 2027-02-11

[[rest]]
name = "劳动节"
from = 2027-05-01
to = 2027-05-05

[[rest]]
name = "国庆节"
from = 2027-10-01
to = 2027-10-07
"""


@dataclass(frozen=True)
class Made:
    """The office and what a test may want to find in it."""

    office: Office
    league: Office
    ledger: str
    received: str
    entries: dict[str, str]


def make(folder: Path) -> Made:
    """A bureau under `folder`/office, sealed and reported to a league from which it received a ledger as well."""
    bureau = _born(folder / "office", "正镶白旗发展和改革委员会", "sponsor", "152529")
    league = _born(folder / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    for giver, taker in ((bureau, league), (league, bureau)):
        card = Path(exchange.card(giver, folder / f"{giver.name}.qidi-card").facts["file"])
        exchange.trust(taker, card, confirmed=True)
    _settings(bureau, folder)
    ledger = str(ledgers.open_template(bureau, "pending-approval").subject)
    _lists(bureau, ledger, folder)
    _rows(bureau, ledger, folder)
    _seal(bureau, ledger, folder)
    _after_the_seal(bureau, ledger, folder)
    sent = exchange.send(bureau, ledger, league.name, folder / "U盘")
    receipt = exchange.receive(league, Path(sent.facts["file"])).facts["receipt"]
    exchange.receive(bureau, Path(receipt))
    theirs = str(ledgers.open_template(league, "pending-approval").subject)
    _linked(bureau)
    entries.add(league, theirs, {"name": "盟级示范项目", "build_state": "在建"}, not_secret="审核人乙")
    exchange.receive(bureau, Path(exchange.send(league, theirs, bureau.name, folder / "U盘", aside=True).facts["file"]))
    return Made(bureau, league, ledger, theirs, {n: entries.find(bureau, n) for n in NAMES})


def _linked(bureau: Office) -> None:
    """A row of another campaign that follows one of this ledger: a list of facilities beside that of approvals."""
    other = str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml")).subject)
    no = lists.line(bureau, entries.find(bureau, "示范供水工程")).no
    entries.add(bureau, other, {"name": "示范任务", "end_by": "2025-12-31", "linked": no}, not_secret="审核人乙")


NAMES = (
    "示范供水工程",
    "示范供热工程",
    "示范牧场改造",
    "示范驿站",
    "示范小区",
    "示范重复项目",
    "示范补录项目",
)


def _born(folder: Path, name: str, role: str, division: str) -> Office:
    made = office.create(folder, division=division, name=name, roles=[role], clerk="经办人甲", today=DAY)
    exchange.make_keys(made)
    return made


def _settings(bureau: Office, folder: Path) -> None:
    clerks.add(bureau, "审核人乙", role=clerks.REVIEWER, phone="0479-0000000")
    clerks.amend(bureau, "审核人乙", to="审核人丁")
    settings.put(bureau, "light_days", 4)
    settings.put(bureau, "light_days", 5)
    settings.put(bureau, "layouts", {"印": {"项目名称": "name"}}, told=False)
    notice = folder / "2027.toml"
    notice.write_text(CALENDAR, "utf-8")
    recomputing.import_notice(bureau, notice)
    recomputing.add_rest(bureau, ["2022-09-02"], "旗政府放假通知（示范）")


def _lists(bureau: Office, ledger: str, folder: Path) -> None:
    runs = [
        _import(bureau, ledger, folder / f"清单{n}.xlsx", rows) for n, rows in enumerate((LISTED, LATER), 1)
    ]
    assert len(runs) == 2
    third = _import(
        bureau, ledger, folder / "清单3.xlsx", [[1, "示范误导入", "", "示范单位", "", 1, "在建", "在办", ""]]
    )
    withdrawing.withdraw(bureau, third)


def _import(bureau: Office, ledger: str, file: Path, rows: list[list[object]]) -> str:
    write_xlsx([Sheet("表", [HEADS, *rows])], file)
    line = ledgers.find(bureau, ledger)
    plan = intake.plan(bureau, ledger, drafting.draft(file, line.loaded))
    return str(intake.commit(bureau, plan, not_secret="审核人乙").subject)


def _rows(bureau: Office, ledger: str, folder: Path) -> None:
    first, twice = "示范供水工程", "示范重复项目"
    items = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)} | {
        "M01": {"state": "在办"},
        "M03": {"state": "在办"},
    }
    for name in ("示范小区", twice):
        entries.add(bureau, ledger, {"name": name, "build_state": "在建"}, not_secret="审核人乙", items=items)
    dates = {"d_submit": "2022-08-10", "d_accept": "2022-08-12"}
    entry = entries.find(bureau, first)
    entries.amend(bureau, entry, {"resp_person": "责任人乙", "due_date": "2022-12-31"}, {"M03": dates})
    closing.pause(bureau, entry, "M03", reason="专家评审", on="2022-08-15")
    closing.resume(bureau, entry, "M03", on="2022-08-18")
    attachments.attach(bureau, entry, _scan(folder, "批复件", 80))
    leaving.exclude(bureau, entries.find(bureau, twice), reason="重复", note="与示范小区相同")


def _seal(bureau: Office, ledger: str, folder: Path) -> None:
    printed = folder / "签字.pdf"
    signoff.print_ledger(bureau, ledger, printed, explain="缺项正在补齐")
    for role, by in SIGNERS.items():
        signoff.sign(
            bureau, ledger, role=role, by=by, on=ON, scan=printed, behalf="委托书1号", pen="第2行电话手改"
        )
    signoff.seal(bureau, ledger)


def _after_the_seal(bureau: Office, ledger: str, folder: Path) -> None:
    scan = _scan(folder, "更正单", 81)
    first, begun = entries.find(bureau, "示范供水工程"), entries.find(bureau, "示范供热工程")
    closing.close(bureau, [(first, "M03")], basis="批复", doc="某环审〔2022〕1号", on=ON)
    closing.start(bureau, begun, on=ON, evidence="开工令", scan=scan)
    leaving.reopen(bureau, first, "M03", reason="回头看：批复内容不符", on=ON)
    leaving.correct(
        bureau, [entries.find(bureau, "示范牧场改造")], reason="立项单位写错", second="审核人丙", scan=scan,
        texts={"owner_org": "示范合作总社"},
    )  # fmt: skip
    leaving.correct(
        bureau,
        [entries.find(bureau, "示范小区")],
        reason="不属本次范围",
        second="审核人丙",
        scan=scan,
        leave=True,
    )
    added = {"name": "示范补录项目", "build_state": "在建"}
    entries.add(
        bureau,
        ledger,
        added,
        not_secret="审核人乙",
        items={"M01": {"state": "在办"}},
        basis="盟发改字1号",
        on=ON,
    )
    signoff.print_ledger(bureau, ledger, folder / "签后.pdf", paper="a4")


def _scan(folder: Path, name: str, noise: int) -> Path:
    out = folder / f"{name}.png"
    Image.effect_noise((60, 40), noise).save(out)
    return out
