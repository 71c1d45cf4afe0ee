"""The ledgers of the other campaigns in the sample office, and the guide, in pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHOWN = ("semi-finished", "idle-land", "land-yield", "reform-tasks")


def _ledger(template: str) -> Callable[[Any], None]:
    def pose(window: Any) -> None:
        from app.ledger import ledgers

        own = next(x for x in ledgers.all(window.desk.office) if x.own and x.template_id == template)
        window.show_page("ledger", {"ledger": own.id})
        window.screen().bench.open_panel()

    return pose


def guide(window: Any) -> Any:
    """The guide at the chapter of a page."""
    from ui.dialogs.guide_dialog import GuideDialog

    dialog = GuideDialog(window, "统计")
    dialog.show()
    return dialog


POSES: dict[str, Callable[[Any], Any]] = {
    **{f"ledger-{template}": _ledger(template) for template in SHOWN},
    "guide": guide,
}
