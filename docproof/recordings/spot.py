"""A place in a recording, and how to say what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass

from docproof.core.problem import Finding
from docproof.core.rules import Rule
from docproof.core.yaml_files import Document, Place


@dataclass(frozen=True)
class Spot:
    """A place in a recording, as keys and numbers from its top.

    `document` is the recording's file, None if it stands in none yet: then a
    finding names the place, and otherwise its line. `hint` is what mends all.
    """

    document: Document | None
    hint: str
    keys: Place = ()

    def at(self, *keys: str | int) -> Spot:
        """A place below this one."""
        return Spot(self.document, self.hint, (*self.keys, *keys))

    def finding(self, rule: Rule, what: str) -> Finding:
        """What is wrong here."""
        if self.document is None:
            return rule.at(1, f"{what} ({'.'.join(map(str, self.keys))})", self.hint)
        return rule.at(self.document.line_of(*self.keys), what, self.hint)
