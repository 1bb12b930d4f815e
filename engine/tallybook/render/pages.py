"""A view as text to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.render import templates

if TYPE_CHECKING:
    from tallybook.present.view import Index, View

CHAT_LIMIT = 3_000


def render_html(view: View) -> str:
    """One self-contained HTML file: no server, no request, readable without script."""
    return templates.html(view)


def render_fragment(view: View) -> str:
    """The part between header and footer, with its styles, for another page to hold."""
    return templates.fragment(view)


def render_index(view: Index) -> str:
    """An HTML file that leads to several pages."""
    return templates.index(view)


def render_markdown(view: View) -> str:
    """Markdown as GitHub shows it."""
    return templates.markdown(view)


def render_mail(view: View) -> str:
    """HTML for mail readers: one column, styles inline, no picture, no script."""
    return templates.mail(view)


def render_chat(view: View, limit: int = CHAT_LIMIT) -> str:
    """Plain text for a chat, the worst first: as many tiles as fit into so many characters."""
    tiles = view.ranking
    text = templates.chat(view, tiles)
    while len(text) > limit and tiles:
        tiles = tiles[:-1]
        text = templates.chat(view, tiles)
    return text
