"""Does a small change anywhere in the tool make a test fail?

    pip install coverage
    python -m benchmarks.mutations [--number 60] [--seed 13] [--old FOLDER] [--only WORD]

Mutations are drawn with a seed, from every module in turn: a comparison turned round, a number
one higher, a text changed and the like. Each is put into a copy of what is committed, and the
tests that reach its line are run there until one fails. Which tests reach which line is
measured first, by the whole suite with one worker, and kept in .cache/mutations.json until
that is removed. The processes that the tests start, and those that fork from them, are
measured as well. `--old` names a clone of a former commit: what escapes is tried there, too.
"""

# ruff: noqa: E501 - a line of a module is quoted as it is

from __future__ import annotations

import argparse
import ast
import itertools
import json
import os
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.faults import ROOT, Fault, caught, cloned, run

KEPT = ROOT / ".cache/mutations.json"
STYLE = "tests/test_craft.py"  # is no test of what the code does
FIRST, SECONDS = 60, 200  # tests that are tried before all others; time for either

# Mutations that change nothing that anybody could see: the module, the line with it; why.
SAME = {
    ("blocks.py", "md.treeprocessors.register(Permalinks(md), 'docproof-permalink', _LINKED)"):
        "a name that nothing asks for",
    ("ending.py", 'file, line = ("<sys>", 0) if sys.version_info >= (3, 14) else ("sys", 1)'):
        "changes Python 3.13 alone",
    ("moves.py", "if place is None or lines[(place[0] + 1) : place[1]] != one:"):
        "what is not compared is looked for, and found in the same place",
    ("permalinks.py", "for start, following in zip(starts, [*starts[1:], max(numbered) + 1], strict=False):"):
        "the two are always as long",
    ("project.py", "kept: dict[str, Any] = field(default_factory=dict, init=False, repr=True, compare=False)"):
        "nobody looks at its repr",
    ("shell.py", "if set(word) < set(';&|'):"): "no command has a word of all three",
}  # fmt: skip

# In each process of the clone whose tests are measured, from its start and after each fork.
MEASURE = """
import coverage, os, pathlib
HERE = pathlib.Path({here!r})
def begin():
    global made
    context = (HERE / "now").read_text() if (HERE / "now").exists() else ""
    made = coverage.Coverage(
        f"{{HERE}}/lines", data_suffix=True, context=context, config_file=f"{{HERE}}/rc")
    made._warn_preimported_source, made._auto_save = False, True
    made.start()
def again():
    made._auto_save = False
    made.stop()
    begin()
begin()
os.register_at_fork(after_in_child=again)
"""
RC = """
[run]
include = {here}/clone/docproof/*
patch = _exit
disable_warnings = no-data-collected, module-not-imported, module-not-measured, already-imported
"""
# In the process of pytest: who reaches the lines from now on, a test or a fixture of several.
WHO = """
import coverage, json, pathlib, pytest
HERE = pathlib.Path({here!r})
tests = {{}}
def now(who):
    (HERE / "now").write_text(who)
    coverage.Coverage.current().switch_context(who)
def pytest_runtest_logstart(nodeid, location):
    now(nodeid)
@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    before = (HERE / "now").read_text()
    if fixturedef.scope != "function":
        now("fixture " + fixturedef.argname)
    try:
        return (yield)
    finally:
        now(before)
def pytest_runtest_setup(item):
    tests[item.nodeid] = {{
        "fixtures": getattr(item, "fixturenames", []), "seconds": 0, "passed": True}}
def pytest_runtest_logreport(report):
    if report.nodeid in tests:
        tests[report.nodeid]["seconds"] += report.duration
        tests[report.nodeid]["passed"] &= report.passed
def pytest_sessionfinish():
    (HERE / "tests.json").write_text(json.dumps(tests))
"""


