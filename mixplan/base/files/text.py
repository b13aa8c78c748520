"""Bytes as text, in the encodings that offices write; and the characters in it that nobody sees."""

import codecs
import re
import unicodedata

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _

# Notepad and PowerShell's ">" write UTF-16 with a mark; GB 18030 is what Excel on a Chinese Windows writes for CSV.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED = ("utf-8", "gb18030")
# Letters that print nothing although Unicode counts them as letters or signs.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
_HIDDEN_KINDS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# What a keyboard's space, tab and enter keys write, and the spaces of typesetters: seen as room, and read as such.
BLANKS = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_PLAIN = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u4e00-\u9fff\u3001-\u301f\uff01-\uff5e]*")
# Cyrillic and Greek letters that look like Latin ones, and strokes that look like a hyphen.
_TWINS = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043",
    "ABEKMHOPCTYXaeopcyxijABEZHIKMNOPTYXo--------",
)


def decoded(content: bytes, name: str) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, or GB 18030.

    Raises
    ------
    DataError
        Where it is none of these, or no text at all.
    """
    marked = next(((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), None)
    body, encodings = (content[len(marked[0]) :], marked[1:]) if marked else (content, _UNMARKED)
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as fault:
            if encoding == "utf-8":
                _refuse_damage(body, fault.start, name)
            continue
        if "\0" in text:
            raise DataError(_("{file} 不是文本文件：其中有空字节（U+0000）。请另存为 UTF-8 的文本。").format(file=name))
        return text
    raise DataError(
        _("{file} 的文字编码无法识别，请另存为 UTF-8、带标记（BOM）的 UTF-16 或 GB 18030。").format(file=name)
    )


def _refuse_damage(body: bytes, start: int, name: str) -> None:
    """Refuse a file that is UTF-8 but for a few bytes: GB 18030 would make other characters of nearly all of it."""
    kept = body.decode("utf-8", errors="replace")
    lost = kept.count("\ufffd")
    foreign = sum(not c.isascii() for c in kept) - lost
    if foreign > 2 * lost:
        raise DataError(
            _("{file} 第 {line} 行有无法识别的字节：文件是 UTF-8，但已损坏或不完整，请重新导出。").format(
                file=name, line=body.count(b"\n", 0, start) + 1
            )
        )


def trimmed(text: str) -> str:
    """A text without the blanks before and after it; what is hidden there, as U+2028, stays and can be reported."""
    return text.strip(BLANKS)


def hidden_characters(text: str) -> tuple[str, ...]:
    """Characters of a text that print nothing or turn it round, as code points: zero-width, control, direction."""
    if _PLAIN.fullmatch(text):
        return ()
    return tuple(f"U+{ord(c):04X}" for c in dict.fromkeys(text) if _hidden(c))


def _hidden(c: str) -> bool:
    return unicodedata.category(c) in _HIDDEN_KINDS or c in _BLANK or 0xE0100 <= ord(c) <= 0xE01EF


def visible(text: str) -> bool:
    """Whether there is anything in a text that somebody sees."""
    return not all(c.isspace() or _hidden(c) for c in text)


def printed(text: str) -> str:
    """What stands on paper of a text: two texts of which the same is printed nobody tells apart."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        others = {ord(c): _TWINS.get(ord(c)) for c in set(text) if ord(c) in _TWINS or _hidden(c)}
        text = text.translate(others) if others else text
    return " ".join(text.split())


def look(text: str) -> str:
    """What is remembered of a text: two texts with the same look are easily taken for one another."""
    return printed(text).replace(" ", "").casefold()
