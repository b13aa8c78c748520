"""The coverage curve: its font, its colours, its table."""

import pandas as pd

from mixplan.charts.coverage import curve_chart, curve_table
from mixplan.maps import style

CURVE = pd.DataFrame(
    {
        "radius_km": [5.0, 10.0],
        "area_share": [0.3, 0.6],
        "area_share_low": [0.2, 0.5],
        "area_share_high": [0.4, 0.7],
        "demand_share": [0.35, 0.65],
        "served_share": [0.1, 0.2],
    }
)


def test_the_curve_is_set_in_the_shipped_font_and_the_shared_colours():
    spec = curve_chart(CURVE, CURVE, radius_km=5).to_dict()
    for place in (spec["config"], spec["config"]["axis"], spec["config"]["legend"]):
        assert place.get("font", place.get("labelFont")).startswith("Noto Sans SC")
    assert spec["layer"][1]["encoding"]["color"]["scale"]["range"] == list(style.SHARE_COLOUR.values())


def test_the_curve_as_a_table_is_in_per_cent():
    assert curve_table(CURVE, None).iloc[1].tolist() == [10.0, 60.0, 65.0, 20.0]
    assert len(curve_table(CURVE, CURVE).columns) == 7
