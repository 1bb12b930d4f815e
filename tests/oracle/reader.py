"""Formula text into terms: a small precedence climber of its own, for the examples in `spec/`."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from oracle import terms as t

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"""\s+ | \#[^\n]*
      | (?P<date>\d{4}-\d{2}-\d{2}(?!\d))
      | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?%?)
      | (?P<text>'[^']*'|"[^"]*")
      | `(?P<quoted>[^`]+)`
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>->|!=|<=|>=|[-+*/^=<>(),.])""",
    re.VERBOSE,
)
_CONTEXT = frozenset(
    {"prior", "growth", "trailing", "to_date", "cumulative", "total"}
    | {"converted", "conversion", "retained", "retention", "elapsed"}
)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "like")


class ReadError(ValueError):
    """The text is not a formula."""


def read(text: str) -> t.Expr:
    """The tree of a formula."""
    reader = _Reader(_tokens(text))
    expr = reader.metric()
    reader.finish()
    return expr


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ReadError(f"unreadable at {text[at:]!r}")
        if match.lastgroup:
            found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return [*found, ("end", "")]


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def _now(self) -> str:
        kind, text = self._tokens[self._at]
        return text if kind in {"word", "sign"} else ""

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, *expected: str) -> bool:
        ahead = self._tokens[self._at : self._at + len(expected)]
        if [text for kind, text in ahead if kind in {"word", "sign"}] != list(expected):
            return False
        self._at += len(expected)
        return True

    def _expect(self, expected: str) -> None:
        if not self._take(expected):
            raise ReadError(f"expected {expected!r}, found {self._tokens[self._at]}")

    def finish(self) -> None:
        if self._tokens[self._at][0] != "end":
            raise ReadError(f"left over: {self._tokens[self._at :]}")

    # levels of precedence ------------------------------------------------------------------

    def metric(self) -> t.Expr:
        expr = self.value()
        while self._take("where"):
            expr = t.Where(expr, self.value())
        return expr

    def value(self) -> t.Expr:
        return self._joined(("or",), lambda: self._joined(("and",), self._not))

    def _joined(self, operators: tuple[str, ...], one: Callable[[], t.Expr]) -> t.Expr:
        left = one()
        while self._now in operators:
            left = t.Binary(self._next()[1], left, one())
        return left

    def _not(self) -> t.Expr:
        if self._take("not"):
            return t.Unary("not", self._not())
        return self._comparison()

    def _sum(self) -> t.Expr:
        return self._joined(("+", "-"), lambda: self._joined(("*", "/"), self._negation))

    def _comparison(self) -> t.Expr:
        left = self._sum()
        if self._now in _COMPARISONS:
            return t.Binary(self._next()[1], left, self._sum())
        if self._take("is", "not"):
            self._expect("null")
            return t.IsNull(left, negated=True)
        if self._take("is"):
            self._expect("null")
            return t.IsNull(left)
        if self._take("between"):
            low = self._sum()
            self._expect("and")
            return t.Between(left, low, self._sum())
        if self._take("within"):
            window = self._duration()
            self._expect("of")
            return t.Within(left, window, self._sum())
        negated = self._take("not", "in")
        if negated or self._take("in"):
            self._expect("(")
            return t.In(left, self._list(self._sum), negated)
        return left

    def _negation(self) -> t.Expr:
        if self._take("-"):
            operand = self._negation()
            number = isinstance(operand, t.Lit) and type(operand.value) in {int, Decimal}
            if isinstance(operand, t.Lit) and number and operand.value:
                return t.Lit(-operand.value)  # type: ignore[operator] # a number, see above
            return t.Unary("-", operand)
        base = self._atom()
        return t.Binary("^", base, self._negation()) if self._take("^") else base

    # atoms ---------------------------------------------------------------------------------

    def _list(self, one: Callable[[], t.Expr]) -> tuple[t.Expr, ...]:
        """Comma-separated terms up to the closing parenthesis, which is taken too."""
        found: list[t.Expr] = []
        while not self._take(")"):
            if found:
                self._expect(",")
            found.append(one())
        return tuple(found)

    def _atom(self) -> t.Expr:
        kind, text = self._tokens[self._at]
        match kind:
            case "date":
                self._at += 1
                return t.Lit(dt.date.fromisoformat(text))
            case "number":
                return self._number()
            case "text":
                self._at += 1
                return t.Lit(text[1:-1])
            case "word" | "quoted":
                return self._named()
        if self._take("("):
            inner = self.metric()
            self._expect(")")
            return inner
        raise ReadError(f"no value at {text!r}")

    def _number(self) -> t.Expr:
        text = self._next()[1]
        if self._tokens[self._at][1].removesuffix("s") in (*t.UNITS, "period"):
            return t.Duration(int(text), self._next()[1].removesuffix("s"))
        if text.endswith("%"):
            return t.Lit(Decimal(text[:-1]) / 100)
        return t.Lit(int(text) if text.isdigit() else Decimal(text))

    def _duration(self) -> t.Duration:
        found = self._number()
        if not isinstance(found, t.Duration):
            raise ReadError(f"expected a duration, found {found}")
        return found

    def _path(self) -> t.Name:
        parts = [self._next()[1]]
        while self._take("."):
            parts.append(self._next()[1])
        return t.Name(tuple(parts))

    def _named(self) -> t.Expr:
        kind, word = self._tokens[self._at]
        if kind == "word" and word in {"true", "false", "null"}:
            self._at += 1
            return t.Lit({"true": True, "false": False, "null": None}[word])
        if kind == "word" and word == "case":
            return self._case()
        if self._tokens[self._at + 1] != ("sign", "("):
            return self._path()
        self._at += 2
        if word in t.AGGREGATES:
            return self._aggregate(word)
        if word == "exists":
            return self._exists()
        if word == "convert":
            return self._convert()
        if word in _CONTEXT:
            return self._context(word)
        return t.Call(word, self._list(self.metric))

    def _case(self) -> t.Expr:
        self._expect("case")
        branches = []
        while self._take("when"):
            condition = self.value()
            self._expect("then")
            branches.append((condition, self.value()))
        otherwise = self.value() if self._take("else") else None
        self._expect("end")
        return t.Case(tuple(branches), otherwise)

    def _aggregate(self, function: str) -> t.Expr:
        arguments = [self.value()]
        while self._take(","):
            arguments.append(self.value())
        clauses = self._clauses()
        self._expect(")")
        return t.Aggregate(function, tuple(arguments), clauses)

    def _clauses(self) -> t.Clauses:
        where: t.Expr | None = None
        at: t.Name | None = None
        per: list[t.Name] = []
        as_of: Literal["start", "end"] | None = None
        while self._now != ")":
            if self._take("where"):
                where = self.value()
            elif self._take("at"):
                at = self._path()
            elif self._take("as", "of", "end"):
                as_of = "end"
            elif self._take("as", "of", "start"):
                as_of = "start"
            elif self._take("per") or (per and self._take(",")):
                per.append(self._path())
            else:
                raise ReadError(f"no clause at {self._tokens[self._at]}")
        return t.Clauses(where, at, tuple(per), as_of)

    def _exists(self) -> t.Expr:
        named = self._path().parts
        on = None
        if self._take("on"):
            theirs = self._path()
            self._expect("=")
            on = (theirs, self._path())
        clauses = self._clauses()
        self._expect(")")
        return t.Exists(named[0], named[1] if len(named) > 1 else None, on, clauses.where)

    def _convert(self) -> t.Expr:
        amount = self.value()
        self._expect(",")
        currency = self.value()
        self._expect(",")
        to = self._next()[1]
        self._expect(",")
        self._expect("at")
        at = self._path()
        self._expect(")")
        return t.Convert(amount, currency, to, at)

    def _context(self, word: str) -> t.Expr:
        if word == "elapsed":
            self._expect(")")
            return t.Elapsed()
        found = self._cohort(word) if word[:4] in {"conv", "rete", "reta"} else self._window(word)
        self._expect(")")
        return found

    def _cohort(self, word: str) -> t.Expr:
        base = self._next()[1]
        if self._take("->"):
            event = self._next()[1]
            self._expect("by")
            key = self._next()[1]
            self._expect("within")
            return t.Converted(base, event, key, self._duration(), word == "conversion")
        self._expect("by")
        key = self._next()[1]
        self._expect(",")
        return t.Retained(base, key, self._duration(), word == "retention")

    def _window(self, word: str) -> t.Expr:
        metric = self.metric()
        if word == "cumulative":
            return t.Cumulative(metric)
        if word == "total":
            return t.Total(metric, self._over())
        if word == "trailing":
            self._expect(",")
            return t.Trailing(metric, self._duration())
        if word == "to_date":
            self._expect(",")
            return t.ToDate(metric, self._next()[1])
        shift = self._duration() if self._take(",") else None
        return t.Prior(metric, shift) if word == "prior" else t.Growth(metric, shift)

    def _over(self) -> tuple[str, ...]:
        found: list[str] = []
        while self._take("over") or (found and self._take(",")):
            found.append(self._next()[1])
        return tuple(found)
