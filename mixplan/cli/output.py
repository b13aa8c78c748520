"""What commands print for programs."""

import json
from typing import Any


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    print(json.dumps(_finite(value), ensure_ascii=False, indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    """JSON has no word for a missing number but ``null``."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and value != value else value
