"""The bag inside a bundle: BagIt 1.0 tag files in one canonical form (RFC 8493)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

BAGIT, INFO, MANIFEST, TAGS, SIGNATURE = (
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "signature.dsse.json",
)
TAG_FILES = (BAGIT, INFO, MANIFEST, TAGS, SIGNATURE)
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
KINDS = ("ledger", "check", "return")
NONE = "-"
_UUID = re.compile(r"[0-9a-f]{32}")
_SHA = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_OXUM = re.compile(r"(0|[1-9]\d{0,12})\.(0|[1-9]\d{0,4})")
_NUMBER = re.compile(r"0|[1-9]\d{0,14}")
_VOLUME = re.compile(r"[1-9]\d? of [1-9]\d?")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


@dataclass(frozen=True)
class Info:
    """What a bundle says of itself inside the signed bytes (bag-info.txt).

    `to` is '' when the receiver's card is unknown: it is then addressed by name only. `base_head`, `head`, `seal`
    and `template_digest` are hex; `seal` is '' for an unsealed ledger. One of several volumes says `2 of 3` in `volume`
    and has the `group` in common with the others; '' for a bundle that is whole by itself.
    """

    kind: str
    id: str
    sender: str
    sender_name: str
    to: str
    to_name: str
    cipher: str
    on: str
    ledger: str
    stream: str
    base_seq: int
    base_head: str
    to_seq: int
    head: str
    seal: str
    template: str
    template_digest: str
    volume: str = "1 of 1"
    group: str = ""

    @property
    def volumes(self) -> tuple[int, int]:
        """Which volume this is, of how many."""
        number, _, count = self.volume.partition(" of ")
        return int(number), int(count)


_LABELS = {
    "Source-Organization": "sender_name",
    "External-Identifier": "id",
    "Bagging-Date": "on",
    "Payload-Oxum": "",
    "Bag-Group-Identifier": "group",
    "Bag-Count": "volume",
    "Qidi-Version": "",
    "Qidi-Kind": "kind",
    "Qidi-From": "sender",
    "Qidi-To": "to",
    "Qidi-To-Name": "to_name",
    "Qidi-Cipher": "cipher",
    "Qidi-Ledger": "ledger",
    "Qidi-Stream": "stream",
    "Qidi-Base": "base_seq",
    "Qidi-Base-Head": "base_head",
    "Qidi-To-Seq": "to_seq",
    "Qidi-Head": "head",
    "Qidi-Seal": "seal",
    "Qidi-Template": "template",
    "Qidi-Template-Digest": "template_digest",
}


class NewerBag(ValueError):
    """A version, kind or number of volumes this program does not know."""


def info_bytes(info: Info, oxum: str) -> bytes:
    """bag-info.txt in its one form. Raises ValueError when a value cannot stand in it."""
    lines = []
    for label, key in _LABELS.items():
        value = "1" if label == "Qidi-Version" else oxum if not key else str(getattr(info, key)) or NONE
        if key == "group":
            value = info.group or info.id
        lines.append(f"{label}: {value}\n")
    data = "".join(lines).encode()
    if read_info(data) != (info, oxum):
        raise ValueError("包的说明写不出")
    return data


def read_info(data: bytes) -> tuple[Info, str]:
    """The info and Payload-Oxum in bag-info.txt. Raises ValueError, NewerBag for what only a later program knows."""
    pairs = [line.partition(": ") for line in data.decode().split("\n")]
    told = {label: value for label, _, value in pairs[:-1]}
    if told.get("Qidi-Version", "1") != "1" or not _VOLUME.fullmatch(told.get("Bag-Count", "1 of 1")):
        raise NewerBag("包的版本或分卷")
    if pairs[-1] != ("", "", "") or tuple(label for label, _, _ in pairs[:-1]) != tuple(_LABELS):
        raise ValueError("包的说明缺项、多项或次序不对")
    values = {key: told[label] for label, key in _LABELS.items() if key}
    for key in ("to", "seal"):
        values[key] = "" if values[key] == NONE else values[key]
    if not (_NUMBER.fullmatch(values["base_seq"]) and _NUMBER.fullmatch(values["to_seq"])):
        raise ValueError("序号的写法不对")
    if values["group"] == values["id"]:
        values["group"] = ""
    numbers = {key: int(values.pop(key)) for key in ("base_seq", "to_seq")}
    info = Info(**values, **numbers)  # type: ignore[arg-type]
    _refuse_odd(info, told)
    if info.kind not in KINDS:
        raise NewerBag(f"包的种类“{info.kind}”")
    return info, told["Payload-Oxum"]


def manifest_bytes(digests: Mapping[str, str]) -> bytes:
    """A manifest: one `digest  path` line a file, by path."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """{path: digest} of a manifest in its one form. Raises ValueError."""
    found = {}
    for line in data.decode("ascii").split("\n")[:-1]:
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None:
            raise ValueError("清单的写法不对")
        found[match[2]] = match[1]
    if manifest_bytes(found) != data:
        raise ValueError("清单的写法不规范")
    return found


def _refuse_odd(info: Info, told: Mapping[str, str]) -> None:
    for value in told.values():
        if not value.isprintable() or value != value.strip() or not unicodedata.is_normalized("NFC", value):
            raise ValueError("包的说明里有不该有的字符")
    ids = (info.id, info.sender, info.ledger, info.stream, info.to or info.id)
    digests = (info.base_head, info.head, info.template_digest, info.seal or info.head)
    names = (info.sender_name, info.to_name)
    number, count = info.volumes
    if not all(_UUID.fullmatch(i) for i in ids) or not all(_SHA.fullmatch(d) for d in digests):
        raise ValueError("编号或摘要的写法不对")
    if not all(0 < len(n) <= 80 for n in names) or not _UUID.fullmatch(told["Bag-Group-Identifier"]):
        raise ValueError("单位名称或编号不对")
    if number > count or (count > 1) != bool(info.group) or (info.group and info.kind == "check"):
        raise ValueError("分卷的写法不对")
    if (
        not _WORD.fullmatch(info.kind)
        or not _WORD.fullmatch(info.template)
        or info.cipher not in ("age", "none")
    ):
        raise ValueError("种类、模板或加密方式的写法不对")
    if dt.date.fromisoformat(info.on).isoformat() != info.on or info.base_seq > info.to_seq:
        raise ValueError("日期或序号不对")
    if not _OXUM.fullmatch(told["Payload-Oxum"]):
        raise ValueError("大小的写法不对")
