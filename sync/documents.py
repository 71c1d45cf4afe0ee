"""What comes down: templates, holiday notices and lists, signed by a lead or a superior (decision 28)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import divisions, files, recomputing, settings, template_reading, wording, workdays
from app.change import Change
from app.ids import new_id
from app.office import Office
from app.problem import Problem
from app.templates import Loaded
from app.trust import Keys
from models.schema import inbox as inbox_table
from sync import landing, peers, signed_files
from sync.registers import ENCRYPT_ONLY
from sync.signed_files import Form, Letter

FORM = Form("QIDI_DOCUMENT", "application/vnd.qidi.document+json", ".qidi-doc", "下发文件")
TEMPLATE, CALENDAR, LIST = "template", "calendar", "list"
WORDS = {TEMPLATE: "模板", CALENDAR: "放假安排", LIST: "清单"}
SUFFIXES = {TEMPLATE: (".toml",), CALENDAR: (".toml", ".csv"), LIST: (".xlsx", ".xls", ".et", ".ods", ".csv")}
ISSUERS = frozenset(("lead", "superior"))
MOST_BYTES = 20 * 1024**2
_ODD = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,120}")


@dataclass(frozen=True)
class Document:
    """Something that came down: its copy in the inbox, and of a template which it is."""

    id: str
    kind: str
    name: str
    sender: str
    on: str
    path: Path
    template: str = ""
    version: str = ""
    title: str = ""


def issue(
    office: Office, keys: Keys, kind: str, file: Path, out: Path, *, to: str = "", note: str = ""
) -> Change:
    """Write a template, a holiday notice or a list as a signed file for one office, or for all below.

    For one office it is encrypted. It is read here as its receiver will read it. Raises Problem E_NOT_ALLOWED, E_KIND,
    E_NO_FILE, E_TOO_BIG, E_NO_PEER, E_PLAIN_FORBIDDEN and those of reading it.
    """
    _refuse_no_issuer(office.roles, office.name, "发")
    data = _data(kind, file)
    about = _about(kind, file.name, data)
    card = peers.find(office, to).card if to else None
    if to and card is None:
        raise Problem(
            "E_NO_PEER", f"没有确认过“{to}”的名片，请先确认，或不写收件单位、发给所有单位", office=to
        )
    if card is None and settings.get(office, ENCRYPT_ONLY):
        raise Problem("E_PLAIN_FORBIDDEN", "本单位规定必须加密，请写明发给哪个单位（--to）", field="to")
    id_, on = new_id(), office.today().isoformat()
    content = {
        "kind": kind, "name": _ODD.sub("", file.name)[-100:], "note": wording.clean(note), "sha256": _sha(data),
        "data": base64.b64encode(data).decode(),
    }  # fmt: skip
    signed = signed_files.to_bytes(FORM, keys, id_=id_, on=on, content=content, to=card)
    name = f"{WORDS[kind]}_{_ODD.sub('', about.get('title') or file.stem)[:40]}_{on}{FORM.suffix}"
    target = out if out.suffix == FORM.suffix else out / name
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write_whole(target, signed)
    with office.write("印发文件") as work:
        told = {
            "kind": kind,
            "file": target.name,
            "sha256": content["sha256"],
            "to": card.id if card else "",
            **about,
        }
        work.office_line("issue", id_, told)
    whom = f"给{card.name}" if card else "给各单位（未加密）"
    return Change(
        f"已写出{WORDS[kind]} {target.name}，{whom}",
        subject=id_,
        facts={"file": str(target), "kind": kind, **about},
    )


def is_document(file: Path) -> bool:
    return signed_files.is_form(FORM, file)


def take(office: Office, keys: Keys, file: Path) -> Change:
    """Take a document in: a notice is imported, a template offered, a list laid into the inbox for `import`.

    Raises Problem E_NOT_ALLOWED, E_NEWER (naming what this program does not know), E_ID_REUSED, those of reading the
    content and of `signed_files.read`; nothing is kept then.
    """
    letter = signed_files.read(FORM, file, keys, peers.lookup(office))
    _refuse_no_issuer(letter.sender.roles, letter.sender.name, "下发")
    if not _within(office.division, letter.sender.division):
        raise Problem("E_NOT_ALLOWED", f"本单位不归{letter.sender.name}管，它下发的文件没有收")
    kind, name, data = _content(letter, file.name)
    about = _about(kind, name, data)
    if _known(office, letter, file):
        seen: dict[str, Any] = {"kind": kind, "again": True}
        return Change(f"{letter.sender.name}的{WORDS[kind]}“{name}”以前已收过", facts=seen)
    target = office.folder / "inbox" / f"{letter.on}_{letter.id}_{name}"
    files.write_whole(target, data)
    try:
        said = _used(office, kind, target, about)
        with office.write("收下发文件") as work:
            facts = {
                **about,
                "file": target.name,
                "sha256": _sha(data),
                "note": str(letter.content.get("note", "")),
            }
            landing.enter(work, office, letter, kind, file, facts)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    done: dict[str, Any] = {"kind": kind, "again": False, "file": str(target), **about}
    return Change(
        f"已收{letter.sender.name}下发的{WORDS[kind]}“{name}”：{said}", subject=letter.id, facts=done
    )


def received(office: Office, kind: str = "") -> list[Document]:
    """What came down and is still in the inbox, newest first."""
    t = inbox_table.c
    query = select(inbox_table).where(t.kind.in_([kind] if kind else list(WORDS)), t.verdict == "accepted")
    with office.read() as connection:
        rows = connection.execute(query.order_by(t.on.desc(), t.bundle_id.desc())).all()
    found = []
    for row in rows:
        path = office.folder / "inbox" / row.facts["file"]
        if path.is_file() and _sha(path.read_bytes()) == row.facts["sha256"]:
            told = {key: str(row.facts.get(key, "")) for key in ("template", "version", "title")}
            found.append(
                Document(row.bundle_id, row.kind, row.facts["name"], row.from_name, row.on, path, **told)
            )
    return found


def template_of(office: Office, ref: str) -> Document | None:
    """The received template of that id, the newest; None when there is none."""
    return next((one for one in received(office, TEMPLATE) if ref in (one.template, one.id)), None)


def _used(office: Office, kind: str, target: Path, about: dict[str, str]) -> str:
    """What follows from having it, in words."""
    if kind == CALENDAR:
        return recomputing.import_notice(office, target).said
    if kind == TEMPLATE:
        return f"《{about['title']}》{about['version']}，可用 open {about['template']} 打开台账"
    return f"可用 import 台账 {target} 导入"


def _about(kind: str, name: str, data: bytes) -> dict[str, str]:
    """What a document is, read as this program reads it. Raises Problem E_KIND, E_TEMPLATE, E_CALENDAR, E_NEWER."""
    if Path(name).suffix.lower() not in SUFFIXES.get(kind, ()):
        raise Problem(
            "E_KIND", f"“{name}”不是{WORDS.get(kind, kind)}文件，可用 {'、'.join(SUFFIXES.get(kind, ()))}"
        )
    if kind == CALENDAR:
        table = workdays.read_year(_text(data, name))
        return {"title": f"{table.year}年放假安排"}
    if kind == TEMPLATE:
        loaded = _template(_text(data, name), name)
        return {"template": loaded.t.id, "version": loaded.t.version, "title": loaded.t.title}
    return {"title": Path(name).stem}


def _template(source: str, name: str) -> Loaded:
    """The template; what only a later program knows is named with its line."""
    try:
        return template_reading.read(source, name)
    except Problem as problem:
        if "不认识的键" in problem.text and _is_toml(source):
            raise Problem(
                "E_NEWER",
                f"{problem.text}；这是更新版本的程序才有的写法，请先升级本程序，没有收",
                **problem.facts,
            ) from problem
        raise


def _content(letter: Letter, name: str) -> tuple[str, str, bytes]:
    try:
        told: dict[str, Any] = letter.content
        kind, inner = str(told["kind"]), str(told["name"])
        data = base64.b64decode(told["data"], validate=True)
        if _sha(data) != told["sha256"] or not _NAME.fullmatch(inner) or wording.clean(inner) != inner:
            raise ValueError("摘要或文件名不对")
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise signed_files.bad(FORM, name, str(error)) from error
    if kind not in WORDS:
        raise Problem(
            "E_NEWER", f"“{name}”里是“{kind}”，本程序还不认识这种下发文件，请先升级本程序，没有收", kind=kind
        )
    if len(data) > MOST_BYTES:
        raise Problem("E_TOO_BIG", f"“{inner}”超过 {MOST_BYTES >> 20} MB，没有收", file=inner)
    return kind, inner, data


def _known(office: Office, letter: Letter, file: Path) -> bool:
    t = inbox_table.c
    query = select(t.digest).where(t.bundle_id == letter.id, t.from_office == letter.sender.id)
    with office.read() as connection:
        digest = connection.scalar(query)
    if digest is not None and digest != _sha(file.read_bytes()):
        raise Problem(
            "E_ID_REUSED", "这份下发文件的编号以前收过，但内容不同，没有收；请让对方重新印发", id=letter.id
        )
    return digest is not None


def _data(kind: str, file: Path) -> bytes:
    if kind not in WORDS:
        raise Problem("E_KIND", f"没有“{kind}”这种下发文件，可用：{'、'.join(WORDS)}", field="kind")
    if not file.is_file():
        raise Problem("E_NO_FILE", f"找不到文件“{file}”，请检查路径", file=str(file))
    if file.stat().st_size > MOST_BYTES:
        raise Problem("E_TOO_BIG", f"“{file.name}”超过 {MOST_BYTES >> 20} MB，不能下发", file=str(file))
    return file.read_bytes()


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _is_toml(source: str) -> bool:
    try:
        return bool(tomllib.loads(source))
    except tomllib.TOMLDecodeError:
        return False


def _refuse_no_issuer(roles: Any, name: str, what: str) -> None:
    if not ISSUERS & set(roles):
        raise Problem(
            "E_NOT_ALLOWED", f"只有汇总单位或上级单位才能{what}文件，“{name}”不是", roles=sorted(roles)
        )


def _within(code: str, territory: str) -> bool:
    """Whether a division is that one or lies below it."""
    while code and code != territory:
        found = divisions.find(code)
        code = found.parent if found else ""
    return bool(code)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
