"""Text for a terminal or a log: no name in it can move the cursor, change colours or turn text round."""

import re

# Control signs but for tab and line feed, C1 signs, and those that set the direction of text. A line of progress may go
# back to its beginning and clear its rest.
_SIGNS = re.compile("(?!\r|\x1b\\[K)[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def legible(text: str) -> str:
    r"""A text whose steering signs are spelt out as JSON spells them (``\u001b``), so that a JSON result stays one."""
    return _SIGNS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
