"""How does each release get an environment like a reader's, and which release never does?"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

UV = (sys.executable, "-m", "uv")

# What a replay needs beside LiteLLM. It decides nothing: LiteLLM's own packages are chosen first.
REPLAYING = ("vcrpy", "PyYAML", "httpx", "aiohttp")

_NO_SOLUTION = 1  # uv's exit code when it is nobody's fault but the packages'


class Refused(Exception):
    """A release that is never installed was asked for or resolved; `str()` is one line."""


class NotInstallable(Exception):
    """No environment can be made of this release; `str()` is uv's reason."""


class Unreachable(Exception):
    """uv failed for a reason that says nothing of the release, such as no network."""


@dataclass(frozen=True)
class Chosen:
    """The packages of an environment, by name: `wanted` as a reader gets them, and `added`."""

    wanted: dict[str, str]
    added: dict[str, str]


def guard(packages: Mapping[str, str], never: Mapping[str, str]) -> None:
    """Raise `Refused` if `packages` has a LiteLLM that `never` names, with its reason."""
    version = packages.get("litellm", "")
    if version in never:
        raise Refused(f"litellm {version} is never installed: {never[version]}")


def choose(requirement: str, never: Mapping[str, str], cache: Path) -> Chosen:
    """What uv would install for `requirement` today; nothing is installed.

    Raises `Refused`, `NotInstallable` and `Unreachable`.
    """
    asked = requirement.partition("==")
    guard({asked[0]: asked[2]}, never)
    wanted = _resolve([requirement], (), cache)
    guard(wanted, never)
    pins = [f"{name}=={version}" for name, version in wanted.items()]
    everything = _resolve(pins, REPLAYING, cache)
    added = {name: everything[name] for name in everything if name not in wanted}
    return Chosen(wanted, added)


def install(chosen: Chosen, folder: Path, cache: Path, root: Path) -> str:
    """Make the environment in `folder`, with docproof from `root`; its interpreter's path."""
    _uv(["venv", "--clear", "--python", sys.executable, str(folder)], cache)
    python = str(folder / "bin" / "python")
    pins = [f"{n}=={v}" for n, v in (chosen.wanted | chosen.added).items()]
    _uv(
        ["pip", "install", "--no-deps", "--python", python, "--requirements", "-"],
        cache,
        "\n".join(pins),
    )
    for packages in folder.glob("lib/python*/site-packages"):
        (packages / "docproof.pth").write_text(f"{root}\n", "utf-8")
    return python


def forget(package: str, cache: Path) -> None:
    """Remove the files of `package` from uv's cache, so that it does not grow with each release."""
    _uv(["cache", "clean", package], cache)


def _resolve(pins: Iterable[str], more: Iterable[str], cache: Path) -> dict[str, str]:
    done = _uv(
        [
            *("pip", "compile", "--no-header", "--no-annotate", "--python", sys.executable),
            "-",
        ],
        cache,
        "\n".join([*pins, *more]),
    )
    lines = [line.partition(" ")[0].partition("==") for line in done.splitlines()]
    return {name: version for name, _, version in lines if version}


def _uv(arguments: list[str], cache: Path, given: str = "") -> str:
    done = subprocess.run(
        [*UV, *arguments, "--quiet", "--cache-dir", str(cache)],
        input=given,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode == _NO_SOLUTION:
        raise NotInstallable(reason(done.stderr))
    if done.returncode:
        raise Unreachable(reason(done.stderr))
    return done.stdout


def reason(said: str) -> str:
    """Why uv gave up, in one line, without where it looked."""
    text = " ".join(said.split())
    because = re.search(r"Because .*", text)
    text = because[0] if because else text.removeprefix("error: ")
    return re.sub(r"\(?https?://\S+", "the index", text)
