"""Which tests does a worker do together, and which are begun first?

A file's tests share what it makes, so one worker does them. A page's tests (itself, its
programs, its claims) share the replays of its programs, and so are done by one worker, too.
"""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

# A page has one path below these; a part of it is below the page's folder.
_PAGE = re.compile(r"(?:docs|code|tests/claims)/(?P<folder>.*/)?(?P<name>[^/]+)\.(?:md|py)")
# In the browser, a page is opened once for all that is looked at on it.
_VISIT = re.compile(r"\[page [^]]*\]$")


def group(nodeid: str) -> str:
    """What the test with this id is done together with."""
    if visit := _VISIT.search(nodeid):
        return visit[0]
    file = nodeid.partition("::")[0]
    if not (found := _PAGE.fullmatch(file)):
        return file
    folder, name = found["folder"] or "", found["name"]
    if file.startswith("code/"):
        return folder.removesuffix("/")
    return folder + name.removeprefix("test_").replace("_", "-")


class Scheduling(LoadScopeScheduling):
    """Gives a whole group to one worker, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
