"""Says in each cell of a card which column it is of (a Python-Markdown extension).

On a narrow screen, the rows of a table below a paragraph of the class `cards` are cards without
the table's head; the style shows `data-column` in front of each cell but the first. Figures
(`.cards .figures`) keep their head, below which they stand in columns.
"""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from docproof.markdown.extension import extension

# After attr_list (8), which gives the paragraph its classes.
_PRIORITY = 7


def _named(md: Markdown, root: Element) -> None:
    for parent in root.iter():
        for before, table in pairwise(parent):
            classes = before.get("class", "").split()
            if table.tag == "table" and "cards" in classes and "figures" not in classes:
                columns = ["".join(head.itertext()) for head in table.iter("th")]
                for row in table.iter("tr"):
                    for column, cell in zip(columns[1:], row[1:], strict=True):
                        if cell.tag == "td":
                            cell.set("data-column", column)


makeExtension = extension((Treeprocessor, _PRIORITY, _named))
