"""The cards that there are: figures, maps, tables and charts."""

from collections.abc import Callable

from mixplan.base.i18n import gettext as _
from mixplan.projects.comparison import FIGURES, GROUPS, figure_label, group_label
from mixplan.ui import work
from mixplan.ui.comparison import maps, tables
from mixplan.ui.comparison.columns import Column
from mixplan.ui.comparison.readings import OF_GROUP

Draw = Callable[[list[Column]], None]
USUAL = (
    "stations",
    "flagged",
    "certain",
    "inside",
    "sensitive",
    "mortar_demand",
    "mortar_served",
    "lines",
    "lines_within",
    "kept",
    "stopped",
    "map_stations",
)


def figures() -> list[str]:
    """Codes of the figures that can be shown."""
    return [code for code, figure in FIGURES.items() if figure.group in OF_GROUP]


def drawn() -> dict[str, tuple[str, Draw]]:
    """Name of every other card by its code, and what draws it for the columns."""
    return {
        **{f"map_{name}": (maps.label(name), maps.beside(name)) for name in maps.MAPS},
        **{f"swipe_{name}": (maps.swipe_label(name), maps.swipe(name)) for name in maps.MAPS},
        "table_changed": (_("表：判定与第一列不同的站点"), tables.changed),
        "table_rings": (_("表：各环路的站点"), tables.rings),
        "table_districts": (_("表：各区县的站点"), tables.districts),
        "table_decisions": (_("表：处置与第一列不同的搅拌站"), tables.decided),
        "chart_years": (_("图：逐年的搅拌站产能"), tables.years),
        "chart_curve": (_("图：砂浆覆盖随半径变化"), tables.curves),
    }


def labels() -> dict[str, str]:
    """What every card is called, by its code, in the order in which they are offered."""
    named = {code: _named(code) for code in figures()}
    by_group = {code: named[code] for group in GROUPS for code in named if FIGURES[code].group == group}
    return by_group | {code: name for code, (name, _draw) in drawn().items()}


def _named(code: str) -> str:
    group = FIGURES[code].group
    if group in ("mortar", "concrete"):  # whose names say what they are about
        return figure_label(code)
    return f"{group_label(group)}：{figure_label(code)}"


def cards() -> list[str]:
    """The cards that are shown, from top to bottom."""
    known = {*figures(), *drawn()}
    return [code for code in work.project().comparison.cards if code in known] or list(USUAL)
