"""What a program says at its end is what plain Python says there, however it is run here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from docproof.recordings.expectations import Expectations
from docproof.replay.replay import Outcome, Replayer, spec_of
from docproof.replay.servers import Servers, environment
from tests.helpers.plain import placeless
from tests.helpers.sandbox import ASK, Sandbox
from tests.helpers.stage import Stage

Play = Callable[[], Outcome]

ENDS = {
    "a coroutine that is never awaited": """\
async def ask(): ...
second = ask()
print("done")
""",
    "one that is dropped before": """\
async def ask(): ...
ask()
print("done")
""",
    "a coroutine of another module": """\
import asyncio
second = asyncio.sleep(1)
print("done")
""",
    "a coroutine that waits": """\
import types
@types.coroutine
def pause():
    try:
        yield
    finally:
        print("closed")
async def ask(): await pause()
second = ask()
second.send(None)
""",
    "a __del__ that prints": """\
class Session:
    def __del__(self): print("closed", file=__import__("sys").stdout)
session = Session()
print("done")
""",
    "a __del__ in a cycle": """\
class Session:
    def __init__(self, name): self.name, self.me = name, self
    def __del__(self): print("closed", self.name)
one, two = Session("one"), Session("two")
print("done")
""",
    "a __del__ without a function in the module": """\
import collections
Session = type("Session", (), {"__del__": collections.Counter.update and print})
session, other = Session(), Session()
print("done")
""",
    "a __del__ that raises": """\
class Session:
    def __del__(self): raise ValueError("it was open")
session = Session()
""",
    "a __del__ that imports": """\
class Session:
    def __del__(self):
        import wave
session = Session()
""",
    "a __del__ that sees the interpreter end": """\
import sys, threading
class Session:
    def __del__(self):
        print(sys.is_finalizing(), sys.path, sys.modules.get("json"), __name__, Session)
session = Session()
""",
    "a __del__ in an object that another module holds": """\
import http, json
class Session:
    def __del__(self): print("closed")  # in whichever order: that is the collector's
json.session = Session()
http.HTTPStatus.session = Session()
mine = Session()
""",
    "a __del__ in an object that a module of its own holds": """\
import sys, types
class Session:
    def __del__(self): print("closed")
sys.modules["held"] = types.ModuleType("held")
sys.modules["held"].session = Session()
sys.session = Session()
""",
    "a __del__ in an object that the collector does not list": """\
class Session:
    __slots__ = ()
    def __del__(self): print("closed")
session = Session()
""",
    "a __del__ in what the program has frozen": """\
import gc
class Session:
    def __del__(self): print("closed")
session = Session()
gc.freeze()
""",
    "a __del__ in a module that takes the place of another": """\
import json, sys, types
class Session:
    def __del__(self): print("closed")
sys.modules["json"] = types.ModuleType("json")
sys.modules["json"].session = Session()
""",
    "a method that a weak reference calls": """\
import weakref
class Session:
    def ask(self): ...
session = Session()
seen = weakref.WeakMethod(session.ask, lambda ref: print("gone"))
""",
    "a proxy that calls": """\
import weakref
class Session: ...
session = Session()
seen = weakref.proxy(session, lambda ref: print("gone"))
""",
    "a finalizer that is not for the exit": """\
import weakref
class Session: ...
session = Session()
weakref.finalize(session, print, "gone").atexit = False
""",
    "no collector": """\
import gc
gc.disable()
print("done")
""",
    "a handler of the log that waits for the end": """\
import logging.handlers, sys
handler = logging.handlers.MemoryHandler(9, target=logging.StreamHandler(sys.stdout))
logging.getLogger().addHandler(handler)
logging.warning("late")
""",
    "what C has not flushed": """\
import ctypes
ctypes.CDLL(None).printf(b"by C")
""",
    "an exit code": """\
import atexit, sys
atexit.register(print, "at exit")
sys.exit(3)
""",
    "an event loop left open": """\
import asyncio
loop = asyncio.new_event_loop()
loop.call_later(9, print, "never")
print("done")
""",
    "a socket left open, with warnings on": """\
