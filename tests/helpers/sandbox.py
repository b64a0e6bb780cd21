"""A project of one page and one program, to break."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from docproof.core.project import Program, Project, load_project
from docproof.recordings import recording
from docproof.replay.servers import Servers
from tests.helpers import command

# A request of one line, to an address that does not exist, with the client below LiteLLM.
ASK = """\
import httpx
body = {"messages": [{"role": "user", "content": "Hello?"}]}
reply = httpx.post("https://api.example.test/v1/chat/completions", json=body)
"""

RECORDING = """\
recorded: {origin: stand-in, date: '2026-11-22', packages: {}}
interactions:
- request:
    method: POST
    uri: https://api.example.test/v1/chat/completions
    headers: {content-type: application/json}
    json: {messages: [{role: user, content: "Hello?"}]}
  response:
    status: STATUS
    headers: {content-type: application/json}
    json: {answer: Hello!}
"""

PAGE = """\
---
title: A page
description: A page that shows a program.
---

# A page

```python
--8<-- "code/page/x.py"
```

--8<-- "code/page/terminal/x.md"
"""


class Sandbox:
    """A project of one page and one program, in a folder of its own."""

    def __init__(self, root: Path, servers: Servers | None = None) -> None:
        self.root = root
        self.servers = servers
        self.write("mkdocs.yml", "site_name: S\nmarkdown_extensions: [pymdownx.snippets]\n")
        self.write(
            "pyproject.toml",
            '[tool.docproof]\nbase-urls = ["https://api.example.test/v1"]\n',
        )
        self.write("docs/page.md", PAGE)
        self.program(ASK + 'print(reply.json()["answer"])\n')
        self.recording()
        self.write("code/page/terminal/x.md", "```text\n$ python x.py\nHello!\n```\n")

    def write(self, path: str, text: str) -> Path:
        """Write a file; a recording is as `record` wrote it, with its digests."""
        file = self.root / path
        if file.is_relative_to(self.root / "tests/cassettes") and "\ninteractions:" in text:
            text = recording.sealed(text.split("\ndigests:\n")[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def program(self, text: str) -> Path:
        return self.write("code/page/x.py", text)

    def edit(self, path: str, text: str) -> None:
        """Write a file as a person does, who edits a recording."""
        (self.root / path).write_text(text, "utf-8")

    def recording(self, status: int = 200, times: int = 1) -> Path:
        head, one = RECORDING.replace("STATUS", str(status)).split("- request", 1)
        return self.write("tests/cassettes/page/x.yaml", head + ("- request" + one) * times)

    def expect(self, **what: object) -> Path:
        lines = [f"{name.replace('_', '-')}: {value}\n" for name, value in what.items()]
        return self.write("tests/cassettes/page/x.expected.yaml", "why: a test\n" + "".join(lines))

    @property
    def project(self) -> Project:
        return load_project(self.root)

    @property
    def subject(self) -> Program:
        """The program, as the project has it now."""
        return self.project.program("code/page/x.py")

    def problems_of(self, page: str) -> list[str]:
        """What `docproof check` says of a page with this text, as "line rule"."""
        self.write("docs/page.md", page)
        said = self.docproof("check", "docs/page.md").stdout
        found = re.findall(r"^docs/page\.md:(\d+): ([\w-]+):", said, re.MULTILINE)
        return [f"{line} {rule}" for line, rule in found]

    def docproof(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """What the command would do here, with these variables too; done in this process."""
        environment = os.environ | variables if variables else None
        return command.docproof(
            *arguments, cwd=self.root, servers=self.servers, environment=environment
        )
