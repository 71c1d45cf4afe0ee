"""Hostile zips (attack 9): each refused with its code, nothing written outside, nothing unpacked before the whole was judged."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.problem import Problem
from sync.bundles import archive

DATE = (1980, 1, 1, 0, 0, 0)
END = struct.Struct("<4s4H2LH")


def entry(name: str, **more) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, more.pop("date", DATE))
    info.create_system = more.pop("system", 3)
    info.external_attr = more.pop("mode", 0o100600) << 16
    info.compress_type = more.pop("method", zipfile.ZIP_DEFLATED)
    for key, value in more.items():
        setattr(info, key, value)
    return info


def zipped(*entries: tuple[zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for info, data in entries:
            target.writestr(info, data, info.compress_type)
        target.comment = comment
    return out.getvalue()


def named(*names: str) -> bytes:
    return zipped(*((entry(n), b"x") for n in names))


def patched(data: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in data
    return data.replace(old, new, count)


GOOD = zipped((entry("bagit.txt"), b"one"), (entry("data/ledger.json"), b"two" * 50))
START = struct.unpack("<L", GOOD[-6:-2])[0]


def central(place: int, value: bytes, number: int = 0) -> bytes:
    """GOOD with bytes of its `number`th directory record replaced from `place` on."""
    at = START
    for _ in range(number):
        at = GOOD.index(b"PK\x01\x02", at + 4)
    return GOOD[: at + place] + value + GOOD[at + place + len(value) :]


def both(place_local: int, place_central: int, value: bytes) -> bytes:
    """GOOD with the same field of the first entry changed in both records."""
    data = central(place_central, value)
    return data[:place_local] + value + data[place_local + len(value) :]


def bomb(size: int) -> bytes:
    return zipped((entry("data/ledger.json"), bytes(size)))


def bare(name: bytes, flags: int = 0x800) -> bytes:
    """A whole archive with any bytes as its one name."""
    packed = b"x"
    common = struct.pack("<4H3L", flags, 0, 0, 33, zlib.crc32(packed), 1, 1)
    local = b"PK\x03\x04" + b"\x14\0" + common + struct.pack("<2H", len(name), 0) + name + packed
    head = b"PK\x01\x02" + bytes([20, 3, 20, 0]) + common
    head += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0o100600 << 16, 0) + name
    return local + head + END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(head), len(local), 0)


def doubled_place() -> bytes:
    """Two directory records for one run of bytes (overlap)."""
    first = GOOD[START:]
    length = GOOD.index(b"PK\x01\x02", START + 4) - START
    one, rest = first[:length], bytearray(first[length:-22])
    rest[42:46] = struct.pack("<L", 0)
    size = len(one) + len(rest)
    return GOOD[:START] + one + bytes(rest) + END.pack(b"PK\x05\x06", 0, 0, 2, 2, size, START, 0)


def zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target, target.open(entry("bagit.txt"), "w", force_zip64=True) as sink:
        sink.write(b"x")
    return out.getvalue()


def streamed() -> bytes:
    """With a data descriptor behind the content."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(entry("bagit.txt"), b"x")
    return out.getvalue()


