"""Our bags before the outside judge, and what RFC 8493 calls invalid before our strict reader."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from app.rounds import rounds
from sync import exchange
from sync.bundles import bag, dsse, envelope, packing
from sync.bundles.archive import Archive
from sync.peers import keys
from tests.sync.forged_rounds import part, returned
from tests.sync.rounds_world import play
from tests.sync.world import World

Parts = dict[str, bytes]
CODES = frozenset(("E_BAG", "E_TAMPERED", "E_NAME", "E_ZIP", "E_DUP", "E_NEWER", "E_ATTACHMENT"))


def unpacked(path: Path, folder: Path, own: keys.Keys) -> Path:
    """The bag inside a bundle as plain files."""
    (folder / "temp").mkdir(parents=True)
    body, _ = envelope.unwrap(path, own, folder / "temp", as_sender=False)
    found = Archive(body)
    for name in found.entries:
        target = folder / "bag" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.read(name))
    return folder / "bag"


def test_bags_of_every_kind_are_valid_to_the_outside_judge(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 8493: a ledger, a part of a check round and its return."""
    caplog.set_level(logging.ERROR, "bagit")
    world = play(tmp_path)
    rounds.begin(world.sponsor, world.ledger)
    down = part(world)
    exchange.receive(world.water, down)
    up = returned(world)
    report = Path(
        exchange.send(world.sponsor, world.ledger, world.water.id, world.usb, aside=True).facts["file"]
    )  # fmt: skip
    for number, (path, office) in enumerate(
        ((down, world.water), (up, world.sponsor), (report, world.water))
    ):
        judged = bagit.Bag(str(unpacked(path, tmp_path / f"bag{number}", keys.load(office.folder / "keys"))))
        judged.validate()
        assert judged.version_info == (1, 0)
        assert set(judged.payload_entries()) >= {packing.LEDGER, packing.TEMPLATE}
    world.close()


def swap(name: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


def more(name: str, line: bytes) -> Callable[[Parts], None]:
    return lambda parts: parts.update({name: parts[name] + line})


def first(parts: Parts) -> bytes:
    return parts[bag.MANIFEST].split(b"\n")[0]


def twice(digest: Callable[[bytes], bytes]) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        line = first(parts)
        parts[bag.MANIFEST] += digest(line[:64]) + line[64:] + b"\n"

    return change


def listed(path: bytes) -> Callable[[Parts], None]:
    """The manifest names one more file, which is there or not."""
    return more(bag.MANIFEST, b"a" * 64 + b"  " + path + b"\n")


def gone(name: str) -> Callable[[Parts], None]:
    return lambda parts: parts.pop(name) and None


def put(name: str, data: bytes = b"x") -> Callable[[Parts], None]:
    return lambda parts: parts.update({name: data})


INVALID: dict[str, Callable[[Parts], object]] = {
    "bagit.txt missing": gone(bag.BAGIT),
    "bagit.txt with a BOM": lambda p: p.update({bag.BAGIT: b"\xef\xbb\xbf" + p[bag.BAGIT]}),
    "bagit.txt with white space": swap(bag.BAGIT, b"Version:", b"Version :"),
    "bagit.txt without encoding": swap(bag.BAGIT, b"Tag-File-Character-Encoding: UTF-8\n", b""),
    "bagit.txt with more": more(bag.BAGIT, b"Extra: 1\n"),
    "bagit.txt of another version": swap(bag.BAGIT, b"1.0", b"2.0"),
    "bagit.txt of no version": swap(bag.BAGIT, b"1.0", b"one"),
    "bagit.txt with another encoding": swap(bag.BAGIT, b"UTF-8", b"UTF-16"),
    "bag-info in another encoding": lambda p: p.update({bag.INFO: p[bag.INFO].decode().encode("utf-16")}),
    "no payload manifest": gone(bag.MANIFEST),
    "empty payload manifest": put(bag.MANIFEST, b""),
    "no tag manifest": gone(bag.TAGS),
    "tag file not listed in the tag manifest": swap(bag.TAGS, b"bagit.txt", b"bagit.tx"),
    "file listed, not there": listed(b"data/none.json"),
    "file there, not listed": put("data/more.json"),
    "file outside the payload": put("more.txt"),
    "digest wrong": lambda p: p.update({bag.MANIFEST: b"f" * 64 + p[bag.MANIFEST][64:]}),
    "digest in capitals": lambda p: p.update({bag.MANIFEST: p[bag.MANIFEST][:64].upper() + p[bag.MANIFEST][64:]}),
    "digest too short": lambda p: p.update({bag.MANIFEST: p[bag.MANIFEST][32:]}),
    "the same line twice": twice(lambda digest: digest),
    "the same file with two digests": twice(lambda digest: b"b" * 64),
    "path with ..": listed(b"data/../../etc/passwd"),
    "path from the root": listed(b"/etc/passwd"),
    "path from home": listed(b"~/.bashrc"),
    "path with a backslash": listed(b"data\\x.json"),
    "path with an encoded line break": listed(b"data/a%0Ab.json"),
    "path outside the payload": listed(b"bagit.txt"),
    "star before the path": swap(bag.MANIFEST, b"  data", b" *data"),
    "one space before the path": swap(bag.MANIFEST, b"  data", b" data"),
    "lines ended by CRLF": lambda p: p.update({bag.MANIFEST: p[bag.MANIFEST].replace(b"\n", b"\r\n")}),
    "no line end": lambda p: p.update({bag.MANIFEST: p[bag.MANIFEST][:-1]}),
    "fetch.txt": put("fetch.txt", b"http://example.org/x 1 data/x\n"),
    "a weaker manifest besides": put("manifest-md5.txt", b"d41d8cd98f00b204e9800998ecf8427e  data/ledger.json\n"),
    "a payload file changed": lambda p: p.update({packing.LEDGER: p[packing.LEDGER] + b" "}),
    "payload size wrong": swap(bag.INFO, b"Payload-Oxum: ", b"Payload-Oxum: 1"),
    "a label without value": swap(bag.INFO, b"Qidi-Kind: ledger", b"Qidi-Kind:"),
    "a line that is no label": more(bag.INFO, b"just words\n"),
    "a label twice": more(bag.INFO, b"Qidi-Kind: ledger\n"),
}  # fmt: skip


def signed(world: World, change: Callable[[Parts], object]) -> Path:
    """The bag changed, then its tag manifest made true where it was left alone, and all signed by the sender."""
    parts = world.parts()
    tags = parts[bag.TAGS]
    change(parts)
    if parts.get(bag.TAGS) == tags:
        told = {
            n: hashlib.sha256(parts[n]).hexdigest() for n in (bag.BAGIT, bag.INFO, bag.MANIFEST) if n in parts
        }
        parts[bag.TAGS] = bag.manifest_bytes(told)
    parts[bag.SIGNATURE] = dsse.seal(packing.TAG_TYPE, parts.get(bag.TAGS, tags), [world.sender])
    return world.wrapped(world.zip_of(parts.items()))


def test_the_helper_itself_is_accepted(world: World) -> None:
    assert world.open(signed(world, lambda parts: None)).count == 3


@pytest.mark.parametrize("kind", INVALID)
def test_what_the_rfc_calls_invalid_is_refused_though_signed(world: World, kind: str) -> None:
    """Names after the cases of the conformance suite for RFC 8493; each is well signed by its sender."""
    assert world.refusal(signed(world, INVALID[kind])) in CODES
