"""Whether a call's arguments have the types and units that the function table asks for."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.dataclass import dataclass
from tallybook.language.functions import FUNCTIONS, Function, Parameter, Result, Units
from tallybook.language.types import TEXTS, TIMES, Type, expected, unify
from tallybook.language.units import (
    COUNTED,
    FREE,
    RATIO,
    Unit,
    joined,
    measured_in,
    multiply,
    same_kind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.parse.syntax import Value
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_ORDINALS = ("1st", "2nd", "3rd")
_SIDES = {"left": "the left of", "right": "the right of"}


@dataclass(frozen=True, slots=True)
class Operand:
    """What the check knows of one argument. `constant` if it is written out, as `value`."""

    type: Type
    unit: Unit | None
    span: Span
    constant: bool = False
    value: Value = None


@dataclass(frozen=True, slots=True)
class CallType:
    """What a call gives."""

    type: Type
    unit: Unit | None


WRONG = CallType(Type.UNKNOWN, None)


def check_call(name: str, operands: Sequence[Operand], span: Span, findings: Findings) -> CallType:
    """The type and unit of a call, or `WRONG` with findings."""
    function = FUNCTIONS[name]
    if not _count_fits(function, operands, span, findings):
        return WRONG
    fitting = [
        _fits(function, position, operand, findings) for position, operand in enumerate(operands)
    ]
    if not all(fitting) or any(o.type is Type.UNKNOWN for o in operands):
        return WRONG
    kind = _result(function, operands, span, findings)
    return CallType(kind, _unit(function, operands, span, findings)) if kind else WRONG


def parameter_at(function: Function, position: int) -> Parameter:
    """The parameter that an argument is for; the last one may repeat."""
    return function.parameters[min(position, len(function.parameters) - 1)]


def _count_fits(
    function: Function, operands: Sequence[Operand], span: Span, findings: Findings
) -> bool:
    most = None if function.repeats else len(function.parameters)
    if len(operands) >= function.required and (most is None or len(operands) <= most):
        return True
    names = ", ".join(p.name for p in function.parameters)
    findings.add(
        rules.WRONG_ARGUMENTS,
        f"`{function.name}` takes {_how_many(function.required, most)}, found {len(operands)}",
        span,
        help=f"it is written `{function.name}({names})`, for example `{function.example[0]}`",
    )
    return False


def _how_many(least: int, most: int | None) -> str:
    noun = "argument" if (most or least) == 1 else "arguments"
    if most is None:
        return f"at least {least} {noun}"
    return f"{least} {noun}" if least == most else f"{least} to {most} {noun}"


def _place(function: Function, position: int) -> str:
    """An argument as a message names it: `the left of `+``, `the 2nd argument of `round``."""
    parameter = parameter_at(function, position)
    if function.kind == "operator":
        return f"{_SIDES.get(parameter.name, 'the operand of')} `{_written(function.name)}`"
    ordinal = _ORDINALS[position] if position < len(_ORDINALS) else f"{position + 1}th"
    which = "the argument" if len(function.parameters) == 1 else f"the {ordinal} argument"
    return f"{which} of `{function.name}`"


def _written(operator: str) -> str:
    return {"negate": "-", "is_null": "is null", "shift_time": "+"}.get(operator, operator)


def _fits(function: Function, position: int, operand: Operand, findings: Findings) -> bool:
    parameter = parameter_at(function, position)
    if operand.type in (Type.UNKNOWN, Type.NULL):
        return True
    if operand.type not in parameter.types:
        findings.add(
            rules.WRONG_TYPE,
            f"{_place(function, position)} must be {expected(parameter.types)}, "
            f"found {operand.type.words}",
            operand.span,
            help=_type_advice(function, parameter, operand),
        )
        return False
    if parameter.constant and not operand.constant:
        findings.add(
            rules.WRONG_ARGUMENTS,
            f"{_place(function, position)} must be written out, not computed",
            operand.span,
            help=f"for example `{function.example[0]}`",
        )
        return False
    if parameter.within and isinstance(operand.value, int | float):
        least, most = parameter.within
        if not least <= operand.value <= most:
            findings.add(
                rules.WRONG_ARGUMENTS,
                f"{_place(function, position)} must be from {least} to {most}, "
                f"found {operand.value}",
                operand.span,
                help=f"for example `{function.example[0]}`",
            )
            return False
    return True


def _type_advice(function: Function, parameter: Parameter, operand: Operand) -> str | None:
    if operand.type in TIMES and function.name in ("-", "+"):
        return "the time between two dates is `days(from, to)`; `date + 30 days` moves a date"
    if operand.type is Type.BOOLEAN and function.name in ("sum", "avg"):
        return "the rows on which a condition is true are counted with `count(condition)`"
    if operand.type is Type.STRING and parameter.types & TIMES and operand.constant:
        return "a date is written without quotes: `2024-01-31`"
    if operand.type is Type.STRING and Type.INTEGER in parameter.types:
        return "give the column a numeric type in `columns` if its values are numbers"
    if parameter.types == TEXTS and operand.constant:
        return "text is written in quotes"
    return None


def _result(
    function: Function, operands: Sequence[Operand], span: Span, findings: Findings
) -> Type | None:
    joined_types = [o for i, o in enumerate(operands) if parameter_at(function, i).joined]
    together = _join_types(function, joined_types, span, findings)
    match function.result:
        case Type() as fixed:
            return fixed if together else None
        case Result.JOINED:
            return together
        case Result.FIRST:
            return operands[0].type if together else None
        case Result.PRODUCT:
            return _product_type([o.type for o in operands])


def _product_type(types: Sequence[Type]) -> Type:
    """Two decimals may have more digits after the point together than a decimal keeps."""
    if all(t is Type.INTEGER for t in types):
        return Type.INTEGER
    decimals = [t for t in types if t is Type.DECIMAL]
    exact = all(t in (Type.INTEGER, Type.DECIMAL) for t in types)
    return Type.DECIMAL if exact and len(decimals) == 1 else Type.FLOAT


def _join_types(
    function: Function, operands: Sequence[Operand], span: Span, findings: Findings
) -> Type | None:
    """The one type that holds all of them; for functions that join nothing, any."""
    if not operands:
        return Type.FLOAT if function.result is Result.JOINED else Type.NULL
    kind = operands[0].type
    for operand in operands[1:]:
        both = unify(kind, operand.type)
        if both is None:
            findings.add(
                rules.WRONG_TYPE,
                f"`{_written(function.name)}` needs values of one type, found {kind.words} and "
                f"{operand.type.words}",
                span,
                help=_mixed_advice(kind, operand.type),
            )
            return None
        kind = both
    return kind


def _mixed_advice(left: Type, right: Type) -> str | None:
    if Type.STRING in (left, right) and (left in TIMES or right in TIMES):
        return "a date is written without quotes: `2024-01-31`"
    if Type.STRING in (left, right):
        return "quote both, or give the column the right type in `columns`"
    return None


def _unit(
    function: Function, operands: Sequence[Operand], span: Span, findings: Findings
) -> Unit | None:
    match function.units:
        case Units.FIRST:
            return operands[0].unit
        case Units.COUNT:
            return COUNTED
        case Units.RATIO:
            return RATIO
        case Units.PRODUCT:
            return _product(operands, 1)
        case Units.QUOTIENT:
            return _product(operands, -1)
        case Units.ELAPSED:
            return measured_in(function.name)
        case Units.UNKNOWN:
            return None
        case Units.JOINED:
            return _joined_unit(function, operands, span, findings)


def _product(operands: Sequence[Operand], sign: int) -> Unit | None:
    left, right = operands[0].unit, operands[1].unit
    if left is not None and left.free and right is not None and right.free:
        return FREE
    return multiply(left, right, 1 if sign > 0 else -1)


def _joined_unit(
    function: Function, operands: Sequence[Operand], span: Span, findings: Findings
) -> Unit | None:
    joining = [o for i, o in enumerate(operands) if parameter_at(function, i).joined]
    first = joining[0].unit
    for operand in joining[1:]:
        if not same_kind(first, operand.unit):
            findings.add(
                rules.UNIT_MISMATCH,
                f"`{_written(function.name)}` needs values of one unit, found `{first}` and "
                f"`{operand.unit}`",
                span,
                help=_unit_advice(first, operand.unit),
            )
            return None
    return reduce(joined, (o.unit for o in joining))


def _unit_advice(left: Unit | None, right: Unit | None) -> str:
    if left and right and left.currencies and right.currencies:
        return "convert one of them first: `convert(amount, currency, EUR, at day)`"
    return "values of different units can be multiplied or divided, not added or compared"