NFD = unicodedata.normalize("NFD", "é")
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "slip": (lambda: named("../evil.txt"), "E_NAME"),
    "slip inside": (lambda: named("data/../../evil"), "E_NAME"),
    "dot": (lambda: named("data/./x"), "E_NAME"),
    "absolute": (lambda: named("/etc/passwd"), "E_NAME"),
    "drive": (lambda: named("c:evil.txt"), "E_NAME"),
    "drive path": (lambda: named("c:/evil.txt"), "E_NAME"),
    "backslash": (lambda: bare(b"data\\evil"), "E_NAME"),
    "unc": (lambda: bare(b"\\\\host\\share"), "E_NAME"),
    "nul": (lambda: bare(b"data/x\0.json"), "E_NAME"),
    "con": (lambda: named("con"), "E_NAME"),
    "con.txt": (lambda: named("data/con.txt"), "E_NAME"),
    "lpt1": (lambda: named("data/lpt1.json"), "E_NAME"),
    "trailing dot": (lambda: named("data/x."), "E_NAME"),
    "trailing space": (lambda: named("data/x "), "E_NAME"),
    "leading space": (lambda: named(" data/x"), "E_NAME"),
    "zero width": (lambda: named("data/led\u200bger.json"), "E_NAME"),
    "bidi": (lambda: named("data/\u202enosj.x"), "E_NAME"),
    "fullwidth": (lambda: named("data/ｘ.json"), "E_NAME"),
    "empty name": (lambda: bare(b""), "E_NAME"),
    "empty part": (lambda: named("data//x"), "E_NAME"),
    "hidden": (lambda: named("data/.x"), "E_NAME"),
    "long name": (lambda: named("data/" + "x" * 200), "E_NAME"),
    "deep": (lambda: named("data/a/b/c/d"), "E_NAME"),
    "upper case": (lambda: named("DATA/X.JSON"), "E_NAME"),
    "stream name": (lambda: named("data/x:evil"), "E_NAME"),
    "bad utf-8": (lambda: bare(b"data/\xff\xfe"), "E_NAME"),
    "bytes without the utf-8 flag": (lambda: bare("data/项目".encode("gbk"), flags=0), "E_NAME"),
    "symlink": (lambda: zipped((entry("data/x", mode=0o120777), b"/etc/passwd")), "E_TYPE"),
    "device": (lambda: zipped((entry("data/x", mode=0o020666), b"")), "E_TYPE"),
    "pipe": (lambda: zipped((entry("data/x", mode=0o010666), b"")), "E_TYPE"),
    "folder": (lambda: named("data/"), "E_TYPE"),
    "folder by mode": (lambda: zipped((entry("data/x", mode=0o040755), b"")), "E_TYPE"),
    "dos folder": (lambda: zipped((entry("data/x", system=0, external_attr=0x10), b"")), "E_TYPE"),
    "other system": (lambda: zipped((entry("data/x", system=7), b"")), "E_TYPE"),
    "case duplicate": (lambda: named("data/x", "data/X"), "E_DUP"),
    "nfc duplicate": (lambda: named("data/é", f"data/{NFD}"), "E_DUP"),
    "width duplicate": (lambda: named("data/x", "data/ｘ"), "E_DUP"),
    "overlap": (doubled_place, "E_ZIP"),
    "bomb": (lambda: bomb(3 << 20), "E_LIMIT"),
    "over 50 MB": (lambda: both(22, 24, struct.pack("<L", (50 << 20) + 1)), "E_LIMIT"),
    "over 5,000 entries": (lambda: named(*(f"data/{i}" for i in range(5001))), "E_LIMIT"),
    "lzma": (lambda: zipped((entry("bagit.txt", method=zipfile.ZIP_LZMA), b"x" * 99)), "E_ZIP"),
    "bzip2": (lambda: zipped((entry("bagit.txt", method=zipfile.ZIP_BZIP2), b"x" * 99)), "E_ZIP"),
    "encrypted flag": (lambda: both(6, 8, b"\x01\0"), "E_ZIP"),
    "strong encryption": (lambda: both(6, 8, b"\x41\0"), "E_ZIP"),
    "masked headers": (lambda: both(6, 8, b"\0\x20"), "E_ZIP"),
    "comment": (lambda: zipped((entry("bagit.txt"), b"x"), comment=b"hello"), "E_ZIP"),
    "entry comment": (lambda: zipped((entry("bagit.txt", comment=b"hello"), b"x")), "E_ZIP"),
    "extra field": (lambda: zipped((entry("bagit.txt", extra=b"\x99\x99\x04\x00abcd"), b"x")), "E_ZIP"),
    "prefix": (lambda: b"MZ" + GOOD, "E_ZIP"),
    "suffix": (lambda: GOOD + b"\0", "E_ZIP"),
    "junk between": (lambda: GOOD[:START] + b"junk" + GOOD[START:], "E_ZIP"),
    "two archives": (lambda: GOOD + GOOD, "E_ZIP"),
    "zip64": (zip64, "E_ZIP"),
    "data descriptor": (streamed, "E_ZIP"),
    "another date": (lambda: zipped((entry("bagit.txt", date=(2022, 8, 25, 1, 2, 4)), b"x")), "E_ZIP"),
    "other crc": (lambda: central(16, b"\1\2\3\4"), "E_ZIP"),
    "other name": (lambda: central(46, b"bagix.txt"), "E_ZIP"),
    "other method": (lambda: central(10, b"\0\0"), "E_ZIP"),
    "other size": (lambda: central(24, b"\2\0\0\0"), "E_ZIP"),
    "other place": (lambda: central(42, b"\1\0\0\0"), "E_ZIP"),
    "second disk": (lambda: central(34, b"\1\0"), "E_ZIP"),
    "fewer counted": (lambda: GOOD[:-14] + b"\1\0\1\0" + GOOD[-10:], "E_ZIP"),
    "more counted": (lambda: GOOD[:-14] + b"\3\0\3\0" + GOOD[-10:], "E_ZIP"),
    "cut": (lambda: GOOD[:-1], "E_ZIP"),
    "only an end": (lambda: GOOD[-22:], "E_ZIP"),
    "empty": (lambda: b"", "E_ZIP"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "E_ZIP"),
    "a workbook's shape": (lambda: named("[Content_Types].xml"), "E_NAME"),
}


