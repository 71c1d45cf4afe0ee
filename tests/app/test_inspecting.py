"""Files from outside: named for what they are, or refused in plain words; never opened by trust."""

from __future__ import annotations

import struct
import sys
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    NameObject,
    NumberObject,
    TextStringObject,
)

from app.problem import Problem
from app.storage.inspecting import LIMIT_BYTES, FileKind, inspect


def a_pdf(change: Callable[[pypdf.PdfWriter], object] = lambda writer: None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def action(**entries: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/" + key): NameObject(value) for key, value in entries.items()})


def open_with(what: object) -> Callable[[pypdf.PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject("/OpenAction"): what})


def page_action(writer: pypdf.PdfWriter) -> None:
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})


def named_script(writer: pypdf.PdfWriter) -> None:
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def a_picture(form: str, size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 50).save(out, form)
    return out.getvalue()


def cut_behind(head: bytes, end: bytes) -> bytes:
    """A JPG cut short in its picture; in front of that, in its head, stands something with an end of its own."""
    whole = a_picture("JPEG", (900, 900))
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(head + end) + 2) + head + end + whole[2:-2000]


def refused(path: Path, data: bytes) -> Problem:
    """Alike whether pictures are decoded or not."""
    path.write_bytes(data)
    found = []
    for pixels in (False, True):
        with pytest.raises(Problem) as caught:
            inspect(path, pixels=pixels)
        found.append(caught.value)
    assert path.name in found[0].text and found[0].text == found[1].text and found[0].code == found[1].code
    return found[1]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", a_pdf(), FileKind.PDF),
        ("a.PDF", a_pdf(), FileKind.PDF),
        ("a.jpg", a_picture("JPEG"), FileKind.JPG),
        ("a.JPEG", a_picture("JPEG"), FileKind.JPG),
        ("扫描件.png", a_picture("PNG"), FileKind.PNG),
        ("动态照片.jpg", a_picture("JPEG") + b"ftyp\xff\xda\0film", FileKind.JPG),
        ("动态照片.jpg", a_picture("JPEG") + b"\xff\xd9\xff\xda\0\xff\xda", FileKind.JPG),
        ("手机.png", a_picture("PNG") + b"IEND IDAT", FileKind.PNG),
    ],
)
def test_plain_files_are_taken(tmp_path: Path, name: str, data: bytes, kind: FileKind) -> None:
    (tmp_path / name).write_bytes(data)
    assert inspect(tmp_path / name) is inspect(tmp_path / name, pixels=False) is kind


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "EMPTY"),
        ("a.pdf", a_picture("PNG"), "MISMATCH"),
        ("a.png", a_picture("JPEG"), "MISMATCH"),
        ("a.jpg", a_pdf(), "MISMATCH"),
        ("a.docx", a_pdf(), "MISMATCH"),
        ("a.pdf", b"MZ\x90\0" + bytes(3000), "TYPE"),
        ("a.exe", b"MZ\x90\0" + bytes(3000), "TYPE"),
        ("a.pdf", bytes(5000), "TYPE"),
        ("a.pdf", a_pdf()[:-30], "DAMAGED"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "DAMAGED"),
        ("a.jpg", a_picture("JPEG", (900, 900))[:-2000], "DAMAGED"),
        ("a.png", a_picture("PNG", (900, 900))[:-2000], "DAMAGED"),
        ("a.jpg", cut_behind(b"Exif\0\0", a_picture("JPEG")), "DAMAGED"),
        ("a.jpg", a_picture("JPEG").partition(b"\xff\xda")[0] + b"\xff\xd9", "DAMAGED"),
    ],
)
def test_wrong_or_broken_files_are_refused(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert refused(tmp_path / name, data).code == f"E_ATTACHMENT_{code}"


@pytest.mark.parametrize(
    "change",
    [
        named_script,
        lambda writer: writer.add_attachment("a.exe", b"MZ"),
        page_action,
        open_with(action(S="/Launch", F="/x")),
        open_with(action(S="/URI", URI="/x")),
        open_with(action(S="/SubmitForm")),
    ],
    ids=["script", "attachment", "page-script", "launch", "open-link", "submit"],
)
def test_a_pdf_that_does_something_is_refused(
    tmp_path: Path, change: Callable[[pypdf.PdfWriter], object]
) -> None:
    """Attack 11."""
    assert refused(tmp_path / "a.pdf", a_pdf(change)).code == "E_ATTACHMENT_ACTIVE"


def test_names_in_disguise_are_seen_through(tmp_path: Path) -> None:
    data = a_pdf(open_with(action(S="/JavaScript"))).replace(b"/JavaScript", b"/Java#53cript")
    assert b"/JavaScript" not in data
    assert refused(tmp_path / "a.pdf", data).code in ("E_ATTACHMENT_ACTIVE", "E_ATTACHMENT_DAMAGED")


def test_opening_at_a_page_is_harmless(tmp_path: Path) -> None:
    """Decision 34: a plain page destination as OpenAction does nothing."""

    def at_page(writer: pypdf.PdfWriter) -> None:
        page = writer.pages[0].indirect_reference
        there = ArrayObject([page, NameObject("/XYZ"), NumberObject(0), NumberObject(0), NumberObject(0)])
        writer.root_object[NameObject("/OpenAction")] = there
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), target_page_index=0, fit=Fit.fit()))

    (tmp_path / "a.pdf").write_bytes(a_pdf(at_page))
    assert inspect(tmp_path / "a.pdf") is FileKind.PDF


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    locked = a_pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    assert refused(tmp_path / "a.pdf", locked).code == "E_ATTACHMENT_ENCRYPTED"
    owner_only = a_pdf(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))
    assert refused(tmp_path / "b.pdf", owner_only).code == "E_ATTACHMENT_ENCRYPTED"


