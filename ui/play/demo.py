"""The whole play on sample data: league, lead, two sponsors and seven departments, from the list to the half-month."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.ledger import ledgers
from app.listing import counts
from app.problem import Problem
from app.proof import replay, reverifying
from app.samples import sample, sample_checks
from app.storage.paths import ROOT
from ui.commands.answers import Said
from ui.play import demo_follow, demo_round, demo_seal
from ui.play.demo_world import BY_WORKBOOK, LEAD, SPONSORS, World, made

ANSWERED, REMINDED = dt.date(2022, 8, 26), dt.date(2022, 8, 29)
SIGNED, STUDIED = dt.date(2022, 8, 31), dt.date(2022, 9, 5)
HALF_MONTH = dt.date(2022, 9, 15)
SIZE = "1366x768"
Tell = Callable[[str], None]


def play(args: argparse.Namespace, _: None) -> Said:
    """Play the journey into `args.out`; every step is said as it is done."""
    out: Path = args.out
    if out.exists() and any(out.iterdir()):
        raise Problem("E_FOLDER_TAKEN", f"“{out}”已有内容，请换一个空文件夹；原有内容没有动", folder=str(out))
    out.mkdir(parents=True, exist_ok=True)
    steps: list[str] = []
    begun = time.monotonic()

    def tell(text: str) -> None:
        steps.append(text)
        if not args.json:
            print(f"{len(steps)}. {text}", flush=True)

    journey(out, tell)
    pictures(out, tell)
    seconds = round(time.monotonic() - begun)
    return Said(
        f"演示完成（{seconds} 秒），全部结果在 {out}", {"out": str(out), "steps": steps, "seconds": seconds}
    )


def journey(out: Path, tell: Tell, *, most: int = 0) -> None:
    """From the league's list to the half-month submission; `most` takes only so many projects of each sponsor."""
    world = made(out, tell, most)
    try:
        _list(world)
        sent = demo_round.push(world)
        answered = world.on(ANSWERED)
        demo_round.check(answered, sent)
        demo_round.give_back(answered, sent)
        demo_round.double(answered)
        demo_round.remind(world.on(REMINDED))
        demo_round.settle(world.on(REMINDED))
        demo_seal.sign(world.on(SIGNED))
        demo_follow.report(world.on(SIGNED), demo_follow.BEFORE)
        demo_seal.gather(world.on(SIGNED))
        studied = world.on(STUDIED)
        demo_seal.seal_gathered(studied)
        demo_seal.report(studied, "白起底办〔2022〕1号")
        later = world.on(HALF_MONTH)
        demo_seal.close_some(later)
        demo_seal.gather(later)
        demo_seal.report(later, "白起底办〔2022〕2号")
        demo_follow.play(later)
        _prove(later)
    finally:
        world.close()


def _list(world: World) -> None:
    """The league's list goes to the lead, which gives each sponsor its part."""
    world.usb.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sample.LIST, world.usb / "盟里下达的清单.xlsx")
    parts = sample_checks.split(world.usb, most=world.most)
    world.tell(f"盟发改委把清单下达{LEAD}，按立项部门分成 {len(parts):,} 份")
    for key, office in world.sponsors.items():
        ledger = str(sample.fill(office, file=parts[key]).subject)
        world.ledgers[key] = ledger
        moved = sample_checks.hand_over(office, ledger)
        tally = counts.now(office, ledger)
        world.tell(
            f"{SPONSORS[key]}导入并补齐，{counts.list_line(tally['project'])}；{moved} 个草地事项归{sample_checks.SEVENTH}"
        )
    world.gathered = str(ledgers.open_template(world.lead, "pending-approval", merged=True).subject)


def _prove(world: World) -> None:
    """The league proves the lead's whole history from what it holds; every office replays its journals."""
    found = reverifying.verify_office(world.league, world.lead.name)
    wrong = [*found.differences, *(fault for office in world.all() for fault in replay.verify(office))]
    if wrong:
        raise Problem("E_VERIFY", f"演示数据核对不上：{wrong[0].where}{wrong[0].text}")
    world.tell(f"盟发改委重新核对{LEAD}的全部历史：{'；'.join(text.strip() for text in reverifying.lines(found))}")
    here, there = counts.now(world.lead, world.gathered), counts.now(world.league, demo_seal.held(world).id)
    if here != there:
        raise Problem("E_VERIFY", "盟发改委收到的数和办公室的不一致")
    world.tell(f"{len(world.all()):,} 个单位逐条核对无误，盟里和旗里的数一致")


def pictures(out: Path, tell: Tell) -> None:
    """Pictures of the pages of one sponsor as the play left it, by a child process that has Qt."""
    program, shown = ROOT / "build" / "screens.py", out / SPONSORS[BY_WORKBOOK]
    command = [
        sys.executable, str(program), "--out", str(out / "窗口图片"), "--size", SIZE, "--office", str(shown),
        "--day", HALF_MONTH.isoformat(),
    ]  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    if not program.is_file():
        tell("窗口图片略过：这里没有画图的程序")
        return
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    tell("窗口图片已画好" if done.returncode == 0 else "窗口图片略过：这里没有图形库，或者没有画成")
