"""Take the README's picture of the guide anew: `make picture`, where chromium is installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.helpers.browser import chromium, served
from tests.helpers.guide import ROOT

PAGE = "get-started/integrations/litellm/#streaming-responses"
PICTURE = ROOT / "docs/images/guide.png"


def main() -> None:
    """Build, look, and keep what is seen."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as url,
        chromium() as browser,
    ):
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 800})
        page.goto(PAGE)
        page.wait_for_timeout(500)  # copy buttons, and the menu's place
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
