"""What does a program do when it runs here, its answers recorded and the network shut?

This runs in the program's own process, as its `__main__` would. What happened
besides what the program printed goes into a small JSON report.
"""

from __future__ import annotations

import _posixsubprocess
import contextlib
import faulthandler
import gc
import importlib
import io
import os
import platform
import signal
import socket
import sys
import threading
import traceback
import types
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from docproof.sandbox import cassettes, clock, faults
from docproof.sandbox.ending import Ending
from docproof.sandbox.spec import Report, RunSpec, line_in
from docproof.sandbox.transport import Gate, Transport, install

# What a program could do to reach beyond its recording. Python announces each
# (sys.addaudithook); the number says which argument of the event is the target.
REACHES_OUT = {
    "socket.connect": ("connects to", 1),
    "socket.getaddrinfo": ("looks up", 0),
    "socket.gethostbyname": ("looks up", 0),
    "socket.sendto": ("sends to", 1),
    "socket.sendmsg": ("sends to", 1),
    "subprocess.Popen": ("starts", 0),
    "os.system": ("starts", 0),
    "os.exec": ("starts", 0),
    "os.posix_spawn": ("starts", 0),
}


_LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname")


def preload(root: str, modules: Iterable[str]) -> None:
    """Import modules, which may be in the folder `root`.

    Meanwhile the collector rests: it would take a fifth of the time, and free next to nothing.
    """
    gc.disable()
    sys.path.insert(0, root)
    for name in modules:
        importlib.import_module(name)
    sys.path.remove(root)
    gc.enable()


def perform(spec: RunSpec, ending: Ending, transport: Transport | None = None) -> NoReturn:
    """Run the program of a spec, and leave with its exit code; at the end, write the report.

    With the `transport` through which it is recorded, if it is. Raises `SystemExit`, so that
    the interpreter ends as it does after any program.
    """
    report = Report()
    if spec.time_limit:
        # Ends the process at the limit, whatever it is doing, and says where it was.
        stuck = os.open(spec.report + ".stuck", os.O_WRONLY | os.O_CREAT, 0o600)
        faulthandler.dump_traceback_later(spec.time_limit, exit=True, file=stuck)
    if spec.interactive:
        # Whoever reads the terminal's output may leave, as `head` does: then it ends in silence.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    else:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_ClosedInput(spec, report)))
    inside = contextlib.ExitStack()
    inside.enter_context(sandbox(spec, report, transport))
    ending.before(inside.close)
    ending.code = _run(spec, report)
    raise SystemExit(ending.code)


@contextlib.contextmanager
def sandbox(spec: RunSpec, report: Report, transport: Transport | None = None) -> Iterator[None]:
    """The sandbox: what runs in here finds the spec's environment and answers, and no network.

    At its end the report is written, and from then on nothing at all is let through.
    The process is good for nothing else afterwards.
    """
    for variable, value in spec.environment.items():
        if value is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = value
    # A process that can record also replays what it has recorded.
    gate = transport.open_for(spec, report) if transport and spec.record else None
    is_over = threading.Event()
    _shut_network(spec, report, gate, is_over)
    if spec.skip_waits:
        clock.skip_waits()
    with cassettes.played(spec) as cassette:
        cassettes.watch(cassette, spec, report)
        faults.install(spec, report)
        yield
    if not spec.record:
        report.unplayed = [n for n in range(len(cassette)) if not cassette.play_counts[n]]
    is_over.set()
    report.write(spec.report)


def _run(spec: RunSpec, report: Report) -> int:
    main = types.ModuleType("__main__")
    main.__file__ = spec.program
    sys.modules["__main__"] = main
    sys.argv = [Path(spec.program).name, *spec.arguments]
    sys.path[0] = str(Path(spec.program).parent)
    try:
        source = Path(spec.program).read_bytes()
        exec(compile(source, spec.program, "exec"), main.__dict__)
    except SystemExit as end:
        return _code(end)
    except BaseException as error:
        trace = [
            entry
            for entry in traceback.TracebackException.from_exception(error).stack
            if entry.filename == spec.program
        ]
        report.raised = f"{type(error).__name__}: {error}".splitlines()[0]
        report.raised_line = (trace[-1].lineno or 0) if trace else _syntax_line(error)
        return _tell(error)
    return 0


def _code(end: SystemExit) -> int:
    """The exit code of a program that ends so, which says the word that it ends with."""
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def _tell(error: BaseException) -> int:
    """Say what the program raised, as Python does, and remember it until the end."""
    trace = error.__traceback__.tb_next if error.__traceback__ else None
    error.__traceback__ = trace
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    for stream in (sys.stderr, sys.stdout):
        with contextlib.suppress(Exception):
            stream.flush()
    try:
        sys.excepthook(type(error), error, trace)
    except SystemExit as end:
        return _code(end)
    except BaseException as other:
        print("Error in sys.excepthook:", file=sys.stderr)
        sys.__excepthook__(type(other), other, other.__traceback__ and other.__traceback__.tb_next)
        print("\nOriginal exception was:", file=sys.stderr)
        sys.__excepthook__(type(error), error, trace)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _syntax_line(error: BaseException) -> int:
    return (error.lineno or 0) if isinstance(error, SyntaxError) else 0


class _ClosedInput(io.RawIOBase):
    """Standard input that is at its end, and tells that it was asked."""

    def __init__(self, spec: RunSpec, report: Report) -> None:
        self._job, self._report = spec, report

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._report.read_input_line is None:
            self._report.read_input_line = line_in(self._job.program, sys._getframe())
        return 0


def _shut_network(
    spec: RunSpec, report: Report, gate: Gate | None, is_over: threading.Event
) -> None:
    # Clients name the machine in their headers; Python asks `uname` for that, once.
    platform.uname().processor  # noqa: B018
    own = threading.get_ident()

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in REACHES_OUT:
            return
        verb, position = REACHES_OUT[event]
        if event in _LOOKS_UP and _named(arguments[position]) in spec.unreachable:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if arguments[position] is None:  # sendmsg on a connected pair of sockets
            return
        if gate and not is_over.is_set():
            refusal = event.startswith("socket.") and gate.past(verb, _named(arguments[position]))
            if refusal:
                raise refusal
            return
        what = f"{verb} {_named(arguments[position])}"
        # A thread that Python leaves behind may be anywhere once all is over.
        if not is_over.is_set() or threading.get_ident() == own:
            line = line_in(spec.program, sys._getframe())
            report.reached_out.append({"what": what, "line": line})
            if is_over.is_set():
                report.write(spec.report)
        raise ConnectionRefusedError(f"{what}, but a replay has no network")

    sys.addaudithook(refuse)
    start = _posixsubprocess.fork_exec

    def announced(arguments: Sequence[bytes], *others: Any) -> int:
        # multiprocessing starts interpreters with it, of which Python announces nothing.
        sys.audit("subprocess.Popen", arguments[0], arguments, None, None)
        return start(arguments, *others)

    _posixsubprocess.fork_exec = announced  # type: ignore[assignment]


def _named(target: Any) -> str:
    if isinstance(target, tuple):
        return ":".join(str(part) for part in target[:2])
    return target.decode(errors="replace") if isinstance(target, bytes) else str(target)


def main() -> NoReturn:
    """Do the one run whose spec the command line holds."""
    ending = Ending()
    spec = RunSpec.from_json(sys.argv[1])
    transport = install(int(sys.argv[2])) if spec.record else None
    preload(spec.root, spec.preload)
    perform(spec, ending, transport)


if __name__ == "__main__":
    main()
