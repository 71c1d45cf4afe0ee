"""Official papers by GB/T 9704-2012: measured on the page in mm, read back as text, opened again as a Word file."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from pypdf import PdfReader

from app.exports import official
from app.exports.official import Annex, Heading, Numbered, OfficialPaper, Para, Table
from app.exports.official_docx import write_official_docx
from app.exports.official_fonts import OfficialShelf
from app.exports.official_pdf import write_official_pdf, write_official_pdfs
from app.page import Column
from app.problem import Problem
from app.storage.paths import FONTS

MM = 72 / 25.4
COLUMNS = (
    Column("seq", "序号", width=8, align="center"),
    Column("name", "项目名称", width=60),
    Column("days", "超期工作日", width=20, align="right"),
)
PAPER = OfficialPaper(
    title="领导小组办公室\n关于限期办理超期审批事项的通知",
    doc_no="正镶白旗大起底办督〔2022〕1号",
    to="正镶白旗水利局",
    blocks=(
        Para("起底" * 60),
        Heading(1, "基本情况"),
        Heading(2, "超期事项"),
        Heading(3, "环评"),
        Heading(4, "甲项目"),
        Table(COLUMNS, (("1", "示范项目", "4"),)),
        Heading(1, "有关要求"),
        Numbered(("限期办结。", "按时反馈。")),
    ),
    signed_by="正镶白旗发展和改革委员会",
    on="2022年9月16日",
    contact="联系人：经办人甲",
    cc=("旗纪委监委派驻纪检监察组", "旗人民政府督查室"),
    printed_by="正镶白旗发展和改革委员会",
    printed_on="2022年9月16日",
    attachments=(Annex("超期事项清单", (Para("清单。"),)), Annex("反馈表")),
)
GOLDEN = """正镶白旗大起底办督〔2022〕1号
领导小组办公室
关于限期办理超期审批事项的通知
正镶白旗水利局：
起底起底起底起底起底起底起底起底起底起底起底起底起底
起底起底起底起底起底起底起底起底起底起底起底起底起底起底
起底起底起底起底起底起底起底起底起底起底起底起底起底起底
起底起底起底起底起底起底起底起底起底起底起底起底起底起底
起底起底起底起底起底
一、基本情况
（一）超期事项
1.环评
（1）甲项目
序号项目名称超期工作日
1示范项目4
— 1 —
二、有关要求
1.限期办结。
2.按时反馈。
附件：1.超期事项清单
2.反馈表
正镶白旗发展和改革委员会
2022年9月16日
（联系人：经办人甲）
— 2 —
附件1
超期事项清单
清单。
抄送：旗纪委监委派驻纪检监察组，旗人民政府督查室。
正镶白旗发展和改革委员会2022年9月16日印发
— 3 —"""


@pytest.fixture(scope="module")
def plain() -> OfficialShelf:
    """No face but the program's own, as on a machine without any."""
    return OfficialShelf(extras=())


def lines_of(path: Path) -> list[list[tuple[float, float, float, str]]]:
    """(size, x, y, what is shown) of each line of text, page by page, as they are set (points)."""
    shown = re.compile(rb"BT /Q\d+ ([\d.]+) Tf [-\d.]+ Tc 1 0 0 1 ([\d.]+) ([\d.]+) Tm<([0-9a-f]*)>")
    pages = []
    for page in PdfReader(path).pages:
        contents = page.get_contents()
        assert contents is not None
        found = shown.findall(contents.get_data())
        pages.append(
            [(*(float(n) for n in f[:3]), bytes.fromhex(f[3].decode()).decode("utf-16-be")) for f in found]
        )
    return pages  # type: ignore[return-value]


def text_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"[ 　\r\n]+", "", text)


