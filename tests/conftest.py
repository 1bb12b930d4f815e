"""What tests share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real tables and known traps that lie beside a checkout in some places, and not in others."""
    for folder in Path(__file__).resolve().parents[1:3]:
        if (folder / "shared").is_dir():
            return folder / "shared"
    pytest.skip("no shared/ beside the checkout")