import os, socket, warnings
warnings.filterwarnings("default", "unclosed")
kept = socket.socket(fileno=os.dup2(socket.socket().detach(), 50))
""",
    "an exception whose frames hold something": """\
import atexit
atexit.register(print, "at exit")
class Session:
    def __del__(self): print("closed")
def ask():
    session = Session()
    raise ValueError("no")
ask()
""",
    "an excepthook": """\
import sys
sys.excepthook = lambda kind, error, trace: print("hook:", error, trace.tb_lineno)
raise ValueError("no")
""",
    "an unraisablehook": """\
import sys
sys.unraisablehook = lambda args: print("hook:", args.exc_value)
class Session:
    def __del__(self): raise ValueError("no")
session = Session()
""",
    "exit handlers": """\
import atexit, sys
atexit.register(print, "last")
atexit.register(sys.exit, 3)
@atexit.register
def fail(): raise ValueError("in a handler")
print("done")
""",
    "exit handlers that register more": """\
import atexit, weakref
class Session: ...
session = Session()
weakref.finalize(session, print, "finalized")
atexit.register(lambda: atexit.register(print, "more"))
""",
    "sys.exit with a word": """\
import sys
sys.exit("it is over")
""",
    "sys.exit in a thread": """\
import sys, threading
thread = threading.Thread(target=sys.exit, args=(4,))
thread.start()
""",
    "a thread that is waited for": """\
import threading, time
def work():
    time.sleep(0.05)
    print("worked")
threading.Thread(target=work).start()
print("done")
""",
    "a thread that raises": """\
import threading, time
def work():
    time.sleep(0.05)
    raise ValueError("in a thread")
threading.Thread(target=work, name="worker").start()
""",
    "a daemon thread": """\
import threading, time
def work():
    time.sleep(0.3)
    print("never")
threading.Thread(target=work, daemon=True).start()
print("done")
""",
    "an executor": """\
import concurrent.futures, threading, time
pool = concurrent.futures.ThreadPoolExecutor(2)
done = threading.Event()  # on a busy machine the others would print first
for number in range(3):
    pool.submit(lambda: (done.wait(), time.sleep(0.02), print("worked")))
print("done")
done.set()
""",
    "a pending task": """\
import asyncio
loop = asyncio.new_event_loop()
async def wait(): await asyncio.sleep(9)
task = loop.create_task(wait())
loop.run_until_complete(asyncio.sleep(0))
print("done")
""",
    "a task that failed unseen": """\
import asyncio
async def fail(): raise ValueError("unseen")
async def main():
    global task
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
asyncio.run(main())
""",
    "an async generator left open": """\
import asyncio
async def pieces():
    try:
        yield 1
    finally:
        print("closed")
async def main():
    async for piece in pieces_of: break
pieces_of = pieces()
asyncio.run(main())
print("done")
""",
    "an async generator without its loop": """\
async def pieces():
    try:
        yield 1
    finally:
        print("closed")
pieces_of = pieces()
try: pieces_of.asend(None).send(None)
except StopIteration: pass
print("done")
""",
    "a generator left open": """\
def pieces():
    try:
        yield 1
    finally:
        print("closed")
pieces_of = pieces()
next(pieces_of)
""",
    "a session left open": """\
import asyncio, aiohttp
async def main():
    global session
    session = aiohttp.ClientSession()
asyncio.run(main())
print("done")
""",
    "a client left open": """\
import httpx
client, other = httpx.Client(), httpx.AsyncClient()
print("done")
""",
    "a file left open": """\
file = open(__file__)
print("done")
""",
    "a file left open, with warnings on": """\
import warnings
warnings.simplefilter("always")
file = open(__file__)
print("done")
""",
    "a file left open and written": """\
import os
file = open(os.dup(1), "w")
file.write("written late\\n")
print("done")
""",
    "output without an end of line": """\
import sys
sys.stdout.write("no end")
sys.stderr.write("nor here")
""",
    "standard output replaced": """\
import io, sys
class Session:
    def __del__(self): print("closed")
session = Session()
sys.stdout = io.StringIO()
print("seen by nobody")
""",
    "standard output wrapped": """\
import io, sys
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "utf-8")
print("wrapped")
""",
    "standard output closed": """\
