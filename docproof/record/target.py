"""The target of a recording: where is recorded from, and with which key?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from docproof.core import redact
from docproof.core.problem import BadInput, rule
from docproof.core.project import Project

RECORD = rule(
    "record",
    refuses=(
        "a recording that cannot begin, breaks off, or gets a key or an answer that its program "
        "should not get; only `record` looks for this"
    ),
    why="A bad recording would replace a good one.",
    example="a run that is interrupted",
)


@dataclass(frozen=True)
class Target:
    """Where requests go: to the documented address, or to `base_url` if that is not empty.

    `key` goes with them, from the variable `key_variable`; `timeout` is in seconds
    for each program. `new_date`: a recording gets today's date even if the answers
    are those that it has. As the project has it: `documented` are the addresses that
    programs name, that of the service first, `read_from` is the variable in which they
    look for their key, and `versions` are the packages that a recording notes.
    """

    documented: tuple[str, ...]
    read_from: str
    versions: tuple[str, ...]

    base_url: str = ""
    key: str = ""
    key_variable: str = ""
    timeout: float = 120
    new_date: bool = False

    @property
    def options(self) -> str:
        """The options of the command line that lead there."""
        name = f"--key-variable {self.key_variable} " if self.key_variable else ""
        return f"--base-url {self.base_url} {name}" if self.base_url else ""

    def real(self, text: str) -> str:
        """`text` with the address that was asked, and not the one that a recording keeps."""
        return text.replace(self.documented[0], self.base_url) if self.base_url else text


def target(
    project: Project, base_url: str, key_variable: str, timeout: float, new_date: bool = False
) -> Target:
    """Where to record from, as the command line has it; raises `BadInput`."""

    def refused(what: str, mend: str, where: str = "command line") -> BadInput:
        return BadInput(RECORD.problem(where, 1, what, mend))

    url = urlsplit(base_url)
    if base_url and (url.scheme not in ("http", "https") or not url.hostname):
        what = f"the base URL is not an http(s) address: {base_url}"
        raise refused(what, "give one such as http://127.0.0.1:8001/v1")
    if url.username or url.password or url.query or url.fragment:
        what = "the base URL has a name, a password or a query, which a recording would keep"
        raise refused(what, "give the address alone, and the key with --key-variable NAME")
    if not project.base_urls:
        mend = "write the address that programs name"
        raise refused("[tool.docproof] has no base-urls", mend, "pyproject.toml")
    if timeout <= 0:
        raise refused(f"a timeout of {timeout:g} s leaves no time", "give more")
    if key_variable and not key_variable.isidentifier():
        raise refused(
            "--key-variable takes a variable's name, and no key", "export the key, name it"
        )
    if key_variable not in ("", project.key_variable) and not base_url:
        what = f"the key in {key_variable} would go to {project.base_urls[0]}"
        raise refused(what, "name its endpoint with --base-url URL")
    # The key of the live service goes to that service alone.
    name = key_variable or ("" if base_url else project.key_variable)
    key = os.environ.get(name, "") if name else ""
    if not key and (name or not base_url):
        other = "" if base_url else ", or name another endpoint with --base-url URL"
        name = name or "the variable of the key"
        raise refused(f"{name} is not set, or empty", f"export your key{other}")
    if (
        key == redact.PLACEHOLDER
        or (key and len(key) < redact.SHORTEST_KEY)
        or len(key.split()) > 1
    ):
        why = "it is the placeholder" if key == redact.PLACEHOLDER else "it is short, or has blanks"
        raise refused(f"{name} holds no key: {why}", "export your key")
    return Target(
        project.base_urls, project.key_variable, project.versions,
        base_url.rstrip("/"), key, name, timeout, new_date,
    )  # fmt: skip
