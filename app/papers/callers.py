"""Who called 12345: hidden on the list and on paper, shown by a named act that the journal keeps (domain B12)."""

from __future__ import annotations

from app.change import Change
from app.engine import calling
from app.ledger import entries
from app.office import Office
from app.problem import Problem
from app.values import masking
from app.words import wording

VERB = "look"
WHYS = ("联系投诉人", "回访", "核实诉求", "其他")


def look(office: Office, entry_id: str, *, why: str) -> Change:
    """Tell who called, and keep in the journal who looked and why; the change's facts hold {title: text}.

    Raises Problem E_BLANK, E_NOTHING and those of `entries.held_for`.
    """
    reason = wording.one_line(why)
    if not reason:
        raise Problem("E_BLANK", "请选为什么要看投诉人的姓名和电话", field="why")
    with office.write("看投诉人") as work:
        held, line = entries.held_for(work, entry_id)
        fields = [line.loaded.fields[key] for key in line.loaded.fields if key in masking.hidden(line.loaded)]
        told = {
            f.title: calling.text(line.loaded, f, held.cells[f.id]) for f in fields if held.cells.get(f.id)
        }
        if not told:
            raise Problem("E_NOTHING", f"“{held.name}”没有登记投诉人的姓名和电话", entry=entry_id)
        work.line(line.id, VERB, held.id, held.rev, {"facts": {"reason": reason}})
    return Change(
        f"已记下：{office.clerk}看了“{held.name}”的投诉人（{reason}）",
        frozenset(),
        entry_id,
        {"caller": told},
    )
