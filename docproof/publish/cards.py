"""Which picture stands beside a link to a page, where people share it?

A card of 1200 by 630 pixels for each page: its title, its description and the
site's name. It is drawn with the font that Pillow brings along, so no font is
fetched. That font has hardly more than the letters of English; a page whose
title needs others has no card.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
# The colours are steps from the paper to the ink, so shades of grey are drawn, which are
# packed in a sixth of the time that colours take.
_PAPER, _INK = (0, 105, 92), (255, 255, 255)  # white on #00695c
_STEPS = 16
_FULL, _SOFT = 255, 190
_MARGIN = 80
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201c\u201d", "-----''\"\"")


def paths(site: Iterable[Page]) -> dict[str, str]:
    """Where on the site the cards are, by the paths of the pages' sources."""
    uris = [page.file.src_uri for page in site if _plain(_title(page)).isascii()]
    return {uri: f"cards/{uri.removesuffix('.md')}.png" for uri in uris}


def pictures(site: Iterable[Page], config: MkDocsConfig, paths: dict[str, str]) -> dict[str, bytes]:
    """The cards as PNG files, by their paths."""
    return {
        paths[page.file.src_uri]: draw(
            _title(page), str(page.meta.get("description") or ""), config.site_name
        )
        for page in site
        if page.file.src_uri in paths
    }


def draw(title: str, description: str, site: str) -> bytes:
    """A card, as a PNG."""
    image = Image.new("L", SIZE)
    pen = ImageDraw.Draw(image)
    pen.text((_MARGIN, 72), _plain(site), _SOFT, _font(32))
    pen.rectangle((_MARGIN, 132, _MARGIN + 96, 138), _FULL)
    top = 178.0
    size = next(size for size in (76, 64, 52, 40) if len(_lines(title, size)) < 3 or size == 40)
    for line in _lines(title, size)[:3]:
        # The font has one weight; a stroke makes a heading of it.
        pen.text((_MARGIN, top), line, _FULL, _font(size), stroke_width=1, stroke_fill=_FULL)
        top += size * 1.22
    top += 34
    for line in _lines(description, 36):
        if top > SIZE[1] - _MARGIN:
            break
        pen.text((_MARGIN, top), line, _SOFT, _font(36))
        top += 50
    file = io.BytesIO()
    steps = image.point([shade * _STEPS // 256 for shade in range(256)])
    steps.putpalette(_palette())
    steps.save(file, "PNG", bits=4, compress_level=6)
    return file.getvalue()


def _palette() -> list[int]:
    return [
        paper + (ink - paper) * step // (_STEPS - 1)
        for step in range(_STEPS)
        for paper, ink in zip(_PAPER, _INK, strict=True)
    ]


def _title(page: Page) -> str:
    return str(page.meta.get("title") or page.title)


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # as in every wheel of Pillow
    return font


def _lines(text: str, size: int) -> list[str]:
    return list(_wrapped(_plain(text), _font(size), SIZE[0] - 2 * _MARGIN))


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _plain(text: str) -> str:
    """The text in signs that the font has, as far as there are such: without accents."""
    parts = unicodedata.normalize("NFKD", text.translate(_DASHES))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
