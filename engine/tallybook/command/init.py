"""`tally init`: a new book that builds at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import click

from tallybook.command.options import ConsoleCommand
from tallybook.command.outcome import Refusal
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tallybook.command.console import Console

_TEMPLATES = Path(__file__).with_name("templates")
_EVERY = _TEMPLATES / "every"  # what every new book gets besides: the CI job and the hook
_STARTER, _LIBRARY = "starter", "b2b-marketing"
# Files that a folder may well have already, for reasons of its own.
_SHARED = frozenset(
    map(
        Path,
        ("README.md", ".gitignore", ".pre-commit-config.yaml", ".github/workflows/scorecard.yml"),
    )
)
_STARTER_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "leads": ("lead_id", "created_at", "mql_at", "channel"),
        "spend": ("spend_id", "spent_on", "team", "channel", "amount"),
        "opportunities": (
            "opportunity_id", "created_at", "closed_at", "outcome", "amount", "channel",
        ),
    }
)  # fmt: skip
_MOST_LEADS = 1_000_000
_USUAL_LEADS = 1000

Format = Literal["csv", "parquet"]


@dataclass(frozen=True, slots=True)
class _Sample:
    """What is said of the made-up data; None where nothing is."""

    leads: int | None
    seed: int | None
    format: Format | None


@click.command(
    "init",
    cls=ConsoleCommand,
    examples="tally init marketing\ntally init --template b2b-marketing --leads 5000 acme",
)
@click.argument("folder", metavar="[DIR]", default=".")
@click.option(
    "--template",
    type=click.Choice([_STARTER, _LIBRARY]),
    default=_STARTER,
    help="starter: a few metrics to read; b2b-marketing: the whole library on all its tables.",
)
@click.option(
    "--leads",
    type=click.IntRange(10, _MOST_LEADS),
    help=f"About how many leads b2b-marketing's company has in its 24 months ({_USUAL_LEADS}).",
)
@click.option("--seed", type=int, help="Another company of b2b-marketing: same seed, same data.")
@click.option("--format", type=click.Choice(["csv", "parquet"]), help="Files of b2b-marketing.")
@click.pass_obj
def command(
    console: Console,
    /,
    folder: str,
    template: str,
    leads: int | None,
    seed: int | None,
    format: Format | None,  # noqa: A002  # the option's name
) -> None:
    """Make a new book: settings, metrics, a scorecard, and made-up data, so that it builds at once.

    Also a pre-commit entry and a CI job. No file that is there is touched.
    """
    said = _Sample(leads, seed, format)
    if template == _STARTER and said != _Sample(None, None, None):
        raise Refusal(
            f"the data of `{_STARTER}` is always the same",
            f"`--template {_LIBRARY}` has data of any size",
        )
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise Refusal(f"`{folder}` is a file, expected a folder")
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tally-init-", dir=parent) as temporary:
        made = Path(temporary, "book")
        with console.progress("making up data"):
            _make(made, template, said)
        kept = _move(made, target)
    for path in kept:
        console.say(f"kept {target / path} as it was")
    console.summary(f"a new book in {target.absolute().name}/")
    for step in (*([] if folder == "." else [f"cd {folder}"]), "tally check", "tally build"):
        console.say(f"  {step}")


def _make(folder: Path, template: str, said: _Sample) -> None:
    from tallybook.sample import generate, size_for

    for part in (_EVERY, _TEMPLATES / template):
        shutil.copytree(
            part, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
        )
    if template == _STARTER:
        generate(folder / "data", months=15, size=0.15, seed=7, tables=_STARTER_TABLES)
        return
    generate(
        folder / "data",
        size=size_for(said.leads or _USUAL_LEADS),
        seed=1 if said.seed is None else said.seed,
        format=said.format or "csv",
    )


def _move(made: Path, target: Path) -> list[Path]:
    """Put the files where they belong; those that are there and may stay are given back."""
    found = (p.relative_to(made) for p in made.rglob("*") if p.is_file())
    paths = sorted(found, key=lambda p: (len(p.parts), p))
    present = [p for p in paths if os.path.lexists(target / p)]
    _refuse(present, target)
    for path in paths:
        if path not in present:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made / path, target / path)
    return present


def _refuse(present: Iterable[Path], target: Path) -> None:
    taken = [p.as_posix() for p in present if p not in _SHARED]
    if taken:
        shown = ", ".join(f"`{path}`" for path in taken[:3])
        more = f" and {len(taken) - 3} more" if len(taken) > 3 else ""  # noqa: PLR2004 - as many as shown
        raise Refusal(
            f"`{target}` has {shown}{more} already, and nothing is overwritten",
            "name a new folder: `tally init DIR`",
        )
