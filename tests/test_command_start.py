"""Starting costs little, and every command explains itself."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from shell import Shell, environment
from tallybook import __version__
from tallybook.command.contents import COMMANDS, Entry, help_page

HEAVY = {"polars", "lark", "jinja2", "babel", "yaml"}
NAMES = [entry.name for entry in COMMANDS]


def imported_by(*arguments: str) -> set[str]:
    """The modules that a run has imported when it ends, whatever ends it."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['tally', *{list(arguments)!r}]\n"
        "from tallybook.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], []])
def test_the_version_and_the_help_page_import_nothing_heavy(arguments: list[str]) -> None:
    modules = imported_by(*arguments)
    assert "tallybook.__main__" in modules
    assert not modules & {*HEAVY, "click"}


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_imports_nothing_heavy(name: str) -> None:
    assert not imported_by(name, "--help") & HEAVY


def test_checking_a_book_of_declared_columns_reads_no_frames(in_book: Shell) -> None:
    modules = imported_by("check", str(in_book.folder))
    assert "tallybook.check.checker" in modules
    assert not modules & {"polars", "jinja2", "babel"}


def test_checking_a_book_that_did_not_change_parses_nothing(in_book: Shell) -> None:
    imported_by("check", str(in_book.folder))
    assert "lark" not in imported_by("check", str(in_book.folder))


def test_a_query_imports_nothing_that_makes_pages(in_book: Shell) -> None:
    modules = imported_by("query", "--book", str(in_book.folder), "leads")
    assert "tallybook.compute.run" in modules
    assert not modules & {"jinja2", "babel", "tallybook.page", "tallybook.judge.judge"}


@pytest.mark.parametrize("asked", ["--version", "-V"])
def test_the_version(shell: Shell, asked: str) -> None:
    assert shell(asked).out == f"tally {__version__}\n"


def test_both_ways_to_the_help_page_show_the_same(shell: Shell) -> None:
    assert shell("--help").out == help_page()


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(shell: Shell, name: str) -> None:
    ended = shell(name, "--help")
    assert ended.status == 0
    usage, examples = ended.out.split("\nExample:\n")
    assert f"Usage: tally {name}" in usage
    assert examples.startswith(f"  tally {name}")


@pytest.mark.parametrize("entry", COMMANDS, ids=NAMES)
def test_the_table_of_commands_names_modules_that_define_them(entry: Entry) -> None:
    command = import_module(entry.module).command
    assert command.name == entry.name
    assert entry.summary in help_page()
    assert all(option.help for option in command.params if option.param_type_name == "option")


def test_an_unknown_command_names_the_nearest(shell: Shell) -> None:
    ended = shell("querry", "leads")
    assert ended.status == 2
    assert "there is no command `querry`; did you mean `query`?" in ended.err
    assert ended.out == ""


def test_an_unknown_option_is_wrong_usage(shell: Shell) -> None:
    ended = shell("list", "--colour")
    assert ended.status == 2
    assert "--colour" in ended.err
