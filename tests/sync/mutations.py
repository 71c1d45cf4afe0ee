"""Bundles and other files spoilt at random: `python -m tests.sync.mutations 10000` counts what the reader did with them."""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from app.problem import Problem
from sync.bundles import archive
from tests.sync import mutated_letters
from tests.sync.world import World, small_world

WAYS = ("flip", "byte", "zero", "cut", "insert", "delete", "double", "swap", "grow")


def spoil(data: bytes, chance: random.Random) -> bytes:
    """`data` with one to three random changes; never equal to `data`."""
    spoilt = data
    while spoilt == data:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            spoilt = _once(spoilt, chance.choice(WAYS), chance)
    return spoilt


def _once(data: bytes, way: str, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    length = chance.choice((1, 2, 7, 64, 512))
    there, rest = data[place : place + length], data[place + length :]
    match way:
        case "flip":
            return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        case "byte":
            return data[:place] + chance.randbytes(len(there)) + rest
        case "zero":
            return data[:place] + bytes(len(there)) + rest
        case "cut":
            return data[: max(1, place)]
        case "insert":
            return data[:place] + chance.randbytes(length) + data[place:]
        case "delete":
            return data[:place] + rest or b"x"
        case "double":
            return data[:place] + there + there + rest
        case "swap":
            other = chance.randrange(len(data))
            low, high = sorted((place, other))
            return (
                data[:low]
                + data[high : high + 1]
                + data[low + 1 : high]
                + data[low : low + 1]
                + data[high + 1 :]
            )
    return data + chance.randbytes(length)


def mutant(world: World, number: int, whole: dict[str, bytes]) -> tuple[str, Path]:
    """The `number`th spoilt bundle: of the finished file, of the zip inside it, of one of its parts."""
    chance = random.Random(number)
    level = ("age", "plain", "zip", "part")[number % 4]
    if level in ("age", "plain"):
        path = world.new("x.qidi")
        path.write_bytes(spoil(whole[level], chance))
        return level, path
    if level == "zip":
        zipped = world.new("x.zip")
        zipped.write_bytes(spoil(whole["zip"], chance))
        return level, world.wrapped(zipped)

    def change(parts: dict[str, bytes]) -> None:
        name = chance.choice([name for name, data in parts.items() if data])
        parts[name] = spoil(parts[name], chance)

    return level, world.forged(change)


def count(world: World, numbers: range) -> Counter[str]:
    """How many were refused by which code; `same`: only unsigned padding differed; `ACCEPTED`, `UNHANDLED`: faults."""
    whole = {"age": world.written().read_bytes(), "plain": world.written(plain=True).read_bytes()}
    whole["zip"] = world.zipped().read_bytes()
    good = world.open(world.written())
    out: Counter[str] = Counter()
    for number in numbers:
        level, path = mutant(world, number, whole)
        try:
            opened = world.open(path)
            same = opened.digest == good.digest and level in ("zip", "part")
            out["same" if same else "ACCEPTED"] += 1
        except Problem as problem:
            out[problem.code] += 1
        except Exception as error:
            out["UNHANDLED"] += 1
            sys.stderr.write(f"{number} {level}: {error!r}\n")
    return out


def main(wanted: int) -> int:
    """So many bundles, by turns of every kind, and as many of the other files."""
    assert archive.MOST_ENTRIES
    bundles: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for turn, start in enumerate(range(0, wanted, 250)):
        with tempfile.TemporaryDirectory() as folder:
            world = small_world(Path(folder))
            numbers = range(start, min(start + 250, wanted))
            kinds = mutated_letters.bundles(world)
            bundles += count(list(kinds.values())[turn % len(kinds)], numbers)
            letters += mutated_letters.count(world, numbers, spoil)
    for what, found in (("bundles (ledger, check, return)", bundles), ("other files", letters)):
        sys.stdout.write(f"{wanted} mutated {what}: {dict(found.most_common())}\n")
    return 1 if any(found[bad] for found in (bundles, letters) for bad in ("ACCEPTED", "UNHANDLED")) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
