"""再写一次: a bundle of the outbox copied out once more, the very same one, as often as it is wanted."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app.change import Change
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from models.schema import outbox as outbox_table
from sync.bundles import preamble
from sync.bundles.bundle import SUFFIX
from sync.bundles.progress import Tell
from sync.letters import delivering
from sync.letters.registers import ENCRYPT_ONLY


def again(office: Office, bundle: str, folder: Path, *, tell: Tell | None = None) -> Change:
    """Copy the bundle into `folder`, read it back, and note it; its state only moves on from 没拷到盘上.

    Raises Problem E_NOT_SENT, E_PLAIN_FORBIDDEN for one that was written open before the rule, E_FILE_GONE, those of
    `preamble.examine` and, with the fact `bundle`, of `delivering.copy`.
    """
    with office.read() as connection:
        row = connection.execute(select(outbox_table).where(outbox_table.c.bundle_id == bundle)).first()
    if row is None:
        raise Problem("E_NOT_SENT", "没有报出过这一份，请重新选", bundle=bundle)
    bare = row.file.endswith(SUFFIX) and not (row.facts or {}).get("encrypted", True)
    if bare and settings.get(office, ENCRYPT_ONLY):  # a workbook goes open where a person asked for one
        said = f"往来必须加密，而这一份是以前没有加密写出的，不能再写；请先确认“{row.to_name}”的名片，再重新报一份"
        raise Problem("E_PLAIN_FORBIDDEN", said, bundle=bundle)
    kept = office.folder / row.file
    if not kept.is_file():
        raise Problem("E_FILE_GONE", f"本单位存着的“{kept.name}”不在了，请重新写出一份", path=str(kept))
    if kept.suffix == SUFFIX:
        preamble.examine(kept)

    def enter() -> None:
        with office.write("再写一次") as work:
            told = {"to": row.to_office or "", "to_name": row.to_name, "file": kept.name, "kind": "bundle"}
            work.office_line("handed", bundle, told)

    try:
        target = delivering.copy(kept, folder, tell, enter)
    except Problem as problem:
        problem.facts["bundle"] = bundle
        raise
    if row.state == "built":
        delivering.mark(office, bundle, "copied")
    office.note_head()
    return Change(
        f"已再写一次 {target.name}，和 {row.on} 报出的是同一份，可以拔盘",
        frozenset({row.ledger_id} if row.ledger_id else ()),
        bundle,
        {"file": str(target), "bundle": bundle, "bytes": kept.stat().st_size, "to_name": row.to_name},
    )
