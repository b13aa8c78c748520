"""A data file against the typed record that describes it: what is missing, unknown or not allowed, in whole sentences.

The same record gives the JSON Schema by which an editor completes the file (``tools/schemas.py``).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ConfigDict, StrictFloat, StrictInt, TypeAdapter, ValidationError

from mixplan.base.errors import DataError, MixplanError
from mixplan.base.files.columns import shown
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import first_said

Record = TypeVar("Record")

# Nothing unknown; a record made in code goes by its own names, a file by the names it writes.
CLOSED = ConfigDict(extra="forbid", allow_inf_nan=False, validate_by_name=True, use_attribute_docstrings=True)
_MOST_INTEGER = 2**53  # beyond, a float no longer tells one whole number from the next
_MOST_ROWS = 500  # of one list in a file; the plan has some dozens of rules
Number = StrictInt | StrictFloat  # a number as it was written, so that 200 stays 200
_YEARS = range(1900, 2200)


def checked_time(text: str) -> str:
    """A time as records have it.

    Raises
    ------
    ValueError
        Where it is none, or so far off that not every clock can show it.
    """
    try:
        if datetime.fromisoformat(text).year in _YEARS:
            return text
    except ValueError:
        pass
    raise ValueError(_("“{text}”不是可用的时间。").format(text=shown(text)))


Time = Annotated[str, AfterValidator(lambda text: text and checked_time(text))]
"""A time as text, empty for none."""


def checked(
    model: type[Record],
    raw: object,
    *,
    file: str,
    tables: Mapping[str, str],
    error: type[MixplanError] = DataError,
    exact: bool = False,
) -> Record:
    """The contents of a file as the record that describes it.

    Parameters
    ----------
    model : type
        Pydantic model or dataclass of the whole file.
    raw : object
        What the file says.
    file : str
        Name of the file, for messages.
    tables : mapping
        What to call one row of each list in the file; rows go by their ``id``.
    error : type
        What to raise.
    exact : bool
        Take no text for a number and no number for a yes or no: what a program has written needs no leniency.

    Raises
    ------
    MixplanError
        Of the type asked for, naming file, row, key, value and what is allowed, for everything that is wrong.
    """
    for key, table in tables.items():
        rows = raw.get(key) if isinstance(raw, dict) else None
        if isinstance(rows, list) and len(rows) > _MOST_ROWS:
            text = _("{file} 中{table}有 {count:,} 项，上限是 {limit} 项。")
            raise error(text.format(file=file, table=table, count=len(rows), limit=_MOST_ROWS))
    if exact and _is_beyond(raw):
        raise error(_("{file} 中有大到不能用的整数。").format(file=file))
    kind: Any = model
    adapter: TypeAdapter[Record] = _adapter(kind)
    try:
        if exact:  # only of JSON does pydantic know that a list stands for a tuple and 3 for 3.0
            return adapter.validate_json(json.dumps(raw), strict=True, by_alias=True, by_name=False)
        return adapter.validate_python(raw, by_alias=True, by_name=False)
    except ValidationError as problem:
        said = _sentences(problem, raw, file, tables)
        raise error(" ".join(first_said(said, len(said), file))) from None


def _is_beyond(value: object) -> bool:
    """Whether a whole number somewhere is larger than the processor counts: all others convert to any number type."""
    if isinstance(value, dict):
        return any(map(_is_beyond, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_beyond, value))
    return isinstance(value, int) and abs(value) > _MOST_INTEGER


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    """What checks a record, made once: that takes longer than to check one."""
    return TypeAdapter(model)


def written(record: Any) -> dict[str, Any]:
    """A record as plain JSON values, as `checked` reads it: everything, for what is left out may mean else later."""
    kind: Any = type(record)
    plain: dict[str, Any] = _adapter(kind).dump_python(record, mode="json")
    return plain


def _sentences(problem: ValidationError, raw: Any, file: str, tables: Mapping[str, str]) -> list[str]:
    """One sentence for each key that is wrong."""
    wrong: dict[tuple[str, str], list[Any]] = {}
    for detail in problem.errors(include_url=False):
        at = detail["loc"]
        place, rest, inner = _("{file} 中").format(file=file), at, raw
        if len(at) > 1 and at[0] in tables and isinstance(at[1], int):
            row = raw[at[0]][at[1]]
            name = row.get("id", at[1] + 1) if isinstance(row, dict) else at[1] + 1
            place, rest = (
                _("{file} 中{table}“{row}”的").format(file=file, table=tables[str(at[0])], row=shown(name)),
                at[2:],
            )
            inner = row
        wrong.setdefault((place, _key(rest, inner)), []).append(detail)
    said = [(place, _complaint(key, details)) for (place, key), details in wrong.items()]
    # Chinese and Latin letters stand apart.
    return [
        place + (" " if complaint[0].isascii() and place[-1] != " " else "") + complaint for place, complaint in said
    ]


def _key(place: tuple[int | str, ...], raw: Any) -> str:
    """The key that is wrong, with those of the objects in which it stands."""
    if not place:
        return ""
    key = str(place[0])
    inner = raw.get(place[0]) if isinstance(raw, dict) else None
    # Behind the keys stand the places in a list, and the types that a value was tried for.
    if len(place) > 1 and isinstance(inner, dict) and isinstance(place[1], str):
        return f"{key}.{_key(place[1:], inner)}"
    return key


def _complaint(key: str, details: list[Any]) -> str:
    """What is wrong with one key; a value of several types has a detail for each of them."""
    kind, value = details[0]["type"], details[0]["input"]
    if kind == "missing" and not isinstance(value, (list, tuple)):
        return _("{key} 没有填写。").format(key=shown(key))
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return _("{key} 不是可用的字段。").format(key=shown(key))
    if kind == "value_error":
        return str(details[0]["ctx"]["error"])
    if kind == "literal_error":
        allowed = details[0]["ctx"]["expected"].replace("'", "").replace(" or ", ", ").replace(", ", "、")
        return _("{key} 是“{value}”，应为 {allowed} 之一。").format(key=shown(key), value=shown(value), allowed=allowed)
    if kind in ("missing", "too_short", "too_long"):
        return _("{key} 是“{value}”，项数不对。").format(key=shown(key), value=shown(value))
    if kind == "greater_than_equal":
        return _("{key} 是“{value}”，应不小于 {least}。").format(
            key=shown(key), value=shown(value), least=details[0]["ctx"]["ge"]
        )
    if kind == "less_than_equal":
        return _("{key} 是“{value}”，应不大于 {most}。").format(
            key=shown(key), value=shown(value), most=details[0]["ctx"]["le"]
        )
    types = {
        "string_type": _("文字"),
        "int_type": _("数"),
        "float_type": _("数"),
        "bool_type": _("true 或 false"),
        "date_type": _("日期（如 2011-11-22）"),
        "tuple_type": _("列表"),
        "finite_number": _("数"),
    }
    wanted = _("或").join(dict.fromkeys(types.get(detail["type"], _("另一种值")) for detail in details))
    return _("{key} 是“{value}”，应为 {wanted}。").format(key=shown(key), value=shown(value), wanted=wanted)