def bomb(side: int) -> bytes:
    """A picture of 100 or 400 megapixels in a few kilobytes; of the smaller one Pillow only warns."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def _chunk(tag: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))


def test_an_image_bomb_is_refused(tmp_path: Path) -> None:
    """The warning is made an error (exchange.md, attack 11)."""
    for side in (10_000, 20_000):
        assert refused(tmp_path / "a.png", bomb(side)).code == "E_ATTACHMENT_BOMB"


def test_bombs_are_refused_while_other_pictures_are_inspected(tmp_path: Path) -> None:
    """Python has one list of warnings for all threads: what one thread puts back must not blind another."""
    Image.effect_noise((60, 40), 80).save(tmp_path / "good.png")
    (tmp_path / "bomb.png").write_bytes(bomb(10_000))

    def code(name: str) -> str:
        try:
            return inspect(tmp_path / name)
        except Problem as problem:
            return problem.code

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with warnings.catch_warnings(), ThreadPoolExecutor(4) as pool:
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # as in the program, not as in tests
            found = list(pool.map(code, ["good.png", "bomb.png"] * 600))
    finally:
        sys.setswitchinterval(usual)
    assert found == ["png", "E_ATTACHMENT_BOMB"] * 600


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as stream:
        stream.write(b"%PDF-1.4\n")
        stream.truncate(LIMIT_BYTES + 1)
    with pytest.raises(Problem) as caught:
        inspect(path)
    assert caught.value.code == "E_ATTACHMENT_TOO_BIG"


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        inspect(tmp_path / "no.pdf")
    assert caught.value.code == "E_NO_FILE"


SOUND = {"pdf": a_pdf(), "jpg": a_picture("JPEG"), "png": a_picture("PNG")}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["pdf", "jpg", "png"]))
def test_spoilt_bytes_are_taken_or_refused_never_a_crash(
    tmp_path: Path, data: st.DataObject, kind: str
) -> None:
    whole = bytearray(SOUND[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"a.{kind}"
    path.write_bytes(bytes(whole))
    for pixels in (True, False):
        try:
            assert inspect(path, pixels=pixels).value == kind
        except Problem as problem:
            assert problem.code.startswith("E_ATTACHMENT_")
