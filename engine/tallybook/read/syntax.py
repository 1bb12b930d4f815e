"""YAML's complaints in the words of somebody who writes a book.

Most broken files are broken by a formula: YAML reads a leading quote or backtick, a comma inside
braces, or a colon followed by a space as its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.text.span import SourceText

Explained = tuple[int, str, str | None]

_UNDER_BAR = "put the whole value in quotes, or under `|` on a line of its own"
_IN_BRACES = (
    "inside `{...}` a formula with a comma, a colon followed by a space, or a leading quote or "
    "backtick must be quoted as a whole; or write the keys on lines of their own"
)
_INDENT = "check the spaces at the start of this line and of those above it"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the YAML parser said, and the offsets of the two places it named."""

    problem: str
    at: int
    context: str = ""
    context_at: int | None = None


def explain(source: SourceText, trouble: Trouble) -> Explained:
    """The offset to point at, a message, and advice."""
    text, problem, context = source.text, trouble.problem, trouble.context
    at = min(trouble.at, len(text))
    began = at if trouble.context_at is None else min(trouble.context_at, len(text))
    character = text[at : at + 1]
    if "cannot start any token" in problem or "tab character" in problem:
        return _cannot_start(at, "\t" if "tab" in problem else character)
    if "mapping values are not allowed" in problem:
        return _colon(text, at)
    if "quoted scalar" in context:
        return _quoted(began, at, problem)
    if "block scalar" in context:
        return began, "`|` and `>` begin a block of text, found more on their line", _UNDER_BAR
    if "flow" in context:
        return _flow(text, at, began, context)
    if after := _value_end_before(text, at):
        return after, "the value ends at its closing quote, found more text behind it", _UNDER_BAR
    if "simple key" in context or "expected ':'" in problem:
        return began, "expected `key: value`, found text without a colon", _no_colon(text, began)
    if "block" in context:
        return at, _block(context), _INDENT
    if "alias" in context or "anchor" in context:
        return began, "`*` and `&` begin an alias and an anchor of YAML", _UNDER_BAR
    if "tag" in context or "tag" in problem:
        return began, "`!` begins a tag of YAML", _UNDER_BAR
    if "directive" in context or "directive" in problem:
        return began, "`%` at the start of a line begins a directive of YAML", _UNDER_BAR
    if "document start" in problem:
        return at, "expected the end of the file, found more text", _INDENT
    return at, "expected YAML, found something else", f"the YAML parser says: {problem}"


def _cannot_start(at: int, character: str) -> Explained:
    if character == "\t":
        return at, "YAML is indented with spaces, found a tab", "replace the tab with spaces"
    name = {"`": "a backtick", "%": "a percent sign", "@": "an at sign"}.get(
        character, f"`{character}`"
    )
    return at, f"a value cannot begin with {name}", _UNDER_BAR


def _colon(text: str, at: int) -> Explained:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if ": " in line or line.rstrip().endswith(":"):
        message = "a colon followed by a space begins a key, and none can stand inside a value"
        return at, message, _UNDER_BAR
    return at, "a key cannot stand here", _INDENT


def _quoted(began: int, at: int, problem: str) -> Explained:
    if "escape" in problem:
        advice = r"write `\\` for a backslash, or use single quotes, in which it is a letter"
        return at, "between double quotes a backslash begins an escape", advice
    return began, "the quote that begins here is never closed", "close it, or write it under `|`"


def _flow(text: str, at: int, began: int, context: str) -> Explained:
    close = "}" if "mapping" in context else "]"
    if at >= len(text) or not text[at:].strip():
        return began, f"the `{text[began : began + 1]}` that begins here is never closed", None
    found = text[at]
    message = f"expected `,` or `{close}`, found `{found}`"
    if _value_end_before(text, at):
        message = "the value ends at its closing quote, found more text behind it"
    return at, message, _IN_BRACES if close == "}" else _UNDER_BAR


def _value_end_before(text: str, at: int) -> int | None:
    """The offset `at` where a closing quote stands before it on the same line."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return at if re.search(r"""['"][ \t]*$""", line) else None


def _no_colon(text: str, began: int) -> str | None:
    line = text[began : text.find("\n", began) if "\n" in text[began:] else len(text)]
    if re.match(r"[\w.-]+:\S", line):
        return "write a space behind the colon"
    return "write a space behind the colon, or indent the line if it goes on with a text above"


def _block(context: str) -> str:
    if "sequence" in context or "collection" in context:
        return "expected the next `- item` of the list, found something else"
    return "expected the next key at the same indentation, found something else"
