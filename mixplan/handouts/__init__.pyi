from .deck import Deck as Deck
from .formats import NAMES as NAMES
from .formats import format_label as format_label
from .formats import make as make
from .formats import make_one as make_one
from .geodata import (
    geojson_files as geojson_files,
)
from .geodata import (
    gpkg_bytes as gpkg_bytes,
)
from .geodata import (
    report_layers as report_layers,
)
from .html import html_bytes as html_bytes
from .pdf.font import legible as legible
from .pdf.pages import pdf_bytes as pdf_bytes
from .pptx import pptx_bytes as pptx_bytes
from .report import Report as Report
from .report import at_radius as at_radius
from .report import build as build
from .story import (
    STEPS as STEPS,
)
from .story import (
    Step as Step,
)
from .story import (
    consolidation_figures as consolidation_figures,
)
from .story import (
    coverage_facts as coverage_facts,
)
from .story import (
    step_label as step_label,
)
from .tables import assumption_table as assumption_table
from .workbook import xlsx_bytes as xlsx_bytes
