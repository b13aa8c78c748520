"""The pages of the workbench: where each lies, in which groups and order they stand, and what they are called."""

from mixplan.base.i18n import gettext as _
from mixplan.base.paths import PAGES

HOME = "overview"
"""The page of the bare address."""


def page_file(name: str) -> str:
    """Where a page's script lies, as Streamlit wants it for a page or a link to one."""
    return str(PAGES / f"{name}.py")


def page_groups() -> dict[str, dict[str, str]]:
    """Title of every page by group, in the order in which they stand; those of the group without a name stand open."""
    return {
        "": {"projects": _("项目列表"), HOME: _("总览")},
        _("现状"): {"station_map": _("站点地图"), "coverage": _("禁现区覆盖"), "targets": _("目标进度")},
        _("决策"): {"consolidation": _("治理整合"), "siting": _("新线布局"), "comparison": _("方案对比")},
        _("汇报"): {"briefing": _("会议汇报"), "comments": _("批注")},
        _("数据"): {"data": _("数据与来源"), "trail": _("留痕")},
    }


def page_names() -> list[str]:
    """Every page, in the order in which they stand."""
    return [name for titles in page_groups().values() for name in titles]
