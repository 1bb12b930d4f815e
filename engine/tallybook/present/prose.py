"""A small, safe part of Markdown as typed nodes: what a book's author may write in descriptions.

Paragraphs, lists, *em*, **strong**, `code` and links to http, https and mailto. Everything else is
text, as written: nothing is lost and nothing fails. Templates render the nodes, so no HTML is ever
put together from what an author wrote.
"""

from __future__ import annotations

import re
from typing import Literal

from tallybook.dataclass import dataclass
from tallybook.present.plain import inert

_BLANK = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"^[ \t]{0,3}(?:[-*+]|(\d{1,9})[.)])[ \t]+(.*)$")
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)(?P<verbatim>(?:(?!(?P=code)).)+?)(?P=code)(?!`)"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<href>[^\s()<>]+)\)"
    r"|(?<!\*)\*\*(?=[^\s*])(?P<strong>(?:[^*]|\*(?!\*))*?[^\s*])\*\*(?!\*)"
    r"|(?<![\w*])\*(?=[^\s*])(?P<em>[^*]*?[^\s*])\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<emphasis>[^_]*?[^\s_])_(?![\w_])",
    re.DOTALL,
)
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s\"'<>`\\]+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inline:
    """A stretch of text. Strong and emphasised stretches hold others; the rest hold `text`."""

    kind: Literal["text", "code", "em", "strong", "link"]
    text: str
    parts: tuple[Inline, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph has one item, a list has one per point."""

    kind: Literal["paragraph", "bullets", "numbers"]
    items: tuple[tuple[Inline, ...], ...]


def prose(text: str) -> tuple[Block, ...]:
    """Markdown as blocks. Text that no rule knows stays text."""
    normal = inert(text.replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(b for part in _BLANK.split(normal.strip()) if part.strip() for b in _blocks(part))


def _blocks(part: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[str] = []  # the paragraph or list that is being read
    kind: Literal["paragraph", "bullets", "numbers"] = "paragraph"
    for line in part.split("\n"):
        item = _ITEM.match(line)
        if item is None:
            _continue(lines, line, inside=kind != "paragraph")
            continue
        wanted: Literal["bullets", "numbers"] = "numbers" if item[1] else "bullets"
        if kind != wanted and lines:
            blocks.append(_block(kind, lines))
            lines = []
        kind = wanted
        lines.append(item[2])
    blocks.append(_block(kind, lines))
    return blocks


def _continue(lines: list[str], line: str, *, inside: bool) -> None:
    """A line that begins no item belongs to the item above it, or to the paragraph."""
    if inside and lines:
        lines[-1] = f"{lines[-1]} {line.strip()}"
    else:
        lines.append(line.strip())


def _block(kind: Literal["paragraph", "bullets", "numbers"], lines: list[str]) -> Block:
    if kind == "paragraph":
        return Block(kind, (inlines(" ".join(lines)),))
    return Block(kind, tuple(inlines(line) for line in lines))


def inlines(text: str) -> tuple[Inline, ...]:
    """The marks inside one paragraph."""
    found: list[Inline] = []
    end = 0
    for match in _INLINE.finditer(text):
        _plain(found, text[end : match.start()])
        end = match.end()
        _add(found, match)
    _plain(found, text[end:])
    return tuple(found)


def _add(found: list[Inline], match: re.Match[str]) -> None:
    if match["escape"]:
        _plain(found, match["escape"][1])
    elif match["code"]:
        found.append(Inline("code", match["verbatim"].strip() or match["verbatim"]))
    elif match["label"] and _SAFE.match(match["href"]):
        found.append(Inline("link", match["label"], inlines(match["label"]), match["href"]))
    elif match["label"]:
        _plain(found, match[0])
    elif match["strong"]:
        found.append(Inline("strong", match["strong"], inlines(match["strong"])))
    else:
        inner = match["em"] or match["emphasis"]
        found.append(Inline("em", inner, inlines(inner)))


def _plain(found: list[Inline], text: str) -> None:
    if not text:
        return
    if found and found[-1].kind == "text":
        found[-1] = Inline("text", found[-1].text + text)
    else:
        found.append(Inline("text", text))
