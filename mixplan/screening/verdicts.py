"""Verdicts, their certainty, and the classes in which they are drawn."""

from collections.abc import Iterable

from mixplan.base.i18n import gettext as _

PASS, FLAG, UNKNOWN = "pass", "flag", "unknown"
NOT_IN_FORCE = "not_in_force"  # of a plant of which no rule speaks on the day asked for
CERTAIN, BORDERLINE = "certain", "borderline"

# The classes in which a verdict is drawn: a flag that is certain, one that is not, a pass that is not, one that is.
DRAWN = ("flag", "borderline", "doubtful", "pass", "unknown", "not_in_force")
DOUBT = ("borderline", "doubtful")


def verdict_class(verdict: object, certainty: object) -> str:
    """Drawing class of a verdict: ``flag``, ``borderline`` (flag in doubt), ``doubtful`` (pass in doubt), ``pass``,
    ``unknown``, ``not_in_force``.
    """
    if certainty == "borderline":
        return {"flag": "borderline", "pass": "doubtful"}[str(verdict)]
    return str(verdict)


def listed(drawn: Iterable[str]) -> list[str]:
    """Drawing classes to list and count for some plants: "not in force" only where there is some."""
    present = set(drawn)
    return [one for one in DRAWN if one != NOT_IN_FORCE or one in present]


def verdict_label(drawn: str) -> str:
    """Name of a drawing class."""
    return {
        "flag": _("需治理（确定）"),
        "borderline": _("需治理（待核实）"),
        "doubtful": _("通过（待核实）"),
        "pass": _("通过（确定）"),
        "unknown": _("资料不足"),
        "not_in_force": _("当年尚无规则"),
    }[drawn]
