"""Tallybook: KPIs as version-controlled YAML, computed by Polars, shown as a scorecard.

Everything is imported when first used, so that `import tallybook` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tallybook.book import Book
    from tallybook.book import open_book as load
    from tallybook.compiled import compile_formula as compile  # noqa: A004 - as `re.compile`
    from tallybook.text.diagnostic import BookError

__version__ = "0.1.0"
__all__ = ["Book", "BookError", "__version__", "compile", "load"]

_PLACES = {
    "Book": ("tallybook.book", "Book"),
    "BookError": ("tallybook.text.diagnostic", "BookError"),
    "compile": ("tallybook.compiled", "compile_formula"),
    "load": ("tallybook.book", "open_book"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
