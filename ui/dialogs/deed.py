"""One entry of a menu of deeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

Opener = Callable[[QWidget | None], QDialog]


@dataclass(frozen=True)
class Deed:
    """`why` it cannot be done now, '' when it can; `opens` makes its dialog."""

    key: str
    words: str
    tip: str
    why: str
    opens: Opener


def late(module: str, name: str, *given: Any, **told: Any) -> Opener:
    """The dialog `name` of `ui.dialogs.following.<module>`, read from disk when it is opened: a menu must not wait for it."""

    def opens(parent: QWidget | None) -> QDialog:
        kind = getattr(import_module(f"ui.dialogs.following.{module}"), name)
        made: QDialog = kind(*given, parent=parent, **told)
        return made

    return opens
