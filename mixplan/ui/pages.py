"""The pages of the workbench: where each lies, in which order they stand, and what they are called."""

from mixplan.base.i18n import gettext as _
from mixplan.base.paths import PAGES


def page_file(name: str) -> str:
    """Where a page's script lies, as Streamlit wants it for a page or a link to one."""
    return str(PAGES / f"{name}.py")


def page_titles() -> dict[str, str]:
    """Title of every page in the order in which they stand; the first one has the bare address."""
    return {
        "overview": _("总览"),
        "station_map": _("站点地图"),
        "consolidation": _("治理整合"),
        "siting": _("新线布局"),
        "coverage": _("禁现区覆盖"),
        "comparison": _("方案对比"),
        "targets": _("目标进度"),
        "briefing": _("会议汇报"),
        "data": _("数据与来源"),
    }
