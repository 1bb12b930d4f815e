"""A formula as Lark reads it. The one module, with `builder`, that knows Lark."""

from __future__ import annotations

import sys
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from lark import Lark, Token, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.utils import TextSlice

from tallybook.parse import rules
from tallybook.parse.advice import Unexpected, advise
from tallybook.parse.builder import BadConstantError, Builder
from tallybook.parse.trees import cache_folder
from tallybook.paths import GRAMMAR

if TYPE_CHECKING:
    from tallybook.parse import syntax
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_one_at_a_time = Lock()  # the builder works inside the parser and knows one text at a time


def read(span: Span, findings: Findings) -> syntax.Expr | None:
    """Read the formula at `span`; None, with a finding, where it does not follow the grammar."""
    try:
        return _parse(span)
    except BadConstantError as error:
        findings.add(rules.SYNTAX, error.message, error.span)
        return None
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        found = Unexpected(at, at + 1, span.source.text[at], at_end=False)
        expected = frozenset(error.allowed or ())
    except UnexpectedEOF as error:
        found, expected = _end_of(span), frozenset(error.expected)
    except UnexpectedToken as error:
        expected = frozenset(error.expected)
        found = _end_of(span) if error.token.type == "$END" else _found(error.token)
    findings.extend([advise(span, found, expected)])
    return None


def _parse(span: Span) -> syntax.Expr:
    with _one_at_a_time:
        lark, builder = _lark()
        builder.source = span.source
        where = TextSlice(span.source.text, span.start, span.end)
        # Lark's annotation wants AnyStr bound once more than a TextSlice[str] can say.
        return cast("syntax.Expr", lark.parse(cast("Any", where)))


def _found(token: Token) -> Unexpected:
    return Unexpected(token.start_pos or 0, token.end_pos or 0, str(token), at_end=False)


def _end_of(span: Span) -> Unexpected:
    end = span.start + len(span.text.rstrip())
    return Unexpected(end, end, "", at_end=True)


@cache
def _lark() -> tuple[Lark, Builder]:
    builder = Builder()
    grammar = (GRAMMAR / "formula.lark").read_text(encoding="utf-8")
    lark = Lark(
        grammar, parser="lalr", transformer=builder, maybe_placeholders=False, cache=_tables()
    )
    return lark, builder


def _tables() -> str | bool:
    """Where the parser's tables are kept from run to run: building them costs more than parsing.

    Lark builds them anew when they fit neither the grammar nor its version, or cannot be read.
    """
    folder = cache_folder()
    if folder is None:
        return False
    return str(folder / f"formula-{sys.version_info.major}.{sys.version_info.minor}.lark")
