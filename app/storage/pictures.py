"""Pictures from outside: opened by a decoder, or judged by their head and end alone."""

from __future__ import annotations

import mmap
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from app.storage.unfit import unfit

_HEEDING = threading.Lock()


@contextmanager
def opened_image(path: Path) -> Iterator[Image.Image]:
    """The picture, decoded whole. Raises Problem E_ATTACHMENT_BOMB, E_ATTACHMENT_DAMAGED."""
    with path.open("rb") as stream:
        with _judging(path):
            image = _headed(stream)
            image.load()
        yield image


def glance(path: Path) -> None:
    """Judge a picture by head and end alone; the decoder is asked where that leaves a doubt.

    So nothing is refused that `opened_image` takes: phones put a film behind the end of a JPG.
    """
    if not _ended(path):
        with opened_image(path):
            pass


def _ended(path: Path) -> bool:
    """Whether the end is after the last scan; a small picture in the head of a JPG has an end too."""
    with path.open("rb") as stream, _judging(path):
        last, end = (b"IDAT", b"IEND") if _headed(stream).format == "PNG" else (b"\xff\xda", b"\xff\xd9")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.rfind(end)
            return at >= 0 and data.find(last, at) < 0 and data.rfind(last, 0, at) >= 0


def _headed(stream: BinaryIO) -> Image.Image:
    """The picture by its head alone; too many pixels are an error."""
    with _HEEDING, warnings.catch_warnings():  # Python keeps one list of warnings for all threads
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(stream, formats=("JPEG", "PNG"))


@contextmanager
def _judging(path: Path) -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        why = "像素过多，可能是恶意图片，没有打开；请以 200～300 dpi 重新扫描"
        raise unfit("BOMB", path, why) from error
    except Exception as error:  # whatever a decoder makes of a spoilt file, the file is spoilt
        raise unfit("DAMAGED", path, "不完整或已损坏，请重新扫描或复制") from error
