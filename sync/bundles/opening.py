"""A decrypted body judged and unpacked: zip, signature, addressee, digests, content, strictly in this order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.canon import strict_loads
from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from app.words.templates import LIMIT_BYTES
from sync.bundles import bag, dsse, envelope, lines, packing, preamble, progress
from sync.bundles.archive import Archive
from sync.bundles.preamble import Preamble
from sync.bundles.progress import Tell

THREADS = 2
"""That unpack and compare at once: digests and checksums are made beside one another."""
_JOURNAL = re.compile(r"data/journal(?:-([2-9]|[1-9]\d{1,2}))?\.jsonl")
_ATTACHMENT = re.compile(r"data/att/([0-9a-f]{64})\.(?:pdf|jpg|png|docx|xlsx)")


@dataclass(frozen=True)
class Judged:
    """A bag whose signature, addressee and list of files are right; its payload is still packed."""

    archive: Archive
    info: bag.Info
    digest: str
    sender: OfficeCard
    manifest: dict[str, str]


class UnpackedError(Problem):
    """What is wrong in the content of a bundle whose signature was proved: it can be answered to its sender."""

    def __init__(self, problem: Problem, judged: Judged) -> None:
        super().__init__(problem.code, problem.text, field=problem.field, **problem.facts)
        self.info, self.digest = judged.info, judged.digest


@dataclass(frozen=True)
class Payload:
    ledger: dict[str, Any]
    template: str
    seal: dict[str, Any] | None
    held: tuple[str, ...]
    check: dict[str, Any] | None
    attachments: dict[str, Path]
    journal: tuple[Path, ...]
    count: int
    volumes: tuple[tuple[str, ...], ...]


def judge(
    body: Path,
    path: Path,
    told: Preamble,
    me: Keys,
    trusted: Callable[[str], Known | None],
    receipted: Callable[[str], bool],
    *,
    as_sender: bool,
) -> Judged:
    """Zip limits, then signature by an enrolled key, then that it is for us, then the exact set of files."""
    archive = Archive(body)
    names = list(archive.entries)
    if tuple(names[: len(bag.TAG_FILES)]) != bag.TAG_FILES:
        raise _bag("缺少必需的文件，或次序不对")
    tags = {name: archive.read(name) for name in bag.TAG_FILES}
    info, oxum = _info(tags[bag.INFO], path)
    digest = hashlib.sha256(tags[bag.TAGS]).hexdigest()
    sender = _signer(info, tags, trusted)
    if sender.revoked and not receipted(digest):
        raise Problem(
            "E_REVOKED",
            f"“{info.sender_name}”的这副密钥已作废或换过，只认以前已收过的包；请对方用现在的密钥重发",
            sender=info.sender,
        )
    _refuse_changed(tags)
    if not as_sender and not envelope.is_for(info.to, info.to_name, me.card):
        raise Problem(
            "E_WRONG_ADDRESSEE",
            f"这个包原是“{info.sender_name}”发给“{info.to_name}”的，被人转手重新加密，不能收",
            to=info.to,
            to_name=info.to_name,
        )
    said = (told.id, told.sender, told.sender_name, told.to, told.to_name, told.cipher)
    if said != (info.id, info.sender, info.sender_name, info.to, info.to_name, info.cipher):
        raise preamble.damaged(path, "开头一行与签名的内容不一致")
    manifest = _manifest(tags[bag.MANIFEST])
    _refuse_other_files(archive, names[len(bag.TAG_FILES) :], manifest, oxum, info)
    return Judged(archive, info, digest, sender.card, manifest)


def unpack(judged: Judged, folder: Path, *, keep: bool, tell: Tell | None = None) -> Payload:
    """Unpack the payload under `folder`, every digest compared, then read it. Raises E_TAMPERED, E_ATTACHMENT, E_CONTENT.

    Without `keep` attachments are compared alone: where they would stand there is no file then.
    """
    entries = judged.archive.entries
    (folder / "data/att").mkdir(parents=True)
    for name, digest in judged.manifest.items():
        match = _ATTACHMENT.fullmatch(name)
        if match and match[1] != digest:
            raise Problem("E_ATTACHMENT", "包里有附件与它的编号不符，不能收", name=name)
    attachments = {m[1]: folder / name for name in entries if (m := _ATTACHMENT.fullmatch(name))}
    journal = [folder / name for name in entries if _JOURNAL.fullmatch(name)]
    with _extracting(judged, folder, keep=keep, tell=tell) as prove:
        prove(name for name in entries if not _ATTACHMENT.fullmatch(name))
        try:
            count, wrong = _refuse_bad_journal(judged.info, journal), None
        except Problem as problem:  # a file that was changed is said first
            count, wrong = 0, problem
        prove(name for name in entries if _ATTACHMENT.fullmatch(name))
        if wrong:
            raise wrong
    held = _json(folder / packing.HELD, "已有附件")
    return Payload(
        ledger=_json(folder / packing.LEDGER, "台账说明") or {},
        template=_template(folder / packing.TEMPLATE, judged.info.template_digest),
        seal=_json(folder / packing.SEAL, "确定记录"),
        held=() if held is None else _held(held),
        check=_json(folder / packing.CHECK, "核查清单"),
        attachments=attachments,
        journal=tuple(journal),
        count=count,
        volumes=_volumes(_json(folder / packing.VOLUMES, "分卷清单"), judged.info, attachments.keys()),
    )


@contextmanager
def _extracting(
    judged: Judged, folder: Path, *, keep: bool, tell: Tell | None
) -> Iterator[Callable[[Iterable[str]], None]]:
    """Unpack the payload, several files at once; hands out what waits for some and raises E_TAMPERED, E_ZIP."""
    entries = judged.archive.entries
    moved = progress.phase(tell, progress.PROVING, sum(e.size for e in entries.values()))
    with ThreadPoolExecutor(THREADS) as pool:
        extracting = {
            name: pool.submit(
                judged.archive.extract,
                name,
                None if _ATTACHMENT.fullmatch(name) and not keep else folder / name,
            )
            for name in entries
            if name in judged.manifest
        }

        def prove(names: Iterable[str]) -> None:
            for name in names:
                moved(entries[name].size)
                if name in extracting and extracting[name].result() != judged.manifest[name]:
                    raise _tampered(name)

        try:
            yield prove
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _info(data: bytes, path: Path) -> tuple[bag.Info, str]:
    try:
        return bag.read_info(data)
    except bag.NewerBag as error:
        raise Problem(
            "E_NEWER", f"“{path.name}”由更新版本的程序制作（{error}），请先升级本程序", file=str(path)
        ) from error
    except ValueError as error:
        raise _bag(f"说明：{error}") from error


def _signer(info: bag.Info, tags: dict[str, bytes], trusted: Callable[[str], Known | None]) -> Known:
    """The enrolled sender, after every signature verified and one was the sender's (decision 29)."""
    try:
        envelope_ = dsse.read(tags[bag.SIGNATURE])
    except ValueError as error:
        raise _bag(f"签名：{error}") from error
    if envelope_.payload_type != packing.TAG_TYPE or envelope_.payload != tags[bag.TAGS]:
        raise _tampered("签名所覆盖的清单")
    sender = trusted(info.sender)
    if sender is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{info.sender_name}”的名片，不能收；请取得名片文件，打电话对过核对码后确认，再收这个包",
            sender=info.sender,
            sender_name=info.sender_name,
        )
    own = old = False
    for signature in envelope_.signatures:
        if dsse.verifies(sender.card.signing, signature.sig, envelope_.payload_type, envelope_.payload):
            own = True
            continue
        if any(
            dsse.verifies(card.signing, signature.sig, envelope_.payload_type, envelope_.payload)
            for card in sender.before
        ):
            old = True
            continue
        other = trusted(signature.keyid)
        if other is None or not dsse.verifies(
            other.card.signing, signature.sig, envelope_.payload_type, envelope_.payload
        ):
            raise _mismatch(info)
    if not own and not old:
        raise _mismatch(info)
    return sender if own else replace(sender, revoked=True)


