"""What went over the wire, for whoever wants to see it?

For each program whose recorded output is shown there is a page with the exchanges of its
recording: what was sent, as JSON and as a curl command, and what came back, a stream as its
events with their times. It is made from the recording and nothing else. Pages lead to it from
the line below an output; docs/javascripts/exchanges.js opens it there, and plays a streamed
output at the pace at which its events came.
"""

from __future__ import annotations

import html
import http
import itertools
import json
import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from docproof.core.project import Program, Project
from docproof.recordings import expectations, recording
from docproof.recordings.expectations import Expectations
from docproof.recordings.reader import read
from docproof.recordings.recording import Data, Recording
from tools.publish.site import Page, Site

_LINK = re.compile(r'<span class="exchanges" data-href="([^"]*)">([^<]*)</span>')
_ORIGIN, _OUTPUT = '<p class="origin"', '<div class="language-text output'
# Above its output, so that whoever presses it sees the beginning; shown by the script.
_PLAY = (
    '<button class="play" type="button" data-play="{}" hidden>'
    "Watch it arrive, at {} pace</button>\n"
)
_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_KEPT = " and ".join(
    f"<code>{name}</code>"
    for name in (*sorted(recording.KEPT_HEADERS), f"{recording.KEPT_PREFIX}*")
).replace(" and ", ", ", len(recording.KEPT_HEADERS) - 1)
# Shown by the script where the page is opened below an output; the theme's script copies.
_BUTTON = '<button class="exchanges-copy" type="button"{} hidden>{}</button>'
_FEWEST = 3  # pieces of a stream that an output has, or there is nothing to watch

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>What {name} sent and received</title>
{styles}
</head>
<body class="md-typeset exchanges-page" data-md-color-scheme="default">
<script>
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
if (dark) document.body.dataset.mdColorScheme = "slate";
</script>
<main>
<h1>What {name} sent and received</h1>
<p><a href="{back}">{title}</a> shows this program and what it prints. {origin}</p>
<div class="exchanges-list">
<p>Of the headers, only {kept} are shown. Keys never are.</p>
{body}
{close}
</div>
</main>
</body>
</html>
"""


def add(site: Site, built: dict[Path, str]) -> None:
    """Lead from the recorded outputs of `built` to the pages of their exchanges, and add those.

    The pages ask for the styles of the home page. Raises `BadInput`.
    """
    project = site.project
    home = _STYLE.findall(built[site.folder / "index.html"])
    made: dict[Path, str] = {}
    for one in site.pages:
        folder = posixpath.dirname(one.address) or "."
        before, *rest = _LINK.split(built[one.file])
        for address, words, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            program = project.program(project.programs / Path(address).with_suffix(".py"))
            recorded, expected = read(project, program), expectations.load(program.expectations)
            assert recorded  # or there would be no link
            start = before.rfind(_ORIGIN)
            pieces = _pieces(recorded, expected)
            if steps := _steps(_shown_above(before[:start]), pieces):
                times = " ".join(f"{place}:{at:.2f}" for place, at in steps)
                block = before.rfind(_OUTPUT, 0, start)
                is_ours = recorded.recorded["origin"] == "stand-in"
                player = _PLAY.format(times, "the stand-in's" if is_ours else "its recorded")
                before = before[:block] + player + before[block:]
            if (path := site.folder / address) not in made:
                origin = _TAG.sub("", before[before.rfind(_ORIGIN) :]).strip()
                body = "\n".join(_exchanges(project, recorded, expected))
                made[path] = _page(program, one, address, home, origin, body)
            link = posixpath.relpath(address, folder)
            before += f'<a class="exchanges" href="{link}">{words}</a>{after}'
        built[one.file] = before
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
    built |= made


def _page(
    program: Program, page: Page, address: str, home: list[str], origin: str, body: str
) -> str:
    folder, name = posixpath.dirname(address) or ".", html.escape(program.path.name)
    up = posixpath.relpath(".", folder)
    styles = (f'<link rel="stylesheet" href="{posixpath.join(up, one)}">' for one in home)
    return _PAGE.format(
        name=name,
        styles="\n".join(styles),
        back=posixpath.relpath(page.address or ".", folder) + "/" * page.address.endswith("/"),
        title=html.escape(page.title),
        origin=origin,
        kept=_KEPT,
        close=_BUTTON.format("", "Close"),
        body=body,
    )


def _exchanges(project: Project, made: Recording, expected: Expectations) -> Iterator[str]:
    """The exchanges of a program one after another, and what kept others from being any."""
    faults = {fault.request: fault for fault in expected.faults}
    rest = list(made.interactions)
    for number in itertools.count(1):
        fault = faults.pop(number, None)
        if fault and fault.kind != "cut":
            says = "The connection is refused" if fault.kind == "refused" else "No answer comes"
            yield _line(f"{number}.", f"{says}, which is put in on purpose.")
        elif rest:
            one = rest.pop(0)
            yield "".join(_sent(project, number, one["request"]))
            yield "".join(_received(one["response"], fault.after if fault else None))
        else:
            break
    for host in expected.unreachable:
        yield _line("Besides:", f"it looks up {html.escape(host)}, and does not find it.")


def _line(what: str, says: str) -> str:
    return f'<p class="exchanges-line"><b>{what}</b> {says}</p>\n'


def _sent(project: Project, number: int, request: Data) -> Iterator[str]:
    has_curl = "json" in request or not recording.body(request)
    command = curl(project, request)
    copy = _BUTTON.format(f' data-clipboard-text="{html.escape(command)}"', "Copy as curl")
    yield _line(f"{number}. Request", copy if has_curl else "")
    yield from _message(f"{request['method']} {request['uri']}", request)
    if has_curl:
        yield f"<details><summary>The same with curl</summary>\n{_pre(command)}</details>\n"


def curl(project: Project, request: Data) -> str:
    """A request as a command; the key of the service stands in its variable."""
    is_service = request["uri"].startswith(project.base_urls[0])
    key = project.key_variable if is_service else "API_KEY"
    words = [f"curl --no-buffer {shlex.quote(request['uri'])}"]
    words.append(f'-H "Authorization: Bearer ${key}"')
    words += (f"-H {shlex.quote(f'{name}: {said}')}" for name, said in request["headers"].items())
    if "json" in request:
        words.append(f"-d {shlex.quote(json.dumps(request['json'], ensure_ascii=False))}")
    if request["method"] != ("POST" if "json" in request else "GET"):
        words.append(f"-X {request['method']}")
    return " \\\n  ".join(words)


def _received(response: Data, cut: int | None) -> Iterator[str]:
    status, seconds = response["status"], response.get("seconds")
    phrase = http.HTTPStatus(status).phrase if status in set(http.HTTPStatus) else ""
    yield _line("Answer", f"after {seconds} s" if seconds else "in less than 0.1 s")
    events = [data for _, data in recording.stream(response)]
    yield from _message(f"{status} {phrase}", response, bool(events))
    if not events:
        return
    times = [f"{at:.2f} s" for at in recording.times(response)] or [""] * len(events)
    yield '<ol class="exchanges-events">\n'
    for at, event in zip(times[:cut], events[:cut], strict=False):
        yield f"<li><span>{at}</span> <code>{_marked(event)}</code></li>\n"
    yield "</ol>\n"
    if cut is not None:
        says = "on purpose. The program does not get the last {} events of the recording."
        yield _line("The connection breaks here,", says.format(len(events) - cut))


def _message(first: str, message: Data, is_stream: bool = False) -> Iterator[str]:
    """A request, or an answer: its first line, its headers, and its body if it is no stream."""
    lines = [first, *(f"{name}: {said}" for name, said in message["headers"].items())]
    said = {} if is_stream else recording.read(message)
    if "json" in said:
        lines += ["", json.dumps(said["json"], indent=2, ensure_ascii=False)]
    elif said and recording.body(message):
        lines += ["", str(recording.body(message))]
    yield _pre("\n".join(lines))


def _marked(event: str) -> str:
    """An event's data as HTML, with what the model says marked."""
    for text in _texts(event, "delta"):
        for words in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
            before, found, after = event.partition(words)
            if found:
                parts = (html.escape(part, quote=False) for part in (before, words[1:-1], after))
                return '{}"<b>{}</b>"{}'.format(*parts)
    return html.escape(event, quote=False)


