"""The front door: no sub-command opens the window, a sub-command runs without Qt."""

from __future__ import annotations

import sys

from app.imports import child
from ui import command_line


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 2 usage, 3 a Problem, 1 a fault of the program."""
    given = sys.argv[1:] if argv is None else argv
    if given[:1] == [child.SWITCH]:  # the packed program starts itself to read a workbook
        child.main()
        return 0
    args = command_line.parse(given)
    if args.command is not None:
        return command_line.run(args)
    from ui import application  # noqa: PLC0415 - the command line must run where Qt is absent

    return application.run_window(args.data, args.today, args.clerk, args.sample)


if __name__ == "__main__":
    sys.exit(main())
