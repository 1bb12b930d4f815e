"""A view as text to read: HTML and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.render import templates

if TYPE_CHECKING:
    from tallybook.present.view import View


def render_html(view: View) -> str:
    """One self-contained HTML file: no server, no request, readable without script."""
    return templates.html(view)


def render_markdown(view: View) -> str:
    """Markdown as GitHub shows it."""
    return templates.markdown(view)
