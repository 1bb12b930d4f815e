"""Well-typed row expressions, drawn at random.

Every number comes with its unit as far as the check cares: `None` is unknown, `FREE` a literal, an
integer the power of a count. Numbers are *exact* here: made of quarters, cents and small integers
by operations that do not round, so that `=` and `floor` mean the same to every engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from oracle import terms as t
from oracle.tables import CHANNELS, COUNTRIES, ODD_DAYS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FREE = "free"
_MIXED = "mixed"  # a product with a duration in it: added to nothing, to be safe
Unit = int | str | None
Measured = tuple[t.Expr, Unit]

INTEGERS = {
    "customers": ["score"],
    "orders": ["amount", "order_id"],
    "visits": ["pages"],
    "seats": ["amount"],
    "trials": ["amount"],
    "balances": ["level"],
}
NOT_IN_SQL = {
    "customers": ["bought"],
    "orders": ["net", "twice"],
    "visits": ["points"],
}
FLOATS = {"orders": ["rate"], "visits": ["depth"]}
DECIMALS = {"orders": ["price"], "seats": ["price"]}
TEXTS = {
    "customers": ["country", "customer_id"],
    "orders": ["channel", "status", "note", "customer_id"],
    "visits": ["medium", "customer_id"],
    "seats": ["channel"],
    "trials": ["channel"],
    "balances": ["network", "channel"],
}
CONDITIONS = {"customers": ["vip"], "orders": ["won"]}
DATES = {
    "customers": ["joined_on"],
    "orders": ["shipped_on"],
    "seats": ["started_on", "ended_on"],
}
DATETIMES = {
    "orders": ["ordered_at", "paid_at"],
    "visits": ["visited_at", "left_at"],
    "trials": ["began_at", "ended_at"],
    "balances": ["taken_at"],
}
WORDS = (*CHANNELS, *COUNTRIES, *STATUSES, "x", "o")


def same_kind(a: Unit, b: Unit) -> bool:
    """Whether two numbers may be added or compared."""
    return a is None or b is None or FREE in {a, b} or (a == b and a != _MIXED)


def joined(a: Unit, b: Unit) -> Unit:
    return b if a == FREE or a is None else a


def product(a: Unit, b: Unit, sign: int) -> Unit:
    """The unit of a product (a quotient, where `sign` is -1)."""
    if a is None or b is None:
        return None
    if b == FREE:
        return a
    if (isinstance(a, str) and a != FREE) or isinstance(b, str):
        return _MIXED
    return (0 if a == FREE else int(a)) + sign * int(b)


@dataclass(frozen=True, slots=True)
class RowTerms:
    """Draws expressions over one source. `links` allows what looks at other sources.

    `plain` keeps to what SQL says in the same way; `bounds` allows `period.start` and `period.end`.
    """

    draw: st.DrawFn
    source: str
    links: bool = True
    plain: bool = False
    bounds: bool = False

    def _pick(self, options: Sequence[str]) -> str:
        return self.draw(st.sampled_from(options))

    def _column(self, columns: Sequence[str]) -> t.Name:
        """Named in full, so that every aggregate says its source."""
        return t.Name((self.source, self._pick(columns)))

    # numbers ----------------------------------------------------------------------------------

    def number(self, depth: int) -> Measured:
        """An exact number; decimals and floats do not meet in it."""
        if depth <= 0:
            return self._number_leaf()
        kinds = ["leaf", "leaf", "sum", "product", "function", "pair", "choice", "text"]
        if self.source in DATES or self.source in DATETIMES:
            kinds.append("part")
        if self.links and self.source == "customers":
            kinds += ["linked", "linked"]
        match self._pick(kinds):
            case "sum":
                return self._sum(depth)
            case "product":
                return self._product(depth)
            case "function":
                return self._rounded(depth)
            case "pair":
                return self._pair(self._pick(["least", "greatest", "coalesce", "nullif"]), depth)
            case "choice":
                return self._choice(depth)
            case "text":
                return t.Call("length", (self.text(depth - 1),)), None
            case "part":
                return t.Call(self._pick(self._parts()), (self.time(depth - 1),)), None
            case "linked":
                return self._linked()
            case _:
                return self._number_leaf()

    def _parts(self) -> list[str]:
        parts = ["year", "quarter", "month", "week", "day", "weekday"]
        return parts if self.plain or self.source not in DATETIMES else [*parts, "hour"]

    def _number_leaf(self) -> Measured:
        columns = INTEGERS[self.source]
        if self.source in {"orders", "visits"} and self.draw(st.integers(0, 5)) == 0:
            far = (self.source, "customer", "score")
            return t.Name(far), None
        if self.draw(st.integers(0, 4)) == 0:
            return t.Lit(self.draw(st.integers(-3, 5))), FREE
        if not self.plain and self.draw(st.integers(0, 5)) == 0:
            return self._of_the_book()
        if self.draw(st.integers(0, 2)) == 0:
            columns = FLOATS.get(self.source, columns)
        return self._column(columns), None

    def _of_the_book(self) -> Measured:
        """What the book names: a parameter, a computed column."""
        computed = NOT_IN_SQL.get(self.source)
        if computed is None or not self.links or self.draw(st.booleans()):
            return t.Name((self._pick(["few", "part"]),)), FREE
        return self._column(computed), None

    def _sum(self, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self.number(depth - 1)
        op = self._pick(["+", "-"])
        if same_kind(a_unit, b_unit):
            return t.Binary(op, a, b), joined(a_unit, b_unit)
        return t.Binary("*", a, b), product(a_unit, b_unit, 1)

    def _product(self, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self._number_leaf()
        return t.Binary("*", a, b), product(a_unit, b_unit, 1)

    def _rounded(self, depth: int) -> Measured:
        x, unit = self.number(depth - 1)
        match self._pick(["abs", "floor", "ceil", "round", "round1", "mod", "-"]):
            case "round1":
                return t.Call("round", (x, t.Lit(1))), unit
            case "mod":
                return t.Call("mod", (x, t.Lit(self.draw(st.integers(0, 4))))), unit
            case "-":
                return t.Unary("-", x), unit
            case name:
                return t.Call(name, (x,)), unit

    def _pair(self, name: str, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self._number_leaf()
        if not same_kind(a_unit, b_unit):
            return a, a_unit
        return t.Call(name, (a, b)), a_unit if name == "nullif" else joined(a_unit, b_unit)

    def _choice(self, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self._number_leaf()
        if not same_kind(a_unit, b_unit):
            return a, a_unit
        condition = self.condition(depth - 1)
        if self.draw(st.booleans()):
            return t.Call("if", (condition, a, b)), joined(a_unit, b_unit)
        other = self.draw(st.sampled_from([None, b]))
        return t.Case(((condition, a),), other), a_unit if other is None else joined(a_unit, b_unit)

    def _linked(self) -> Measured:
        """Of the rows linked to a customer."""
        far = replace(self, source=self._pick(["orders", "visits"]), links=False)
        where = self.draw(st.none() | st.builds(far.condition, st.just(1)))
        if self.draw(st.booleans()):
            named = t.Name((far.source,))
            return t.Aggregate("count", (named,), t.Clauses(where=where)), 1
        function = self._pick(["sum", "min", "max", "distinct"])
        column = far._column(INTEGERS[far.source])
        unit = 1 if function == "distinct" else None
        return t.Aggregate(function, (column,), t.Clauses(where=where)), unit

    def inexact(self, depth: int) -> Measured:
        """A number that may be rounded on its way: only good as what an aggregate is of."""
        kinds = ["exact", "exact", "decimal", "quotient", "function"]
        if self.source == "orders" and not self.plain:
            kinds.append("converted")
        if self.source in DATETIMES or self.source in DATES:
            kinds.append("elapsed")
        match self._pick(kinds):
            case "decimal" if self.source in DECIMALS:
                return self._decimal()
            case "quotient":
                (a, a_unit), (b, b_unit) = self.number(depth - 1), self.number(depth - 1)
                return t.Binary("/", a, b), product(a_unit, b_unit, -1)
            case "function":
                name = self._pick(["sqrt", "ln", "log10"])
                unit = None if name == "sqrt" else 0
                return t.Call(name, (self.number(depth - 1)[0],)), unit
            case "elapsed":
                elapsed = self.elapsed()
                return elapsed, elapsed.name
            case "converted":
                return self._converted()
            case _:
                return self.number(depth)

    def _converted(self) -> Measured:
        amount = self._column([*INTEGERS["orders"], *DECIMALS["orders"]])
        to = self._pick(["EUR", "USD"])
        code = t.Name(("orders", "currency"))
        return t.Convert(amount, code, to, t.Name((self._pick(DATETIMES["orders"]),))), to

    def _decimal(self) -> Measured:
        column = self._column(DECIMALS[self.source])
        if self.draw(st.booleans()):
            return column, None
        factor = self._column(INTEGERS[self.source])
        return t.Binary("*", column, factor), None

    def elapsed(self) -> t.Call:
        """A duration between two times of a row."""
        units = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
        return t.Call(self._pick(units), (self._moment(), self._moment()))

    # times ------------------------------------------------------------------------------------

    def _moment(self) -> t.Expr:
        columns = [*DATES.get(self.source, []), *DATETIMES.get(self.source, [])]
        return self._column(columns)

    def day(self) -> t.Expr:
        """A date."""
        if self.source in DATES and self.draw(st.booleans()):
            return self._column(DATES[self.source])
        if self.source in DATETIMES and self.draw(st.booleans()):
            return t.Call("date", (self._column(DATETIMES[self.source]),))
        return t.Lit(self.draw(st.sampled_from(ODD_DAYS)))

    def time(self, depth: int) -> t.Expr:
        """A date or a timestamp, perhaps moved."""
        if depth <= 0:
            return self._moment()
        match self._pick(["plain", "plain", "moved", "truncate"]):
            case "moved":
                sign = self._pick(["+", "-"])
                return t.Binary(sign, self._moment(), self.duration())
            case "truncate":
                units = ["day", "month", "quarter", "year"]  # SQL's weeks begin on Monday
                unit = self._pick(units if self.plain else [*units, "week"])
                return t.Call("truncate", (self._moment(), t.Name((unit,))))
            case _:
                return self._moment()

    def duration(self) -> t.Duration:
        """Whole days and more."""
        unit = self._pick(["day", "day", "week", "month", "quarter", "year"])
        return t.Duration(self.draw(st.integers(1, 40 if unit == "day" else 3)), unit)

    # text -------------------------------------------------------------------------------------

    def text(self, depth: int) -> t.Expr:
        column = self._column(TEXTS[self.source])
        if depth <= 0:
            return column
        match self._pick(["column", "lower", "upper", "trim", "concat", "replace", "coalesce"]):
            case "lower" | "upper" | "trim" as name if not self.plain:
                return t.Call(name, (self.text(depth - 1),))
            case "concat" if not self.plain:
                return t.Call("concat", (self.text(depth - 1), t.Lit(self._pick(WORDS))))
            case "replace":
                return t.Call("replace", (column, t.Lit("o"), t.Lit(self._pick(["", "0"]))))
            case "coalesce":
                return t.Call("coalesce", (column, t.Lit(self._pick(WORDS))))
            case _:
                return column

    # conditions -------------------------------------------------------------------------------

    def condition(self, depth: int) -> t.Expr:
        """A condition over the source's columns."""
        kinds: dict[str, Callable[[int], t.Expr]] = {
            "number": self._of_numbers,
            "text": self._of_texts,
            "times": self._of_times,
            "column": self._of_column,
        }
        if depth > 0:
            kinds |= {"logic": self._logic, "not": self._not}
        if self.links and self.source == "customers":
            kinds["exists"] = self._exists
        return kinds[self._pick(list(kinds))](depth)

    def _logic(self, depth: int) -> t.Expr:
        op = self._pick(["and", "or"])
        return t.Binary(op, self.condition(depth - 1), self.condition(depth - 1))

    def _not(self, depth: int) -> t.Expr:
        return t.Unary("not", self.condition(depth - 1))

    def _of_column(self, depth: int) -> t.Expr:
        if self.source in CONDITIONS and self.draw(st.booleans()):
            return self._column(CONDITIONS[self.source])
        options = [*INTEGERS[self.source], *TEXTS[self.source]]
        return t.IsNull(self._column(options), self.draw(st.booleans()) and depth >= 0)

    def _of_numbers(self, depth: int) -> t.Expr:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self._number_leaf()
        if not same_kind(a_unit, b_unit):
            b = t.Lit(1)
        match self._pick(["compare", "compare", "between", "in"]):
            case "between":
                return t.Between(a, t.Lit(self.draw(st.integers(-2, 4))), b)
            case "in":
                options = self.draw(st.lists(st.integers(-2, 6).map(t.Lit), min_size=1, max_size=3))
                return t.In(a, tuple(options), self.draw(st.booleans()))
            case _:
                return t.Binary(self._pick(["=", "!=", "<", "<=", ">", ">="]), a, b)

    def _of_texts(self, depth: int) -> t.Expr:
        text = self.text(depth - 1)
        match self._pick(["=", "!=", "<", "in", "like", "contains", "starts_with", "matches"]):
            case "in":
                words = self.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
                options = tuple(t.Lit(word) for word in words)
                return t.In(text, options, self.draw(st.booleans()))
            case "like":
                return t.Binary("like", text, t.Lit(self._pick(["%a%", "_", "o%", "%", "a.b"])))
            case "contains" | "starts_with" as name:
                return t.Call(name, (text, t.Lit(self._pick(["a", "o", ".", ""]))))
            case "matches":
                return t.Call("matches", (text, t.Lit(self._pick(["^o", "a.b", "[0-9]+$", "e|ü"]))))
            case op:
                return t.Binary(op, text, t.Lit(self._pick(WORDS)))

    def _of_times(self, depth: int) -> t.Expr:
        time = self.time(depth - 1)
        match self._pick(["compare", "compare", "within", "elapsed", "bounds"]):
            case "within":
                return t.Within(time, self.duration(), self._moment())
            case "elapsed":
                op = self._pick(["<", ">="])
                return t.Binary(op, self.elapsed(), t.Lit(self.draw(st.integers(-2, 30))))
            case "bounds" if self.bounds:
                bound = t.Name(("period", self._pick(["start", "end"])))
                return t.Binary(self._pick(["<", ">="]), time, bound)
            case _:
                return t.Binary(self._pick(["=", "<", "<=", ">", ">="]), time, self.day())

    def _exists(self, depth: int) -> t.Expr:
        far = replace(self, source=self._pick(["orders", "visits"]), links=False)
        where = self.draw(st.none() | st.builds(far.condition, st.just(min(depth, 1))))
        if self.draw(st.integers(0, 3)) == 0 and where is None:
            pair = (t.Name((INTEGERS[far.source][0],)), t.Name(("score",)))
            return t.Exists(far.source, on=pair)
        return t.Exists(far.source, where=where)
