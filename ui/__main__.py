"""The front door: no sub-command opens the window, a sub-command runs without Qt."""

from __future__ import annotations

import gc
import sys


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 2 usage, 3 a Problem, 1 a fault of the program."""
    gc.disable()  # what loading and the first window make stays for good: collecting it costs a fifth of the start
    from app.imports import child  # noqa: PLC0415 - after that
    from ui.commands import command_line  # noqa: PLC0415

    given = sys.argv[1:] if argv is None else argv
    if given[:1] == [child.SWITCH]:  # the packed program starts itself to read a workbook
        gc.enable()
        child.main()
        return 0
    args = command_line.parse(given)
    if args.command is None:
        from ui import application  # noqa: PLC0415 - the command line must run where Qt is absent

        try:
            return application.run_window(args.data, args.today, args.clerk, args.sample, gc.freeze)
        finally:
            gc.freeze()  # what is left ends with the process: collecting it would only delay the end
    _collect_again()
    return command_line.run(args)


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    sys.exit(main())