import sys
print("done")
sys.stdout.close()
""",
    "standard error closed": """\
import sys
print("done")
sys.stderr.close()
class Session:
    def __del__(self): raise ValueError("no")
session = Session()
""",
    "standard output that is none": """\
import sys
print("done", flush=True)
sys.stdout = None
""",
    "standard output that breaks": """\
import os
print("never", flush=False)
os.close(1)
""",
    "standard error that breaks": """\
import os, sys
os.close(2)
raise ValueError("nobody sees it")
""",
    "a coroutine that another module holds": """\
import json
async def ask(): ...
def pieces():
    try: yield
    finally: print("closed")
json.late, json.pieces = ask(), pieces()
next(json.pieces)
""",
    "a module imported late": """\
import sched
class Session:
    def __del__(self): print("closed", sched.time)
sched.session = Session()
""",
    "a finalizer that a weak reference calls": """\
import weakref
class Session: ...
session = Session()
seen = weakref.ref(session, lambda ref: print("gone"))
""",
    "a log at the end": """\
import logging
class Session:
    def __del__(self): logging.getLogger("x").warning("closed")
session = Session()
""",
    "a cached object": """\
import functools
class Session:
    def __del__(self): print("closed")
@functools.cache
def session(): return Session()
session()
""",
    "an object in a class of another module": """\
import collections
class Session:
    def __del__(self): print("closed")
class Own(collections.UserDict): pass
Own.session = Session()
""",
}


Said = tuple[str, str, int]
Ended = Callable[[str, bool], tuple[Said, Said]]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Ended]:
    """Runs a program to its end, here and by plain Python: what each says."""
    sandbox = Sandbox(tmp_path_factory.mktemp("ends"), servers)
    (sandbox.root / "tests/cassettes/page/x.yaml").unlink()
    project = sandbox.project
    with Replayer(project, servers=servers) as replayer:

        def run(text: str, fresh: bool) -> tuple[Said, Said]:
            program = project.program(sandbox.program(text))
            run = replayer.run(spec_of(program, Expectations()), fresh)
            assert run.report is not None
            plain = subprocess.run(
                [sys.executable, str(program.path)],
                env=environment(project.environment, str(sandbox.root)),
                cwd=sandbox.root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
            stdout, stderr = plain.stdout.decode(), placeless(plain.stderr.decode())
            here = (run.stdout, placeless(run.stderr), run.code)
            return here, (stdout, stderr, plain.returncode)

        yield run


@pytest.mark.parametrize("name", ENDS)
def test_it_is_what_plain_python_says(ended: Ended, name: str) -> None:
    here, plain = ended(ENDS[name], False)
    assert here == plain


@pytest.mark.nightly
@pytest.mark.parametrize("name", ENDS)
def test_so_it_is_in_an_interpreter_of_its_own(ended: Ended, name: str) -> None:
    here, plain = ended(ENDS[name], True)
    assert here == plain


# The collector comes by between an event loop and its sockets. Then plain Python says 'Invalid
# file descriptor: -1' of a loop that is left open; as a rule it does not come by.
COMES_BY = """\
import asyncio, gc
def come_by(self, make=asyncio.SelectorEventLoop._make_self_pipe):
    asyncio.SelectorEventLoop._make_self_pipe = make  # once: later, it would put all in order
    gc.collect(0)
    make(self)
asyncio.SelectorEventLoop._make_self_pipe = come_by
"""

LEFT_OPEN = """\
asyncio.set_event_loop(asyncio.new_event_loop())
asyncio.set_event_loop(None)
print("done")
"""

# LiteLLM leaves a loop open, where its call is not itself in one.
REFUSED = """\
import asyncio, os
import litellm
os.environ["OPENAI_API_BASE"] = "https://api.kluster.ai/v1"
os.environ["OPENAI_API_KEY"] = "INSERT_API_KEY"
litellm.suppress_debug_info = True
question = {
    "model": "openai/klusterai/Meta-Llama-3.3-70B-Instruct-Turbo",
    "messages": [{"role": "user", "content": "Are you very busy today?"}],
}
try:
    CALL
except litellm.InternalServerError as error:
    print("refused")
