"""What one malformed file is, and how it is told whether an entrance did right by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mixplan.base.errors import MixplanError

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Entrance:
    """A door through which a planner's file comes in.

    Attributes
    ----------
    read : callable
        Content and name to what was taken from the file, by id, and what was said of it.
    """

    name: str
    read: Callable[[bytes, str], tuple[Values, list[str]]]


@dataclass(frozen=True)
class Case:
    """One file with what must come of it.

    Attributes
    ----------
    kind : str
        What was done to it.
    content : bytes or callable
        What stands in it; for a huge one what makes it, for most runs leave it out.
    values : mapping, optional
        Exactly what must be taken from it; none where nobody can know (a random byte was changed).
    refused : bool, optional
        Whether something must be said against it.
    """

    entrance: Entrance
    kind: str
    name: str
    content: bytes | Callable[[], bytes] = field(repr=False)
    values: Values | None = None
    refused: bool | None = None

    def __str__(self) -> str:
        return f"{self.entrance.name} · {self.kind} · {self.name}"


def outcome(case: Case) -> tuple[Values, list[str]]:
    """What the entrance takes from the file and says of it; anything but our own errors goes through."""
    content = case.content() if callable(case.content) else case.content
    try:
        return case.entrance.read(content, case.name)
    except MixplanError as error:
        return {}, [str(error)]