def _pre(text: str) -> str:
    return f"<pre><code>{html.escape(text, quote=False)}</code></pre>\n"


def _shown_above(text: str) -> str:
    """What the block of code at the end of a built page's text shows; "" if there is none."""
    block, end = text.rpartition("</code></pre>")[::2]
    if end.replace("</div>", "").strip():
        return ""
    return html.unescape(_TAG.sub("", block[block.rfind("<code>") :]))


def _pieces(made: Recording, expected: Expectations) -> Iterator[tuple[float, str, bool]]:
    """The pieces of a program's answers: when each came, and whether in a stream."""
    start = 0.0
    cuts = {fault.request: fault.after for fault in expected.faults if fault.kind == "cut"}
    for number, one in enumerate(made.interactions, start=1):
        response = one["response"]
        events = recording.stream(response)[: cuts.get(number)]
        times = recording.times(response)[: cuts.get(number)]
        for at, (_, data) in zip(times, events, strict=False):
            for text in _texts(data, "delta"):
                yield start + at, text, True
        start += times[-1] if times else response.get("seconds", 0)
        if not events:
            for text in _texts(json.dumps(response.get("json")), "message"):
                yield start, text, False


def _texts(data: str, kind: str) -> Iterator[str]:
    """What a model said in an answer, or in an event of it, as far as a program may print it."""
    try:
        said = json.loads(data)["choices"][0][kind]
    except (ValueError, KeyError, IndexError, TypeError):
        return
    called = (one["function"].get("arguments") for one in said.get("tool_calls") or ())
    named = (said.get(name) for name in ("reasoning", "reasoning_content", "content"))
    yield from (text for text in (*named, *called) if text)


def _steps(shown: str, pieces: Iterable[tuple[float, str, bool]]) -> list[tuple[int, float]]:
    """Up to where of an output was printed when; empty if it holds too little of a stream."""
    steps: list[tuple[int, float]] = []
    place = streamed = 0
    for at, text, is_streamed in pieces:
        found = shown.find(text, place)
        if found < 0:  # printed in another form, or not at all
            continue
        if not steps:
            steps.append((found, 0.0))
        place = found + len(text)
        steps.append((place, at))
        streamed += is_streamed
    return steps if streamed >= _FEWEST else []
