"""How the making of a hand-out tells how far it is."""

from mixplan.base.errors import StoppedError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress, Watcher

_OF = 1000


def tell(watcher: Watcher, share: float, text: str) -> None:
    """Tell a watcher the share that is done and what is being made.

    Raises
    ------
    StoppedError
        Where the watcher does not want it any more; half a hand-out is none.
    """
    if not watcher(Progress(done=round(share * _OF), of=_OF, text=text)):
        raise StoppedError(_("已停止，材料没有做完。"))
