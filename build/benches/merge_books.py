"""Several workbooks merged by LibreOffice, run by the Python that knows it (`uno`): soffice, profile, target, books.

What a clerk does by hand, without the reading and thinking: the first is opened, every other one opened, its rows
copied below, closed; then the whole is saved. Nothing is compared and nothing is proved.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

TRIES, PAUSE = 600, 0.05
HEAD_ROWS = 4


def main(soffice: str, profile: str, target: str, *books: str) -> int:
    pipe = f"qidi{Path(target).stat().st_ino if Path(target).exists() else id(target)}"
    started = subprocess.Popen(
        [
            soffice,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ]
    )
    desktop = _desktop(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    whole = desktop.loadComponentFromURL(Path(books[0]).as_uri(), "_blank", 0, _told(Hidden=True))
    sheet = whole.Sheets.getByIndex(0)
    for book in books[1:]:
        other = desktop.loadComponentFromURL(Path(book).as_uri(), "_blank", 0, _told(Hidden=True))
        rows = _used(other.Sheets.getByIndex(0)).DataArray[HEAD_ROWS:]
        last = _used(sheet).RangeAddress.EndRow
        there = sheet.getCellRangeByPosition(0, last + 1, len(rows[0]) - 1, last + len(rows))
        there.DataArray = rows
        other.close(True)
    print(_used(sheet).RangeAddress.EndRow + 1)
    whole.storeToURL(Path(target).as_uri(), _told(FilterName="Calc MS Excel 2007 XML"))
    whole.close(True)
    desktop.terminate()
    return started.wait()


def _desktop(address: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        try:
            context = resolver.resolve(address)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(PAUSE)
    raise TimeoutError(address)


def _used(sheet: Any) -> Any:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(True)
    return cursor


def _told(**values: Any) -> tuple[Any, ...]:
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
