"""Whether a file from outside is what its name says, whole and harmless (PDF, JPG, PNG)."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.problem import Problem
from app.storage.unfit import unfit

if TYPE_CHECKING:
    import pypdfium2

LIMIT_BYTES = 200 * 1024 * 1024
_ONE_AT_A_TIME = threading.RLock()
_ACTIVE_WORDS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_NAMES = {
    "pdf": "PDF 文件",
    "jpg": "JPG 图片",
    "png": "PNG 图片",
    "docx": "Word 文档",
    "xlsx": "Excel 工作簿",
}


class FileKind(StrEnum):
    """The kinds of file that may be attached; a Word file or a workbook only as part of a paper this program made."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"


def inspect(path: Path, *, pixels: bool = True, written: bool = False) -> FileKind:
    """What the file is. Nothing in it is run, nothing is written.

    Without `pixels` a picture is not decoded, its head and its end are judged. That is for what another office
    judged whole and sent with a proof of every byte; no decoder meets it here before somebody opens it.
    `written`: it may also be a Word file or a workbook as this program writes them (`office_files`), any other is refused.

    Raises Problem E_NO_FILE, E_ATTACHMENT_EMPTY, _TOO_BIG (200 MB), _TYPE, _MISMATCH (content against name),
    _DAMAGED (cut short or unreadable), _ENCRYPTED, _ACTIVE (scripts, programs, embedded files), _BOMB.
    """
    if not path.is_file():
        raise Problem("E_NO_FILE", f"找不到文件“{path.name}”，请检查路径", file=str(path))
    size = path.stat().st_size
    if size == 0:
        raise unfit("EMPTY", path, "是空文件，请重新扫描或复制")
    if size > LIMIT_BYTES:
        raise unfit("TOO_BIG", path, "超过 200 MB，请降低扫描分辨率或分成几个文件")
    kind = _kind_by_content(path, written=written)
    named = path.suffix.lower().lstrip(".").replace("jpeg", "jpg")
    if named != kind:
        raise unfit("MISMATCH", path, f"内容其实是{_NAMES[kind]}，与扩展名不符，请改正扩展名或核对来源")
    if kind in (FileKind.DOCX, FileKind.XLSX):
        return kind
    if kind is FileKind.PDF:
        _inspect_pdf(path)
        return kind
    from app.storage import pictures  # noqa: PLC0415  decoders would cost every start 40 ms

    if pixels:
        with pictures.opened_image(path):
            pass
    else:
        pictures.glance(path)
    return kind


@contextmanager
def opened_pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF as the renderer sees it, one at a time: pdfium bears no two threads.

    Raises Problem E_ATTACHMENT_ENCRYPTED, E_ATTACHMENT_DAMAGED.
    """
    with _ONE_AT_A_TIME, _opened(path) as document:
        yield document


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    import pypdfium2  # noqa: PLC0415  its bindings would cost every start 40 ms

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise unfit("ENCRYPTED", path, "设有密码或加密，请换成不加密的文件") from error
        raise unfit("DAMAGED", path, "不完整或已损坏，请重新扫描或复制") from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise unfit("DAMAGED", path, "有的页面读不出来，请重新扫描或另存一份") from error
    finally:
        document.close()


def _kind_by_content(path: Path, *, written: bool) -> FileKind:
    with path.open("rb") as stream:
        start = stream.read(1024)
    if start.startswith(b"\xff\xd8\xff"):
        return FileKind.JPG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if written and start.startswith(b"PK\x03\x04"):
        from app.storage import office_files  # noqa: PLC0415  lxml would cost every start 20 ms

        return FileKind(office_files.judge(path))
    if b"%PDF-" in start:
        return FileKind.PDF
    raise unfit("TYPE", path, "不是 PDF、JPG 或 PNG，不能作附件或扫描件")


def _inspect_pdf(path: Path) -> None:
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if b"%%EOF" not in data[-2048:]:
            raise unfit("DAMAGED", path, "不完整（没有结尾），请重新扫描或复制")
        if any(data.find(word) >= 0 for word in _ACTIVE_WORDS):
            raise _active(path)
    with opened_pdf(path) as document:
        if not len(document):
            raise unfit("DAMAGED", path, "里面没有页面，请重新扫描")
    from app.storage import pdf_dangers  # noqa: PLC0415  its parser would cost every start a tenth of a second

    try:
        locked, active = pdf_dangers.judge(path)
    except Exception as error:  # whatever the parser makes of a spoilt file, the file is spoilt
        raise unfit("DAMAGED", path, "结构有误，读不完整，请重新扫描或另存一份") from error
    if locked:
        raise unfit("ENCRYPTED", path, "设有密码或加密，请换成不加密的文件")
    if active:
        raise _active(path)


def _active(path: Path) -> Problem:
    return unfit(
        "ACTIVE", path, "带有脚本、启动程序或夹带的文件，为安全起见不收；请打印后扫描，或另存为普通 PDF"
    )
