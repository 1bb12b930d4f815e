"""What a command says beside its result: findings, progress, a last line; all on stderr."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Literal

import click

from tallybook import __version__
from tallybook.dataclass import dataclass
from tallybook.text.excerpt import clipped, harmless
from tallybook.text.report import as_markdown, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from tallybook.text.diagnostic import Diagnostic
    from tallybook.text.report import ReportFormat

Color = Literal["auto", "always", "never"]
Step = str | Callable[[], str]  # what is being done, in words

_PATIENCE = 0.5  # seconds before a step is worth a word
_AGAIN = 0.25  # seconds until it is told anew
_LONG = 3.0  # seconds before it is worth counting them
_WIPE = "\r\x1b[K"
_SECONDS_FROM = 0.1  # shorter runs are told without their time


@dataclass(frozen=True, slots=True)
class Console:
    """How findings and progress are shown."""

    format: ReportFormat = "text"
    color: Color = "auto"
    quiet: bool = False
    verbose: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    started: float = field(default_factory=time.monotonic)

    def report(self, diagnostics: Sequence[Diagnostic], *, to_stdout: bool = False) -> None:
        """Show findings, and note them in the summary of a CI step if there is one."""
        stream = sys.stdout if to_stdout else sys.stderr
        shown = [d for d in diagnostics if d.is_error or not self.quiet]
        text = report(shown, self.format, color=self._colored(stream), version=__version__)
        stream.write(text)
        if text and not to_stdout and self.format == "text":
            stream.write("\n")
        self.step_summary(as_markdown(shown))

    def step_summary(self, markdown: str) -> None:
        """Append to the page that a GitHub job shows about itself."""
        path = self.environment.get("GITHUB_STEP_SUMMARY")
        if path and markdown and self.environment.get("GITHUB_ACTIONS") == "true":
            with open(path, "a", encoding="utf-8") as page:  # noqa: PTH123 - appended, as GitHub asks
                page.write(markdown + "\n")

    def say(self, text: str) -> None:
        """One line for people."""
        if not self.quiet:
            click.echo(harmless(text), err=True)

    def detail(self, text: str) -> None:
        """One line for people who asked for more."""
        if self.verbose:
            click.echo(harmless(text), err=True)

    def summary(self, text: str, where: str = "") -> None:
        """The last line of a run: what was done, how long it took, and where it lies."""
        elapsed = time.monotonic() - self.started
        took = f" ({elapsed:.1f} s)" if elapsed >= _SECONDS_FROM else ""
        self.say(f"{text}{took}{where}")

    def count(self, text: str) -> None:
        """The last line under findings that stopped a run, unless a machine reads them."""
        if self.format not in ("json", "sarif"):
            self.say(text)

    def fault(self, text: str, help_: str | None = None) -> None:
        """Tell why a run stops, for faults that stand in no file of a book."""
        click.echo(f"{self._red('error')}: {harmless(clipped(text))}", err=True)
        if help_:
            click.echo(f"  = help: {harmless(clipped(help_))}", err=True)

    @contextmanager
    def progress(self, step: Step) -> Iterator[Callable[[Step], None]]:
        """Name a step on a terminal while it runs, if it runs long enough to wonder.

        A step that is a function is asked again and again. What this gives takes the next step.
        """
        steps = [step]
        if self.quiet or not sys.stderr.isatty():
            yield steps.append
            return
        ended = threading.Event()
        thread = threading.Thread(target=_show, args=(steps, ended, sys.stderr), daemon=True)
        thread.start()
        try:
            yield steps.append
        finally:
            ended.set()
            thread.join()

    def _red(self, text: str) -> str:
        return f"\x1b[1;31m{text}\x1b[0m" if self._colored(sys.stderr) else text

    def _colored(self, stream: TextIO) -> bool:
        match self.color:
            case "always":
                return True
            case "never":
                return False
            case "auto":
                plain = self.environment.get("NO_COLOR") or self.environment.get("TERM") == "dumb"
                return stream.isatty() and not plain


def _show(steps: list[Step], ended: threading.Event, stream: TextIO) -> None:
    """Write the last of the steps over the one before until it has ended, then wipe it."""
    started = time.monotonic()
    if ended.wait(_PATIENCE):
        return
    while True:
        step = steps[-1]
        seconds = time.monotonic() - started
        waited = f", {seconds:.0f} s" if seconds >= _LONG else ""
        told = harmless(f"{step if isinstance(step, str) else step()}{waited} ...")
        stream.write(f"{_WIPE}{told[: shutil.get_terminal_size().columns - 1]}")
        stream.flush()
        if ended.wait(_AGAIN):
            break
    stream.write(_WIPE)
    stream.flush()
