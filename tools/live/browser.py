"""How does a browser that shows a served page hear of problems? By a request that waits."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler

from docproof.core.problem import Problem
from tools.live.places import Place
from tools.live.watch import FILES, FOLDERS, Watch, fix_of

SCRIPT, STATE, FIX = "/livereload/proof.js", "/livereload/proof.json", "/livereload/proof-fix"
HEADER = "X-Live-Fix"  # a page from elsewhere cannot send it without being asked first
_WAIT = 25  # seconds after which a request is answered anyway
_OVERLAY = Path(__file__).with_name("overlay.js")

Start = Callable[[str, list[tuple[str, str]]], object]


class Browser:
    """Answers the browsers of a server, and hears of each save from what watches files there."""

    def __init__(self, watch: Watch) -> None:
        self.addresses: dict[str, str] = {}  # of pages, from the folder of pages
        self._watch = watch
        self._mount = "/"
        self._names: set[str] = set()

    def join(self, server: LiveReloadServer) -> None:
        """Stand between a server and its browsers, its files and its builds."""
        self._mount = server.mount_path
        self._names = {str(server.server_address[0]), "127.0.0.1", "localhost"}
        inner, build, error_page = server.serve_request, server.builder, server.error_handler
        server.set_app(lambda environ, start: self._answer(environ, start) or inner(environ, start))
        server.builder = lambda: self._watch.building(build)
        server.error_handler = lambda code: error_page(code) or self._instead()
        saves = _Saves(self._watch)
        for name in (*FOLDERS, *FILES):
            path = self._watch.root / name
            if path.exists():
                server.observer.schedule(saves, str(path), recursive=path.is_dir())
        self._watch.start()

    def with_script(self, page: str, name: str) -> str:
        """The HTML of the page `name`, from the folder of pages, with the script in it."""
        tag = f'<script src="{SCRIPT}" data-page="{html.escape(name)}"></script>'
        before, end, after = page.rpartition("</body>")
        return f"{before}{tag}{end}{after}" if end else page + tag

    def _instead(self) -> bytes:
        """A page for an address that nothing is at, while the site cannot be built."""
        head = '<!doctype html><html lang="en"><title>Nothing is here</title><body>'
        return self.with_script(f"{head}<p>Nothing is here.</p></body></html>", "").encode()

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        """The answer to a request for an address of ours; None for any other."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == SCRIPT:
            first = f"const FIRST = {self._state()};\n"
            return _send(start, "200 OK", "text/javascript", first + _OVERLAY.read_text("utf-8"))
        if path == STATE:
            seen = parse_qs(environ["QUERY_STRING"]).get("seen", [""])[0]
            with self._watch.changed:
                self._watch.changed.wait_for(lambda: str(self._watch.version) != seen, _WAIT)
            return _send(start, "200 OK", "application/json", self._state())
        if path != FIX:
            return None
        if method != "POST" or not self._is_ours(environ):
            return _send(start, "403 Forbidden", "text/plain", "only a served page may ask for it")
        length = min(int(environ.get("CONTENT_LENGTH") or 0), 10_000)
        said = environ["wsgi.input"].read(length).decode("utf-8", errors="replace")
        done = self._watch.fix(said)
        return _send(start, "200 OK" if done else "409 Conflict", "text/plain", "")

    def _is_ours(self, environ: dict[str, Any]) -> bool:
        """Whether a request comes from a page of this server, and not from a stranger's."""
        host = environ.get("HTTP_HOST", "")
        hosts = {f"{name}:{environ['SERVER_PORT']}" for name in self._names}
        is_here = host in hosts and environ.get("HTTP_ORIGIN") == f"http://{host}"
        return is_here and f"HTTP_{HEADER.upper().replace('-', '_')}" in environ

    def _state(self) -> str:
        state = self._watch.state
        said = {
            "version": self._watch.version,
            "problems": [self._problem(problem, places) for problem, places in state.problems],
            "doubtful": [
                {"program": name, "places": self._places(places)} for name, places in state.doubtful
            ],
        }
        return json.dumps(said).replace("</", "<\\/")

    def _problem(self, problem: Problem, places: Iterable[Place]) -> dict[str, Any]:
        line = str(problem)
        return {
            "line": line,
            "where": f"{problem.path}:{problem.line}",
            "what": f"{problem.rule}: {problem.what}",
            "hint": line.rpartition(problem.what.split()[-1] + "; ")[2],
            "detail": problem.detail,
            "fix": bool(fix_of(problem)),
            "places": self._places(places),
        }

    def _places(self, places: Iterable[Place]) -> list[dict[str, Any]]:
        return [
            {**vars(place), "url": self._mount + self.addresses.get(place.page, "")}
            for place in places
        ]


class _Saves(FileSystemEventHandler):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory and event.event_type in (
            "created", "modified", "moved", "deleted"
        ):  # fmt: skip
            for path in filter(None, (event.src_path, event.dest_path)):
                self._watch.saved(Path(str(path)))


def _send(start: Start, status: str, kind: str, text: str) -> list[bytes]:
    body = text.encode()
    start(
        status,
        [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ],
    )
    return [body]
