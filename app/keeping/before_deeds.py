"""A backup ahead of each deed that changes much at once, made by itself."""

from __future__ import annotations

from app.office import DATABASE, Office
from app.problem import Problem
from app.storage import files, volumes

RISKY = {
    "导入清单": "导入前",
    "撤回导入": "撤回导入前",
    "合并回传": "合并前",
    "撤回合并": "撤回合并前",
    "汇总台账": "汇总前",
    "收件": "收件前",
    "确定台账": "确定台账前",
    "换模板版本": "换模板版本前",
    "撤回换模板版本": "撤回换模板版本前",
    "导入放假通知": "重算期限前",
    "本地休息日": "重算期限前",
    "另起记录": "另起记录前",
}
"""{the deed as `office.write` is told it: why the backup was made}.

误入处置 has none: a copy made just before would be one more place with what must not be kept (decision 11); a clean one
is made after it. Before a new schema the database is copied by `app.office` itself.
"""


def watch(office: Office) -> None:
    """From now on back up before each risky deed of this office. A backup that fails never stops the deed: it is said."""
    office.watched(lambda deed: _before(office, deed))


def _before(office: Office, deed: str) -> str:
    why = RISKY.get(deed, "")
    if not why:
        return ""
    from app.keeping import snapshots  # noqa: PLC0415 - at the first risky deed, not at every start

    if not snapshots.due(office) or not snapshots.filled(office):
        return ""
    try:
        volumes.refuse_no_room(office.folder, (office.folder / DATABASE).stat().st_size)
        snapshots.make(office, why)
    except (Problem, OSError) as error:
        problem = error if isinstance(error, Problem) else files.unforeseen(error)
        return f"这一步以前没有备份成：{problem.text}"
    return ""
