"""The font of printed maps, and which characters it lacks."""

from collections.abc import Iterable
from functools import cache
from importlib import resources

from matplotlib.font_manager import FontProperties, get_font


@cache
def font_file() -> str:
    """Path of the Chinese font that a package brings along."""
    return str(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf")


def font(size: float) -> FontProperties:
    """The font of every text on a map."""
    return FontProperties(fname=font_file(), size=size)


@cache
def _known() -> frozenset[int]:
    return frozenset(get_font(font_file()).get_charmap())


def missing_glyphs(texts: Iterable[str]) -> str:
    """Characters that the font cannot draw; empty when there is no tofu."""
    known = _known()
    return "".join(sorted({c for text in texts for c in text if ord(c) not in known and not c.isspace()}))


@cache
def _letter_width(letter: str) -> float:
    """How wide a letter is, as a share of its size."""
    face = get_font(font_file())
    face.set_size(100, 72)
    face.set_text(letter, 0.0)
    return float(face.get_width_height()[0] / 64 / 100)


def text_width(text: str, size: float) -> float:
    """How wide a text is in points, letter by letter."""
    return size * sum(map(_letter_width, text))
