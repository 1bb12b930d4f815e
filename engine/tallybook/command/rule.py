"""`tally rule`: what an error or lint means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallybook.command.options import ConsoleCommand
from tallybook.command.outcome import Refusal
from tallybook.text.diagnostic import did_you_mean

if TYPE_CHECKING:
    from tallybook.command.console import Console
    from tallybook.text.rule import Rule


@click.command("rule", cls=ConsoleCommand, examples="tally rule unknown-column")
@click.argument("id_", metavar="[ID]", required=False)
@click.pass_obj
def command(console: Console, id_: str | None) -> None:  # noqa: ARG001 - its options are common
    """Explain an error or lint by its id; without one, list them all."""
    from tallybook.rules import all_rules

    rules = {rule.id: rule for rule in all_rules()}
    if id_ is None:
        width = max(map(len, rules))
        for rule in rules.values():
            click.echo(f"{rule.id:<{width}}  {rule.severity:<5}  {rule.what}")
    elif id_ in rules:
        click.echo(_page(rules[id_]), nl=False)
    else:
        advice = did_you_mean(id_, rules, otherwise="`tally rule` lists them")
        raise Refusal(f"there is no rule `{id_}`", advice)


def _page(rule: Rule) -> str:
    silence = f"Silence it with `# tally: ignore[{rule.id}]` on its line, or alone above it."
    parts = (
        f"{rule.severity}[{rule.id}]",
        rule.what,
        f"Why: {rule.why}",
        f"Example:\n{_indented(rule.example)}",
        f"Instead:\n{_indented(rule.instead)}",
        *((silence,) if rule.severity == "lint" else ()),
    )
    return "\n\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
