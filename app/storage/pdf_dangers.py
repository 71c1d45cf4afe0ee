"""What a PDF could do when opened: scripts, programs, embedded files, forms that send."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_MOST_OBJECTS = 500_000
_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute",
    "/Movie", "/Sound",
}  # fmt: skip
_ACTIVE_KEYS = {"/JS", "/EF", "/EmbeddedFiles", "/AA", "/XFA", "/RichMediaContent", "/AF"}
_ACTIVE_KINDS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}


def judge(path: Path) -> tuple[bool, bool]:
    """(encrypted, active). Raises whatever the parser raises on a broken file, ValueError on endless objects."""
    with path.open("rb") as stream:
        reader = pypdf.PdfReader(stream)
        if reader.is_encrypted:
            return True, False
        return False, any(_is_active(one) for one in _dictionaries(reader))


def _dictionaries(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached from the document's root, each once."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            key = (thing.idnum, thing.generation)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > _MOST_OBJECTS:
                raise ValueError("too many objects")
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting.extend(thing.raw_get(key) for key in thing)
        elif isinstance(thing, ArrayObject):
            waiting.extend(list.__iter__(thing))


def _is_active(one: DictionaryObject) -> bool:
    """An OpenAction that only names a page is harmless; anything that does something is not."""
    if (
        _ACTIVE_KEYS & one.keys()
        or str(one.get("/S")) in _ACTIONS
        or str(one.get("/Subtype")) in _ACTIVE_KINDS
    ):
        return True
    if str(one.get("/Type")) == "/EmbeddedFile":
        return True
    opening = one.get("/OpenAction")
    opening = opening.get_object() if isinstance(opening, IndirectObject) else opening
    return isinstance(opening, DictionaryObject) and str(opening.get("/S")) != "/GoTo"