def reached(suite: list[str]) -> dict[str, Any]:
    """The tests that passed alone, the quickest first; by file and line, those that reach it.

    The latter by their places in the former list. A test may fail only because it is measured:
    files of a process that may write none, what is left at its end.
    """
    import coverage

    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch).resolve()
        python = cloned(ROOT, here / "clone")
        packages = next((here / "clone/.venv/lib").glob("*/site-packages"))
        for name, text in (("measure.py", MEASURE), ("who.py", WHO)):
            (packages / name).write_text(text.format(here=str(here)), "utf-8")
        (packages / "measure.pth").write_text("import measure\n", "utf-8")
        (here / "rc").write_text(RC.format(here=here), "utf-8")
        (here / "now").write_text("", "utf-8")
        done = run(python, ["-p", "who", *suite])
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        tests = json.loads((here / "tests.json").read_text("utf-8"))
        passed = [name for name, one in tests.items() if one["passed"]]
        if failed := [name for name in tests if name not in set(passed)]:
            (packages / "measure.pth").unlink()
            again = run(python, ["-rp", *failed]).stdout.splitlines()
            passed += [name for name in failed if f"PASSED {name}" in again]
        passed.sort(key=lambda name: tests[name]["seconds"])
        whose = defaultdict(list)
        for place, name in enumerate(passed):
            for who in (name, *(f"fixture {fixture}" for fixture in tests[name]["fixtures"])):
                whose[who].append(place)
        found: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        for part in here.glob("lines.*"):
            data = coverage.CoverageData(str(part))
            try:
                data.read()
            except coverage.exceptions.DataError:  # of a process that was killed as it wrote
                continue
            for file in data.measured_files():
                for line, contexts in data.contexts_by_lineno(file).items():
                    for who in contexts:
                        found[os.path.relpath(file, here / "clone")][line].update(whose[who])
    lines = {file: {line: sorted(each[line]) for line in each} for file, each in found.items()}
    return {"tests": passed, "lines": lines}


TURNED: dict[type[ast.AST], Any] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


def variants(node: ast.AST) -> Iterator[tuple[str, Any, str]]:
    """What can be changed in a node: the kind of change, which part, what it becomes."""
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in TURNED:
            changed = ast.Compare(left, [TURNED[type(op)]()], [right])
            yield "comparison", node, ast.unparse(changed)
        case ast.BoolOp(op, values):
            changed = ast.BoolOp(TURNED[type(op)](), values)
            yield "and, or", node, f"({ast.unparse(changed)})"
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            changed = ast.BinOp(left, TURNED[type(op)](), right)
            yield "plus, minus", node, f"({ast.unparse(changed)})"
        case ast.UnaryOp(ast.Not(), operand):
            yield "not", node, f"({ast.unparse(operand)})"
        case ast.Constant(bool() as value):
            yield "boolean", node, str(not value)
        case ast.Constant(int() | float() as value):
            yield "number", node, repr(value + 1)
        case ast.Constant(str() | bytes() as value) if value:
            yield "text", node, repr(value[:-1])
        case ast.Return(value) if value and ast.unparse(value) != "None":
            yield "return", value, "None"
        case ast.Raise():
            yield "raise", node, "pass"
        case ast.Expr(ast.Call()):
            yield "call", node, "pass"
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition", node.test, "True"
        yield "condition", node.test, "False"
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield "condition", test, "True"


def mutations(file: str, text: str) -> dict[str, list[tuple[int, str, str, str]]]:
    """All mutations of a module by their kind: the line, what becomes what, the new text.

    Docstrings, annotations and the parts of an f-string, whose places Python 3.11 does not
    know, are left as they are.
    """
    found = defaultdict(list)
    raw = text.encode()
    starts = [0, *itertools.accumulate(len(line) for line in raw.splitlines(keepends=True))]

    def walk(node: ast.AST) -> None:
        for kind, part, new in variants(node):
            start = starts[part.lineno - 1] + part.col_offset
            end = starts[part.end_lineno - 1] + part.end_col_offset
            changed = raw[:start].decode() + new + raw[end:].decode()
            found[kind].append((part.lineno, raw[start:end].decode(), new, changed))
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_comment"):
                continue
            for child in value if isinstance(value, list) else [value]:
                says = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
                if isinstance(child, ast.AST) and not says and not isinstance(child, ast.JoinedStr):
                    walk(child)

    walk(ast.parse(text))
    return found


def drawn(seed: int, number: int) -> Iterator[tuple[str, str, int, str, str, str]]:
    """So many mutations: each module's turn comes once before one's comes again."""
    chance = random.Random(seed)
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docproof/**/*.py"))
    turns: list[str] = []
    while number:
        if not turns:
            turns = chance.sample(files, len(files))
        file = turns.pop()
        kinds = mutations(file, (ROOT / file).read_text("utf-8"))
        if kinds:
            number -= 1
            kind = chance.choice(sorted(kinds))
            yield (file, kind, *chance.choice(kinds[kind]))


