"""The table of commands and the page that `tally --help` prints.

Read before anything else is imported, so it knows neither click nor any other library.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command. `module` defines a click command named `command`."""

    name: str
    module: str
    summary: str


COMMANDS = (
    Entry("init", "tallybook.command.init", "make a new book that builds at once"),
    Entry("check", "tallybook.command.check", "find every mistake in a book"),
    Entry("list", "tallybook.command.listing", "list metrics, sources, dimensions, scorecards"),
    Entry("show", "tallybook.command.show", "say all about one metric"),
    Entry("query", "tallybook.command.query", "compute metrics by period and dimensions"),
    Entry(
        "build", "tallybook.command.build", "write scorecards as HTML, Markdown, JSON, CSV, Excel"
    ),
    Entry("serve", "tallybook.command.serve", "show scorecards in a browser, anew on every save"),
    Entry("explain", "tallybook.command.explain", "print how a metric is understood and computed"),
    Entry("test", "tallybook.command.test", "run the book's own tests of its metrics"),
    Entry("rule", "tallybook.command.rule", "explain an error or lint by its id"),
)

_HEAD = """\
Usage: tally COMMAND [OPTIONS] ...

  Numbers of a business, defined in YAML files, computed from tables.

Example:
  tally init marketing && cd marketing && tally build

Commands:
"""
_FOOT = """
Options of every command that reads a book:
  --book DIR          the folder with tallybook.yml; by default the nearest one upward
  --set NAME=VALUE    give a parameter of the book another value
  --strict            lints count as errors
  --output-format F   findings as text, json, github or sarif
  --color WHEN        auto, always or never; NO_COLOR is obeyed
  -q, -v              say less, or more

  tally --version     print the version
  tally COMMAND --help    more about a command, with an example

Exit status: 0 done, 1 findings, 2 wrong usage or nothing matched, 101 a fault of tally's own,
130 interrupted.
"""


def help_page() -> str:
    """What `tally --help` prints."""
    width = max(len(entry.name) for entry in COMMANDS)
    return _HEAD + "".join(f"  {e.name:<{width}}  {e.summary}\n" for e in COMMANDS) + _FOOT
