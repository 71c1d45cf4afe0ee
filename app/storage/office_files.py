"""Word files and workbooks as this program writes them, and nothing else: no macro, no link, no formula, no picture."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from app.storage.sniff import UNPACKED_LIMIT, ZIP_FAULTS
from app.storage.unfit import unfit

MOST_PARTS = 64
_COMMON = r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app)\.xml"
_PARTS = {
    "docx": re.compile(
        rf"{_COMMON}|word/(?:document|styles|settings|webSettings|fontTable|numbering|footer\d)\.xml"
        r"|word/_rels/document\.xml\.rels|word/theme/theme1\.xml"
    ),
    "xlsx": re.compile(
        rf"{_COMMON}|xl/(?:workbook|styles|sharedStrings)\.xml|xl/worksheets/sheet\d{{1,2}}\.xml"
        r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml"
    ),
}
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_TYPES = re.compile(
    r"application/(?:xml|vnd\.openxmlformats-package\.(?:relationships|core-properties)\+xml"
    r"|vnd\.openxmlformats-officedocument\.(?:extended-properties|theme"
    r"|wordprocessingml\.(?:document\.main|styles|settings|webSettings|fontTable|numbering|footer)"
    r"|spreadsheetml\.(?:sheet\.main|worksheet|styles|sharedStrings))\+xml)"
)
_LINKS = re.compile(
    r"(?:officeDocument|extended-properties|core-properties|styles|settings|webSettings|fontTable|numbering|footer|theme"
    r"|worksheet|sharedStrings)"
)
_NEVER = frozenset(
    "altChunk object OLEObject oleObject oleObjects control controls fldSimple hyperlink hyperlinks attachedTemplate"
    " mailMerge subDoc pict drawing imagedata externalData legacyDrawing f externalReference externalReferences ddeLink"
    " dataConsolidate customXml sdt webPublishItems connection AlternateContent".split()
)
_FIELDS = ("PAGE",)
_NAMES = ("_xlnm.Print_Titles", "_xlnm.Print_Area")


def judge(path: Path) -> str:
    """docx or xlsx. Raises Problem E_ATTACHMENT_DAMAGED, _BOMB, _ACTIVE for whatever this program would not have written."""
    try:
        with zipfile.ZipFile(path) as archive:
            kind = _kind(path, archive)
            for name in archive.namelist():
                _judge_part(path, name, archive.read(name))
    except (*ZIP_FAULTS, etree.XMLSyntaxError) as error:
        raise unfit("DAMAGED", path, "不完整或已损坏，请重新复制") from error
    return kind


def _kind(path: Path, archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    kind = next((kind for kind, main in _MAIN.items() if main in names), "")
    if not kind or len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise _foreign(path)
    if sum(part.file_size for part in archive.infolist()) > UNPACKED_LIMIT:
        raise unfit("BOMB", path, "解开以后大得不合理，没有收")
    if any(not _PARTS[kind].fullmatch(name) for name in names):
        raise _foreign(path)
    return kind


def _judge_part(path: Path, name: str, content: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype or any(_told_of(name, root)):
        raise _foreign(path)


def _told_of(name: str, root: etree._Element) -> Iterator[bool]:
    """Whether each thing in a part is one that is never written here."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield True  # a comment or an instruction
            continue
        local = etree.QName(element).localname
        yield local in _NEVER
        if local == "instrText":
            yield (element.text or "").strip() not in _FIELDS
        elif local == "definedName":
            yield element.get("name") not in _NAMES
        elif name.endswith(".rels") and local == "Relationship":
            target, kind = element.get("Target", ""), element.get("Type", "").rpartition("/")[2]
            yield element.get("TargetMode", "Internal") != "Internal" or ":" in target or ".." in target
            yield not _LINKS.fullmatch(kind)
        elif name == "[Content_Types].xml" and element.get("ContentType") is not None:
            yield not _TYPES.fullmatch(element.get("ContentType", ""))


def _foreign(path: Path) -> Exception:
    return unfit(
        "ACTIVE",
        path,
        "不是本程序写出的样子（可能带有宏、外部链接、公式或夹带的文件），为安全起见不收，请另存为 PDF",
    )
