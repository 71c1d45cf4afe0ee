"""Pictures of every page at 1366×768, 1920×1080 and 150 %, made on a sample office of their own.

`.venv/bin/python build/screens.py [--out DIR]` writes `DIR/<page>-<size>.png`. Each size is drawn by a child
process, because Qt reads its scale once. `--guide` draws those of the guide anew, small, into `resources/guide/pictures`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import campaign_poses
import following_poses
import import_poses
import people_poses
import register_poses
import report_poses
import round_poses
import statistics_poses
import upward_poses

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# name -> (logical width, logical height, scale); the window fills the screen but for its own title bar
SIZES = {"1366x768": (1366, 728, 1.0), "1920x1080": (1920, 1040, 1.0), "1366x768@150": (911, 485, 1.5)}
GUIDE = {
    "today", "ledger-at-work", "matters", "import-mend", "rounds", "inbox-many", "inbox-clash", "sign", "send",
    "reports", "statistics",
}  # fmt: skip
GUIDE_SIZE, GUIDE_WIDE = "guide", 560  # as wide as the text of the guide in the window
SETTLE_SECONDS = 0.4
BUSY_SECONDS = 60  # the longest wait for a page that reads in the background


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "screens")
    parser.add_argument("--only", choices=SIZES, help="this size alone")
    parser.add_argument("--guide", action="store_true", help="the pictures of the guide")
    parser.add_argument("--size", help=argparse.SUPPRESS)
    parser.add_argument("--office", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--day", type=dt.date.fromisoformat, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.guide:
        args.out = ROOT / "resources" / "guide" / "pictures"
    args.out.mkdir(parents=True, exist_ok=True)
    if args.size:
        draw(args.size, args.office, args.out, args.day)
        return 0
    with tempfile.TemporaryDirectory() as nest:
        whole = Path(nest) / "whole"
        make_office(whole / "office")
        for size in [GUIDE_SIZE] if args.guide else [args.only] if args.only else SIZES:
            scale = _room(size)[2]
            office = Path(shutil.copytree(whole, Path(nest) / size)) / "office"  # what is done for one is not for all
            world = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, __file__, "--out", str(args.out), "--size", size, "--office", str(office)]
            done = subprocess.run(command, env=world, check=False)
            if done.returncode:
                print(f"{size} 的图没有画成")
                return 1
    print(f"图已写到 {args.out}：{len(list(args.out.glob('*.png')))} 张")
    return 0


def _room(size: str) -> tuple[int, int, float]:
    return (960, 520, 1.0) if size == GUIDE_SIZE else SIZES[size]


def small(picture: Path) -> None:
    """A picture as narrow as the guide wants it, in few colours: it is kept with the program."""
    from PIL import Image

    with Image.open(picture) as drawn:
        high = round(drawn.height * GUIDE_WIDE / drawn.width)
        fitted = drawn.convert("RGB").resize((GUIDE_WIDE, high), Image.Resampling.LANCZOS)
    fitted.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(picture, optimize=True)


def make_office(folder: Path) -> None:
    """The sample the program itself offers, with one matter closed and one scan attached."""
    from app import office as offices
    from app.ledger import ledgers
    from app.samples import sample, sample_campaigns
    from ui.screens.signing import papers

    office = offices.create(
        folder,
        division=sample.DIVISION,
        name=sample.NAME,
        roles=["sponsor", "lead"],
        clerk=sample.CLERK,
        today=sample.TODAY,
    )
    sample.fill(office)
    sample_campaigns.fill(office)
    line = next(x for x in ledgers.all(office) if x.own)
    papers.print_version(office, line.id, "a3", "样例：缺项正在补齐")
    round_poses.play(office, line.id, folder.parent)
    upward_poses.play(folder.parent, sample.TODAY)
    statistics_poses.play(folder.parent, sample.TODAY)
    office.close()


def draw(size: str, folder: Path, out: Path, day: dt.date | None = None) -> None:
    """All pages at one size; with a day those of that office on that day, without the poses, which are of the sample."""
    from PySide6.QtWidgets import QApplication, QWidget

    from app import office as offices
    from app.samples import sample
    from ui import application
    from ui.desk import Desk
    from ui.main_window import MainWindow

    wide, high, _ = _room(size)
    wanted = GUIDE if size == GUIDE_SIZE else None
    qt = application.make_application([sys.argv[0]])
    office = offices.open_folder(folder, today=day or sample.TODAY)
    window = MainWindow(Desk(office))
    window.resize(wide, high)
    window.show()

    def keep(name: str, shown: QWidget | None = None) -> None:
        if wanted is not None and name not in wanted:
            return
        until = time.monotonic() + SETTLE_SECONDS
        last = until + BUSY_SECONDS
        while time.monotonic() < min(until, last):
            QApplication.processEvents()
            time.sleep(0.02)
            if window.desk.busy:  # what the work brings in is laid out after it
                until = time.monotonic() + SETTLE_SECONDS
        QApplication.sendPostedEvents()  # a form that was just made whole is laid out anew
        file = out / (f"{name}.png" if wanted is not None else f"{name}-{size}.png")
        (shown or window).grab().save(str(file))
        if wanted is not None:
            small(file)

    for key in window.page_keys():
        if wanted is None or key in wanted:
            window.show_page(key)
            keep(key)
    for name, pose in (POSES if day is None else {}).items():
        if wanted is not None and name not in wanted:
            continue
        shown = pose(window)
        keep(name, shown)
        if shown is not None:
            shown.close()
    window.close()
    office.close()
    del qt


def at_work(window: object) -> None:
    """The grid with a refused amount, a selection and a header filter in force."""
    from PySide6.QtCore import QItemSelection, QItemSelectionModel

    window.show_page("ledger")  # type: ignore[attr-defined]
    bench = window.screen().bench  # type: ignore[attr-defined]
    table, model = bench.table, bench.table.ledger_model
    invest = model.column_of("invest")
    model.setData(model.index(6, invest), "八百万整吧")
    table.setCurrentIndex(model.index(3, invest))
    block = QItemSelection(model.index(3, invest), model.index(5, invest))
    table.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def matters(window: object) -> None:
    """The form of a late project at its matters."""
    window.show_page("today")  # type: ignore[attr-defined]
    screen = window.screen()  # type: ignore[attr-defined]
    row = next((i for i in range(screen.model.rowCount()) if screen.model.row(i).fact.item), 0)
    screen.table.opened.emit(row)


def header_filter(window: object) -> object:
    from ui.tables.filter_popup import FilterPopup

    window.show_page("ledger")  # type: ignore[attr-defined]
    table = window.screen().bench.table  # type: ignore[attr-defined]
    table.setCurrentIndex(table.ledger_model.index(0, table.ledger_model.column_of("resp_unit")))
    table.show_filter()
    return table.findChildren(FilterPopup)[-1]


def new_entry(window: object) -> object:
    from ui.dialogs.new_entry_dialog import NewEntryDialog

    bench = window.screen().bench  # type: ignore[attr-defined]
    dialog = NewEntryDialog(bench.desk, bench.line, window)  # type: ignore[arg-type]
    dialog.show()
    return dialog


def closing(window: object) -> object:
    from ui.dialogs.closing_dialog import ClosingDialog

    bench = window.screen().bench  # type: ignore[attr-defined]
    line = bench.table.ledger_model.line_at(0)
    item = next(iter(line.items.values()))
    dialog = ClosingDialog(bench.desk, bench.line.loaded, line, item, window)  # type: ignore[arg-type]
    dialog.show()
    return dialog


def first_run(window: object) -> object:
    from ui.screens.first_run_screen import FirstRunScreen

    dialog = FirstRunScreen(None, None, parent=window)  # type: ignore[arg-type]
    dialog.show()
    return dialog


# More pictures beside one of each page: name -> what to do to the window; returns the widget to draw, or None.
POSES: dict[str, Callable] = {
    "ledger-at-work": at_work,
    "matters": matters,
    "header-filter": header_filter,
    "new-entry": new_entry,
    "closing": closing,
    "first-run": first_run,
    **import_poses.POSES,
    **following_poses.POSES,
    **campaign_poses.POSES,
    **people_poses.POSES,
    **register_poses.POSES,
    **report_poses.POSES,
    **round_poses.POSES,
    **statistics_poses.POSES,
    **upward_poses.POSES,
}

if __name__ == "__main__":
    sys.exit(main())
