"""The group of commands, and how each way of ending becomes an exit status."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from tallybook import __version__
from tallybook.command import outcome
from tallybook.command.console import Console
from tallybook.command.contents import COMMANDS, help_page
from tallybook.command.interrupt import end_soon_on_interrupt
from tallybook.text.diagnostic import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLLECT_FROM = 100_000  # objects: reading a book makes many that stay, and none in circles

_MODULES = {entry.name: entry.module for entry in COMMANDS}


class Commands(click.Group):
    """Imports a command's module when it is asked for, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the help page."""
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name, or none."""
        if cmd_name not in _MODULES:
            return None
        command = import_module(_MODULES[cmd_name]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{_MODULES[cmd_name]}.command is no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was meant, where the name is not one."""
        if args and args[0] not in _MODULES and not args[0].startswith("-"):
            near = nearest(args[0], _MODULES)
            advice = f"did you mean `{near}`?" if near else "`tally --help` lists them"
            ctx.fail(f"there is no command `{args[0]}`; {advice}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The same page that is printed without click."""
        formatter.write(help_page())


cli = Commands(
    "tally",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        click.Option(
            ["-V", "--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=lambda ctx, _, asked: _tell_version(ctx) if asked else None,
        )
    ],
)


def _tell_version(ctx: click.Context) -> NoReturn:
    click.echo(f"tally {__version__}")
    ctx.exit()


def run_process(arguments: Sequence[str]) -> NoReturn:
    """Run one command, and end the process with the status that says how it went."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if stream.isatty() else "strict", encoding="utf-8")
    end_soon_on_interrupt(outcome.INTERRUPTED)
    gc.set_threshold(_COLLECT_FROM)
    status = run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command, tell what stops it, and give the exit status."""
    try:
        result = cli.main(list(arguments), prog_name="tally", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _tell_usage(error)
    except outcome.Refusal as error:
        Console().fault(error.message, error.help)
        return outcome.USAGE
    except click.ClickException as error:
        Console().fault(error.format_message())
        return outcome.USAGE
    except (KeyboardInterrupt, click.Abort):
        Console().fault("interrupted")
        return outcome.INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return outcome.DONE
    except OSError as error:
        return _tell_unreachable(error, verbose=_is_verbose(arguments))
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - the edge: whatever is left is our own fault
        _tell_our_fault(error, verbose=_is_verbose(arguments))
        return outcome.OUR_FAULT
    return result if isinstance(result, int) else outcome.DONE


def _tell_usage(error: click.UsageError) -> int:
    command = error.ctx.command_path if error.ctx else "tally"
    message = error.format_message()
    message = message[:1].lower() + message[1:]
    Console().fault(message.rstrip("."), f"`{command} --help` shows how it is used")
    return outcome.USAGE


def _tell_unreachable(error: OSError, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(error)
    Console().fault(outcome.unreachable(error))
    return outcome.USAGE


def _tell_our_fault(error: BaseException, *, verbose: bool) -> None:
    if verbose:
        traceback.print_exception(error)
    said = str(error).strip().splitlines()
    Console().fault(
        f"a fault of tally's own: {type(error).__name__}{': ' + said[0] if said else ''}",
        f"please report it with this line, tally {__version__} and the book's formula"
        + ("" if verbose else "; `-v` shows where it comes from"),
    )


def _is_verbose(arguments: Sequence[str]) -> bool:
    return "-v" in arguments or "--verbose" in arguments


def _forget_stdout() -> None:
    """Nobody reads any more: let Python's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
