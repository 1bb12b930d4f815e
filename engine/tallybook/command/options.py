"""The options that every command reading a book has, and what they come to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallybook.command.console import Console
from tallybook.command.outcome import Refusal, counted, exit_status
from tallybook.dataclass import dataclass
from tallybook.text.diagnostic import BookError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.book import Book
    from tallybook.check.model import Checked
    from tallybook.opening import Opened
    from tallybook.parse.syntax import Value
    from tallybook.text.diagnostic import Diagnostic
    from tallybook.text.kept import Kept

BOOK_FILE = "tallybook.yml"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of a command: which book, with which parameters, told how."""

    folder: str | None
    parameters: Mapping[str, Value]
    strict: bool
    console: Console

    def checked(self, folder: str | None = None, *, without_data: bool = False) -> Opened:
        """The checked book, without an engine. Raises `BookError` where it has an error.

        `without_data` takes the declared columns where a file is not there.
        """
        from tallybook.opening import open_checked
        from tallybook.tables.headers import DeclaredColumns, HeaderReader

        root, schemas = self.root(folder), DeclaredColumns if without_data else HeaderReader
        with self.console.progress("reading the book"):
            opened = open_checked(root, parameters=self.parameters, schemas=schemas)
        self._check_parameters(opened.checked)
        return opened

    def described(self) -> Checked:
        """The same, for commands that are not about findings: lints are shown on the way."""
        opened = self.checked()
        self.tell_lints(opened.diagnostics)
        return opened.checked

    def asked(self, kept: Kept | None = None) -> Book:
        """The book with the way to its data; lints are shown. Raises `BookError` for errors.

        What has not changed since the book was opened with `kept` is not read again.
        """
        from tallybook.book import open_book

        root = self.root(None)
        with self.console.progress("reading the book"):
            book = open_book(root, parameters=self.parameters, kept=kept)
        self._check_parameters(book.checked)
        self.tell_lints(book.diagnostics)
        return book

    def root(self, folder: str | None) -> Path:
        """The folder of the book, from what is said or upward from here."""
        root = book_folder(folder or self.folder)
        self.console.detail(f"reading {root / BOOK_FILE}")
        return root

    def tell_lints(self, lints: tuple[Diagnostic, ...]) -> None:
        """Show lints, or with `--strict` stop for them. Raises `BookError`."""
        if lints and self.strict:
            raise BookError(lints)
        if lints:
            self.console.report(lints)

    def _check_parameters(self, checked: Checked) -> None:
        known = {name.value for name, _ in checked.book.declarations.settings.parameters}
        for name in self.parameters:
            if name not in known:
                advice = did_you_mean(name, known, otherwise="name it under `parameters` first")
                raise Refusal(f"the book has no parameter `{name}`", advice)


def book_folder(said: str | None) -> Path:
    """The folder of a book, written the shorter way: from here, or from the root."""
    folder = _named(Path(said)) if said is not None else _nearest(Path.cwd())
    return shorter(folder)


def shorter(path: Path) -> Path:
    """A path from the current directory, or from the root where that is shorter."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links are kept as they are named
    try:
        relative = Path(os.path.relpath(absolute))
    except ValueError:  # another drive
        return absolute
    return min(relative, absolute, key=lambda p: len(str(p)))


def _named(path: Path) -> Path:
    if path.is_file() and path.name == BOOK_FILE:
        return path.parent
    if not path.is_dir():
        raise Refusal(f"there is no folder `{path}`")
    if not (path / BOOK_FILE).is_file():
        raise Refusal(
            f"`{path}` is no book: it has no `{BOOK_FILE}`", f"`tally init {path}` makes one"
        )
    return path


def _nearest(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / BOOK_FILE).is_file():
            return folder
    raise Refusal(
        f"there is no `{BOOK_FILE}` here or in a folder above",
        "name a book with `--book DIR`, or make one with `tally init DIR`",
    )


class Setting(click.ParamType[tuple[str, "Value"], str]):
    """`name=value`, the value a number, true or false, else text."""

    name = "NAME=VALUE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Value]:
        """Split at the first `=` and read the value."""
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            self.fail(f"expected NAME=VALUE, found `{value}`", param, ctx)
        return name.strip(), _typed(text.strip())


def _typed(text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:
            continue
        return number if number - number == 0 else text  # `inf` and `nan` are words
    return text


def _default_format() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


_CONSOLE_OPTIONS = (
    click.Option(
        ["--output-format"],
        type=click.Choice(["text", "json", "github", "sarif"]),
        default=_default_format,
        help="How findings are told: as text, but as github in its jobs.",
    ),
    click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="When to color.",
    ),
    click.Option(["-q", "--quiet"], is_flag=True, help="Errors only."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Say more; show where faults come from."),
)
_BOOK_OPTIONS = (
    click.Option(["--book"], metavar="DIR", help="The folder with tallybook.yml."),
    click.Option(
        ["--set", "parameters"],
        type=Setting(),
        multiple=True,
        help="Another value for a parameter.",
    ),
    click.Option(["--strict"], is_flag=True, help="Lints count as errors."),
)


class ConsoleCommand(click.Command):
    """A command with a `Console` as its object; findings that stop it are told, and end the run.

    `examples` are command lines for the end of its help.
    """

    own_options: tuple[click.Option, ...] = _CONSOLE_OPTIONS

    def __init__(self, name: str | None, *, examples: str, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.examples = examples
        self.params = [*self.params, *self.own_options]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The examples, as they are typed."""
        with formatter.section("Example"):
            formatter.write("".join(f"  {line}\n" for line in self.examples.splitlines()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with the object made of its common options."""
        given = {str(o.name): ctx.params.pop(str(o.name)) for o in self.own_options}
        console = Console(given["output_format"], given["color"], given["quiet"], given["verbose"])
        ctx.obj = self.object_of(given, console)
        try:
            return super().invoke(ctx)
        except BookError as error:
            console.report(error.diagnostics)
            console.count(counted(error.diagnostics))
            ctx.exit(exit_status(error))

    def object_of(self, given: Mapping[str, Any], console: Console) -> object:  # noqa: ARG002 - for those that need it
        """What the command gets."""
        return console


class BookCommand(ConsoleCommand):
    """A command about a book, with an `Invocation` as its object."""

    own_options = (*_BOOK_OPTIONS, *_CONSOLE_OPTIONS)

    def object_of(self, given: Mapping[str, Any], console: Console) -> Invocation:
        """Which book, and how."""
        return Invocation(given["book"], dict(given["parameters"]), given["strict"], console)
