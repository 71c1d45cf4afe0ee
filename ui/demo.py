"""The whole journey on sample data, played into a folder: list to ledger, signed, sealed, closed, sent, received."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from app import closing, counts, lists, replay, sample, signoff
from app import office as offices
from app.exporting import export_ledger
from app.lists import Query
from app.office import Office
from app.paths import FONTS, ROOT
from app.problem import Problem
from sync import exchange
from ui.answers import Said

SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}
GAPS = "部分事项责任人和核查意见正在向各手续办理部门收集，9月5日前补齐。"
CLOSED = 6
Tell = Callable[[str], None]


def play(args: argparse.Namespace, _: None) -> Said:
    """Play the journey into `args.out`; every step is said as it is done."""
    out: Path = args.out
    if out.exists() and any(out.iterdir()):
        raise Problem("E_FOLDER_TAKEN", f"“{out}”已有内容，请换一个空文件夹；原有内容没有动", folder=str(out))
    out.mkdir(parents=True, exist_ok=True)
    steps: list[str] = []

    def tell(text: str) -> None:
        steps.append(text)
        if not args.json:
            print(f"{len(steps)}. {text}", flush=True)

    journey(out, tell)
    return Said(f"演示完成，全部结果在 {out}", {"out": str(out), "steps": steps})


def journey(out: Path, tell: Tell) -> None:
    """The first office makes and seals the ledger, the second receives it."""
    first = offices.create(
        out / "旗发改委",
        division=sample.DIVISION,
        name=sample.NAME,
        roles=["sponsor", "lead"],
        clerk=sample.CLERK,
        today=sample.TODAY,
    )
    second = offices.create(
        out / "盟发改委",
        division="152501",
        name="锡林郭勒盟发展和改革委员会",
        roles=["superior"],
        clerk="经办人乙",
        today=sample.TODAY,
    )
    try:
        for office in (first, second):
            exchange.make_keys(office)
        ledger = _ledger(first, tell)
        _sign(first, ledger, out, tell)
        _close_some(first, ledger, tell)
        _send(first, second, ledger, out, tell)
    finally:
        first.close()
        second.close()
    _pictures(out, tell)


def _ledger(office: Office, tell: Tell) -> str:
    ledger = str(sample.fill(office).subject)
    tally = counts.count(office, ledger)
    tell(f"导入盟里下达的清单并补齐：{counts.list_line(tally['projects'])}")
    return ledger


def _sign(office: Office, ledger: str, out: Path, tell: Tell) -> None:
    printed = out / "待批项目台账.pdf"
    tell(signoff.print_ledger(office, ledger, printed, explain=GAPS).said)
    export_ledger(office, ledger, out / "待批项目台账.xlsx")
    scan = out / "签字扫描件.pdf"
    scanned(printed, scan, list(SIGNERS.values()))
    for role, by in SIGNERS.items():
        tell(signoff.sign(office, ledger, role=role, by=by, on=sample.TODAY.isoformat(), scan=scan).said)
    tell(signoff.seal(office, ledger).said)


def _close_some(office: Office, ledger: str, tell: Tell) -> None:
    ids = lists.ids(office, ledger, Query(standing=("open",), where=(("build_state", ("在建", "建成")),)))
    few = sorted(lists.lines(office, ids[:200]), key=lambda line: line.n_open)[:CLOSED]
    for index, line in enumerate(few, 1):
        open_ = [(line.id, code) for code, item in line.items.items() if item.standing == "在账"]
        on = max(
            [sample.TODAY.isoformat()]
            + [line.items[c].cells.get(k, "") for _, c in open_ for k in ("d_accept", "d_forward")]
        )
        tell(closing.close(office, open_, basis="批复", on=on, doc=f"某审〔2022〕{index}号").said)
    tally = counts.count(office, ledger)
    tell(counts.identity_line(tally["projects"], "项目"))
    tell(counts.identity_line(tally["items"], "事项"))


def _send(first: Office, second: Office, ledger: str, out: Path, tell: Tell) -> None:
    card, other = out / "旗发改委.qidi-card", out / "盟发改委.qidi-card"
    exchange.card(first, card)
    exchange.card(second, other)
    exchange.trust(first, other, confirmed=True)
    exchange.trust(second, card, confirmed=True)
    sent = exchange.send(first, ledger, second.name, out)
    tell(sent.said)
    tell(exchange.receive(second, Path(sent.facts["file"])).said)
    wrong = replay.verify(first) + replay.verify(second)
    tell("两个单位核对无误" if not wrong else f"核对发现 {len(wrong)} 处不一致")
    if wrong:
        raise Problem("E_VERIFY", f"演示数据核对不上：{wrong[0].where}{wrong[0].text}")


def scanned(printed: Path, scan: Path, names: list[str]) -> None:
    """A stand-in for paper: each page as a slightly turned, softened image, the last one with names written on."""
    images = []
    with pypdfium2.PdfDocument(printed) as pdf:
        for index in range(len(pdf)):
            image = pdf[index].render(scale=200 / 72).to_pil().convert("L")
            if index == len(pdf) - 1:
                _write(image, names)
            turned = image.rotate(0.4, resample=Image.Resampling.BICUBIC, fillcolor=250)
            images.append(turned.filter(ImageFilter.GaussianBlur(0.5)))
    images[0].save(scan, "PDF", save_all=True, append_images=images[1:], resolution=200)


def _write(image: Image.Image, names: list[str]) -> None:
    face = next(FONTS.glob("NotoSerifSC*.ttf"), None)
    font = ImageFont.truetype(str(face), 60) if face else ImageFont.load_default(60)
    for index, name in enumerate(names):
        ImageDraw.Draw(image).text((image.width * (0.4 + 0.25 * index), image.height * 0.8), name, 60, font)


def _pictures(out: Path, tell: Tell) -> None:
    """Pictures of the main screens, by a child process that has Qt."""
    command = [sys.executable, str(ROOT / "build" / "screens.py"), "--out", str(out / "窗口图片")]
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    if not Path(command[1]).is_file():
        tell("窗口图片略过：这里没有画图的程序")
        return
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    tell("窗口图片已画好" if done.returncode == 0 else "窗口图片略过：这里没有图形库")