def test_the_text_reads_back_in_the_order_of_the_standard(tmp_path: Path, plain: OfficialShelf) -> None:
    printed = write_official_pdf(PAPER, tmp_path / "p.pdf", shelf=plain)
    pages = text_of(tmp_path / "p.pdf")
    assert printed.pages == len(pages) == 3
    assert squeezed("".join(pages)) == squeezed(GOLDEN)
    write_official_pdf(PAPER, tmp_path / "q.pdf", shelf=plain)
    assert (tmp_path / "p.pdf").read_bytes() == (tmp_path / "q.pdf").read_bytes()
    assert "仿宋" in plain.said and "小标宋" in plain.said


def test_margins_pitch_and_type_are_those_of_the_standard(tmp_path: Path, plain: OfficialShelf) -> None:
    """GB/T 9704 5.2: 天头 37±1, 订口 28±1, 版心 156×225, 22 lines of 28 characters, 3号; leading 28.95 pt."""
    write_official_pdf(replace(PAPER, blocks=(Para("起底" * 800),), to=""), tmp_path / "p.pdf", shelf=plain)
    first, second, *_ = lines_of(tmp_path / "p.pdf")
    size, x, y, text = second[0]
    assert (size, len(text)) == (16.0, 28) and x / MM == pytest.approx(28, abs=0.1)
    assert 297 - (y + 0.88 * size) / MM == pytest.approx(37, abs=0.1)  # the top of the first character
    body = [line for line in second if line[0] == 16.0]
    assert len(body) == 22
    assert {round(a[2] - b[2], 2) for a, b in pairwise(body)} == {28.95}
    assert (body[-1][2] - 0.12 * 16) / MM >= 297 - 37 - 225 - 0.5  # nothing below the 版心
    title = next(line for line in first if "关于" in line[3])
    assert title[0] == 22.0
    assert title[1] / MM + len(title[3]) * 22 / MM / 2 == pytest.approx(28 + 78, abs=0.2)  # centred
    with pypdfium2.PdfDocument(tmp_path / "p.pdf") as document:
        page = document[1].get_textpage()
        right = max(page.get_charbox(n)[2] for n in range(page.count_chars()))
        assert right / MM <= 28 + 156.1 and right / MM == pytest.approx(28 + 156, abs=0.8)


def test_page_numbers_stand_outside_seven_mm_under_the_text(tmp_path: Path, plain: OfficialShelf) -> None:
    """GB/T 9704 7.5: 4号, odd at the right and even at the left with one character free, 7 mm under the 版心."""
    write_official_pdfs([PAPER, PAPER], tmp_path / "p.pdf", shelf=plain)
    numbers = [
        next(line for line in page if line[3].startswith("— ")) for page in lines_of(tmp_path / "p.pdf")
    ]
    assert [line[3] for line in numbers] == ["— 1 —", "— 2 —", "— 3 —"] * 2  # each paper counts its own
    for size, _, y, _ in numbers:
        assert size == 14.0 and (y + 0.38 * size) / MM == pytest.approx(28, abs=0.3)
    assert numbers[1][1] / MM == pytest.approx(28 + 14 / MM, abs=0.1)
    faces = [plain.find("body", char) for char in numbers[0][3]]
    wide = sum(face.width(glyph) for face, glyph in filter(None, faces)) * 14 / 1000
    assert (numbers[0][1] + wide) / MM == pytest.approx(184 - 14 / MM, abs=0.1)


def test_signature_is_centred_over_the_date_and_never_alone(tmp_path: Path, plain: OfficialShelf) -> None:
    """GB/T 9704 7.3.5: the date ends four characters from the edge; the text goes with it to its page."""
    assert official.sign_rooms(12, 8) == (2, 4) and official.sign_rooms(20, 8) == (0, 6)
    write_official_pdf(PAPER, tmp_path / "p.pdf", shelf=plain)
    name, day = (
        next(x for x in lines_of(tmp_path / "p.pdf")[1] if x[3].startswith(t)) for t in ("正镶", "2022")
    )
    digits = 16 * 0.55 - 0.25  # of 宋体, which stands in
    assert day[1] + 7 * digits + 3 * 15.75 == pytest.approx(184 * MM - 4 * 15.75, abs=2)
    assert name[2] - day[2] == pytest.approx(28.95) and name[1] < day[1]
    for count in range(8, 20):
        short = OfficialPaper(
            "通知", tuple(Para("起底") for _ in range(count)), signed_by="示范局", on="2022年9月16日"
        )
        write_official_pdf(short, tmp_path / "p.pdf", shelf=plain)
        pages = [squeezed(page) for page in text_of(tmp_path / "p.pdf")]
        assert "示范局2022年9月16日" in pages[-1] and "起底" in pages[-1]
        assert "".join(pages).count("起底") == count


