"""The `tally` command.

The version and the help page are answered before anything heavy is imported.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run `tally` with the arguments of the process, and end it."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from tallybook import __version__

        sys.stdout.write(f"tally {__version__}\n")
    elif arguments in ([], ["--help"], ["-h"], ["help"]):
        from tallybook.command.contents import help_page

        sys.stdout.write(help_page())
    else:
        from tallybook.command.main import run_process

        run_process(arguments)


if __name__ == "__main__":
    main()
