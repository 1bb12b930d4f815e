"""Take the pictures of the documentation: build the example's scorecard and look at it.

`python docs/pictures/make.py` needs Chromium. The pictures are made by hand when the page changes,
not by a test: fonts, and with them every pixel, differ from machine to machine.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
BOOK = HERE.parents[1] / "examples" / "b2b_marketing"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Picture, page, width, height. The script of the page only sorts tables, so none is needed.
SHOTS = (("scorecard.png", "marketing.html", 1200, 1275),)


def main() -> int:
    """Build the pages in a folder of their own, and take a picture of each shot."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("no Chromium here", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    with tempfile.TemporaryDirectory() as folder:
        build = ["build", "--book", str(BOOK), "--output", folder, "--locale", "en"]
        subprocess.run([sys.executable, "-m", "tallybook", *build], check=True)  # noqa: S603 - our own
        for picture, page, width, height in SHOTS:
            options = (
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                f"--user-data-dir={folder}/browser",
                f"--window-size={width},{height}",
                f"--screenshot={HERE / picture}",
            )
            page_url = Path(folder, page).as_uri()
            subprocess.run([browser, *options, page_url], check=True, capture_output=True)  # noqa: S603 - found above
    return 0


if __name__ == "__main__":
    sys.exit(main())
