"""What helps when something is wrong: reading a damaged office, and the diagnosis package."""

from __future__ import annotations

import argparse

from app import office as offices
from app.keeping import diagnosis, salvage
from app.storage import private_rooms
from app.workbooks import salvaged
from ui.commands.answers import Said, of

Args = argparse.Namespace


def salvage_(args: Args, _: None) -> Said:
    """Everything readable as workbooks; the folder itself is not touched."""
    with private_rooms.room(private_rooms.EMERGENCY) as nest:
        found = salvage.salvage_office(args.folder, nest)
        office = salvage.open_read(found, args.today)
        try:
            return of(salvaged.write(office, found, args.out))
        finally:
            office.close()


def diagnose(args: Args, _: None) -> Said:
    """The diagnosis package of a folder, whether it opens or not."""
    parts = diagnosis.collect(args.data or offices.default_folder())
    return of(diagnosis.write(parts, args.out))
