"""A PDF on its way: pages whose content is deflated at once, faces embedded at the end, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.exports.embedding import embed, start_font, stream
from app.exports.typeface import Ink

rl_config.pdfComments = 0
_LEVEL = 3


class Document:
    """The canvas keeps the objects only; every page is written as raw operators."""

    def __init__(
        self, size: tuple[float, float], ink: Ink, *, title: str, author: str, subject: str = ""
    ) -> None:
        self._ink = ink
        self._canvas = Canvas(
            "", pagesize=size, invariant=1, lang="zh-CN", pdfVersion=(1, 5), initialFontName=start_font()
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("起底台账")
        self._canvas.setProducer("起底台账")

    def add(self, operators: Iterable[str]) -> Any:
        """A page with this content; returns it, so that `more` can follow when the number of pages is known."""
        self._canvas.showPage()
        document = self._canvas._doc
        page = document.idToObject[f"Page{document.pageCounter - 1}"]
        page.stream = None
        page.Contents = pdfdoc.PDFArray([self._stream(operators)])
        return page.Contents

    def more(self, contents: Any, operators: Iterable[str]) -> None:
        """Write more onto a page."""
        contents.sequence.append(self._stream(operators))

    def save(self, part: Path) -> None:
        """Write the finished document."""
        embed(self._canvas._doc, self._ink)
        with part.open("wb") as stream:
            self._canvas._filename = stream
            self._canvas.save()

    def _stream(self, operators: Iterable[str]) -> Any:
        return stream(self._canvas._doc, "\n".join(operators).encode("ascii"), _LEVEL)