def test_annex_list_and_signature_stand_together_under_lines_of_the_text(
    tmp_path: Path, plain: OfficialShelf
) -> None:
    """GB/T 9704 7.3.4-7.3.5: 附件说明 is one list above the signature; no page holds them without text."""
    closing = replace(PAPER, doc_no="", to="", attachments=tuple(Annex(f"第{n}份表") for n in range(1, 5)))
    for count in range(8, 22):
        write_official_pdf(replace(closing, blocks=(Para("起底"),) * count), tmp_path / "p.pdf", shelf=plain)
        first, *rest = [squeezed(page) for page in text_of(tmp_path / "p.pdf")]
        last = rest[0] if rest and "附件" in rest[0] else first
        assert all(f"{n}.第{n}份表" in last for n in range(1, 5)) and "正镶白旗发展和改革委员会" in last
        assert last.count("起底") >= 2, count
    many = tuple(Annex(f"第{n}份表") for n in range(1, 61))  # longer than a page: goes on, nothing lost
    write_official_pdf(replace(closing, attachments=many), tmp_path / "p.pdf", shelf=plain)
    assert "".join(text_of(tmp_path / "p.pdf")).count("份表") == 60


def test_a_page_ends_and_begins_with_two_lines_of_a_paragraph(tmp_path: Path, plain: OfficialShelf) -> None:
    for before in range(12, 22):
        long = Para("一二三四五六七八九十" * 9)  # four lines
        paper = OfficialPaper("通知", (*(Para("起底"),) * before, long, Para("完。")))
        write_official_pdf(paper, tmp_path / "p.pdf", shelf=plain)
        pages = [[x for x in page if "四五" in x[3]] for page in lines_of(tmp_path / "p.pdf")]
        assert {len(page) for page in pages} <= {0, 2, 4} and sum(map(len, pages)) == 4, before


def test_lines_stand_closer_rather_than_sending_the_signature_over(
    tmp_path: Path, plain: OfficialShelf
) -> None:
    """GB/T 9704 7.3.5.5: where the rest of the page does not hold seal and date, 行距 may be changed, to 26 pt."""
    found = {}
    for count in range(10, 20):
        paper = replace(
            PAPER,
            doc_no="",
            blocks=(Para("起底"),) * count,
            attachments=(),
            cc=(),
            printed_by="",
            printed_on="",
        )
        printed = write_official_pdf(paper, tmp_path / "p.pdf", shelf=plain)
        body = [x[2] for x in lines_of(tmp_path / "p.pdf")[0] if x[3] == "起底"]
        found[count] = (printed.pages, round(max(a - b for a, b in pairwise(body)), 2))
        low = min(x[2] for x in lines_of(tmp_path / "p.pdf")[0] if not x[3].startswith("—"))
        assert low / MM >= 35
    assert found[13] == (1, 28.95) and found[14][0] == 1 and 26 <= found[14][1] < 28.95
    assert found[16] == (2, 28.95)
    write_official_pdf(
        replace(PAPER, blocks=(Para("起底"),) * 14, attachments=()), tmp_path / "p.pdf", shelf=plain
    )
    assert "正镶白旗发展" in text_of(tmp_path / "p.pdf")[1], (
        "the 版记 never stands on a page of its own for it"
    )


