"""The name that a browser keeps for its planner: as the server gives it, and as it is told from a forged one."""

import re
import secrets

COOKIE = "mixplan_planner"
_NAME = re.compile(r"[0-9a-f]{32}")
_IN_COOKIES = re.compile(rf"(?:^|;\s*){COOKIE}=({_NAME.pattern})(?:;|$)")


def new_name() -> str:
    """A planner's name that nobody can guess."""
    return secrets.token_hex(16)


def is_name(text: str) -> bool:
    """Whether a text is a name as the server gives them."""
    return _NAME.fullmatch(text) is not None


def name_in(cookies: str) -> str:
    """The planner's name in a request's cookies, empty for none."""
    found = _IN_COOKIES.search(cookies)
    return found[1] if found else ""
