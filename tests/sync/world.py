"""Two offices that know each other, a third, and a small bundle between them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.ids import new_id
from app.journals import journal
from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from sync.bundles import archive, bag, bundle, dsse, envelope, lines, packing
from sync.peers import keys

TEMPLATE = 'id = "pending-approval"\ntitle = "待批项目台账"\n'
STAMP = journal.Stamp("2022-08-25T01:02:03.004Z", "2022-08-25", "经办人甲")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(frozen=True)
class World:
    """Keys of three offices, the sender's rows and contents, and a folder to work in."""

    folder: Path
    sender: Keys
    receiver: Keys
    stranger: Keys
    rows: list[dict[str, Any]]
    contents: bundle.Contents

    def trusted(self, office: str) -> Known | None:
        return {self.sender.card.id: Known(self.sender.card)}.get(office)

    def trusting_all(self, office: str) -> Known | None:
        every = (self.sender, self.receiver, self.stranger)
        return {k.card.id: Known(k.card) for k in every}.get(office)

    def new(self, name: str = "") -> Path:
        return (
            Path(tempfile.mkdtemp(dir=self.folder)) / name
            if name
            else Path(tempfile.mkdtemp(dir=self.folder))
        )

    def written(self, *, plain: bool = False, contents: bundle.Contents | None = None) -> Path:
        """A finished bundle from sender to receiver."""
        out = self.new("上报.qidi")
        bundle.write_bundle(
            out, contents or self.contents, self.sender, None if plain else self.receiver.card
        )
        return out

    def open(self, path: Path, me: Keys | None = None, **more: Any) -> bundle.Opened:
        more.setdefault("trusted", self.trusted)
        return bundle.open_bundle(path, me or self.receiver, temp=self.new(), **more)

    def refusal(self, path: Path, me: Keys | None = None, **more: Any) -> str:
        """The code the reader refuses the file with."""
        with pytest.raises(Problem) as caught:
            self.open(path, me, **more)
        assert any("\u4e00" <= c <= "\u9fff" for c in caught.value.text)
        return caught.value.code

    def parts(self) -> dict[str, bytes]:
        """The files of the finished bag in their order."""
        zipped = archive.Archive(self.zipped())
        return {name: zipped.read(name) for name in zipped.entries}

    def zipped(self, contents: bundle.Contents | None = None) -> Path:
        """The zip of the signed bag, as it goes into a bundle."""
        return self.zip_of(packing.pack(self.new(), contents or self.contents, self.sender))

    def zip_of(self, parts: Iterable[tuple[str, bytes | Path]]) -> Path:
        target = self.new("bag.zip")
        target.write_bytes(b"".join(archive.stream(parts)))
        return target

    def wrapped(self, zipped: Path, *, info: bag.Info | None = None, by: Keys | None = None) -> Path:
        """A .qidi file around any zip, encrypted to the receiver: what an attacker can always do."""
        out = self.new("伪造.qidi")
        said = info or replace(self.contents.info, cipher="age")
        wrap(out, zipped.read_bytes(), said, by or self.sender, self.receiver.card)
        return out

    def forged(
        self,
        change: Callable[[dict[str, bytes]], None],
        *,
        signer: Keys | None = None,
        manifest: bool = True,
        info: bag.Info | None = None,
    ) -> Path:
        """The bundle with its files changed by `change`; `signer` signs anew, `manifest` keeps the lists true."""
        parts = self.parts()
        told = parts[bag.INFO]
        change(parts)
        if signer is not None:
            if parts[bag.INFO] == told:
                sizes = [len(d) for n, d in parts.items() if n.startswith("data/")]
                parts[bag.INFO] = bag.info_bytes(bag.read_info(told)[0], f"{sum(sizes)}.{len(sizes)}")
            if manifest:
                payload = {n: _sha(d) for n, d in parts.items() if n.startswith("data/")}
                parts[bag.MANIFEST] = bag.manifest_bytes(payload)
            listed = {n: _sha(parts[n]) for n in (bag.BAGIT, bag.INFO, bag.MANIFEST)}
            parts[bag.TAGS] = bag.manifest_bytes(listed)
            parts[bag.SIGNATURE] = dsse.seal(packing.TAG_TYPE, parts[bag.TAGS], [signer])
        return self.wrapped(self.zip_of(parts.items()), info=info)


def wrap(part: Path, body: bytes, info: bag.Info, signer: Keys, receiver: OfficeCard) -> None:
    """Preamble and encryption around any body."""
    envelope.wrap(part, lambda: [body], len(body), info, signer, receiver)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def card(name: str, role: str) -> OfficeCard:
    return OfficeCard(new_id(), name, "152529", (role,), b"", "", "2022-08-25")


def journal_rows(count: int, stream: str) -> list[dict[str, Any]]:
    head = journal.Head(stream, 0, journal.GENESIS)
    return [
        journal.line(head, STAMP, "add", new_id(), 1, {"new": {"cells": {"name": f"某某项目{i}期"}}})
        for i in range(1, count + 1)
    ]


def small_world(folder: Path) -> World:
    """Made once for a module: everything in it is read only."""
    sender, receiver, stranger = (
        keys.make(folder / role / "keys", card(name, role))
        for role, name in (
            ("sponsor", "正镶白旗发展和改革委员会"),
            ("superior", "盟发展和改革委员会"),
            ("lead", "别的单位"),
        )
    )
    stream = new_id()
    rows = journal_rows(3, stream)
    scans = {}
    for content in (PDF, PDF + b"%2"):
        file = folder / _sha(content)
        file.write_bytes(content)
        scans[f"{_sha(content)}.pdf"] = file
    info = bag.Info(
        kind="ledger",
        id=new_id(),
        sender=sender.card.id,
        sender_name=sender.card.name,
        to=receiver.card.id,
        to_name=receiver.card.name,
        cipher="age",
        on="2022-08-25",
        ledger=new_id(),
        stream=stream,
        base_seq=0,
        base_head=journal.GENESIS.hex(),
        to_seq=len(rows),
        head=rows[-1]["hash"].hex(),
        seal="",
        template="pending-approval",
        template_digest=_sha(TEMPLATE.encode()),
    )
    contents = bundle.Contents(
        info=info,
        journal=[lines.encode(row) for row in rows],
        ledger={"id": info.ledger, "title": "待批项目台账"},
        template=TEMPLATE,
        seal={"root": "0" * 64},
        attachments=scans,
        held=[_sha(b"already there")],
    )
    return World(folder, sender, receiver, stranger, rows, contents)
