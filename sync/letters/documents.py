"""What comes down: templates, holiday notices and lists, signed by a lead or a superior (decision 28)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.change import Change
from app.ids import new_id
from app.journals.trust import Keys, OfficeCard
from app.ledger import recomputing, settings
from app.office import Office
from app.problem import Problem
from app.storage import files
from app.template_books import naming
from app.templating import template_layers, template_reading
from app.values import divisions, workdays
from app.words import wording
from app.words.templates import Loaded
from models.schema import journal as journal_table
from sync.bundles.file_names import fitted, plain
from sync.letters import delivering, landing, letters, offered_templates, receipting, signed_files
from sync.letters.came_down import CALENDAR, ISSUERS, LIST, TEMPLATE, WORDS, Notice, notices
from sync.letters.registers import ENCRYPT_ONLY
from sync.letters.signed_files import Letter
from sync.peers import peers, statements
from sync.peers.statements import Form

FORM = Form("QIDI_DOCUMENT", "application/vnd.qidi.document+json", ".qidi-doc", "下发文件")
SUFFIXES = {TEMPLATE: (".toml",), CALENDAR: (".toml", ".csv"), LIST: (".xlsx", ".xls", ".et", ".ods", ".csv")}
MOST_BYTES, MOST_NUMBER = 20 * 1024**2, 10**14
_A_DAY = 10**8  # more lines than an office ever writes
_NAME = re.compile(r'[^\\/:*?"<>|\x00-\x1f]{1,120}')


def issue(
    office: Office, keys: Keys, kind: str, file: Path, out: Path, *, to: str = "", note: str = "",
    fresh: bool = True,
) -> Change:  # fmt: skip
    """Write a template, a holiday notice or a list as a signed file for one office, or for all below; `out` is made
    when missing and `fresh`.

    For one office it is encrypted. It is read here as its receiver will read it. Raises Problem E_NOT_ALLOWED, E_KIND,
    E_NO_FILE, E_TOO_BIG, E_NO_PEER, E_PLAIN_FORBIDDEN and those of reading it.
    """
    _refuse_no_issuer(office.roles, office.name, "发")
    name, data = _content_of(office, kind, file)
    about = _about(kind, name, data)
    card = peers.find(office, to).card if to else None
    if to and card is None:
        raise Problem(
            "E_NO_PEER", f"没有确认过“{to}”的名片，请先确认，或不写收件单位、发给所有单位", office=to
        )
    if card is None and settings.get(office, ENCRYPT_ONLY):
        raise Problem("E_PLAIN_FORBIDDEN", "本单位规定必须加密，请写明发给哪个单位（--to）", field="to")
    id_, on = new_id(), office.today().isoformat()
    content = {
        "kind": kind, "name": plain(name)[-100:], "note": wording.clean(note), "sha256": _sha(data),
        "data": base64.b64encode(data).decode(), "number": _next_number(office),
    }  # fmt: skip
    signed = signed_files.to_bytes(FORM, keys, id_=id_, on=on, content=content, to=card)
    title = plain(about.get("title") or file.stem)[:40]
    whom = f"发{plain(card.name)[:40]}_" if card else ""
    name = fitted(f"{WORDS[kind]}_{title}", f"_{whom}{on}{FORM.suffix}")
    told = {"kind": kind, "sha256": content["sha256"], "encrypted": bool(card), "about": about}
    local = delivering.free(office.folder / "outbox" / name)
    files.write_whole(local, signed)
    with office.write("印发文件") as work:
        if card is not None:
            title = f"{about.get('title', '')} {about.get('version', '')}".strip()
            told |= letters.sent(work, local, id_, kind, card, {"encrypted": True, "title": title})
        work.office_line(
            "issue", id_, {**told, "to": card.id if card else "", "file": f"outbox/{local.name}"}
        )
    target = delivering.copy(local, out, fresh=fresh)
    if card is not None:
        delivering.mark(office, id_, "copied")
    whom = f"给{card.name}" if card else "给各单位（未加密）"
    facts = {"file": str(target), "kind": kind, **about}
    return Change(f"已写出{WORDS[kind]} {target.name}，{whom}", subject=id_, facts=facts)


def _next_number(office: Office) -> int:
    """The last day of this office's records and where they stand: what is issued later has a greater one, whatever the
    clock says; also after the records were taken from a backup and are shorter than they were."""
    t = journal_table.c
    query = select(func.max(t.seq).label("seq"), func.max(t.on).label("on")).where(t.stream == office.stream)
    with office.read() as connection:
        last = connection.execute(query).one()
    day = max(office.today().isoformat(), last.on or "")
    return dt.date.fromisoformat(day).toordinal() * _A_DAY + (last.seq or 0) + 1


def issue_all(
    office: Office, keys: Keys, kind: str, file: Path, out: Path, to: Sequence[str], *, note: str = "",
    tell: Callable[[int, int], object] | None = None,
) -> Change:  # fmt: skip
    """`issue` for each of these offices, one encrypted file each; all are looked for before any is written.

    The first that cannot be written, or what `tell` raises, ends it: what is written by then is said, the others are
    named in the fact `failed`, {to, code, text}. Raised when nothing was written: Problem E_NOTHING, E_NO_PEER, those
    of `issue`, and what `tell` raises.
    """
    names = []
    for each in to:
        address = peers.find(office, each)
        if address.card is None:
            raise Problem("E_NO_PEER", f"没有确认过“{each}”的名片，请先确认", office=each)
        names.append(address.name)
    made: list[Change] = []
    failed: list[dict[str, str]] = []
    for number, each in enumerate(to):
        try:
            if tell:
                tell(number, len(to))
        except Exception:  # given up: what is written stays written, and is said
            if not made:
                raise
            failed = _left(names[number:], "E_CANCELLED", "您取消了")
            break
        try:
            made.append(issue(office, keys, kind, file, out, to=each, note=note, fresh=not made))
        except (Problem, OSError) as error:
            if not made:
                raise
            problem = error if isinstance(error, Problem) else files.unforeseen(error)
            failed = _left(names[number:], problem.code, problem.text)
            break
    if not made:
        raise Problem("E_NOTHING", "还没有选下发给哪些单位", field="to")
    files_ = [change.facts["file"] for change in made]
    said = f"已写出{WORDS[kind]}“{made[0].facts['title']}”，{len(made):,} 个单位各一份"
    if failed:
        left = "、".join(one["to"] for one in failed)
        said += f"；{len(failed):,} 个没有写（{left}）：{failed[0]['text']}"
    return Change(said, subject=made[-1].subject, facts={"files": files_, "kind": kind, "failed": failed})


def _left(names: Sequence[str], code: str, text: str) -> list[dict[str, str]]:
    return [{"to": name, "code": code, "text": text} for name in names]


def below(office: Office) -> list[OfficeCard]:
    """The confirmed offices of this one's territory to which something may go down, by name."""
    known = [p.card for p in peers.all(office) if p.state == peers.TRUSTED]
    return [card for card in known if _within(card.division, office.division)]


