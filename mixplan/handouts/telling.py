"""How the making of a hand-out tells how far it is."""

from mixplan.base.progress import Progress, Watcher

_OF = 1000


def tell(watcher: Watcher, share: float, text: str) -> None:
    """Tell a watcher the share that is done and what is being made; a hand-out takes seconds and is not stopped."""
    watcher(Progress(done=round(share * _OF), of=_OF, text=text))
