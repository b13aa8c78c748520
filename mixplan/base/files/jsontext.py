"""JSON as text: what it has no word for becomes ``null``, what the libraries' types hold becomes plain."""

import hashlib
import json
import math
from typing import Any

import pandas as pd


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: none, not a number, no time."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: missing and infinite numbers are none, days are ISO text, keys are text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_missing(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")  # midnight stands for the day
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain(value.tolist())
    return None if isinstance(value, float) and math.isinf(value) else value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain values."""
    return [plain(row) for row in table.to_dict("records")]


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """A value as JSON text, Chinese as it is written; it never holds NaN or Infinity, which no other program reads."""
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of a value as JSON: the same in whatever order its keys stand, and for 30 as for 30.0."""
    text = json.dumps(_whole(plain(value)), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _whole(value: Any) -> Any:
    """A plain value in which whole numbers are written without a point."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
