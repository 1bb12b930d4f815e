"""Text made fit for Markdown and chats: a name shows as itself and does nothing, whatever it is."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$])")
_AMPERSAND = re.compile(r"&(?=[#\w])")
_AT_START = re.compile(r"^([#+\-=!]|\d+(?=[.)]))")
_BEFORE_LINK = re.compile(r"!\Z")  # it would make an image of a link, which a reader fetches
_JOINER = "\N{WORD JOINER}"  # has no width, and parts a sign from what it would act on
_ACTIVE = re.compile(r"([@<>#*_~`\[\]|:](?=\S))")
_RUNS = re.compile(r"`+")


class Ready(Markup):
    """Text that stands in its format already. What a macro returns counts as such, too."""

    __slots__ = ()


def markdown(text: object) -> Markup:
    """Plain text as Markdown that shows it."""
    if isinstance(text, Markup):
        return text
    escaped = _AMPERSAND.sub("&amp;", _SPECIAL.sub(r"\\\1", str(text).replace("\n", " ")))
    return Ready(_AT_START.sub(_escaped, _BEFORE_LINK.sub(r"\!", escaped)))


def chat(text: object) -> Markup:
    """Plain text for a chat: no mark, mention or link in it does anything."""
    if isinstance(text, Markup):
        return text
    return Ready(_ACTIVE.sub(rf"\1{_JOINER}", str(text).replace("\n", " ")))


def code_span(text: str) -> Ready:
    """A code span, for places outside tables: there a pipe would end the cell even in code."""
    longest = max((len(run) for run in _RUNS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Ready(f"{fence}{pad}{text}{pad}{fence}")


def address(href: str) -> Ready:
    """An address as a link's target."""
    return Ready(quote(href, safe="/:?#@!$&'*+,;=%-._~"))


def _escaped(match: re.Match[str]) -> str:
    start = match[1]
    return f"{start}\\" if start.isdigit() else f"\\{start}"
