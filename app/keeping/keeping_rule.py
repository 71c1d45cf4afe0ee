"""Which backups stay: the last ten, then one a day for a month, one a month for a year, and always the last good one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

LAST, DAYS, MONTHS = 10, 30, 12
SAID = f"最近 {LAST} 份全留，{DAYS} 天内每天留一份，{MONTHS} 个月内每月留一份；最后一份好的总是留着"


def surplus(found: Sequence[tuple[dt.datetime, bool]], now: dt.datetime) -> list[int]:
    """Positions of the backups that may go; `found` holds when each was made and whether it is good.

    Of a day or a month the newest good one stays, a bad one where there is no good one.
    """
    order = sorted(range(len(found)), key=lambda at: found[at][0], reverse=True)
    stays = set(order[:LAST])
    good = [at for at in order if found[at][1]]
    stays.update(good[:1])
    taken: set[str] = set()
    for at in (*good, *(at for at in order if not found[at][1])):
        made = found[at][0]
        for words, kept in ((f"{made:%Y-%m-%d}", _days(now, made) < DAYS), (f"{made:%Y-%m}", _months(now, made) < MONTHS)):
            if kept and words not in taken:
                taken.add(words)
                stays.add(at)
    return sorted(set(order) - stays)


def _days(now: dt.datetime, made: dt.datetime) -> int:
    return (now.date() - made.date()).days


def _months(now: dt.datetime, made: dt.datetime) -> int:
    return (now.year - made.year) * 12 + now.month - made.month
