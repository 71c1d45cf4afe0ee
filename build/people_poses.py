"""People at one desk in pictures: the card 人员, 换人, and who did what."""

from __future__ import annotations

from typing import Any

OTHERS = (("经办人乙", "经办"), ("审核人丙", "审核"), ("负责人丁", "负责人"))


def _manned(window: Any) -> None:
    from app.people import clerks

    if len(clerks.all(window.desk.office)) == 1:
        for name, role in OTHERS:
            clerks.add(window.desk.office, name, role=role)


def card(window: Any) -> None:
    """The card 人员 of the settings."""
    _manned(window)
    window.show_page("settings", "people")


def who(window: Any) -> Any:
    """换人."""
    _manned(window)
    window.seat.ask()
    return window.seat.asked


def sums(window: Any) -> Any:
    """按人汇总."""
    _manned(window)
    window.show_page("history")
    window.screen().person.ask()
    return window.screen().person.asked


POSES = {"people": card, "people-who": who, "people-sums": sums}
