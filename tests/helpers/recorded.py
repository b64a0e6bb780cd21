"""The recording in a file, whosever it is, and what of it is the same each time."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from docproof.recordings import recording


def recorded(path: Path) -> recording.Recording:
    """What a replay would read there; raises an error if it could not."""
    return recording.of(yaml.safe_load(path.read_text("utf-8")))


def whole(made: str) -> str:
    """A recording but for the seconds that an answer and its events took, and their digests.

    The digests have to be those of what it says, or a part of it would be of another.
    """
    assert recording.edited(made) is None
    return re.sub(
        r"^    (seconds|times): .*\n(      .*\n)*|^digests:\n(- .*\n)*",
        "",
        made,
        flags=re.MULTILINE,
    )
