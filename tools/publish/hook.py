"""Finishes each site that MkDocs has built; one that is served stays as the engine makes it."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from docproof.core.problem import BadInput
from tools.publish import finish
from tools.publish.site import read

_command = ""


def on_startup(*, command: str, **_: Any) -> None:
    """Remembers what MkDocs was asked to do."""
    global _command
    _command = command
    if command == "build":  # nearly all that is made is needed until the end, and soon gone
        gc.disable()


def on_env(env: Environment, *, config: MkDocsConfig, **_: Any) -> None:
    """Keeps what the theme's templates are compiled to, for the next build."""
    folder = Path(config.config_file_path).parent / ".cache/templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def on_post_build(*, config: MkDocsConfig) -> None:
    """Finishes the folder `config.site_dir`, unless it is served."""
    if _command == "serve":
        return
    try:
        finish(read(Path(config.config_file_path).parent, Path(config.site_dir)))
    except (BadInput, ValueError) as error:
        raise PluginError(str(error)) from None
