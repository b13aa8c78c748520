"""Coverage in words."""

from mixplan.base.i18n import gettext as _


def band_label(from_km: float, to_km: float) -> str:
    """Name of a band of distance to the nearest plant."""
    if to_km == float("inf"):
        return _("{low:g} km 以外").format(low=from_km)
    return _("{low:g}–{high:g} km").format(low=from_km, high=to_km)


def spare_label(state: str) -> str:
    """Name of what a plant has to spare."""
    return {
        "spare": _("有余量"),
        "tight": _("余量紧张"),
        "full": _("已满"),
        "unknown": _("产能未知"),
    }[state]
