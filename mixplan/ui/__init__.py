"""Everything that knows Streamlit, shared by the pages."""

from mixplan.ui.frame import begin, file_name, footer, header, number, plain, table_downloads, use_language
from mixplan.ui.mapview import map_assets, show_map, tile_source
from mixplan.ui.registers import register_controls, register_report
from mixplan.ui.state import layers, register, rules, screened

__all__ = [
    "begin",
    "file_name",
    "footer",
    "header",
    "layers",
    "map_assets",
    "number",
    "plain",
    "register",
    "register_controls",
    "register_report",
    "rules",
    "screened",
    "show_map",
    "table_downloads",
    "tile_source",
    "use_language",
]