def judged(data: bytes, folder: Path) -> archive.Archive:
    file = folder / "body.zip"
    file.write_bytes(data)
    return archive.Archive(file)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_is_refused_with_its_code(name, tmp_path):
    make, code = HOSTILE[name]
    with pytest.raises(Problem) as caught:
        judged(make(), tmp_path)
    assert caught.value.code == code
    assert [p.name for p in tmp_path.iterdir()] == ["body.zip"]


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 36


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_plain_duplicate(tmp_path):
    with pytest.raises(Problem) as caught:
        judged(named("data/x", "data/x"), tmp_path)
    assert caught.value.code == "E_DUP"


def test_the_good_one_is_read(tmp_path):
    found = judged(GOOD, tmp_path)
    assert list(found.entries) == ["bagit.txt", "data/ledger.json"]
    assert found.read("data/ledger.json") == b"two" * 50
    with pytest.raises(Problem) as caught:
        found.read("data/ledger.json", limit=10)
    assert caught.value.code == "E_LIMIT"


def test_over_a_gigabyte_in_all_is_refused_by_the_headers_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_TOTAL", 100)
    with pytest.raises(Problem) as caught:
        judged(GOOD, tmp_path)
    assert caught.value.code == "E_LIMIT"


def unpacking(data: bytes, folder: Path, name: str = "bagit.txt") -> str:
    with pytest.raises(Problem) as caught:
        judged(data, folder).extract(name, folder / "out")
    return caught.value.code


def test_content_that_unpacks_to_more_or_less_or_other_than_said(tmp_path):
    stored = zipped((entry("bagit.txt", method=zipfile.ZIP_STORED), b"abc"))
    for index, data in enumerate(
        (
            patched(stored, b"abc", b"abd"),
            both(22, 24, struct.pack("<L", 2)),
            both(22, 24, struct.pack("<L", 9)),
            both(14, 16, b"\1\2\3\4"),
            patched(GOOD, GOOD[39:42], b"\xff\xff\xff", 1),
        )
    ):
        folder = tmp_path / str(index)
        folder.mkdir()
        assert unpacking(data, folder) == "E_ZIP"


def test_a_lying_bomb_stops_at_the_size_it_told(tmp_path):
    big = bomb(90 << 20)
    size = struct.pack("<L", 1000)
    start = struct.unpack("<L", big[-6:-2])[0]
    lying = big[:22] + size + big[26 : start + 24] + size + big[start + 28 :]
    assert unpacking(lying, tmp_path, "data/ledger.json") == "E_ZIP"
    assert (tmp_path / "out").stat().st_size <= 1 << 20


def test_junk_behind_the_deflated_end(tmp_path):
    packed = zlib.compress(b"one")[2:-4] + b"junk"
    common = struct.pack("<4H3L", 0, 8, 0, 33, zlib.crc32(b"one"), len(packed), 3)
    name = b"bagit.txt"
    local = b"PK\x03\x04" + b"\x14\0" + common + struct.pack("<2H", len(name), 0) + name + packed
    head = b"PK\x01\x02" + bytes([20, 3, 20, 0]) + common
    head += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0o100600 << 16, 0) + name
    data = local + head + END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(head), len(local), 0)
    assert unpacking(data, tmp_path) == "E_ZIP"


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255), st.integers(0, 3))
def test_any_spoilt_byte_is_refused_or_does_not_change_the_content(tmp_path, place, flip, cut):
    """Only the padding bits behind a deflated end may differ; no header byte may."""
    data = GOOD[:place] + bytes([GOOD[place] ^ flip]) + GOOD[place + 1 : len(GOOD) - cut]
    try:
        found = judged(data, tmp_path)
        content = [found.read(n) for n in found.entries]
    except Problem as problem:
        assert problem.code in ("E_ZIP", "E_NAME", "E_TYPE", "E_DUP", "E_LIMIT")
    else:
        assert content == [b"one", b"two" * 50]
        ends = {e.start + e.packed - 1 for e in found.entries.values()}
        assert cut == 0
        assert place in ends
