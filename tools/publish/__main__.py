"""Finishes the site that Zensical has built: `python -m tools.publish`, in the project's folder."""

from __future__ import annotations

import sys
from pathlib import Path

from docproof.core.problem import BadInput
from tools.publish import finish
from tools.publish.site import read

try:
    finish(read(Path.cwd(), Path("site")))
except (BadInput, ValueError) as error:
    sys.exit(str(error))
