"""Contents into a signed bag, and the bag into its zip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.canon import canonical
from app.journals.trust import Keys
from app.problem import Problem
from app.storage import files
from sync.bundles import archive, bag, dsse, lines

TAG_TYPE = "application/vnd.qidi.tagmanifest+text"
LEDGER, TEMPLATE, SEAL, HELD = "data/ledger.json", "data/template.toml", "data/seal.json", "data/held.json"
CHECK, VOLUMES = "data/check.json", "data/volumes.json"
ATTACHED = "data/att/"
MOST_BYTES = archive.MOST_TOTAL - (64 << 20)
"""Of journal and attachments in one bundle; the rest is for the lists and descriptions beside them."""
Parts = list[tuple[str, bytes | Path]]
FIXED = (LEDGER, TEMPLATE, CHECK, SEAL, HELD, VOLUMES)


@dataclass(frozen=True)
class Contents:
    """What a bundle carries.

    `info.cipher` is set when it is written. `journal` are encoded lines (`lines.encode`) from base to to-seq;
    `attachments` {"<sha256>.pdf|jpg|png|docx|xlsx": file}, printed PDFs among them, and in `names` what a clerk calls them;
    `held` the digests of attachments the receiver has already and that are left out; `check` the part of a check
    round, which brings no lines. `volumes` are the digests of the attachments by volume, where there are several.
    """

    info: bag.Info
    journal: Iterable[bytes]
    ledger: Mapping[str, Any]
    template: str
    seal: Mapping[str, Any] | None = None
    attachments: Mapping[str, Path] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    held: Sequence[str] = ()
    check: Mapping[str, Any] | None = None
    volumes: Sequence[Sequence[str]] = ()


def pack(temp: Path, contents: Contents, signer: Keys) -> Parts:
    """The files of the signed bag in their order; those of the journal are new files in `temp`.

    An attachment is listed under the digest in its name; whether its bytes have it, the proof of the bundle finds.
    Raises Problem E_LIMIT, E_BAG.
    """
    payload = _payload(temp, contents)
    _refuse_too_much(payload)
    sizes = [_size(part) for _, part in payload]
    named = {
        name: name[len(ATTACHED) :].partition(".")[0] for name, _ in payload if name.startswith(ATTACHED)
    }
    manifest = bag.manifest_bytes({name: named.get(name) or _digest(part) for name, part in payload})
    try:
        info = bag.info_bytes(contents.info, f"{sum(sizes)}.{len(sizes)}")
    except ValueError as error:
        raise Problem("E_BAG", f"包的说明写不出（{error}），请检查单位名称", detail=str(error)) from error
    signed = {bag.BAGIT: bag.DECLARATION, bag.INFO: info, bag.MANIFEST: manifest}
    tags = bag.manifest_bytes({name: _digest(data) for name, data in signed.items()})
    seal = dsse.seal(TAG_TYPE, tags, [signer])
    return [*signed.items(), (bag.TAGS, tags), (bag.SIGNATURE, seal), *payload]


def size_of(parts: Parts) -> int:
    """Bytes of the parts before they are packed."""
    return sum(_size(part) for _, part in parts)


def _size(part: bytes | Path) -> int:
    return len(part) if isinstance(part, bytes) else part.stat().st_size


def gone(name: str) -> Problem:
    """What is said of an attachment whose file is missing or damaged in the store."""
    return Problem("E_FILE_GONE", f"附件“{name}”的文件不见了或已损坏，请先用 verify 核对并补上", name=name)


def _payload(temp: Path, contents: Contents) -> Parts:
    parts: Parts = [
        (LEDGER, canonical(dict(contents.ledger))),
        (TEMPLATE, contents.template.encode()),
    ]
    if contents.check is not None:
        parts.append((CHECK, canonical(dict(contents.check))))
    if contents.seal is not None:
        parts.append((SEAL, canonical(dict(contents.seal))))
    if contents.held:
        parts.append((HELD, canonical({"attachments": sorted(contents.held)})))
    if contents.volumes:
        parts.append((VOLUMES, canonical({"attachments": [list(each) for each in contents.volumes]})))
    parts += [(f"data/{p.name}", p) for p in lines.write(contents.journal, temp)]
    parts += [(f"{ATTACHED}{name}", contents.attachments[name]) for name in sorted(contents.attachments)]
    return parts


def _refuse_too_much(payload: Parts) -> None:
    paths = [p for _, p in payload if isinstance(p, Path)]
    if len(payload) + len(bag.TAG_FILES) > archive.MOST_ENTRIES:
        raise Problem(
            "E_LIMIT", f"内容超过 {archive.MOST_ENTRIES:,} 个文件，一个包放不下，请等对方回执后再发其余"
        )
    if sum(p.stat().st_size for p in paths) > MOST_BYTES:
        raise Problem("E_LIMIT", "记录和附件合计超过 1 GB，一个包放不下，请等对方回执后再发其余")


def _digest(part: bytes | Path) -> str:
    return hashlib.sha256(part).hexdigest() if isinstance(part, bytes) else files.digest_of(part)
