"""Larger books and wider questions: more KPIs on the same tables, more definitions without any."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SUMS = ("leads.amount", "sessions.pages", "sessions.seconds", "spend.amount", "spend.clicks")
_ROWS = ("leads", "sessions", "emails", "spend")


def write_kpis(book: Path, count: int) -> tuple[str, ...]:
    """Add KPIs to a copy of the benchmark's book until it has `count` of them; their names."""
    lines = ["metrics:"]
    names = [f"kpi_{number:05}" for number in range(count)]
    for number, name in enumerate(names):
        lines.append(f"  {name}: {{formula: '{_formula(number)}'}}")
    (book / "more.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tuple(names)


def _formula(number: int) -> str:
    turn, step = number % 5, number // 5
    match turn:
        case 0:
            return f"count(leads where score >= {step % 97} and company_size > {step})"
        case 1:
            return f"sum({_SUMS[step % 5]})" + (f" + {step}" if step >= 5 else "")
        case 2:
            return f"sum(sessions.pages where seconds > {step}) / count(sessions)"
        case 3:
            return f"avg(spend.amount where clicks >= {step})"
        case _:
            return f"count(emails where opened and campaign_id > {step}) / count(emails)"


def write_book(folder: Path, template: Path, count: int) -> None:
    """A book of `count` metrics and the benchmark's sources, in files of 250, for `check`."""
    folder.mkdir(parents=True)
    for name in ("tallybook.yml", "sources.yml"):
        shutil.copy(template / name, folder / name)
    names = range(count)
    for first in range(0, count, 250):
        metrics = "\n".join(_metric(n) for n in names[first : first + 250])
        path = folder / f"metrics_{first:05}.yml"
        path.write_text(f"metrics:\n{metrics}\n", encoding="utf-8")


def _metric(number: int) -> str:
    return (
        f"  kpi_{number:05}:\n"
        f"    label: KPI number {number}\n"
        f"    description: What the formula says, for the {number}th time.\n"
        f"    formula: {_formula(number)}\n"
        f"    better: higher\n"
        f"    target: {number + 1}\n"
        f"    owner: benchmark\n"
        f"    tags: [made, turn:{number % 5}]\n"
    )
