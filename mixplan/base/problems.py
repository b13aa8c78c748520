"""Long lists of what is wrong, cut to what somebody reads: the first of them, and how many more there are."""

from collections.abc import Iterable
from itertools import islice

from mixplan.base.i18n import gettext as _

SAID = 20  # problems of one file that are said one by one
_NAMED = 20  # names in one sentence
_LONGEST = 100  # characters of a name


def first_said(sentences: Iterable[str], count: int, file: str) -> list[str]:
    """The first sentences about a file, and how many more there are of ``count``; only these are put into words."""
    said = list(islice(sentences, SAID))
    if (more := count - len(said)) > 0:
        said.append(_("{file}：还有 {count:,} 处。").format(file=file, count=more))
    return said


def listed(names: Iterable[object]) -> str:
    """Names in a row as a sentence lists them: the first, and how many there are where they are many."""
    known = list(names)
    some = (text if len(text) <= _LONGEST else text[:_LONGEST] + "…" for text in map(str, known[:_NAMED]))
    text = _("、").join(some)
    return text if len(known) <= _NAMED else _("{names} 等 {count:,} 个").format(names=text, count=len(known))
