"""The front door: no sub-command opens the window, a sub-command runs without Qt."""

from __future__ import annotations

import sys

from ui import command_line


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 2 usage, 3 a Problem, 1 a fault of the program."""
    args = command_line.parse(sys.argv[1:] if argv is None else argv)
    if args.command is not None:
        return command_line.run(args)
    from ui import application  # noqa: PLC0415 - the command line must run where Qt is absent

    return application.run_window(args.data, args.today, args.clerk, args.sample)


if __name__ == "__main__":
    sys.exit(main())
