"""Pages as a server shows them: the built ones, with a script that loads them anew after a save."""

from __future__ import annotations

from html import escape

from tallybook.render import templates
from tallybook.resolve.theme import Theme


def live(page: str, version: str) -> str:
    """A built page with the script, which its policy lets run and ask this server for changes."""
    script = templates.reload_script()
    allowed = templates.script_hash(script)
    # The policy is the first thing of ours in a page: nothing of the book stands before it.
    page = page.replace("script-src ", f"connect-src 'self'; script-src '{allowed}' ", 1)
    head, end, rest = page.rpartition("</body>")
    tag = f'<script data-version="{escape(version)}">{script}</script>\n'
    return f"{head}{tag}{end}{rest}"


def problem(text: str, last_good: str, version: str) -> str:
    """What stops a build in the words of the terminal, and the way to the last page there was."""
    return live(templates.problem(text, last_good, Theme()), version)
