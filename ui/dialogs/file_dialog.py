"""Choosing files where the system has no dialog of its own: wide enough, the usual places at the side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, Qt, QUrl
from PySide6.QtWidgets import (
    QFileDialog,
    QFileSystemModel,
    QHeaderView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ui import look

EVERY = "所有文件 (*)"
WIDE, HIGH, SIDE = 1000, 540, 150
SIZE, KIND, DAY = 1, 2, 3  # columns of the list; the kind is seen from the ending
HEADS = {0: ("名称", 0), 1: ("大小", 90), 2: ("类型", 110), 3: ("修改日期", 140)}
URL_ROLE = Qt.ItemDataRole.UserRole + 1  # where Qt keeps the place of an entry at the side
Label = QFileDialog.DialogLabel
WORDS = {Label.LookIn: "位置：", Label.FileName: "文件名：", Label.FileType: "文件类型："}


class PlaceNames(QStyledItemDelegate):
    """桌面 and U 盘 by these words, not by what their folders happen to be called."""

    def __init__(self, names: dict[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self._names = names

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        url = index.data(URL_ROLE)
        if isinstance(url, QUrl):
            option.text = self._names.get(url.toLocalFile(), option.text)  # type: ignore[attr-defined]


class HeadWords(QIdentityProxyModel):
    """The list in the words of an office: 大小, not 体积; 2022-08-20 17:30, not 20 Aug 2022."""

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        source = self.sourceModel()
        if role == Qt.ItemDataRole.DisplayRole and isinstance(source, QFileSystemModel):
            info = source.fileInfo(self.mapToSource(index))
            if index.column() == DAY:
                return info.lastModified().toString("yyyy-MM-dd HH:mm")
            if index.column() == SIZE:
                return "" if info.isDir() else f"{max(1, round(info.size() / 1024)):,} KB"
        return super().data(index, role)

    def headerData(
        self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and section in HEADS:
            return HEADS[section][0]
        return super().headerData(section, side, role)


def made(
    parent: QWidget, title: str, start: Path, kinds: str, places: Sequence[tuple[str, Path]]
) -> QFileDialog:
    """A dialog that begins in the folder `start`; `places` (words, folder) stand at its side."""
    dialog = QFileDialog(parent, title, str(start))
    dialog.setNameFilter(with_every(kinds))
    for which, words in WORDS.items():
        dialog.setLabelText(which, words)
    dialog.setLabelText(Label.Reject, "取消")
    side, tree = dialog.findChild(QListView, "sidebar"), dialog.findChild(QTreeView, "treeView")
    if isinstance(side, QListView) and isinstance(tree, QTreeView):
        dialog.setSidebarUrls([QUrl.fromLocalFile(str(folder)) for _, folder in places])
        side.setItemDelegate(PlaceNames({str(folder): words for words, folder in places}, dialog))
        side.setMinimumWidth(look.sizes().grown(SIDE))
        dialog.setProxyModel(HeadWords(dialog))
        _widen(tree)
        dialog.resize(look.fitting(look.sizes().grown(WIDE), look.sizes().grown(HIGH)))
    return dialog


def _widen(tree: QTreeView) -> None:
    """The name takes what the others leave, so that none is cut."""
    tree.setColumnHidden(KIND, True)
    for column, (_, wide) in HEADS.items():
        mode = QHeaderView.ResizeMode.Interactive if wide else QHeaderView.ResizeMode.Stretch
        tree.header().setSectionResizeMode(column, mode)
        if wide:
            tree.setColumnWidth(column, look.sizes().grown(wide))


def with_every(kinds: str) -> str:
    """`kinds` in the words of QFileDialog, all files among them: a file may have been given another ending."""
    return kinds if not kinds or "(*)" in kinds else f"{kinds};;{EVERY}"
