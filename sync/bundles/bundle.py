"""The .qidi file: what goes in, how it is written and proved, and what comes out of a strict opening."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from app.storage import files
from sync.bundles import archive, envelope, lines, opening, packing, preamble, tidying
from sync.bundles.bag import Info
from sync.bundles.packing import Contents
from sync.bundles.preamble import Preamble
from sync.bundles.progress import Tell

__all__ = ["SUFFIX", "Contents", "Info", "Opened", "Written", "open_bundle", "write_bundle"]

SUFFIX = ".qidi"
WRITING = ".qidi-"
Trusted = Callable[[str], Known | None]


@dataclass(frozen=True)
class Written:
    """A finished and proved bundle: `digest` is the SHA-256 of its tagmanifest, which names it (decision 27)."""

    path: Path
    info: Info
    digest: str
    size: int


@dataclass(frozen=True)
class Opened:
    """A bundle that passed every check of form. Its files stand in the caller's private folder until that goes.

    `original` is the file as it came, byte by byte what was judged. `inspected`: what was found of its attachments,
    by digest, as soon as they are. `accepted`: a person takes it though its sender's
    record is another one than before.
    """

    info: Info
    digest: str
    sender: OfficeCard
    ledger: dict[str, Any]
    template: str
    seal: dict[str, Any] | None
    attachments: dict[str, Path]
    held: tuple[str, ...]
    count: int
    check: dict[str, Any] | None = None
    volumes: tuple[tuple[str, ...], ...] = ()
    original: Path = Path()
    accepted: bool = False
    inspected: dict[str, Problem | None] = field(default_factory=dict, compare=False)
    _journal: tuple[Path, ...] = ()
    _body: Path = Path()
    _told: Preamble | None = None

    @property
    def encrypted(self) -> bool:
        return self.info.cipher == "age"

    def rows(self) -> Iterator[dict[str, Any]]:
        """The journal rows from base to to-seq as the journal table holds them; `body` None is a stub."""
        return lines.rows(self._journal)


def write_bundle(
    out: Path, contents: Contents, signer: Keys, receiver: OfficeCard | None, tell: Tell | None = None
) -> Written:
    """Write the bundle to `out` and prove it by the reader before it appears there under its name.

    Encrypted to the receiver and to the sender itself; without the receiver's card it is plain and marked so.
    Raises Problem E_DISK_FULL, E_CANNOT_WRITE, E_LIMIT, E_FILE_GONE and whatever the reader finds; whatever `tell`
    raises leaves nothing behind either.
    """
    info = replace(contents.info, cipher="age" if receiver else "none")
    contents = replace(contents, info=info)
    done: list[Written] = []
    tidying.sweep(out.parent, WRITING)

    def fill(part: Path) -> None:
        with tempfile.TemporaryDirectory(prefix=WRITING, dir=out.parent) as temp:
            parts = packing.pack(Path(temp), contents, signer)
            size = packing.size_of(parts)
            envelope.wrap(part, lambda: archive.stream(parts), size, info, signer, receiver, tell)
            proof = Path(temp) / "proof"
            proof.mkdir(mode=0o700)
            with files.syncing() as sync:
                sync(part)
                opened = _proved(part, contents, signer, proof, tell)
        done.append(Written(out, info, opened.digest, part.stat().st_size))

    files.write_whole(out, fill)
    return done[0]


def _proved(part: Path, contents: Contents, signer: Keys, temp: Path, tell: Tell | None) -> Opened:
    """The finished file judged by the reader; an attachment that is not what it is named for is E_FILE_GONE."""
    try:
        return _open(part, signer, lambda _: Known(signer.card), temp, _never, as_sender=True, tell=tell)
    except opening.UnpackedError as problem:
        name = str(problem.facts.get("name", ""))
        if problem.code == "E_TAMPERED" and name.startswith(packing.ATTACHED):
            name = name[len(packing.ATTACHED) :]
            raise packing.gone(contents.names.get(name, name)) from problem
        raise


def open_bundle(
    path: Path, me: Keys, trusted: Trusted, temp: Path, *, receipted: Callable[[str], bool] | None = None,
    keep: bool = True, tell: Tell | None = None,
) -> Opened:  # fmt: skip
    """Open a received file, judging it in the order of exchange.md; `temp` is an empty private folder.

    Without `keep` the attachments are judged and not unpacked.

    `trusted` gives the confirmed card of an office id; `receipted` says whether a tagmanifest digest was accepted
    before, which is all that a revoked sender may still bring. Raises Problem E_NO_FILE, E_INCOMPLETE_COPY,
    E_DAMAGED, E_NEWER, E_NOT_FOR_US, E_ZIP, E_NAME, E_TYPE, E_DUP, E_LIMIT, E_BAG, E_UNKNOWN_SENDER, E_REVOKED,
    E_SENDER_MISMATCH, E_WRONG_ADDRESSEE, E_TAMPERED, E_ATTACHMENT, E_CONTENT, E_DISK_FULL.
    """
    return _open(path, me, trusted, temp, receipted or _never, as_sender=False, keep=keep, tell=tell)


def judged_again(
    opened: Opened, path: Path, me: Keys, trusted: Trusted, receipted: Callable[[str], bool]
) -> Opened:
    """An opened bundle as it stands, its sender and address judged by what is trusted now. Raises those of that."""
    assert opened._told is not None
    found = opening.judge(opened._body, path, opened._told, me, trusted, receipted, as_sender=False)
    if found.digest != opened.digest:
        raise preamble.damaged(path, "打开后变了")
    return replace(opened, sender=found.sender)


def _open(
    path: Path, me: Keys, trusted: Trusted, temp: Path, receipted: Callable[[str], bool], *, as_sender: bool,
    keep: bool = False, tell: Tell | None = None,
) -> Opened:  # fmt: skip
    try:
        body, told = envelope.unwrap(path, me, temp, as_sender=as_sender, tell=tell)
        found = opening.judge(body, path, told, me, trusted, receipted, as_sender=as_sender)
        try:
            body_files = opening.unpack(found, temp / "bag", keep=keep, tell=tell)
        except Problem as problem:
            raise opening.UnpackedError(problem, found) from problem
    except OSError as error:
        raise files.refusal(path, error) from error
    return Opened(
        info=found.info,
        digest=found.digest,
        sender=found.sender,
        ledger=body_files.ledger,
        template=body_files.template,
        seal=body_files.seal,
        attachments=body_files.attachments,
        held=body_files.held,
        count=body_files.count,
        check=body_files.check,
        volumes=body_files.volumes,
        original=temp / envelope.ORIGINAL,
        _journal=body_files.journal,
        _body=body,
        _told=told,
    )


def _never(_: str) -> bool:
    return False
