"""`tally serve`: the pages of a book in a browser, made anew on every save."""

from __future__ import annotations

import secrets
import threading
import time
import webbrowser
from contextlib import contextmanager
from dataclasses import field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallybook import __version__
from tallybook.command.build import BUILD, asks_for_pages, order, told, write_site
from tallybook.command.history import read_history
from tallybook.command.options import BookCommand
from tallybook.command.outcome import INTERRUPTED, Refusal, counted, unreachable
from tallybook.command.server import Board, Shown, listen
from tallybook.command.site import HISTORY
from tallybook.command.watch import Watch
from tallybook.dataclass import dataclass
from tallybook.text.diagnostic import BookError, QuestionError
from tallybook.text.kept import Kept
from tallybook.text.report import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.command.build import Order
    from tallybook.command.options import Invocation
    from tallybook.command.server import PageServer

_PORT = 8420


@click.command(
    "serve",
    cls=BookCommand,
    examples="tally serve\ntally serve marketing --locale en --open\ntally serve --port 9000",
)
@asks_for_pages
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, help=f"Else {_PORT}.")
@click.option("--open", "opens", is_flag=True, help="Open a browser.")
@click.option(
    "-o", "--output", metavar="DIR", help="Write the files, too; else nothing is written."
)
@click.option(
    "--history", metavar="FILE", help=f"What pages showed before; else that of build/{HISTORY}."
)
@click.pass_obj
def command(
    at: Invocation,
    /,
    *,
    port: int,
    opens: bool,
    output: str | None,
    history: str | None,
    **asked: Any,
) -> None:
    """Show scorecards in a browser of this machine, and make them anew on every save.

    What is wrong with a book is shown on the page, too, which leads to the last one that could be
    built. What earlier builds showed is read, and nothing is added to it. Ctrl-C ends it, with
    status 130.
    """
    wanted = order(**asked)
    wanted = replace(wanted, formats=tuple(dict.fromkeys(("html", *wanted.formats))))
    root = at.root(None)
    folder = Path(output) if output is not None else None
    shown_before = Path(history) if history else (folder or Path(BUILD)) / HISTORY
    desk = Desk(replace(at, folder=str(root)), wanted, folder, shown_before)
    board = Board(Shown("", {}))
    server = listen(port, board)
    watch = Watch(root, folder)
    try:
        seen = watch.look()
        board.show(desk.first())
        with _answering(server):
            at.console.say(f"serving {server.address} (Ctrl-C ends)")
            if opens:
                webbrowser.open(server.address)
            while True:
                seen = watch.wait(seen)
                board.show(desk.build(board.shown))
    except KeyboardInterrupt:
        at.console.say("\nended")
        click.get_current_context().exit(INTERRUPTED)


@contextmanager
def _answering(server: PageServer) -> Iterator[None]:
    """Requests are answered by threads of their own, which end with the process."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.server_close()


@dataclass(frozen=True, slots=True)
class Desk:
    """Where pages are made: of which book, which ones, and where they are written to, if at all.

    `history` is the file of what earlier builds showed.
    """

    at: Invocation
    wanted: Order
    output: Path | None
    history: Path
    kept: Kept = field(default_factory=Kept)

    def first(self) -> Shown:
        """The first build. Raises what no save can mend: a fault of the command line."""
        return self._built(Shown("", {}), is_first=True)

    def build(self, last: Shown) -> Shown:
        """What there is to see after a save."""
        return self._built(last, is_first=False)

    def _built(self, last: Shown, *, is_first: bool) -> Shown:
        version = secrets.token_hex(8)
        console = replace(self.at.console, started=time.monotonic())
        try:
            past = read_history(self.history, console)
            book = replace(self.at, console=console).asked(self.kept)
            site = self.wanted.site(book, console, past)
            if self.output is not None:
                write_site(site, self.output)
        except BookError as error:
            if is_first and _is_of_the_command(error):
                raise
            console.report(error.diagnostics)
            console.count(counted(error.diagnostics))
            text = report(error.diagnostics, "text", color=False, version=__version__)
            return Shown(version, last.files, f"{text}\n{counted(error.diagnostics)}\n")
        except (Refusal, OSError) as error:
            message, advice = _refused(error)
            if is_first:
                raise
            console.fault(message, advice)
            advice = f"\n  = help: {advice}" if advice else ""
            return Shown(version, last.files, f"error: {message}{advice}\n")
        console.summary(told(site.editions))
        # A page is written when it is first asked for, and once.
        return Shown(version, {name: cache(content) for name, content in site.files().items()})


def _is_of_the_command(error: BookError) -> bool:
    """Whether what cannot be asked stands on the command line, and in no file."""
    places = (d.span for d in error.diagnostics if d.is_error)
    return isinstance(error, QuestionError) and not any(
        place and Path(place.source.name).is_file() for place in places
    )


def _refused(error: Refusal | OSError) -> tuple[str, str | None]:
    if isinstance(error, Refusal):
        return error.message, error.help
    return unreachable(error), None
