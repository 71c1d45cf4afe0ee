"""A signature that was filed under a wrong name or day, put right: a 更正 with its reason and a second person (decision 6)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select, update

from app.change import Change
from app.ledger import attachments, deeds, ledgers, versions
from app.office import Office
from app.problem import Problem
from app.words import wording
from models.schema import signature as signature_table


def mend(
    office: Office,
    ledger_id: str,
    *,
    version: int,
    role: str,
    by: str,
    on: str,
    behalf: str = "",
    reason: str,
    second: str,
    scan: Path | None = None,
) -> Change:
    """Write who signed as `role`, and when, as the signed paper says it. The paper and its scan stay what they are, and the
    journal keeps what had been written.

    Once the ledger is sealed, `scan` is the 更正单 that the second person signed (decision 7).
    Raises Problem E_NO_PRINT, E_ROLE, E_SIGNER, E_SAME, E_REASON, E_TOO_LONG, E_SECOND, E_LACKING, E_DATE, E_FUTURE,
    E_FOREIGN.
    """
    day, by, behalf = deeds.day_of(office, on), wording.one_line(by), wording.clean(behalf)
    reason, second = wording.clean(reason), wording.one_line(second)
    if not by:
        raise Problem("E_SIGNER", "请写明签字人", field="by")
    if not reason:
        raise Problem("E_REASON", "请写明更正的原因", field="reason")
    deeds.refuse_same_person(office, second)
    deeds.refuse_long(by=by, behalf=behalf, second=second)
    kept = attachments.keep(office, scan) if scan else None
    with office.write("更正签字") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        ledgers.refuse_foreign(line)
        target = next((v for v in versions.of_ledger(work.connection, ledger_id) if v.number == version), None)
        if target is None:
            raise Problem("E_NO_PRINT", f"没有第{version}版", field="version")
        was = next((one for one in target.signatures if one.role == role), None)
        if was is None:
            raise Problem("E_ROLE", f"{target.label} 还没有登记“{role}”的签字，没有可更正的", field="role")
        if (was.by, was.on, was.behalf) == (by, day, behalf):
            raise Problem("E_SAME", "和原来登记的一样，没有更正", field="by")
        if line.sealed and kept is None:
            raise Problem("E_LACKING", "台账已确定，更正签字要附第二人签字的更正单扫描件", field="scan")
        if kept is not None:
            attachments.file_with(work, line.id, kept, version_id=target.id, subject=target.id)
        t = signature_table.c
        here = (t.version_id == target.id) & (t.role == role)
        id_ = work.connection.scalar(select(t.id).where(here))
        now = {"by": by, "on": day, "behalf": behalf}
        told = {"id": id_, "version_id": target.id, **asdict(was), **now}
        before = {key: value for key, value in asdict(was).items() if key in now and value}
        mended = {"was": before, "reason": reason, "second": second}
        work.line(line.id, "sign", target.id, 1, {"sign": {k: v for k, v in told.items() if v}, "mended": mended})
        work.connection.execute(update(signature_table).where(here).values(**now | {"behalf": behalf or None}))
    office.note_head()
    said = f"已更正 {target.label} 的签字：{role}由“{was.by} {was.on}”改为“{by} {day}”，原来的留在操作记录里"
    return Change(said, frozenset({ledger_id}), target.id, {"version": target.number})