def is_document(file: Path) -> bool:
    return statements.begins(FORM, file)


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
    with office.read() as connection:
        known = landing.known(connection, letter, FORM.word)
    if known:
        again = letters.answer_again(office, keys, letter)
        seen: dict[str, Any] = {"kind": kind, "again": True, **({"receipt": str(again[0])} if again else {})}
        return Change(
            f"{letter.sender.name}的{WORDS[kind]}“{name}”以前已收过{letters.said(again)}", facts=seen
        )
    here = fitted(f"{letter.on}_{letter.id}_{Path(name).stem}", Path(name).suffix)
    target = delivering.free(office.folder / "inbox" / here)
    files.write_whole(target, data)
    try:
        said = _used(office, kind, target, about, letter)
        with office.write("收下发文件") as work:
            facts = {
                **about,
                "file": target.name,
                "sha256": _sha(data),
                "note": str(letter.content.get("note", "")),
                **({"number": _number(letter)} if _number(letter) else {}),
            }
            receipt = letters.receipt(office, keys, letter)
            landing.enter(work, office, letter, kind, file.name, facts, receipt)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    written = [receipting.write(office, receipt)] if receipt else []
    done: dict[str, Any] = {"kind": kind, "again": False, "file": str(target), **about}
    if written:
        done["receipt"] = str(written[0])
    said = f"已收{letter.sender.name}下发的{WORDS[kind]}“{name}”：{said}{letters.said(written)}"
    return Change(said, subject=letter.id, facts=done)


