"""Names of files that every system takes and that show what they are."""

import re
import unicodedata

# Signs that Windows keeps for itself.
_KEPT = re.compile(r'[\\/:*?"<>|]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
_LONGEST = 80  # most file systems take 255 bytes, a Chinese character is three


def file_stem(*parts: str) -> str:
    """A file's name without its ending, Chinese kept: no path, no sign that hides or turns round what follows."""
    return "_".join(filter(None, map(_part, parts))) or "mixplan"


def _part(text: str) -> str:
    seen = "".join(c for c in text if c.isspace() or not unicodedata.category(c).startswith("C"))
    name = "_".join(_KEPT.sub(" ", seen).split())[:_LONGEST].strip("._")
    return _DEVICES.sub(r"\1_", name)
