"""Everything that knows Streamlit, shared by the pages."""

from mixplan.ui.frame import begin, footer, header, use_language
from mixplan.ui.registers import register_controls, register_report
from mixplan.ui.state import layers, register, rules, screened

__all__ = [
    "begin",
    "footer",
    "header",
    "layers",
    "register",
    "register_controls",
    "register_report",
    "rules",
    "screened",
    "use_language",
]
