"""The map of the coverage page, on screen and on paper."""

from __future__ import annotations

from datetime import date

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.maps import legend
from mixplan.ui import downloads, mapview, texts
from mixplan.ui.coverage.answer import Answer


def draw(found: Answer) -> None:
    """The map: zones shaded, gaps outlined and named, supply points."""
    view = found.view
    mapview.tile_switch()
    mapview.show_map(
        mapview.covered(found.now, date(view.year, 12, 31), shade=view.shade),
        title=_("禁现区覆盖图"),
        key="coverage_map",
        height=560,
    )
    texts.html(legend.coverage_legend(found.now, shade=view.shade))


def static_download(found: Answer) -> None:
    """The map as a file for print and slides, drawn when asked for."""
    view = found.view
    downloads.map_downloads(
        "mixplan.handouts.single:coverage_map_file",
        file_stem(_("禁现区覆盖图"), str(view.year), f"{view.radius_km:g}km"),
        given=lambda: (found.now,),
        options=lambda: {"shade": view.shade},
        key="coverage_map_file",
        version=lambda: (view.version, view.subject.kind, view.by, view.year, view.radius_km, view.shade),
    )
