"""What a journal line is about beyond its cells: who signed, which version, to whom, in a few words each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from app.engine.calling import PLAIN
from app.listing.counts import identity_line
from app.words.report_words import Words

Body = Mapping[str, Any]
Told = dict[str, Any]


def of(verb: str, body: Body, words: Words = PLAIN) -> Told:
    """{word: text} of a line, with the facts it carries itself; {} for a verb that only changes cells.

    `words` are those of the ledger.
    """
    known = body.get("facts")
    own = dict(known) if isinstance(known, dict) and verb not in _WHOLLY_TOLD else {}
    if verb == "seal":
        return {**_seal(body, words), **own}
    told = _TOLD.get(verb)
    return {**(told(body) if told else {}), **own}


def _print(body: Body) -> Told:
    row = body.get("version", {})
    return {
        "label": row.get("label"),
        "paper": str(row.get("paper", "")).upper(),
        "pages": row.get("pages"),
        "gaps": row.get("gaps") or "",
        "explain": row.get("explain"),
    }


def _sign(body: Body) -> Told:
    row, mended = body.get("sign", {}), body.get("mended")
    told = {key: row.get(key) for key in ("role", "by", "on", "behalf", "pen")}
    if not mended:
        return told
    was = " ".join(filter(None, (mended["was"].get(key) for key in ("by", "on", "behalf"))))
    return {**told, "note": f"更正，原登记为“{was}”", "reason": mended["reason"], "second": mended["second"]}


def _step(body: Body) -> Told:
    row = body.get("step", {})
    told = {key: row.get(key) for key in ("on", "meeting", "minutes_no", "doc_no")}
    return {"label": row.get("title"), **told}


def _remark(body: Body) -> Told:
    row = body.get("remark", {})
    return {"from": row.get("office_name"), "to": row.get("to_name"), "note": row.get("text")}


def _seal(body: Body, words: Words) -> Told:
    row = body.get("seal", {})
    counts = row.get("counts", {})
    return {"on": row.get("on"), **{unit: identity_line(counts[unit], "", words) for unit in counts}}


def _send(body: Body) -> Told:
    return {"to": body.get("to_name"), "file": _name(body.get("file")), "attachments": body.get("attachments")}


def _issue(body: Body) -> Told:
    about = body.get("about", {})
    return {"to": body.get("to_name"), "label": about.get("version"), "file": _name(body.get("file"))}


def _receive(body: Body) -> Told:
    return {"from": body.get("from_name"), "seq": body.get("seq")}


def _receipt(body: Body) -> Told:
    return {"from": body.get("issuer_name"), "on": body.get("on"), "rows": body.get("rows")}


def _card(body: Body) -> Told:
    card = body.get("card", {})
    return {"office": card.get("name"), "fingerprint": body.get("fingerprint"), "reason": body.get("reason")}


def _register(body: Body) -> Told:
    return {"from": body.get("issuer_name"), "label": f"第{body.get('version')}版", "on": body.get("on")}


def _import(body: Body) -> Told:
    run = body.get("import", {})
    rows = f"新增 {run.get('added', 0):,} 行，更新 {run.get('updated', 0):,} 行"
    file = {"file": _name(run.get("file")), "sheet": run.get("sheet")}
    return {"rows": rows, **file, "not_secret": body.get("not_secret")}


def _withdraw(body: Body) -> Told:
    return {"file": _name(body.get("withdraw", {}).get("file"))}


def _open(body: Body) -> Told:
    return {"template": body.get("template"), "label": body.get("version")}


def _template(body: Body) -> Told:
    told = body.get("upgrade", {})
    back = "撤回，回到原来的版本" if "undoes" in told else ""
    words = {"template": told.get("template"), "label": told.get("version"), "from": told.get("whose")}
    return {**words, "note": back, "reason": told.get("reason"), "second": told.get("second")} if told else {}


def _round(body: Body) -> Told:
    told = body.get("round", {})
    if told.get("closed"):
        return {"note": "结束", "reason": told.get("reason")}
    return {"label": f"第{told.get('number')}轮", "on": told.get("due"), "note": told.get("note")}


def _push(body: Body) -> Told:
    told = body.get("push", {})
    return {"to": told.get("office_name") or told.get("dept"), "rows": told.get("rows")}


def _merge(body: Body) -> Told:
    told = body.get("merge", {})
    if told.get("withdrawn"):
        return {"note": "撤回合并", "from": told.get("dept")}
    refused = len(told.get("refused") or ())
    return {
        "from": told.get("office_name") or told.get("dept"),
        "note": f"{refused:,} 处没有采用" if refused else "",
    }


def _merged(body: Body) -> Told:
    told = body.get("facts", {})
    lost = len(told.get("lost") or ())
    return {"from": told.get("dept"), "note": f"{lost:,} 处没有采用，见合并情况表" if lost else ""}


def _clerk(body: Body) -> Told:
    """What became of a clerk of the office, in one sentence."""
    now, was = body.get("clerk", {}), body.get("was", {})
    name = now.get("name") or body.get("name")
    words = {"name": "姓名", "role": "身份", "phone": "电话"}
    amended = [f"{word}{was[key] or '空'}改为{now[key] or '空'}" for key, word in words.items() if key in was]
    told = {
        "add": f"新增{name}（{now.get('role')}）",
        "amend": f"{was.get('name') or name}：{'，'.join(amended)}",
        "leave": f"{name}停用",
        "back": f"{name}恢复使用",
        "pin_set": f"{name}设了口令",
        "pin_changed": f"{name}换了口令",
        "pin_cleared": f"{name}的口令清除",
    }
    return {"note": told.get(str(body.get("deed")))}


def _handover(body: Body) -> Told:
    told = body.get("handover", {})
    seen = f"，{told['witness']}监交" if told.get("witness") else ""
    return {"note": f"{told.get('by')}交给{told.get('to')}{seen}，{told.get('rows', 0):,} 项", "file": told.get("name")}


def _name(path: object) -> str:
    return PurePath(str(path or "")).name


_WHOLLY_TOLD = frozenset(("asked", "merged"))
"""Verbs whose facts are for the program; what a person wants of them is told here."""
_TOLD: Mapping[str, Callable[[Body], Told]] = {
    "clerk": _clerk,
    "handover": _handover,
    "round": _round,
    "template": _template,
    "push": _push,
    "merge": _merge,
    "merged": _merged,
    "print": _print,
    "sign": _sign,
    "step": _step,
    "annotate": _remark,
    "send": _send,
    "issue": _issue,
    "handed": _send,
    "receive": _receive,
    "receipt": _receipt,
    "slip": _receipt,
    "returned": _receive,
    "trust": _card,
    "revoke": _card,
    "keys": _card,
    "register": _register,
    "import": _import,
    "withdraw": _withdraw,
    "open": _open,
}