def _used(office: Office, kind: str, target: Path, about: dict[str, str], letter: Letter) -> str:
    """What follows from having it, in words."""
    if kind == CALENDAR:
        return (
            _outdated(office, about["title"], letter, target)
            or recomputing.import_notice(office, target).said
        )
    if kind == TEMPLATE:
        return f"《{about['title']}》{about['version']}，{_stands(office, target, about)}"
    return "放在收件里，可以从“导入 Excel”导入台账"


def _outdated(office: Office, title: str, letter: Letter, target: Path) -> str:
    """Why a notice is not taken over: one of the same year that was issued later came before it; '' when it is.

    A notice that was taken from an issuer revoked since decides nothing.
    """
    known = [p.card.id for p in peers.all(office) if p.state == peers.TRUSTED]
    day = min(letter.on, office.today().isoformat())
    this = Notice(day, letter.id, letter.sender.id, letter.sender.name, _number(letter))
    later = [one for one in notices(office, title, known) if one.after(this)]
    if not later:
        return ""
    newest = max(later, key=lambda one: (one.day, one.id))
    return (
        f"已有更新的放假安排（{newest.sender_name}，{newest.day} 印发），这份没有采用；"
        f"确要用它，请在“设置”里导入收件里的“{target.name}”"
    )


def _number(letter: Letter) -> int:
    """The place of a document in its issuer's records; 0 from a program that does not say it."""
    found: int = letter.content.get("number", 0)
    return found


def _stands(office: Office, target: Path, about: Mapping[str, str]) -> str:
    """What a template that came is good for: one older than the one that rules is kept, and does not rule."""
    versions = template_layers.versions(_text(target.read_bytes(), target.name), about["version"])
    order = template_layers.order(versions)
    have = [one for one in offered_templates.all(office) if one.template == about["template"]]
    first = next((one for one in have if one.rules), None)
    if first is not None and len(versions) > 1 and order[:1] < first.order[:1]:
        return f"基于旧版 {versions[0]}，已有 {first.version}，留作查看，不作数"
    two = next((one for one in have if one.order == order and one.digest != about["digest"]), None)
    if two is not None and two.source != offered_templates.BUILT_IN:
        return (
            f"{offered_templates.TWO_TEXTS}：已有{two.source}的 {two.version}，以上级单位印发的为准；"
            "已打开的台账不会自己换，请向印发的单位核对"
        )
    own = next((one for one in have if one.source == offered_templates.BUILT_IN), None)
    if own is not None and order < own.order and len(versions) == 1:
        return f"比本程序自带的 {own.version} 旧，留作查看，不作数"
    return "打开台账时可以选；已打开的台账，在“模板”里升级"


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
        t = loaded.t
        return {"template": t.id, "version": t.version, "title": t.title, "digest": loaded.digest}
    return {"title": Path(name).stem}


def _template(source: str, name: str) -> Loaded:
    """The template; what only a later program knows is named with its line."""
    try:
        return template_reading.read(source, name)
    except Problem as problem:
        if problem.facts.get("later"):
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
        number = told.get("number", 0)
        if type(number) is not int or not 0 <= number <= MOST_NUMBER:
            raise ValueError("编号不对")
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise statements.bad(FORM, name, str(error)) from error
    if kind not in WORDS:
        raise Problem(
            "E_NEWER", f"“{name}”里是“{kind}”，本程序还不认识这种下发文件，请先升级本程序，没有收", kind=kind
        )
    if len(data) > MOST_BYTES:
        raise Problem("E_TOO_BIG", f"“{inner}”超过 {MOST_BYTES >> 20} MB，没有收", file=inner)
    return kind, inner, data


def _content_of(office: Office, kind: str, file: Path) -> tuple[str, bytes]:
    """Name and bytes of what is sent: a template as its text, also when it was written as a workbook."""
    data = _data(kind, file)
    if kind != TEMPLATE:
        return file.name, data
    if naming.is_book(file):
        from app.template_books import making  # noqa: PLC0415 - only a workbook needs it

        return f"{file.stem}.toml", making.make(file, today=office.today()).source.encode()
    return file.name, offered_templates.bound(office, _text(data, file.name)).encode()


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
