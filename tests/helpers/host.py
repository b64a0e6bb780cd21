"""A host of static files, as the hosts of the net are: it compresses, and sends `_headers`."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import io
import threading
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

_SMALLER = ("text/", "application/json", "application/xml", "image/svg")


class _Host(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, headers: str, prefix: str, **options: object) -> None:
        self.rules, self.prefix = _rules(headers), prefix
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def send_head(self) -> io.BytesIO | None:
        path = self.path.partition("?")[0]
        if not path.startswith(self.prefix):
            return self._answer(404, "text/plain", b"outside the site")
        file = Path(self.directory, path[len(self.prefix) :].lstrip("/"))
        if file.is_dir() and not path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", f"{path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        file = file / "index.html" if file.is_dir() else file
        if file.is_file():
            return self._answer(200, self.guess_type(file), file.read_bytes())
        missing = Path(self.directory, "404.html")
        return self._answer(404, "text/html", missing.read_bytes() if missing.is_file() else b"")

    def _answer(self, status: int, kind: str, body: bytes) -> io.BytesIO:
        self.send_response(status)
        if kind.startswith(_SMALLER) or "javascript" in kind:
            kind += "; charset=utf-8"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = _compressed(body)
                self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        path = "/" + self.path[len(self.prefix) :].lstrip("/")
        for pattern, lines in self.rules.items():
            if fnmatch(path, pattern):
                for line in lines:
                    self.send_header(*line.split(": ", 1))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *arguments: object) -> None:
        pass


@functools.lru_cache(maxsize=256)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def _rules(headers: str) -> dict[str, list[str]]:
    """The headers that a file `_headers` gives to each pattern of addresses."""
    rules: dict[str, list[str]] = {}
    for line in headers.splitlines():
        if line.startswith("/"):
            rules[line] = []
        elif line.strip():
            rules[list(rules)[-1]].append(line.strip())
    return rules


@contextlib.contextmanager
def hosting(folder: Path, prefix: str = "/") -> Iterator[str]:
    """The address of a built site while it is served from `prefix` on, such as `/project/`."""
    declared = folder / "_headers"
    headers = declared.read_text("utf-8") if declared.is_file() else ""
    handler = functools.partial(_Host, directory=str(folder), headers=headers, prefix=prefix)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()
