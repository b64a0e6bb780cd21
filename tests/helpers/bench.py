"""How is a program recorded from the origin in a test, and what does that leave behind?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from docproof.replay.servers import Servers
from tests.helpers import plants
from tests.helpers.command import docproof
from tests.helpers.origin import Origin
from tests.helpers.sandbox import Sandbox
from tests.helpers.waiting import hears_ctrl_c

DOCUMENTED = "https://api.example.test/v1"  # of a project that is recorded from elsewhere
SETTINGS = """\
[tool.docproof]
base-urls = ["{url}"]
key-variable = "FAKE_API_KEY"
[tool.docproof.environment]
LITELLM_LOCAL_MODEL_COST_MAP = "True"
"""
# A request of one line with the client below LiteLLM; SENT is what else the body holds.
ASK = """\
import os
import httpx

key = os.environ.get("FAKE_API_KEY", "INSERT_API_KEY")
reply = httpx.post(
    "URL/chat/completions",
    headers={"authorization": f"Bearer {key}"},
    json={"model": "test/MODEL", "messages": [{"role": "user", "content": "Hello?"}], SENT},
    timeout=300,
)
"""
PRINT = "print(reply.text)\n"
OLD = """\
recorded: {origin: live, date: '2026-01-01', packages: {}}
interactions: []
"""


@dataclass
class Bench:
    """A small project, beside it the folder that temporary files go to.

    It documents the origin's own address (so that a recording is live) or, with
    `other`, another one that nothing answers at.
    """

    folder: Path
    origin: Origin
    servers: Servers
    other: bool = False

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(self.folder / "project", self.servers)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.documented = DOCUMENTED if self.other else self.origin.url
        self.settings("")

    def settings(self, more: str) -> None:
        """The settings of the project, and `more` of them."""
        head, table = SETTINGS.format(url=self.documented).split("[tool.docproof.env")
        self.sandbox.write("pyproject.toml", f"{head}{more}[tool.docproof.env{table}")

    def program(
        self, rest: str = PRINT, model: str = "plain", sent: str = "", name: str = "x"
    ) -> Path:
        """A program that asks `model` and then does `rest`; its old recording and output."""
        text = ASK.replace("MODEL", model).replace("SENT", sent) + rest
        self.sandbox.write(f"tests/cassettes/page/{name}.yaml", OLD)
        self.sandbox.write(f"code/page/terminal/{name}.md", "```text\n$ old\n```\n")
        return self.sandbox.write(f"code/page/{name}.py", text.replace("URL", self.documented))

    def arguments(self, *arguments: str) -> list[str]:
        """The words after `docproof` that record, from the origin in any case."""
        elsewhere = ["--base-url", self.origin.url, "--key-variable", "ORIGIN_KEY"]
        return [
            "record",
            *(elsewhere if self.other else ()),
            *(arguments or ("code/page/x.py",)),
        ]

    def command(self, *arguments: str) -> list[str]:
        """The real command that records so."""
        return [sys.executable, "-m", "docproof", *self.arguments(*arguments)]

    def environment(self, **more: str) -> dict[str, str]:
        """What the command finds: the keys, the origin's authority, the temporary folder."""
        live = plants.OTHER_KEY if self.other else self.origin.key
        return os.environ | {
            "FAKE_API_KEY": live,
            "ORIGIN_KEY": self.origin.key,
            "SSL_CERT_FILE": str(self.origin.authority),
            "TMPDIR": str(self.temporary),
            **more,
        }

    def record(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Record, in this process."""
        done = docproof(
            *self.arguments(*arguments),
            cwd=self.sandbox.root,
            servers=self.servers,
            environment={k: v for k, v in self.environment(**environment).items() if v},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same in the background, in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.sandbox.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=hears_ctrl_c,
        )

    def recording(self, name: str = "x") -> Any:
        """The recording of a program."""
        return yaml.safe_load(self.sandbox.read(f"tests/cassettes/page/{name}.yaml"))

    def state(self) -> dict[str, bytes]:
        """Every file of the project, but for the cache of what was replayed and the lock file."""
        return {
            str(path.relative_to(self.sandbox.root)): text
            for path, text in plants.files_below(self.sandbox.root)
            if ".cache" not in path.parts
        }

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where a secret could be left: the project, temporary files, programs' home folders."""
        return self.sandbox.root, self.temporary, self.servers.folder

    def left(self, *texts: str) -> dict[str, set[str]]:
        """Which secrets are left, by the file they are in; `texts` went to the terminal."""
        found = list(plants.files_below(*self.folders))
        # Whoever named the origin may read its address in a line that says what was asked.
        asked = self.origin.url if self.other else "nothing"
        found += [(Path("terminal"), text.replace(asked, "").encode()) for text in texts]
        return {str(path): left for path, text in found if (left := self._survivors(text))}

    def _survivors(self, text: bytes) -> set[str]:
        host = ""
        if self.other:  # its address may stand where it says where the recording comes from
            host = self.origin.host
            text = re.sub(rb"origin: '?" + re.escape(self.origin.url.encode()), b"", text)
        left = plants.survivors(text, self.origin.key, host)
        return left | ({"the live key"} if plants.OTHER_KEY.encode() in text else set())

    @contextmanager
    def watched(self) -> Iterator[dict[str, set[str]]]:
        """Look for secrets in the files all the time, while something runs."""
        found: dict[str, set[str]] = {}
        seen: set[bytes] = set()
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(0.02):
                for path, text in plants.files_below(*self.folders):
                    if text not in seen and (left := self._survivors(text)):
                        found[str(path)] = left
                    seen.add(text)

        thread = threading.Thread(target=look)
        thread.start()
        yield found
        ended.set()
        thread.join()


def problems(done: subprocess.CompletedProcess[str], rule: str = "record") -> list[str]:
    """The lines that say what is wrong."""
    return [line for line in done.stdout.splitlines() if f": {rule}: " in line]
