"""A plan in words: stable from version to version, so that tests can hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.explain.meaning import conversion_text, retention_text
from tallybook.explain.tree import Branch
from tallybook.explain.values import aggregate_text, call_text, clauses_text, literal, row_text
from tallybook.language import ir
from tallybook.plan.model import Calculation, ConstantValue, ElapsedShares, Formula, MeasureValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.calendar.model import Window
    from tallybook.plan.model import Answer, Keeps, Measure, Placement, Plan, Scan
    from tallybook.plan.model import Branch as PlanBranch

_KEEPS: dict[Keeps, str] = {
    "parts": "rolled up",
    "values": "values kept",
    "distinct": "distinct values kept",
}
_INFIX = ("+", "-", "*", "/", "^", "=", "!=", "<", "<=", ">", ">=", "and", "or")


def planned(plan: Plan, engine: str) -> Branch:
    """The tree of a plan: what is read, what is computed from it, how answers are put together.

    `engine` says how rows are computed: `streaming` or `in-memory`.
    """
    reads = tuple(map(_scan, plan.scans)) + tuple(map(_branch, plan.branches))
    measures = tuple(_measure(n, m) for n, m in enumerate(plan.measures))
    columns = tuple(Branch(f"{t}: {', '.join(sorted(c))}") for t, c in sorted(plan.reads.items()))
    return Branch(
        f"plan as of {plan.as_of.isoformat()}, days of {plan.rules.zone.key}, {engine}",
        (
            Branch(f"table: {len(columns)}", columns),
            Branch(f"read: {len(reads)}", reads),
            Branch(f"measure: {len(measures)}", measures),
            *map(_answer, plan.answers),
        ),
    )


def _scan(scan: Scan) -> Branch:
    edges = f"between {_ends(scan.edges)} ({len(scan.edges)} edges)" if scan.edges else "unbounded"
    head = f"{scan.source}, {_KEEPS[scan.keeps]}: {_placement(scan.placement)}, {edges}"
    return Branch(
        head + _by(scan.dimensions) + _numbers(scan.measures),
        _rows(("rows", scan.rows), ("where", scan.where)),
    )


def _branch(branch: PlanBranch) -> Branch:
    head = f"{branch.source}, by itself: {_placement(branch.placement)}, {_windows(branch.windows)}"
    return Branch(
        head + _by(branch.dimensions) + _numbers(branch.measures),
        _rows(("rows", branch.rows), ("where", branch.where)),
    )


def _rows(*conditions: tuple[str, ir.Row | None]) -> tuple[Branch, ...]:
    return tuple(Branch(f"{word}: {row_text(row)}") for word, row in conditions if row is not None)


def _measure(number: int, measure: Measure) -> Branch:
    head = f"#{number} = {_aggregate(measure)}"
    windows = f"{_placement(measure.placement)}, {_windows(measure.windows)}"
    parts = [Branch(windows + _by(measure.dimensions))]
    if measure.earlier:
        parts.append(Branch(f"seen before in {_windows(measure.earlier)}"))
    parts += _rows(("condition", measure.condition), ("rows", measure.rows))
    return Branch(head, tuple(parts))


def _aggregate(measure: Measure) -> str:
    match measure.aggregate:
        case ir.Aggregate() as aggregate:
            return aggregate_text(aggregate)
        case ir.PerKey() as per:
            inner = ", ".join(map(_inner, per.inner))
            keys = ", ".join(map(row_text, per.keys))
            return f"{per.function}({inner} per {keys}{clauses_text(per.where, per.at, per.stock)})"
        case ir.Conversion() as conversion:
            return conversion_text(conversion)
        case ir.Retention() as retention:
            return retention_text(retention)


def _inner(cell: ir.Cell) -> str:
    """A cell inside a two-level aggregate, on one line."""
    match cell:
        case ir.Aggregate():
            return aggregate_text(cell)
        case ir.CellCall(function=function, arguments=arguments):
            return call_text(function, [_inner(a) for a in arguments])
        case ir.Constant(value=value):
            return literal(value)
        case _:
            return type(cell).__name__.lower()


def _answer(answer: Answer) -> Branch:
    question = answer.question
    labels = [p.label for p in question.periods]
    periods = f"periods ({len(labels)}) {_ends(labels)}" if labels else "no periods"
    columns = tuple(Branch(f"{name} = {_formula(formula)}") for name, formula in answer.columns)
    members = [Branch(f"members of{_numbers(answer.presence, '')}")] if question.by else []
    return Branch(f"answer: {periods}{_by(question.by)}", (*columns, *members))


def _formula(formula: Formula) -> str:
    match formula:
        case MeasureValue(number=number):
            return f"#{number}"
        case ConstantValue(value=value):
            return literal(value)
        case ElapsedShares():
            return "elapsed()"
        case Calculation(function=function, arguments=arguments):
            return call_text(function, [_operand(a) for a in arguments])


def _operand(formula: Formula) -> str:
    text = _formula(formula)
    is_operation = isinstance(formula, Calculation) and formula.function in _INFIX
    return f"({text})" if is_operation else text


def _placement(placement: Placement) -> str:
    match placement.kind:
        case "timed":
            return f"timed by {row_text(placement.at)}" if placement.at else "timed"
        case "stock":
            return f"open at the {placement.edge}"
        case "all":
            return "all rows"


def _windows(windows: Sequence[Window]) -> str:
    if not windows:
        return "no window"
    if len(windows) == 1:
        return f"window {_window(windows[0])}"
    return f"{len(windows)} windows {_window(windows[0])} ... {_window(windows[-1])}"


def _window(window: Window) -> str:
    if window.start is None and window.end is None:
        return "without bounds"
    start, end = (edge.isoformat() if edge else "" for edge in (window.start, window.end))
    return f"[{start}, {end})".replace("T00:00:00", "")


def _ends(values: Sequence[object]) -> str:
    first, last = (str(v).replace(" 00:00:00", "") for v in (values[0], values[-1]))
    return first if first == last else f"{first} ... {last}"


def _by(dimensions: Sequence[str]) -> str:
    return f", by {', '.join(dimensions)}" if dimensions else ""


def _numbers(numbers: Sequence[int], before: str = " ->") -> str:
    return f"{before} " + ", ".join(f"#{n}" for n in numbers)
