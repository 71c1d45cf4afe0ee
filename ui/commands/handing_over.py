"""The sub-command of 工作交接."""

from __future__ import annotations

import argparse

from app.office import Office
from app.today.handover import Leaving
from sync.offices import handing_over
from ui.commands.answers import Said, of

Args = argparse.Namespace


def handover(args: Args, office: Office) -> Said:
    """The sheet of what is open; forms in a window that is open at the same time are not known here."""
    return of(handing_over.hand_over(office, Leaving(to=args.to, by=args.by, witness=args.witness), args.out))
