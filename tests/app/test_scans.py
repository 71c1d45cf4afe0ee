"""Scans: the print code is read from damaged paper, and never read where it is not."""

from __future__ import annotations

import random
from pathlib import Path

import pypdfium2
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from app.exports.fonts import Shelf
from app.exports.ledger_pdf import write_pdf
from app.page import Column, Mark, Page
from app.problem import Problem
from app.storage.scans import ScanCode, parse_code, read_codes

CODE = "ABCDEFGHIJKLMNOPQRSTUVWX27"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    columns = (Column("seq", "序号"), Column("name", "项目名称", width=60))
    rows = tuple((str(n), f"项目{n}") for n in range(1, 60))
    page = Page("台账", "填报单位（盖章）：", "", "", columns, rows, mark=Mark("1", CODE))
    out = tmp_path_factory.mktemp("scan") / "p.pdf"
    write_pdf(page, out, paper="a4", shelf=Shelf())
    return out


def scanned(path: Path, dpi: int = 200) -> Image.Image:
    with pypdfium2.PdfDocument(path) as document:
        picture: Image.Image = document[0].render(scale=dpi / 72).to_pil()
        return picture.convert("L")


def worn(picture: Image.Image, seed: int) -> Image.Image:
    """Turned a little, blurred, noisy, low in contrast: a tired office scanner."""
    rng = random.Random(seed)
    turned = picture.rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=245)
    blurred = turned.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.3)))
    noise = Image.effect_noise(blurred.size, 60)
    return Image.blend(blurred, noise, 0.25)


def test_the_printed_pdf_itself_reads(printed: Path) -> None:
    codes = read_codes(printed)
    assert {code.code for code in codes} == {CODE}
    assert [code.page for code in codes] == list(range(1, codes[0].pages + 1))


@pytest.mark.parametrize("suffix", ["jpg", "png", "pdf"])
def test_a_plain_scan_reads(printed: Path, tmp_path: Path, suffix: str) -> None:
    scan = tmp_path / f"s.{suffix}"
    scanned(printed).save(scan, dpi=(200, 200), **({"resolution": 200} if suffix == "pdf" else {}))
    assert [code.code for code in read_codes(scan)] == [CODE]


@pytest.mark.parametrize("turn", [90, 180, 270, 7, -12])
def test_a_turned_scan_reads(printed: Path, tmp_path: Path, turn: int) -> None:
    scanned(printed).rotate(turn, expand=True, fillcolor=255).save(tmp_path / "s.png")
    assert [code.page for code in read_codes(tmp_path / "s.png")] == [1]


@pytest.mark.parametrize("seed", range(8))
def test_a_worn_scan_reads(printed: Path, tmp_path: Path, seed: int) -> None:
    worn(scanned(printed), seed).save(tmp_path / "s.jpg", quality=60)
    assert [code.code for code in read_codes(tmp_path / "s.jpg")] == [CODE]


def test_a_page_without_code_gives_nothing(tmp_path: Path) -> None:
    Image.effect_noise((1200, 900), 80).save(tmp_path / "s.png")
    assert read_codes(tmp_path / "s.png") == []


def test_a_foreign_code_is_not_ours(tmp_path: Path) -> None:
    segno.make("https://example.invalid/QD1").save(tmp_path / "s.png", scale=8)
    assert read_codes(tmp_path / "s.png") == []


def test_a_damaged_scan_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "s.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    with pytest.raises(Problem) as caught:
        read_codes(tmp_path / "s.jpg")
    assert caught.value.code == "E_ATTACHMENT_DAMAGED"


def test_the_form_is_strict() -> None:
    assert parse_code(f"QD1*{CODE}*07-12") == ScanCode(CODE, 7, 12)
    assert parse_code(f"QD1*{CODE}*007-120") == ScanCode(CODE, 7, 120)
    for wrong in (
        f"QD1*{CODE}*7-12",
        f"QD1*{CODE}*13-12",
        f"QD1*{CODE}*00-12",
        f"QD1*{CODE}*007-012",
        f"QD2*{CODE}*07-12",
        f"QD1*{CODE[:-1]}1*07-12",
        f"QD1*{CODE}*07-12 ",
        f"qd1*{CODE.lower()}*07-12",
    ):
        assert parse_code(wrong) is None, wrong


@given(text=st.text(max_size=50))
def test_no_other_text_is_taken_for_a_code(text: str) -> None:
    assert parse_code(text) is None
