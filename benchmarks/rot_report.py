"""How do the results of the rot benchmark stand in a table?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rot import Result

GATES = ("check", "pytest", "build")


def report(faults: list[Result], harmless: list[Result], peers: Sequence[str]) -> bool:
    """Print the table and the lists; whether a fault escaped or an alarm was false."""
    kinds = list(dict.fromkeys(result.case.kind for result in faults))
    rows = [["kind", "faults", *GATES, "caught", "line named", *peers]]
    rows += [_row(kind, [r for r in faults if r.case.kind == kind], peers) for kind in kinds]
    rows.append(_row("all", faults, peers))
    if faults:
        _table(rows)
    alarms = [result for result in harmless if result.failed or result.broken]
    escaped = [result for result in faults if not result.gate]
    nowhere = [result for result in faults if result.gate in GATES[:2] and not result.line_named]
    print(f"\nharmless edits: {len(harmless)}, false alarms: {len(alarms)}")
    _list("Caught, but another line is named:", nowhere)
    _list("Escaped:", escaped)
    _list("False alarms:", alarms)
    return bool(escaped or alarms)


def _row(kind: str, results: list[Result], peers: Sequence[str]) -> list[str]:
    counts = [sum(result.gate == gate for result in results) for gate in GATES]
    named = sum(result.line_named for result in results)
    caught = [sum(result.peers.get(peer, False) for result in results) for peer in peers]
    return [kind, *map(str, [len(results), *counts, sum(counts), named, *caught])]


def _table(rows: list[list[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *rest]))


def _list(title: str, results: list[Result]) -> None:
    if not results:
        return
    print(f"\n{title}")
    for result in results:
        failed = f" (fails: {', '.join(result.failed)})" if result.failed else ""
        print(f"  {result.case.kind}: {result.case.name}{failed}")
        for line in [result.broken] if result.broken else result.said[:3]:
            print(f"      {line[:160]}")