def test_with_duplex_the_binding_side_changes_page_by_page(tmp_path: Path, plain: OfficialShelf) -> None:
    """GB/T 9704 6.2: 双面印刷, 订口 28 mm at the left of odd pages and at the right of even ones; off unless asked for."""
    paper = replace(PAPER, blocks=(Para("起底" * 800),), to="")

    def lefts(duplex: bool) -> list[float]:
        write_official_pdfs([paper, paper], tmp_path / "p.pdf", shelf=plain, duplex=duplex)
        made = []
        with pypdfium2.PdfDocument(tmp_path / "p.pdf") as document:
            for page in document:
                text = page.get_textpage()
                made.append(
                    min((text.get_charbox(n)[0] for n in range(text.count_chars())), default=0.0) / MM
                )
        return made

    one, both = lefts(False), lefts(True)
    assert len(one) % 4 == 2 and len(both) == len(one) + 1, "each paper begins on a front"
    assert one[1] - both[1] == pytest.approx(2, abs=0.05) and both[0] == one[0] and both[2] == one[2]
    write_official_docx(paper, tmp_path / "p.docx", duplex=True)
    write_official_docx(paper, tmp_path / "q.docx")
    mirrored = [
        docx.Document(str(tmp_path / name)).settings.element.find(qn("w:mirrorMargins")) is not None
        for name in ("p.docx", "q.docx")
    ]
    assert mirrored == [True, False]


def test_a_table_repeats_its_head_and_splits_no_row(tmp_path: Path, plain: OfficialShelf) -> None:
    rows = tuple((str(n), f"第{n}个示范项目" + "很长的名称" * 8, str(n)) for n in range(1, 41))
    paper = replace(PAPER, blocks=(Para("见表。"), Table(COLUMNS, rows)))
    write_official_pdf(paper, tmp_path / "p.pdf", shelf=plain)
    pages = [squeezed(page) for page in text_of(tmp_path / "p.pdf")]
    with_rows = [page for page in pages if "示范项目" in page]
    assert len(with_rows) > 1 and all("序号项目名称超期工作日" in page for page in with_rows)
    for n in range(1, 41):  # whole on one page
        assert sum(f"第{n}个示范项目" + "很长的名称" * 8 in page for page in pages) == 1
    tall = replace(
        PAPER, blocks=(Table(COLUMNS, (("1", "项目" * 1500, "4"),)),)
    )  # higher than a page: goes on, nothing lost
    write_official_pdf(tall, tmp_path / "p.pdf", shelf=plain)
    assert "".join(text_of(tmp_path / "p.pdf")).count("目") == 1500 + 2


def test_the_imprint_lies_on_the_lower_edge_and_copies_are_named(
    tmp_path: Path, plain: OfficialShelf
) -> None:
    """GB/T 9704 7.4: rules 0.35 mm, the last on the lower edge of the 版心, 抄送 with one character free."""
    write_official_pdf(PAPER, tmp_path / "p.pdf", shelf=plain)
    contents = PdfReader(tmp_path / "p.pdf").pages[-1].get_contents()
    assert contents is not None
    rules = re.findall(rb"([\d.]+) w\n([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", contents.get_data())
    wide, x, y, end, _ = map(float, rules[-1])
    assert (wide / MM, x / MM, y / MM, end / MM) == pytest.approx((0.35, 28, 35, 184), abs=0.1)
    assert len(rules) == 3
    write_official_pdf(replace(PAPER, cc=(), printed_by="", printed_on=""), tmp_path / "p.pdf", shelf=plain)
    assert "抄送" not in text_of(tmp_path / "p.pdf")[-1]


def test_a_character_without_a_glyph_is_named_and_nothing_is_written(
    tmp_path: Path, plain: OfficialShelf
) -> None:
    for paper, where in (
        (replace(PAPER, blocks=(Para("好。"), Para("坏\ue123字"))), "第 2 段"),
        (replace(PAPER, blocks=(Table(COLUMNS, (("1", "坏\ue123名", ""),)),)), "第 1 行“坏名”"),
        (replace(PAPER, signed_by="\ue123局"), "落款"),
    ):
        with pytest.raises(Problem) as caught:
            write_official_pdf(paper, tmp_path / "p.pdf", shelf=plain)
        assert caught.value.code == "E_GLYPH" and where in caught.value.text and "U+E123" in caught.value.text
    assert not list(tmp_path.iterdir())


