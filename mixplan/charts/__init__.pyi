from .balance import (
    MEASURE_COLOUR as MEASURE_COLOUR,
)
from .balance import (
    balance_chart as balance_chart,
)
from .balance import (
    savings_chart as savings_chart,
)
from .balance import (
    waterfall_chart as waterfall_chart,
)
from .board import (
    BOARD_END as BOARD_END,
)
from .board import (
    STATUS_SIGN as STATUS_SIGN,
)
from .board import (
    board_chart as board_chart,
)
from .board import (
    board_data as board_data,
)
from .coverage import curve_chart as curve_chart
from .coverage import curve_table as curve_table
from .targets import (
    SERIES_COLOURS as SERIES_COLOURS,
)
from .targets import (
    indicator_chart as indicator_chart,
)
from .targets import (
    joined_actuals as joined_actuals,
)
from .targets import (
    missing_years as missing_years,
)
from .targets import (
    years_text as years_text,
)
from .theme import (
    AnyChart as AnyChart,
)
from .theme import (
    chart_png as chart_png,
)
from .theme import (
    chart_svg as chart_svg,
)
from .theme import (
    themed as themed,
)
