"""Where the folders without Python are: in the package in a wheel, above it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE if (_PACKAGE / "grammar").is_dir() else _PACKAGE.parents[1]

GRAMMAR = _ROOT / "grammar"
METRICS = _ROOT / "metrics"
RENDERERS = _ROOT / "renderers"
