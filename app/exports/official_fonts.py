"""The faces of official papers: the installed 仿宋, 楷体, 黑体, 小标宋 where they are found, else the program's own."""

from __future__ import annotations

from pathlib import Path

from app.exports.fonts import Role, Shelf, faces_named, folders
from app.exports.typeface import Ink, Typeface
from app.storage.paths import FONTS

# Role, its name, the files it goes by on Windows, 统信, 麒麟 and WPS, and what stands in for it.
FACES: tuple[tuple[Role, str, tuple[str, ...], Role], ...] = (
    ("fangsong", "仿宋", ("simfang.ttf", "仿宋_gb2312.ttf", "fangsong_gb2312.ttf", "fzfsk.ttf"), "body"),
    (
        "kaiti",
        "楷体",
        ("simkai.ttf", "楷体_gb2312.ttf", "kaiti_gb2312.ttf", "fzktk.ttf", "lxgwwenkai-regular.ttf"),
        "body",
    ),
    ("heiti", "黑体", ("simhei.ttf", "fzhtk.ttf"), "head"),
    ("title", "小标宋", ("方正小标宋简体.ttf", "方正小标宋_gbk.ttf", "fzxbsjw.ttf", "fzxbsk.ttf"), "body"),
)
_OWN_WORDS = {"body": "宋体", "head": "黑体"}
_WORTH_SAYING = ("仿宋", "楷体", "小标宋")


class OfficialShelf(Shelf):
    """The faces one paper may use. `lacking` are those not installed on this machine."""

    def __init__(self, own: Path = FONTS, extras: tuple[Path, ...] | None = None) -> None:
        """Raises Problem E_FONTS when the program's own faces are missing or broken."""
        super().__init__(own, extras)
        places = folders() if extras is None else extras
        lacking = []
        for role, title, files, other in FACES:
            found = next(faces_named(places, files), None)
            self._own[role] = found or self._own[other]
            if found is None:
                lacking.append(title)
        self.lacking = tuple(lacking)

    @property
    def said(self) -> str:
        """Which faces of the standard had to be stood in for, '' when all are there."""
        missing = [
            f"{title}（用{_OWN_WORDS[other]}代）" for _, title, _, other in FACES if title in self._worth
        ]
        return f"本机没有安装{'、'.join(missing)}，版式按国标，字体请在正式印发前换用" if missing else ""

    @property
    def _worth(self) -> set[str]:
        return set(self.lacking) & set(_WORTH_SAYING)


class OfficialInk(Ink):
    """The characters of one paper: body 仿宋, head 黑体, besides 楷体, 小标宋 and 宋体; `bold_title`: 小标宋 is stood in for."""

    def __init__(self, shelf: OfficialShelf) -> None:
        super().__init__(shelf)
        self.body = Typeface(self, "fangsong")
        self.head = Typeface(self, "heiti")
        self.kaiti = Typeface(self, "kaiti")
        self.title = Typeface(self, "title")
        self.song = Typeface(self, "body")
        self.bold_title = "小标宋" in shelf.lacking
