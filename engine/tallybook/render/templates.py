"""The one place that knows Jinja2: templates from `renderers/`, in a sandbox, strict, escaping.

HTML escapes by Jinja2's autoescape. The other formats escape every `{{ … }}` through `finalize`, so
that no template can forget to; text that a template has made fit itself is a `Ready`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tallybook.paths import RENDERERS
from tallybook.render import marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from tallybook.present.view import Index, Tile, View
    from tallybook.resolve.theme import Theme

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")
_AROUND = re.compile(
    r"\s*([{};])\s*|(?<=[:,])\s+"
)  # in CSS; a space before a colon may mean something


class _Loader(FileSystemLoader):
    """Reads templates; stylesheets and scripts without the comments that are for us alone."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        if template.endswith((".css", ".js")):
            source = _SPACE.sub("\n", _COMMENT.sub("", source)).strip()
        if template.endswith(".css"):
            source = _AROUND.sub(lambda m: m[1] or "", source).replace(";}", "}")
        return source, path, fresh


def html(view: View) -> str:
    """A view as a whole page."""
    return (
        _html()
        .get_template("page.html")
        .render(view=view, theme=view.theme, csp=_policy(view.theme))
    )


def fragment(view: View) -> str:
    """A view as a part of another page, with its stylesheet."""
    return _html().get_template("fragment.html").render(view=view, theme=view.theme)


def index(view: Index) -> str:
    """A list of pages."""
    return (
        _html()
        .get_template("index.html")
        .render(view=view, theme=view.theme, csp=_policy(view.theme))
    )


def problem(text: str, last_good: str, theme: Theme) -> str:
    """What stops a build, as a page."""
    template = _html().get_template("problem.html")
    return template.render(text=text, last_good=last_good, theme=theme, csp=_policy(theme))


def reload_script() -> str:
    """The script that loads a page anew when there is another one."""
    return _html().get_template("reload.js").render()


def mail(view: View) -> str:
    """A view as a letter in HTML."""
    return _mail().get_template("page.html").render(view=view)


def chat(view: View, tiles: tuple[Tile, ...]) -> str:
    """A view as a message that shows some of its tiles."""
    return _chat().get_template("page.txt").render(view=view, tiles=tiles)


def markdown(view: View) -> str:
    """A view through the Markdown template."""
    return _markdown().get_template("page.md").render(view=view)


@lru_cache
def _html() -> Environment:
    return _environment("html")


@lru_cache
def _mail() -> Environment:
    return _environment("mail")


@lru_cache
def _chat() -> Environment:
    return _environment("chat", finalize=marks.chat)


@lru_cache
def _markdown() -> Environment:
    environment = _environment("markdown", finalize=marks.markdown)
    environment.filters.update(code=marks.code_span, address=marks.address)
    return environment


def _environment(
    folder: str, finalize: Callable[[object], object] | None = None
) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=_Loader(RENDERERS / folder),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


@lru_cache
def _policy(theme: Theme) -> str:
    """The content security policy: nothing from outside, our style and script by their hashes."""
    style = script_hash(_html().get_template("style.css").render(theme=theme))
    script = script_hash(_html().get_template("sort.js").render())
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def script_hash(text: str) -> str:
    """What a content security policy calls a script or a style."""
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
