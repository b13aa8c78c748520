"""One style table for web, paper, charts and slides."""

from mixplan.coverage.picture import BAND_LIMITS_KM
from mixplan.plan.kinds import plant_kinds

VERMILLION, ORANGE, SKY, BLUE, GREY = "#D55E00", "#E69F00", "#56B4E9", "#0072B2", "#999999"
GREEN, PURPLE, AMBER = "#009E73", "#CC79A7", "#F0B429"

# Verdict as it is drawn: a flag that is certain, one that is not, a pass that is not, one that is, unknown.
VERDICT_COLOUR = {"flag": VERMILLION, "borderline": ORANGE, "doubtful": SKY, "pass": BLUE, "unknown": GREY}
OUTLINE = {"borderline": "#5c3d00", "doubtful": "#00446b"}  # of a filled mark in doubt
RING_COLOUR, DISTRICT_COLOUR, LAND_COLOUR, WATER_COLOUR = "#5b6168", "#b4bac0", "#fafaf8", "#bcd9ea"
APPROXIMATE_DASH = "6 5"
BACKGROUND_COLOUR, ZONE_LINE_COLOUR = "#eef0f1", "#B7791F"
# The three figures of coverage, wherever they are drawn.
SHARE_COLOUR = {"area_share": ZONE_LINE_COLOUR, "demand_share": SKY, "served_share": BLUE}
# Coverage: distance to the nearest plant from near (light) to far (dark), and what a plant has to spare.
BAND_COLOURS = ("#fdf3d7", "#f9dd97", "#f0b429", "#cf8413", "#9a5410", "#5f2f0b")
SPARE_COLOUR = {"spare": BLUE, "tight": ORANGE, "full": VERMILLION, "unknown": GREY}
ACTION_COLOUR = {"retain": BLUE, "upgrade": GREEN, "merge": PURPLE, "relocate": ORANGE, "close": VERMILLION}
SMALL_DISTRICT_KM2 = 120  # smaller ones are named when zoomed in

BEIJING_BOUNDS = ((39.42, 115.41), (41.07, 117.52))  # south-west and north-east corner of the first view, degrees


def kind_shape(kind: str) -> str:
    """Shape that tells a kind of plant on every map."""
    return plant_kinds()[kind].shape


def band_colour(from_km: float) -> str:
    """Colour of a band of distance, by where it begins."""
    return BAND_COLOURS[sum(from_km >= limit for limit in BAND_LIMITS_KM)]
