"""Builds the whole site with Zensical: `python -m tools.publish`, in the project's folder."""

from __future__ import annotations

import sys
from pathlib import Path

from zensical.main import cli

from docproof.core.problem import BadInput
from tools.publish import finish
from tools.publish.site import read

# In this process, which then knows the pages' text; and anew, or some pages are not read.
cli(["build", "--strict", "--clean"], standalone_mode=False)
try:
    finish(read(Path.cwd(), Path("site")))
except (BadInput, ValueError) as error:
    sys.exit(str(error))
