"""A bundle written and opened: what goes in comes out, in one form only, and an outside judge finds the bag valid."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import logging
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import bagit
import pytest

from app.canon import strict_loads
from app.journals.trust import Known
from app.problem import Problem
from app.storage import files
from sync.bundles import archive, bag, bundle, envelope, lines, packing, preamble


def test_what_goes_in_comes_out(world):
    opened = world.open(world.written())
    assert list(opened.rows()) == world.rows
    assert opened.info == world.contents.info
    assert opened.sender == world.sender.card
    assert opened.ledger == dict(world.contents.ledger)
    assert opened.template == world.contents.template
    assert opened.seal == {"root": "0" * 64}
    assert opened.held == tuple(world.contents.held)
    assert opened.encrypted
    assert {f"{k}.pdf": v.read_bytes() for k, v in opened.attachments.items()} == {
        k: v.read_bytes() for k, v in world.contents.attachments.items()
    }


def test_what_is_written_is_named_by_its_tagmanifest(world):
    out = world.new("a.qidi")
    written = bundle.write_bundle(out, world.contents, world.sender, world.receiver.card)
    again = bundle.write_bundle(world.new("b.qidi"), world.contents, world.sender, world.receiver.card)
    assert written.digest == again.digest == world.open(out).digest
    assert written.path.read_bytes() != again.path.read_bytes(), "age is not deterministic (decision 27)"
    assert written.size == out.stat().st_size


def test_without_a_card_it_is_plain_marked_so_and_the_same_bytes_each_time(world):
    one, two = world.written(plain=True), world.written(plain=True)
    assert one.read_bytes() == two.read_bytes()
    opened = world.open(one)
    assert not opened.encrypted
    assert opened.info.cipher == "none"


def test_a_receiver_known_by_name_only_opens_it_and_others_do_not(world):
    contents = replace(world.contents, info=replace(world.contents.info, to="", to_name="盟发展和改革委员会"))
    path = world.written(plain=True, contents=contents)
    assert world.open(path).info.to == ""
    assert world.refusal(path, world.stranger) == "E_NOT_FOR_US"


def test_an_encrypted_bundle_shows_no_content(world):
    data = world.written().read_bytes()
    first, _, rest = data.partition(b"\n")
    assert first.startswith(preamble.MAGIC)
    assert rest.startswith(b"age-encryption.org/v1")
    assert "某某项目".encode() not in data
    assert b"manifest" not in data


def test_the_sender_can_open_what_it_sent(world):
    path = world.written()
    opened = bundle._open(
        path, world.sender, lambda _: Known(world.sender.card), world.new(), lambda _: False, as_sender=True
    )
    assert opened.count == 3


def test_the_outside_judge_finds_the_bag_valid(world, caplog):
    folder = world.new()
    for name, data in world.parts().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    caplog.set_level(logging.ERROR, "bagit")
    judged = bagit.Bag(str(folder))
    judged.validate()
    assert judged.version_info == (1, 0)
    assert judged.info["External-Identifier"] == world.contents.info.id
    (folder / packing.LEDGER).write_bytes(b"{}")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(folder)).validate()


def test_the_order_is_fixed_scans_are_stored_and_json_is_deflated(world):
    target = world.zipped()
    entries = archive.Archive(target).entries
    rare = (packing.CHECK, packing.VOLUMES)  # only a part of a round, and one of several volumes, has these
    fixed = [name for name in packing.FIXED if name not in rare]
    expected = [*bag.TAG_FILES, *fixed, "data/journal.jsonl"]
    assert list(entries) == expected + [f"data/att/{n}" for n in sorted(world.contents.attachments)]
    assert {n: e.method for n, e in entries.items()} == {n: 0 if "/att/" in n else 8 for n in entries}


def test_the_signature_is_over_the_exact_bytes_of_the_tagmanifest(world):
    parts = world.parts()
    envelope = strict_loads(parts[bag.SIGNATURE])
    payload = base64.b64decode(envelope["payload"])
    assert payload == parts[bag.TAGS]
    kind = envelope["payloadType"]
    data = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    world.sender.signing.public_key().verify(base64.b64decode(envelope["signatures"][0]["sig"]), data)


def test_a_long_journal_travels_in_chunks(world):
    files_ = lines.write((lines.encode(r) for r in world.rows), world.new(), chunk=700)
    assert [f.name for f in files_] == ["journal.jsonl", "journal-2.jsonl", "journal-3.jsonl"]
    info = world.contents.info
    assert list(lines.checked(files_, info.stream, 0, info.base_head)) == world.rows


def test_an_empty_delta_is_a_bundle_too(world):
    head = world.rows[-1]["hash"].hex()
    info = replace(world.contents.info, base_seq=3, base_head=head)
    opened = world.open(world.written(contents=replace(world.contents, info=info, journal=[])))
    assert opened.count == 0


def test_a_stub_keeps_the_chain_without_its_body(world):
    """Decision 16: bodies a receiver may not see travel as stubs."""
    encoded = [lines.encode(r, stub=i == 1) for i, r in enumerate(world.rows)]
    assert "某某项目2期".encode() not in encoded[1]
    got = list(world.open(world.written(contents=replace(world.contents, journal=encoded))).rows())
    assert [r["body"] is None for r in got] == [False, True, False]
    assert got[1]["salt"] == b""
    assert got[2] == world.rows[2]


def test_what_its_own_reader_would_refuse_never_leaves(world):
    out = world.new("坏.qidi")
    wrong = replace(world.contents, info=replace(world.contents.info, to_seq=4))
    with pytest.raises(Problem) as caught:
        bundle.write_bundle(out, wrong, world.sender, world.receiver.card)
    assert caught.value.code == "E_CONTENT"
    assert list(out.parent.iterdir()) == []


def test_a_full_disk_leaves_nothing(world, monkeypatch):
    """A real errno from the write path; nothing under either name."""
    out = world.new("满.qidi")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Problem) as caught:
        bundle.write_bundle(out, world.contents, world.sender, world.receiver.card)
    assert caught.value.code == "E_DISK_FULL"
    assert list(out.parent.iterdir()) == []


def test_opening_writes_nothing_outside_its_folder_and_leaves_the_file_alone(world, monkeypatch):
    path = world.written()
    before = path.read_bytes()
    temp = world.new()
    monkeypatch.chdir(path.parent)
    bundle.open_bundle(path, world.receiver, world.trusted, temp)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert {p.name for p in temp.iterdir()} == {"original", "body.zip", "bag"}
    assert (temp / "original").read_bytes() == before
    assert all(not p.stat().st_mode & stat.S_IXUSR for p in temp.rglob("*") if p.is_file())


def read_as(monkeypatch, change):
    """The blocks of a file that comes in, as they are while it is copied: what `change` makes of each."""
    turns = itertools.count()
    real = envelope._read
    monkeypatch.setattr(envelope, "_read", lambda path, source: change(next(turns), real(path, source)))
    return turns


def test_a_file_that_changes_while_it_is_copied_is_named_for_what_it_is(world, monkeypatch):
    """It shrinks, grows without end, or gets another first line: said of the file the clerk has, nothing private."""
    path = world.written()
    line = path.read_bytes().index(b"\n")
    told = b'{"QIDI":1,'
    for change, code in (
        (lambda turn, block: block[: len(block) // 2], "E_INCOMPLETE_COPY"),
        (lambda turn, block: b"x" * archive.BLOCK if turn < 9 else b"", "E_DAMAGED"),
        (lambda turn, block: block.replace(told, told[::-1], 1), "E_DAMAGED"),
        (lambda turn, block: block[: line - 2] + b"0" + block[line - 1 :] if block else b"", "E_DAMAGED"),
    ):
        with monkeypatch.context() as patched:
            turns = read_as(patched, change)
            with pytest.raises(Problem) as caught:
                world.open(path)
            assert next(turns) <= 3, "what grows is not followed"
        assert (caught.value.code, caught.value.facts["file"]) == (code, str(path)), change
        assert path.name in caught.value.text and "original" not in str(caught.value.facts)
        assert code != "E_DAMAGED" or caught.value.facts["detail"] == "复制时变了"


def test_what_is_damaged_is_said_to_be_that_whatever_age_made_of_it(world, monkeypatch):
    """A body for another key, by one flipped bit in the head of age, is damaged and not 不是用本单位的密钥."""
    path = world.written()
    data = bytearray(path.read_bytes())
    body = data.index(b"age-encryption.org")
    data[data.index(b"-> X25519 ", body) + 15] ^= 1
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        world.open(path)
    assert (caught.value.code, caught.value.facts["detail"]) == ("E_DAMAGED", "内容校验不符")
    data[-200:] = bytes(200)
    path.write_bytes(data)
    assert world.refusal(path) == "E_INCOMPLETE_COPY", "a tail of zeros is a copy that ended early"


def test_a_changed_file_is_said_before_a_bad_journal(world):
    """Decision 16: whoever changed a file is told of, not a chain that breaks because of it."""

    def change(parts):
        parts["data/journal.jsonl"] = parts["data/journal.jsonl"].replace("某某".encode(), "另外".encode())

    assert world.refusal(world.forged(change, signer=world.sender)) == "E_CONTENT"
    name = next(n for n in world.parts() if n.startswith(packing.ATTACHED))

    def both(parts):
        change(parts)
        listed = bag.read_manifest(parts[bag.MANIFEST])
        listed["data/journal.jsonl"] = hashlib.sha256(parts["data/journal.jsonl"]).hexdigest()
        parts[bag.MANIFEST] = bag.manifest_bytes(listed)
        parts[name] = parts[name][::-1]

    with pytest.raises(Problem) as caught:
        world.open(world.forged(both, signer=world.sender, manifest=False))
    assert (caught.value.code, caught.value.facts["name"]) == ("E_TAMPERED", name)


def test_what_waits_to_be_hashed_has_a_bound(world):
    """A processor that hashes slower than the disk writes does not fill the memory."""

    class Slow(ThreadPoolExecutor):
        most = 0

        def submit(self, *args):
            done = super().submit(*args)
            Slow.most = max(Slow.most, self._work_queue.qsize())
            return done

    with Slow(1) as hashing:
        sink = envelope._Writing(io.BytesIO(), hashing)
        gate = threading.Event()
        hashing.submit(gate.wait)
        threading.Timer(0.1, gate.set).start()
        for _ in range(100):
            sink.write(bytes(archive.BLOCK // 64))
            sink.pass_on()
    assert sink.hexdigest() == hashlib.sha256(bytes(100 * (archive.BLOCK // 64))).hexdigest()
    assert 1 < Slow.most <= envelope._QUEUE


def test_a_look_judges_every_attachment_and_unpacks_none(world):
    """Without keeping them the same bytes are compared: another attachment under the signature is refused alike."""
    temp = world.new()
    opened = bundle.open_bundle(world.written(), world.receiver, world.trusted, temp, keep=False)
    assert opened.attachments.keys() == {n.partition(".")[0] for n in world.contents.attachments}
    assert list((temp / "bag/data/att").iterdir()) == []

    def swap(parts: dict[str, bytes]) -> None:
        name = next(n for n in parts if n.startswith("data/att/"))
        parts[name] = parts[name][:-1] + b"\n"

    path = world.forged(swap)
    assert {world.refusal(path), world.refusal(path, keep=False)} == {"E_TAMPERED"}


def test_an_attachment_that_is_not_what_it_is_named_for_never_leaves(world):
    """Found while it is packed; the clerk hears it by the name it was filed under."""
    (name, _), *rest = world.contents.attachments.items()
    damaged = world.new("damaged")
    damaged.write_bytes(b"%PDF-1.4 other bytes")
    contents = replace(
        world.contents, attachments={name: damaged, **dict(rest)}, names={name: "林草批复.pdf"}
    )
    out = world.new("x.qidi")
    with pytest.raises(Problem) as caught:
        bundle.write_bundle(out, contents, world.sender, world.receiver.card)
    assert caught.value.code == "E_FILE_GONE" and "林草批复.pdf" in caught.value.text
    assert list(out.parent.iterdir()) == []


def test_names_that_cannot_stand_in_a_bag_are_said_at_sending(world):
    out = world.new("x.qidi")
    for name in ("", "一\n二", " 空", "\u202e倒"):
        contents = replace(world.contents, info=replace(world.contents.info, to_name=name))
        with pytest.raises(Problem) as caught:
            bundle.write_bundle(out, contents, world.sender, world.receiver.card)
        assert caught.value.code == "E_BAG"


def test_info_survives_its_text_form(world):
    info = world.contents.info
    data = bag.info_bytes(info, "12.3")
    assert bag.read_info(data) == (info, "12.3")
    for spoilt in (
        data[:-1],
        data + b"X: 1\n",
        data.replace(b"Qidi-Base: 0", b"Qidi-Base: 00"),
        data[::-1],
        b"",
    ):
        with pytest.raises(ValueError, match=r"\S"):
            bag.read_info(spoilt)