def _refuse_changed(tags: dict[str, bytes]) -> None:
    try:
        listed = bag.read_manifest(tags[bag.TAGS])
    except ValueError as error:
        raise _bag(f"标签清单：{error}") from error
    if listed.keys() != {bag.BAGIT, bag.INFO, bag.MANIFEST} or tags[bag.BAGIT] != bag.DECLARATION:
        raise _bag("标签清单的内容不对")
    for name, digest in listed.items():
        if hashlib.sha256(tags[name]).hexdigest() != digest:
            raise _tampered(name)


def _manifest(data: bytes) -> dict[str, str]:
    try:
        return bag.read_manifest(data)
    except ValueError as error:
        raise _bag(f"清单：{error}") from error


def _refuse_other_files(
    archive: Archive, names: Sequence[str], manifest: dict[str, str], oxum: str, info: bag.Info
) -> None:
    """Exactly the files of the manifest, each of a known name, in the fixed order."""
    if set(names) != manifest.keys():
        raise _bag("文件与清单对不上（有缺少或多余）")
    journals = [n for n in names if _JOURNAL.fullmatch(n)]
    expected = [n for n in packing.FIXED if n in manifest]
    expected += [f"data/{lines.name_of(i + 1)}" for i in range(len(journals))]
    expected += sorted(n for n in names if _ATTACHMENT.fullmatch(n))
    for name in names:
        if name not in packing.FIXED and not _JOURNAL.fullmatch(name) and not _ATTACHMENT.fullmatch(name):
            raise Problem("E_NAME", "包里有不该有的文件，不能收", name=name)
    if list(names) != expected or not journals or not {packing.LEDGER, packing.TEMPLATE} <= manifest.keys():
        raise _bag("缺少必需的文件，或次序不对")
    if (packing.CHECK in manifest) != (info.kind == "check"):
        raise _bag("核查清单与包的种类不符")
    if (packing.VOLUMES in manifest) != bool(info.group):
        raise _bag("分卷清单与包的分卷不符")
    if oxum != f"{sum(archive.entries[n].size for n in names)}.{len(names)}":
        raise _bag("写明的大小与实际不符")
    if any(archive.entries[n].size > lines.MOST_CHUNK for n in journals):
        raise Problem("E_LIMIT", "包里的记录文件超过 32 MB，不能收")