def test_an_installed_face_is_used(tmp_path: Path) -> None:
    """measured.md: 仿宋 and 小标宋 are commercial; where they are installed they are what is printed."""
    shutil.copy(next(FONTS.glob("NotoSansSC*.ttf")), tmp_path / "simfang.ttf")
    found = OfficialShelf(extras=(tmp_path,))
    assert "仿宋" not in found.lacking and found.face("fangsong") is not found.face("body")
    assert "仿宋" not in found.said and "楷体" in found.said


def test_numbers_of_headings() -> None:
    assert [official.chinese(n) for n in (1, 10, 11, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    blocks = (Heading(1, "甲"), Heading(2, "乙"), Heading(2, "丙"), Heading(1, "丁"), Heading(2, "戊"))
    heads = [told.text for told in official.told(blocks) if isinstance(told, official.Told)]
    assert heads == ["一、甲", "（一）乙", "（二）丙", "二、丁", "（一）戊"]


def test_the_word_file_has_the_same_measures(tmp_path: Path) -> None:
    write_official_docx(PAPER, tmp_path / "p.docx")
    opened = docx.Document(str(tmp_path / "p.docx"))
    kept = {p.text for p in opened.paragraphs if p.paragraph_format.keep_with_next}
    assert {"1.限期办结。", "2.按时反馈。", "附件：1.超期事项清单", "　　　2.反馈表"} <= kept
    section = opened.sections[0]
    sides = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(side.mm) for side in (*sides, section.bottom_margin) if side] == [210, 297, 37, 28, 26, 35]
    style = opened.styles["Normal"]
    assert style.font.size.pt == 16 and style.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    form = style.paragraph_format
    assert form.line_spacing_rule == WD_LINE_SPACING.EXACTLY and form.line_spacing.pt == pytest.approx(28.95)
    texts = [p.text for p in opened.paragraphs if p.text]
    assert texts[:3] == ["正镶白旗大起底办督〔2022〕1号", "领导小组办公室", "关于限期办理超期审批事项的通知"]
    assert texts[5:9] == ["一、基本情况", "（一）超期事项", "1.环评", "（1）甲项目"]
    faces = {p.text: p.runs[0].font.name for p in opened.paragraphs if p.runs}
    assert (faces["一、基本情况"], faces["（一）超期事项"]) == ("黑体", "楷体")
    assert faces["领导小组办公室"] == "方正小标宋简体"
    table = opened.tables[0]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["序号", "项目名称", "超期工作日"],
        ["1", "示范项目", "4"],
    ]
    head, row = (each._tr.trPr for each in table.rows)
    assert head.find(qn("w:tblHeader")) is not None and row.find(qn("w:cantSplit")) is not None
    assert opened.settings.odd_and_even_pages_header_footer
    for foot, side in ((section.footer, 2), (section.even_page_footer, 0)):
        assert foot.paragraphs[0].alignment == side and "PAGE" in foot.paragraphs[0]._p.xml
    assert opened.tables[1].cell(0, 0).text.startswith("抄送：旗纪委监委派驻")
    assert opened.core_properties.title == "领导小组办公室关于限期办理超期审批事项的通知"


def test_libreoffice_makes_as_many_pages_of_the_word_file(tmp_path: Path, plain: OfficialShelf) -> None:
    program = shutil.which("soffice")
    home = Path(program).resolve().parent if program else Path("/none")
    if not list(home.glob("libswlo.*")):
        pytest.skip("no LibreOffice Writer on this machine")
    write_official_docx(PAPER, tmp_path / "p.docx")
    printed = write_official_pdf(PAPER, tmp_path / "q.pdf", shelf=plain)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    asked = [
        str(program),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "p.docx"),
    ]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    assert len(PdfReader(tmp_path / "p.pdf").pages) == printed.pages
