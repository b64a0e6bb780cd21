"""The recording in a file, whosever it is."""

from __future__ import annotations

from pathlib import Path

from docproof.core.yaml_files import parse
from docproof.recordings import recording


def recorded(path: Path) -> recording.Recording:
    """What a replay would read there; raises an error if it could not."""
    return recording.of(parse(path.read_text("utf-8")).data)
