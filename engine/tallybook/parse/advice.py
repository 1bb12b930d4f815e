"""Turns "unexpected token" into what a person can act on."""

from __future__ import annotations

import re

from tallybook.dataclass import dataclass
from tallybook.parse import rules
from tallybook.text.diagnostic import Diagnostic
from tallybook.text.span import Span

_EXPRESSION = frozenset({"NAME", "NUMBER", "STRING"})
_WORDS = {"CLOSE": "`)`", "COMMA": "`,`", "$END": "the end of the formula", "LPAR": "`(`"}
_HABITS = {
    "==": "write `=` to compare",
    "<>": "write `!=` for not equal",
    "&&": "write `and`",
    "||": "write `or` for conditions, `concat(a, b)` for text",
    "!": "write `not`",
    "**": "write `^` for a power",
    ":=": "write `=` to compare",
    "≠": "write `!=`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "×": "write `*`",
    "÷": "write `/`",
    "−": "write the plain minus sign `-`",
    "“": 'write straight quotes: `"text"`',
    "”": 'write straight quotes: `"text"`',
    "‘": "write straight quotes: `'text'`",
    "’": "write straight quotes: `'text'`",
    "„": 'write straight quotes: `"text"`',
    "$": "an amount is a plain number; its currency stands in `unit`",
    "€": "an amount is a plain number; its currency stands in `unit`",
    "[": "lists stand in parentheses: `in (a, b)`",
    "{": "a formula has no braces; a parameter is written by its name alone",
    "%": "the remainder of a division is `mod(a, b)`",
    ";": "arguments are separated by `,`",
    "'": "the text is not closed: add the second `'`",
    '"': 'the text is not closed: add the second `"`',
    "`": "the name is not closed: add the second backtick",
}
_SQL_WORDS = re.compile(
    r"(?:AND|OR|NOT|IN|IS|NULL|WHERE|BETWEEN|LIKE|CASE|WHEN|THEN|ELSE|END|PER|AT|OVER|TRUE|FALSE)\b"
)
_THOUSANDS = "numbers are written without thousands marks, with a point: `1234.5`"
# What a formula ends in, up to and with the word where it breaks off, and what is meant by it.
_PHRASES = (
    (re.compile(r"\bcount\s*\(\s*\*$"), "count a source's rows by its name: `count(leads)`"),
    (
        re.compile(r"\(\s*distinct\s+\S+$", re.IGNORECASE),
        "the number of different values is `distinct(x)`",
    ),
    (re.compile(r"(?:^|[-+*/<>=])\s*\d{1,3},$"), _THOUSANDS),
    (re.compile(r",\s*\)$"), "leave the comma out, or write what comes after it"),
    (
        re.compile(r"\b(?:sum|count|avg|min|max|median|distinct|any|all)\s+\w+$"),
        "what is aggregated stands in parentheses: `sum(deals.amount)`",
    ),
    (re.compile(r"\bif\s+[^(\s]+$"), "write `if(condition, then, else)`"),
    (
        re.compile(r"\)\s*(?:per|at|as)$"),
        "it belongs inside the parentheses, behind the last argument: `avg(x per key)`",
    ),
    (
        re.compile(r",\s*\d+\s+[a-z]+$"),
        "a length of time is in seconds, minutes, hours, days, weeks, months, quarters or years",
    ),
)


@dataclass(frozen=True, slots=True)
class Unexpected:
    """What the parser met where it could not go on; offsets are the file's."""

    start: int
    end: int
    text: str
    at_end: bool


def advise(formula: Span, found: Unexpected, expected: frozenset[str]) -> Diagnostic:
    """The finding for a formula that broke off at `found`."""
    opener = _never_closed(formula) if found.at_end else None
    if opener is not None:
        return Diagnostic(
            rules.UNCLOSED,
            "`(` is never closed",
            Span(formula.source, opener, opener + 1),
            help=f"add `)`, at the latest after `{_tail(formula)}`",
        )
    span = Span(formula.source, found.start, max(found.end, found.start + 1))
    if found.at_end:
        last = max(formula.start, found.start - 1)
        span = Span(formula.source, last, last + 1)
    what = "the formula ends too early" if found.at_end else f"unexpected `{found.text}`"
    help_ = _phrase(formula, found) or _habit(formula, found) or _expectation(expected)
    return Diagnostic(rules.SYNTAX, what, span, help=help_)


def _never_closed(formula: Span) -> int | None:
    """Offset of the innermost parenthesis that is still open at the end of the formula."""
    open_: list[int] = []
    skip = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|#[^\n]*|[()]")
    for match in skip.finditer(formula.text):
        if match.group() == "(":
            open_.append(formula.start + match.start())
        elif match.group() == ")" and open_:
            open_.pop()
    return open_[-1] if open_ else None


def _tail(formula: Span) -> str:
    words = formula.text.split()
    return words[-1] if words else ""


def _phrase(formula: Span, found: Unexpected) -> str | None:
    """Advice for a turn of phrase that is another language's."""
    so_far = formula.source.text[formula.start : found.end]
    return next((advice for pattern, advice in _PHRASES if pattern.search(so_far)), None)


def _habit(formula: Span, found: Unexpected) -> str | None:
    """Advice for what other languages write here."""
    text = formula.source.text
    before = text[max(formula.start, found.start - 1) : found.start]
    for length in (2, 1):
        here = text[found.start : min(found.start + length, formula.end)]
        for candidate in (before + here, here):
            if candidate in _HABITS:
                return _HABITS[candidate]
    word = _SQL_WORDS.match(text, found.start, formula.end)
    if word:
        return f"keywords are written in lower case: `{word.group().lower()}`"
    if re.match(r"\d", found.text) and re.match(r"[\d.,]+", text[found.start :]):
        return _THOUSANDS
    if found.text == ")":
        return "there is one `)` more than `(`, or something is missing before it"
    return None


def _expectation(expected: frozenset[str]) -> str | None:
    """What could have stood there, in words."""
    if expected >= _EXPRESSION:
        return "a value is missing here: a name, a number or a function"
    words = sorted(_WORDS[e] for e in expected if e in _WORDS)
    if words:
        return f"expected an operator or {' or '.join(words)}"
    return None