def importing(root: Path, file: str) -> set[str]:
    """The files of tests in a clone that import a module."""
    stem = Path(file).stem
    names = re.compile(rf"docproof\.(\w+\.)*{stem}\b|import .*\b{stem}\b")
    paths = [path for path in root.glob("tests/**/test_*.py") if names.search(path.read_text())]
    return {str(path.relative_to(root)) for path in paths} - {STYLE}


def chosen(known: dict[str, Any], file: str, line: int) -> tuple[list[str], str]:
    """The tests for a line, and how they were found: one case of each test before a second one.

    Those named as its module come first, then the quickest.

    What stands in no function is done at the start, whoever uses it, and what a process did that
    was killed is lost: both are for whoever reaches anything in the module, or imports it.
    """
    lines, how = known["lines"].get(file, {}), "by line"
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
    bodies = [(one.body[0].lineno, one.end_lineno) for one in nodes if isinstance(one, functions)]
    places = set(lines.get(str(line), []))
    if not places or not any(start <= line <= (end or 0) for start, end in bodies):
        how, files = "by module", importing(ROOT, file)
        places = {place for each in lines.values() for place in each}
        tests = enumerate(known["tests"])
        places |= {place for place, name in tests if name.partition("::")[0] in files}
    turns: Counter[str] = Counter()
    names = []
    for name in (known["tests"][place] for place in sorted(places)):
        function = name.partition("[")[0]
        if not name.startswith(STYLE):
            other = Path(file).stem not in function.partition("::")[0]
            names.append((turns[function], other, len(names), name))
            turns[function] += 1
    names = [name for *_, name in sorted(names)]
    return names, f"{len(names)} tests, {how}"


def formerly(old: Path, fault: Fault, names: list[str]) -> str:
    """What the tests of a former commit say of a mutation, if the lines are there."""
    pair = [text.splitlines(keepends=True) for text in (fault.old, fault.new)]
    alike = [len(list(itertools.takewhile(lambda two: two[0] == two[1], zip(*lines, strict=False))))
             for lines in (pair, [part[::-1] for part in pair])]  # fmt: skip
    block, changed = ("".join(part[alike[0] : len(part) - alike[1]]) for part in pair)
    file = old / fault.file
    if not file.is_file() or file.read_text("utf-8").count(block) != 1:
        return "not there"
    files = importing(old, fault.file) | {name.partition("::")[0] for name in names}
    tests = sorted(one for one in files if (old / one).is_file())
    return " ".join(caught(replace(fault, old=block, new=changed), old, tests, 2 * SECONDS))


def main() -> int:
    """Try each mutation; 1 if one is not caught."""
    parser = argparse.ArgumentParser(description="Which tests catch small changes of the tool?")
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--old", type=Path, help="a clone of the former commit, to compare with")
    parser.add_argument("--only", default="", help="a part of the name of a module")
    parser.add_argument("suite", nargs="*", help="the tests that are measured, if not all")
    arguments = parser.parse_args()
    if not KEPT.is_file():
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(reached(arguments.suite)), "utf-8")
    known = json.loads(KEPT.read_text("utf-8"))
    count: Counter[str] = Counter()
    for file, kind, line, old, new, changed in drawn(arguments.seed, arguments.number):
        if arguments.only not in file:
            continue
        what = f"{kind}: {old} -> {new}".replace("\n", " ")
        names, how = chosen(known, file, line)
        fault = Fault(what, file, (ROOT / file).read_text("utf-8"), changed, "", "")
        said, test = "ESCAPED", ""
        for part in (names[:FIRST], names[FIRST:]):
            if part and said == "ESCAPED":
                said, test, _ = caught(fault, ROOT, part, SECONDS)
        same = SAME.get((Path(file).name, changed.splitlines()[line - 1].strip()))
        if said == "ESCAPED" and same:
            said, test = "equivalent", same
        count[said] += 1
        print(f"{said:10} {file}:{line} {what} | {test or how}", flush=True)
        if said == "ESCAPED" and arguments.old:
            print(f"{'':10} before: {formerly(arguments.old, fault, names)}", flush=True)
    print(", ".join(f"{number} {said}" for said, number in count.most_common()))
    return int(bool(count.keys() - {"caught", "equivalent"}))


if __name__ == "__main__":
    sys.exit(main())
