"""The letters of a PDF: the shipped Chinese font, cut to what is used and with outlines that PDF writers can embed."""

import hashlib
import io
import unicodedata
from functools import cache

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

from mixplan.base.assets import font_bytes
from mixplan.handouts.cells import cell_text
from mixplan.maps.paper.fonts import missing_glyphs

_POSTSCRIPT_NAME = 6


@cache
def registered(letters: str) -> str:
    """Name under which reportlab draws with the letters of the shipped font; text stays text.

    reportlab takes fonts that call themselves alike for the first of them, whatever they are registered as: a second
    document would lack what the first had no use for. So the font itself bears the name.
    """
    name = f"NotoSansSC-{hashlib.sha256(letters.encode()).hexdigest()[:16]}"
    pdfmetrics.registerFont(EmbeddedFont(name, io.BytesIO(_truetype(letters, name))))
    return name


def _truetype(letters: str, own_name: str) -> bytes:
    """The letters of the shipped font with TrueType outlines, which PDF writers can embed."""
    font = TTFont(io.BytesIO(font_bytes()), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = []
    options.name_IDs = [1, 2, 3, 4, 5, 6]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
    options.recalc_timestamp = False
    chosen = subset.Subsetter(options)
    chosen.populate(text=letters)
    chosen.subset(font)
    outlines = font.getGlyphSet()
    order = font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = glyphs
    for name in order:
        glyphs[name].recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyphs[name], "xMin", 0) or 0)
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in (
        "maxZones",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ):
        setattr(limits, field, 1 if field == "maxZones" else 0)
    for record in font["name"].names:
        if record.nameID == _POSTSCRIPT_NAME:
            record.string = own_name
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 2.0, [], {}, order
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def legible(text: str) -> str:
    """Text with letters that the font lacks (such as the ₂ of CO₂) written in their plain form."""
    lacking = missing_glyphs([text])
    return "".join(unicodedata.normalize("NFKC", c) if c in lacking else c for c in text) if lacking else text


def legible_cell(value: object) -> str:
    """What a cell says, in letters that the font has."""
    return legible(cell_text(value))
