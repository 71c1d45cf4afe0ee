"""A delivery too big for one bundle, as several: each has all the lines, and its own share of the attachments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.ids import new_id
from app.problem import Problem
from sync.bundles import archive, packing
from sync.bundles.packing import Contents

MOST_FILES = archive.MOST_ENTRIES - 200
MOST_VOLUMES = 99


def split(contents: Contents) -> list[Contents]:
    """The volumes of a delivery; the contents alone where they fit into one bundle (exchange.md: 5,000 files, 1 GB).

    Every volume is a bundle with an id of its own that can be judged alone. Raises Problem E_LIMIT.
    """
    shares = _shares(contents)
    if len(shares) < 2:
        return [contents]
    if len(shares) > MOST_VOLUMES:
        raise Problem("E_LIMIT", f"附件太多，{MOST_VOLUMES} 卷也放不下，请等对方回执后再发其余")
    group, count = new_id(), len(shares)
    listed = [sorted(name.partition(".")[0] for name in share) for share in shares]
    return [
        replace(
            contents,
            info=replace(contents.info, id=new_id(), group=group, volume=f"{number} of {count}"),
            attachments={name: contents.attachments[name] for name in share},
            volumes=listed,
        )
        for number, share in enumerate(shares, 1)
    ]


def missing(volumes: Collection[Collection[str]], wanted: Collection[str]) -> list[int]:
    """The numbers of the volumes that hold any of the `wanted` digests."""
    return [number for number, each in enumerate(volumes, 1) if not set(wanted).isdisjoint(each)]


def _shares(contents: Contents) -> list[list[str]]:
    sizes = {name: contents.attachments[name].stat().st_size for name in sorted(contents.attachments)}
    most = packing.MOST_BYTES
    if (
        sum(sizes.values()) > most // 2
    ):  # only then are the lines, which every volume has, encoded to be measured
        most -= sum(map(len, contents.journal))
    shares: list[list[str]] = []
    room = 0
    for name, size in sizes.items():
        if not shares or size > room or len(shares[-1]) == MOST_FILES:
            shares.append([])
            room = most
        shares[-1].append(name)
        room -= size
    return shares
