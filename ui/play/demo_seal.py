"""The rest of the demo: signed, sealed, gathered by the lead, accepted by the league, closed and proved."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from app.ledger import acts, closing, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from app.signing import signoff
from app.storage.paths import FONTS
from app.workbooks.exporting import export_ledger
from sync import exchange
from sync.merges import merge_sheets
from sync.upward import gathering
from ui.play.demo_world import LEAD, SPONSORS, World

SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}
GAPS = "部分事项责任人和核查意见正在向各手续办理部门收集，9月5日前补齐。"
CLOSED = 6
SCAN_DPI = 200


def sign(world: World) -> None:
    """Both sponsors print, sign on paper, scan and seal."""
    for key, office in world.sponsors.items():
        ledger, name = world.ledgers[key], SPONSORS[key]
        printed, scan = world.out / f"立项部门台账（{name}）.pdf", world.out / f"签字页扫描件（{name}）.pdf"
        world.tell(f"{name}：{signoff.print_ledger(office, ledger, printed, explain=GAPS).said}")
        export_ledger(office, ledger, printed.with_suffix(".xlsx"))
        scanned(printed, scan, list(SIGNERS.values()))
        day = office.today().isoformat()
        for role, by in SIGNERS.items():
            signoff.sign(office, ledger, role=role, by=by, on=day, scan=scan)
        sealed = signoff.seal(office, ledger)
        world.tell(f"{name}：{len(SIGNERS)} 人签字，签字页扫描件已登记；{sealed.said}")


def gather(world: World) -> None:
    """The lead takes both sealed ledgers and gathers what is new in them."""
    office = world.lead
    for key, sponsor in world.sponsors.items():
        sent = exchange.send(sponsor, world.ledgers[key], office.id, world.usb / "上报办公室")
        mirror = str(exchange.receive(office, Path(sent.facts["file"])).facts["ledger"])
        world.tell(f"{LEAD}：{gathering.gather(office, world.gathered, mirror).said}")
    tally = counts.now(office, world.gathered)
    world.tell(f"全旗台账{counts.list_line(tally['project'])}")


def seal_gathered(world: World) -> None:
    """全旗台账: printed, studied by the government, sealed upon its minutes (decision 10)."""
    office, ledger = world.lead, world.gathered
    printed, scan = world.out / "全旗台账.pdf", world.out / "政府研究纪要扫描件.pdf"
    world.tell(f"{LEAD}：{signoff.print_ledger(office, ledger, printed, explain=GAPS).said}")
    export_ledger(office, ledger, printed.with_suffix(".xlsx"))
    merge_sheets.write(office, ledger, world.out / "汇总情况表（领导小组办公室）.pdf")
    minutes(scan)
    acts.study(
        office, ledger, meeting="旗人民政府第12次常务会议", on=office.today().isoformat(),
        minutes="白政纪〔2022〕12号", scan=scan,
    )  # fmt: skip
    world.tell(f"{LEAD}：{signoff.seal(office, ledger).said}")


def report(world: World, number: str) -> None:
    """The lead sends up; the league takes it in only when it proves itself against the seal it holds."""
    acts.report(world.lead, world.gathered, on=world.lead.today().isoformat(), number=number)
    before = next((x.sealed_on for x in ledgers.all(world.league) if not x.own), "")
    sent = exchange.send(world.lead, world.gathered, world.league.id, world.usb / "报盟")
    world.tell(f"{LEAD}：{sent.said}")
    taken = exchange.receive(world.league, Path(sent.facts["file"]))
    receipt = exchange.receive(world.lead, Path(taken.facts["receipt"]))
    world.tell(f"盟发改委：{taken.said}；{receipt.said}")
    line = held(world)
    tally = counts.now(world.league, line.id)
    proved = f"与 {before} 确定的版本逐行对上（缺一行即退回），" if before else ""
    world.tell(
        f"盟发改委：{proved}{counts.list_line(tally['project'])}；{counts.identity_line(tally['project'], '项目')}"
    )


def close_some(world: World) -> None:
    """A few matters of each sponsor are approved."""
    for key, office in world.sponsors.items():
        ledger = world.ledgers[key]
        query = Query(standing=("open",), where=(("build_state", ("在建", "建成")),))
        rows = lists.lines(office, lists.ids(office, ledger, query)[:200])
        few = sorted(rows, key=lambda row: row.n_open)[:CLOSED]
        closed = 0
        for index, row in enumerate(few, 1):
            open_ = [(row.id, code) for code, item in row.items.items() if item.standing == "在账"]
            closing.close(
                office, open_, basis="批复", on=_after(office, row, open_), doc=f"某审〔2022〕{index}号"
            )
            closed += len(open_)
        tally = counts.now(office, ledger)
        world.tell(
            f"{SPONSORS[key]}办结 {closed:,} 个事项；{counts.identity_line(tally['project'], '项目')}；"
            f"{counts.identity_line(tally['item'], '事项')}"
        )


def _after(office: Office, row: lists.Line, open_: list[tuple[str, str]]) -> str:
    """Not before the matters were accepted or handed up."""
    days = [row.items[code].cells.get(key, "") for _, code in open_ for key in ("d_accept", "d_forward")]
    return max([office.today().isoformat(), *days])


def held(world: World) -> LedgerLine:
    """The lead's ledger as the league holds it."""
    return next(x for x in ledgers.all(world.league) if not x.own)


def scanned(printed: Path, scan: Path, names: list[str]) -> None:
    """A stand-in for paper: the page with the signatures as a slightly turned, softened image with names on it."""
    with pypdfium2.PdfDocument(printed) as pdf:
        image = pdf[len(pdf) - 1].render(scale=SCAN_DPI / 72).to_pil().convert("L")
    _write(image, names)
    turned = image.rotate(0.4, resample=Image.Resampling.BICUBIC, fillcolor=250)
    turned.filter(ImageFilter.GaussianBlur(0.5)).save(scan, "PDF", resolution=SCAN_DPI)


def minutes(scan: Path) -> None:
    """One page that stands for the minutes of the meeting."""
    image = Image.new("L", (1654, 2339), 250)
    _write(image, ["政府常务会议纪要", "原则同意"])
    image.save(scan, "PDF", resolution=SCAN_DPI)


def _write(image: Image.Image, names: list[str]) -> None:
    face = next(FONTS.glob("NotoSerifSC*.ttf"), None)
    font = ImageFont.truetype(str(face), 60) if face else ImageFont.load_default(60)
    for index, name in enumerate(names):
        ImageDraw.Draw(image).text((image.width * (0.4 + 0.25 * index), image.height * 0.8), name, 60, font)