def _refuse_bad_journal(info: bag.Info, files: Sequence[Path]) -> int:
    count, last = 0, bytes.fromhex(info.base_head)
    for row in lines.checked(files, info.stream, info.base_seq, info.base_head):
        count += 1
        last = row["hash"]
    if info.base_seq + count != info.to_seq or last.hex() != info.head:
        raise lines.refusal(count, "记录的条数或末尾与包上写的不符")
    return count


def _json(file: Path, what: str) -> dict[str, Any] | None:
    if not file.exists():
        return None
    try:
        value = strict_loads(file.read_bytes())
        if not isinstance(value, dict):
            raise ValueError("不是一组键值")
    except ValueError as error:
        raise Problem("E_CONTENT", f"包里的{what}有误（{error}），没有收", detail=str(error)) from error
    return value


def _held(value: dict[str, Any]) -> tuple[str, ...]:
    found = value.get("attachments")
    if value.keys() != {"attachments"} or not _digests(found):
        raise Problem("E_CONTENT", "包里的已有附件清单有误，没有收")
    return tuple(found or ())


def _volumes(
    value: dict[str, Any] | None, info: bag.Info, here: Collection[str]
) -> tuple[tuple[str, ...], ...]:
    """The attachments by volume: as many lists as there are volumes, none twice, this one's exactly those here."""
    if value is None:
        return ()
    found = value.get("attachments")
    number, count = info.volumes
    good = value.keys() == {"attachments"} and isinstance(found, list) and all(map(_digests, found))
    every = [digest for each in found for digest in each] if good and isinstance(found, list) else []
    if not good or not found or len(found) != count or len(set(every)) != len(every):
        raise Problem("E_CONTENT", "包里的分卷清单有误，没有收")
    if set(found[number - 1]) != set(here):
        raise Problem("E_CONTENT", "包里的附件与分卷清单不符，没有收")
    return tuple(tuple(each) for each in found)


def _digests(found: object) -> bool:
    """Whether this is a list of digests, in order, none twice."""
    return (
        isinstance(found, list)
        and all(isinstance(d, str) and re.fullmatch(r"[0-9a-f]{64}", d) for d in found)
        and found == sorted(set(found))
    )


def _template(file: Path, digest: str) -> str:
    data = file.read_bytes()
    if len(data) > LIMIT_BYTES:
        raise Problem("E_LIMIT", "包里的模板过大，不能收")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Problem("E_CONTENT", "包里的模板文字编码有误，没有收") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise _tampered("模板")
    return text


def _bag(detail: str) -> Problem:
    return Problem("E_BAG", f"包的内部结构不对（{detail}），不能收；请让对方重发", detail=detail)


def _tampered(name: str) -> Problem:
    return Problem("E_TAMPERED", "包的内容与签名不符，被人改动过，不能收", name=name)


def _mismatch(info: bag.Info) -> Problem:
    return Problem(
        "E_SENDER_MISMATCH",
        f"包上写的发件单位是“{info.sender_name}”，但签名不是它的（冒名，或对方换过密钥），不能收；请电话核实",
        sender=info.sender,
        sender_name=info.sender_name,
    )
