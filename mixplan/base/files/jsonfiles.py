"""JSON that planners bring: read within limits, refused in words."""

import json
import math
import re
from collections import Counter
from itertools import accumulate
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.files.text import decoded
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _

MAX_JSON_DEPTH = 50  # our own files and GeoJSON need less than ten
_MOST_PARTS = 3_000_000  # lists and objects; a network of 20 MB has half of it
_LONGEST_NUMBER = 300  # digits; what is longer is larger than any number of a computer
_SHOWN = 40

_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)  # one without end goes to the end
_BRACKETS = re.compile(r"[\[\]{}]")
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
# What the reader of the standard library finds, in words.
_FAULTS = {
    "Expecting value": N_("这里应有一个值（文字、数、列表、对象、true、false 或 null）"),
    "Expecting property name enclosed in double quotes": N_("这里应有以双引号括起的键"),
    "Illegal trailing comma before end of object": N_("最后一项后面多了逗号"),
    "Illegal trailing comma before end of array": N_("最后一项后面多了逗号"),
    "Expecting ':' delimiter": N_("键后面应有冒号"),
    "Expecting ',' delimiter": N_("这里应有逗号，或列表、对象应在这里结束"),
    "Extra data": N_("文件在这里应已结束，后面还有内容"),
    "Unterminated string starting at": N_("从这里开始的文字没有结束的双引号"),
    "Invalid control character at": N_("文字中有未转义的控制字符"),
}
_OTHER_FAULT = N_("反斜线后面的写法不是 JSON 的")


class _RefusedError(ValueError):
    """A part of the document that JSON allows and no planner means."""

    def __init__(self, text: str, **details: str) -> None:
        super().__init__(text)
        self.text, self.details = text, details


def is_json(content: bytes) -> bool:
    """Whether a file is meant to be JSON, in whatever encoding: its first sign opens an object or a list."""
    return content[:200].translate(None, b"\0\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[")


def read_json_text(content: bytes, name: str, *, depth: int = MAX_JSON_DEPTH) -> Any:
    """The value that a JSON file holds; UTF-8 or, as PowerShell's ``>`` writes it, UTF-16.

    Parameters
    ----------
    content, name : bytes, str
        The file and its name, for messages.
    depth : int
        How deep lists and objects may stand in one another.

    Raises
    ------
    DataError
        With line, column and what is allowed: where it is no JSON, is nested too deeply, has a key twice in an object,
        a number that is not finite, or half of a character.
    """
    text = decoded(content, name)
    try:
        _check_depth(text, depth)
        value = json.loads(
            text,
            parse_float=_float,
            parse_int=_int,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
        if _HALF_CHARACTER.search(text):
            _check_characters(value)
    except json.JSONDecodeError as fault:
        problem = _(_FAULTS.get(fault.msg, _OTHER_FAULT))
        raise DataError(
            _("{file} 不是可读的 JSON：第 {line} 行第 {column} 个字符处，{problem}。").format(
                file=name, line=fault.lineno, column=fault.colno, problem=problem
            )
        ) from None
    except _RefusedError as fault:
        problem = _(fault.text).format(**fault.details)
        raise DataError(_("{file} 不是可用的 JSON：{problem}。").format(file=name, problem=problem)) from None
    return value


def _check_depth(text: str, most: int) -> None:
    """Refuse what is nested too deeply before a reader climbs down into it."""
    brackets = _BRACKETS.findall(_STRINGS.sub("", text))
    if len(brackets) > 2 * _MOST_PARTS:
        raise _RefusedError(N_("列表和对象超过 {most} 个"), most=f"{_MOST_PARTS:,}")
    open_now = accumulate(1 if bracket in "[{" else -1 for bracket in brackets)
    if max(open_now, default=0) > most:
        raise _RefusedError(N_("列表或对象嵌套超过 {most} 层"), most=str(most))


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _RefusedError(N_("数“{value}”太大，应为有限的数"), value=text[:_SHOWN])
    return value


def _int(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise _RefusedError(N_("数“{value}”太大，应为有限的数"), value=text[:_SHOWN] + "…")
    return int(text)


def _no_constant(text: str) -> float:
    raise _RefusedError(N_("“{value}”不是 JSON 的数，没有数时应写 null"), value=text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _value in pairs).most_common(1)[0][0]
        raise _RefusedError(N_("同一对象中键“{key}”出现了不止一次"), key=twice[:_SHOWN])
    return found


def _check_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _RefusedError(N_("文字中有半个字符（单独的代理码）")) from None