"""


# A file could have something to say, so that the interpreter has to finalize what there is.
@pytest.mark.parametrize("rest", ["", "kept = open(__file__)\n"])
@pytest.mark.parametrize("seldom", ["", "gc.set_threshold(100_000)\n"])
def test_what_the_collector_does_by_chance_is_not_said(
    ended: Ended, rest: str, seldom: str
) -> None:
    here, plain = ended(COMES_BY + seldom + rest + LEFT_OPEN, False)
    assert here == (plain[0], "", 0)
    assert "Invalid file descriptor: -1" in plain[1]  # or there is nothing to see here


@pytest.mark.parametrize(
    "call",
    ["litellm.completion(**question)", "asyncio.run(litellm.acompletion(**question))"],
)
@pytest.mark.parametrize("before", ["", COMES_BY])
def test_a_refused_connection_ends_without_a_word(
    claimant: Replayer, call: str, before: str
) -> None:
    faults = ", ".join(f"{{request: {n}, kind: refused}}" for n in (1, 2, 3))
    expect = f"waits: skipped\nrequests: 3\nstatuses: []\nfaults: [{faults}]\n"
    stage = Stage(claimant, "get-started/integrations/litellm/errors-and-retries")
    outcome = stage.run(before + REFUSED.replace("CALL", call), "retries", expect, lambda made: [])
    assert (outcome.problems, outcome.stdout, outcome.stderr) == ((), "refused\n", "")


# Each does this when nothing but finalizers runs any more.
# A name is encoded before it is looked up, and at the end no encoding is found that was not used.
REACHES_OUT = """\
import socket; 'a'.encode('idna')
class Session:
    def __del__(self):
        try: DO
        except Exception as error: print(type(error).__name__)
session = Session()
print("done")
"""


@pytest.mark.parametrize(
    ("do", "what"),
    [
        ('socket.create_connection(("127.0.0.1", 9))', "looks up 127.0.0.1"),
        ('socket.socket().connect(("127.0.0.1", 9))', "connects to 127.0.0.1:9"),
    ],
)
@pytest.mark.parametrize("fresh", [False, True])
def test_a_finalizer_reaches_nobody_and_that_is_told(
    sandbox: Sandbox, do: str, what: str, fresh: bool
) -> None:
    sandbox.program(REACHES_OUT.replace("DO", do))
    with Replayer(sandbox.project, servers=sandbox.servers) as replayer:
        run = replayer.run(spec_of(sandbox.subject, Expectations()), fresh)
    assert run.report is not None
    assert [out["what"] for out in run.report.reached_out] == [what]
    assert run.report.reached_out[0]["line"] == 4


def test_a_finalizer_that_never_ends_is_stopped(sandbox: Sandbox, play: Play) -> None:
    sandbox.expect(time_limit=1)
    sandbox.program(ASK + "class Session:\n    def __del__(self):\n        while True: pass\n")
    sandbox.write("code/page/x.py", sandbox.read("code/page/x.py") + "session = Session()\n")
    (problem,) = play().problems
    assert (problem.rule, problem.line) == ("time-limit", 6)


def test_what_a_program_leaves_open_is_refused_and_shown(sandbox: Sandbox, play: Play) -> None:
    sandbox.program(ASK + "async def ask(): ...\nsecond = ask()\nprint('done')\n")
    (problem,) = play().problems
    assert problem.rule == "standard-error"
    assert "coroutine 'ask' was never awaited" in problem.what
    sandbox.expect(stderr="never awaited")
    outcome = play()
    assert outcome.problems == ()
    place = "<sys>:0" if sys.version_info >= (3, 13) else "sys:1"
    assert outcome.stdout.endswith(
        f"done\n{place}: RuntimeWarning: coroutine 'ask' was never awaited\n"
    )


def test_a_run_in_the_terminal_says_it_too(sandbox: Sandbox) -> None:
    sandbox.program(
        ASK + "class Session:\n    def __del__(self): print('closed')\nkept = Session()\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "docproof", "run", "code/page/x.py"],
        cwd=sandbox.root,
        capture_output=True,
        text=True,
    )
    assert (run.stdout, run.stderr, run.returncode) == ("closed\n", "", 0)
