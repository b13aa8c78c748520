"""XML parts of Office files, heard element by element: no tree is built of them."""

import zipfile
from typing import Any
from xml.parsers import expat

_PIECE = 2**16


class EnoughError(Exception):
    """Raised by who hears a part where the rest of it need not be looked at."""


def hear(package: zipfile.ZipFile, path: str, handler: Any) -> None:
    """Tell a handler's ``start``, ``text`` and ``end`` of all that stands in a part."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.text
    with package.open(path) as part:
        try:
            while piece := part.read(_PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
        except EnoughError:
            pass
