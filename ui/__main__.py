"""The front door: no sub-command opens the window, a sub-command runs without Qt."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.opening import Opening


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 2 usage, 3 a Problem, 1 a fault of the program."""
    gc.disable()  # what loading and the first window make stays for good: collecting it costs a fifth of the start
    from ui import opening  # noqa: PLC0415 - after that

    given = sys.argv[1:] if argv is None else argv
    asked = opening.read(given)
    if asked is not None:
        return _window(asked)
    from app.imports import child  # noqa: PLC0415 - the window needs neither
    from ui.commands import command_line  # noqa: PLC0415

    if given[:1] == [child.SWITCH]:  # the packed program starts itself to read a workbook
        gc.enable()
        child.main()
        return 0
    args = command_line.parse(given)
    if args.command is None:
        return _window(opening.Opening(args.data, args.today, args.clerk, args.picture, args.sample))
    _collect_again()
    return command_line.run(args)


def _window(asked: Opening) -> int:
    from ui import application  # noqa: PLC0415 - the command line must run where Qt is absent

    stands: Callable[[], object] = gc.freeze
    if asked.picture:
        from ui import picturing  # noqa: PLC0415 - only where a picture is wanted

        stands = picturing.taking(asked.picture, gc.freeze)
    try:
        return application.run_window(asked.data, asked.today, asked.clerk, asked.sample, stands)
    finally:
        gc.freeze()  # what is left ends with the process: collecting it would only delay the end


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    sys.exit(main())
