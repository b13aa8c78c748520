"""Addresses that a tab has gone from by a click: until the browser has heard of it, the next click still names them."""

from mixplan.ui.session import ADDRESS_PAGE, LEFT, went_back


def leave(project: str, branch: str) -> None:
    """Remember what the address names, as the tab is about to work on something else."""
    LEFT.or_new({})[ADDRESS_PAGE.get() or "", project, branch] = True


def is_old(page: str, named: tuple[str, str], held: tuple[str, str]) -> bool:
    """Whether an address is one that the tab has gone from; each run asks this once, as it begins.

    Parameters
    ----------
    page : str
        Page that begins.
    named, held : tuple of str
        Project and branch that the address names, and those that the tab works on.
    """
    left = LEFT.take() or {}
    if went_back():  # who goes back means it
        return False
    # An address that names what was taken up in this very run has not come from the browser yet.
    if kept := {one: False for one, just_left in left.items() if just_left or named != held}:
        LEFT.put(kept)
    return named != held and (page, *named) in left
