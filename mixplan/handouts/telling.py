"""How the making of a hand-out tells how far it is."""

from collections.abc import Callable

Tell = Callable[[float, str], None]
"""Is told the share that is done and what is being made."""


def tell_nobody(_share: float, _text: str) -> None:
    """Nobody waits."""
