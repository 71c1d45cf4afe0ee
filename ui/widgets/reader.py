"""A text in Markdown with its chapters at the left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from ui import look

CHAPTER = 2
"""The level of a chapter's heading."""


class Reader(QWidget):
    """`file` is Markdown whose pictures lie beside it; `named` is what a screen reader calls the text."""

    def __init__(self, file: Path, named: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.chapters = QTextBrowser(), QListWidget()
        self.text.setSearchPaths([str(file.parent)])
        self.text.setMarkdown(file.read_text("utf-8"))
        self.text.setAccessibleName(named)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.chapters)
        row.addWidget(self.text, 1)
        self._list_chapters()

    def turn_to(self, about: str) -> None:
        """Open at the first chapter that has `about` in its name, else in its text; at the beginning where none has."""
        names = [self.chapters.item(at).text() for at in range(self.chapters.count())]
        told = self.text.toPlainText()
        starts = [block.position() for block in self._headings()]
        texts = [told[a:b] for a, b in zip(starts, [*starts[1:], len(told)], strict=True)]
        wanted = (at for kind in (names, texts) for at, text in enumerate(kind) if about and about in text)
        self.chapters.setCurrentRow(next(wanted, 0))

    def _list_chapters(self) -> None:
        self.chapters.setAccessibleName("各章")
        for block in self._headings():
            QListWidgetItem(block.text(), self.chapters).setSizeHint(QSize(0, look.sizes().row))
        self.chapters.setFixedWidth(look.sizes().grown(216))
        self.chapters.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chapters.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.chapters.currentRowChanged.connect(self._show_chapter)

    def _headings(self) -> Iterator[QTextBlock]:
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == CHAPTER:
                yield block
            block = block.next()

    def _show_chapter(self, row: int) -> None:
        """The heading of the chapter at the top of the page."""
        for at, block in enumerate(self._headings()):
            if at == row:
                self.text.setTextCursor(QTextCursor(block))
                top = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(int(top))
