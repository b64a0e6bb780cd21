"""What a table needs on a narrow screen (a Python-Markdown extension).

Each stands in a frame that scrolls, also from the keyboard. The theme's script makes such frames,
too: a page that had to wait for it would change before its reader's eyes.

The rows of a table below a paragraph of the class `cards` are cards without the table's head; the
style shows `data-column` in front of each cell but the first. Figures (`.cards .figures`) keep
their head, below which they stand in columns.
"""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from docproof.markdown.extension import extension

# After attr_list (8), which gives the paragraph its classes.
_PRIORITY = 7
_FRAME = {
    "class": "md-typeset__scrollwrap",
    "role": "group",
    "tabindex": "0",
    "aria-label": "Table",
}


def _fitted(md: Markdown, root: Element) -> None:
    for parent in list(root.iter()):
        for before, table in pairwise(parent):
            classes = before.get("class", "").split()
            if table.tag == "table" and "cards" in classes and "figures" not in classes:
                _name_cells(table)
        for place, table in enumerate(parent):
            if table.tag == "table":
                parent[place] = _framed(table)


def _name_cells(table: Element) -> None:
    columns = ["".join(head.itertext()) for head in table.iter("th")]
    for row in table.iter("tr"):
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell.tag == "td":
                cell.set("data-column", column)


def _framed(table: Element) -> Element:
    frame = Element("div", _FRAME)
    SubElement(frame, "div", {"class": "md-typeset__table"}).append(table)
    frame.tail, table.tail = table.tail, None
    return frame


makeExtension = extension((Treeprocessor, _PRIORITY, _fitted))
