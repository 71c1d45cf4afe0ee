"""The passphrase of the office's keys as the command line is given it: in a file, never as an argument."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.problem import Problem

LONGEST = 1024


def passphrase(args: argparse.Namespace) -> str:
    """The first line of `--passphrase-file`, '' without one. Raises Problem E_NO_FILE, E_PASSPHRASE_FILE."""
    return first_line(getattr(args, "passphrase_file", None))


def first_line(file: Path | None) -> str:
    """The passphrase in a file, '' without one. Raises as `passphrase` does."""
    if file is None:
        return ""
    try:
        with file.open("rb") as stream:
            data = stream.read(LONGEST + 1)
        first = data.decode("utf-8-sig").splitlines()[0] if data else ""
    except OSError as error:
        raise Problem("E_NO_FILE", f"找不到口令文件“{file.name}”，请检查路径", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise Problem(
            "E_PASSPHRASE_FILE", f"口令文件“{file.name}”不是文字，请检查", file=str(file)
        ) from error
    if not first or len(data) > LONGEST:
        raise Problem("E_PASSPHRASE_FILE", f"口令文件“{file.name}”的第一行应当是口令，请检查", file=str(file))
    return first
