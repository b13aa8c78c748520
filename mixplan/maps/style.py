"""One style table for web, paper, charts and slides."""

from dataclasses import dataclass

from mixplan.coverage.picture import BAND_LIMITS_KM
from mixplan.plan.city import load_city
from mixplan.plan.kinds import plant_kinds

# Okabe and Ito's colours, which stay apart for colour-blind readers; every colour also has a shape, a sign or a word.
VERMILLION, ORANGE, SKY, BLUE, GREY = "#D55E00", "#E69F00", "#56B4E9", "#0072B2", "#999999"
GREEN, PURPLE, AMBER = "#009E73", "#CC79A7", "#F0B429"
WHITE, INK, NEUTRAL, QUIET, DIM = "#ffffff", "#222222", "#444444", "#666666", "#6B6B6B"

# Verdict as it is drawn: a flag that is certain, one that is not, a pass that is not, one that is, unknown.
VERDICT_COLOUR = {
    "flag": VERMILLION,
    "borderline": ORANGE,
    "doubtful": SKY,
    "pass": BLUE,
    "unknown": GREY,
    "not_in_force": "#D9D9D9",
}
OUTLINE = {"borderline": "#5c3d00", "doubtful": "#00446b"}  # of a filled mark in doubt
RING_COLOUR, DISTRICT_COLOUR, LAND_COLOUR, WATER_COLOUR = "#5b6168", "#b4bac0", "#fafaf8", "#bcd9ea"
SHORE_COLOUR = "#8fbfdc"
APPROXIMATE_DASH = "6 5"
BACKGROUND_COLOUR, ZONE_LINE_COLOUR = "#eef0f1", "#B7791F"
SENSITIVE_COLOUR = GREEN
# Plants that supply, and new mortar lines with what they deliver: dark enough for a white number.
SUPPLY_COLOUR, NEW_LINE_COLOUR = BLUE, "#A8327D"
SUITABILITY_COLOURS = ("#f6e8f0", "#e9c3da", "#d693bb", "#b85f96", "#8a2f6b")
CANDIDATE_EDGE, DEMAND_COLOUR, CLOSED_COLOUR = "#8a5b76", NEUTRAL, QUIET
GAP_COLOUR, GAP_TEXT_COLOUR, REACH_COLOUR = VERMILLION, "#8a3200", BLUE
# The three figures of coverage, wherever they are drawn.
SHARE_COLOUR = {"area_share": ZONE_LINE_COLOUR, "demand_share": SKY, "served_share": BLUE}
# Coverage: distance to the nearest plant from near (light) to far (dark), and what a plant has to spare.
BAND_COLOURS = ("#fdf3d7", "#f9dd97", "#f0b429", "#cf8413", "#9a5410", "#5f2f0b")
BAND_EDGE = "#c9b98f"
SPARE_COLOUR = {"spare": BLUE, "tight": ORANGE, "full": VERMILLION, "unknown": GREY}
ACTION_COLOUR = {"retain": BLUE, "upgrade": GREEN, "merge": PURPLE, "close": VERMILLION}
THIN_COLOUR, THIN_EDGE = AMBER, "#8a5a00"  # places that few stations reach
COMMENT_COLOUR = INK
GONE_COLOUR = "#9aa0a6"  # where a station stood
# On paper: names on the map, and its frame, scale and north arrow.
ZONE_NAME_COLOUR, DISTRICT_NAME_COLOUR, FRAME_COLOUR, AXIS_COLOUR = "#7a4f0c", "#6a7076", "#333333", "#9aa0a6"
# How a target stands, by `targets.status.Status`.
STATUS_COLOUR = {"met": BLUE, "on_track": GREEN, "behind": VERMILLION, "no_data": DIM}


def first_view() -> tuple[tuple[float, float], tuple[float, float]]:
    """South-west and north-east corner of what maps show first, as latitude and longitude."""
    west, south, east, north = load_city().first_view
    return (south, west), (north, east)


def kind_shape(kind: str) -> str:
    """Shape that tells a kind of plant on every map."""
    return plant_kinds()[kind].shape


def band_colour(from_km: float) -> str:
    """Colour of a band of distance, by where it begins."""
    return BAND_COLOURS[sum(from_km >= limit for limit in BAND_LIMITS_KM)]


def suitability_colour(score: float) -> str:
    """Tint of a candidate by its suitability, 0 (light) to 1 (dark)."""
    return SUITABILITY_COLOURS[min(int(score * len(SUITABILITY_COLOURS)), len(SUITABILITY_COLOURS) - 1)]


@dataclass(frozen=True)
class Symbol:
    """How a legend shows a thing, on screen and on paper: a mark, a line or an area.

    Attributes
    ----------
    form : str
        A plant kind's shape, ``star``, ``pin``, ``cross``, ``line`` or ``area``.
    fill, edge : str
        Colours; None draws nothing. A line or a cross has its edge only.
    tint : float
        Opacity of the fill; of a line, its own.
    width : float
        Width of the edge in pixels of the screen.
    """

    form: str
    fill: str | None = None
    edge: str | None = None
    tint: float = 1.0
    width: float = 1.0
    dashed: bool = False
    hatched: bool = False

    @property
    def hollow(self) -> bool:
        """Whether it is a mark of something modelled, or that has stopped."""
        return self.fill == WHITE


def mark_symbol(shape: str, colour: str, *, hollow: bool = False, edge: str = WHITE, dashed: bool = False) -> Symbol:
    """A filled mark, or a hollow one, as the maps draw stations."""
    if hollow:
        return Symbol(shape, WHITE, colour, width=2, dashed=dashed)
    return Symbol(shape, colour, edge, width=2 if dashed else 1, dashed=dashed)


def verdict_symbol(drawn: str, shape: str = "circle", *, hollow: bool = False) -> Symbol:
    """A station of a verdict; a broken outline means doubt, so that the verdict is not told by colour alone."""
    doubt = drawn in OUTLINE
    return mark_symbol(shape, VERDICT_COLOUR[drawn], hollow=hollow, edge=OUTLINE.get(drawn, WHITE), dashed=doubt)


# Everything else that a legend names, by its id.
SYMBOLS = {
    "hollow": Symbol("circle", WHITE, NEUTRAL, width=2),
    "zone": Symbol("area", AMBER, ZONE_LINE_COLOUR, tint=0.3, width=1.5),
    "zone_exact": Symbol("area", AMBER, ZONE_LINE_COLOUR, tint=0.34),
    "zone_approximate": Symbol("area", AMBER, ZONE_LINE_COLOUR, tint=0.2, dashed=True),
    "zone_exact_outline": Symbol("area", WHITE, ZONE_LINE_COLOUR),
    "zone_approximate_outline": Symbol("area", WHITE, ZONE_LINE_COLOUR, dashed=True),
    "zone_line": Symbol("line", None, ZONE_LINE_COLOUR, width=1.8, dashed=True),
    "sensitive": Symbol("area", SENSITIVE_COLOUR, SENSITIVE_COLOUR, tint=0.2, width=1.5),
    "sensitive_approximate": Symbol("area", SENSITIVE_COLOUR, SENSITIVE_COLOUR, tint=0.16, dashed=True),
    "approximate": Symbol("line", None, NEUTRAL, width=1.8, dashed=True),
    "ring": Symbol("line", None, RING_COLOUR, width=2.4),
    "ring_unsure": Symbol("line", None, RING_COLOUR, width=1.8, dashed=True),
    "district": Symbol("line", None, DISTRICT_COLOUR, width=1.2),
    "gap": Symbol("area", WHITE, GAP_COLOUR, width=2.4, hatched=True),
    "reach": Symbol("line", None, REACH_COLOUR, width=1.6, dashed=True),
    "new_line": mark_symbol("star", NEW_LINE_COLOUR),
    "new_supply": Symbol("line", None, NEW_LINE_COLOUR, width=3),
    "supply": Symbol("line", None, SUPPLY_COLOUR, tint=0.6, width=2),
    "candidate": Symbol("circle", SUITABILITY_COLOURS[3], CANDIDATE_EDGE),
    "demand": Symbol("circle", DEMAND_COLOUR, None, tint=0.4),
    "closed": Symbol("area", CLOSED_COLOUR, None, tint=0.2),
    "sector": Symbol("line", None, NEW_LINE_COLOUR, width=1.5, dashed=True),
    "thin": Symbol("diamond", THIN_COLOUR, THIN_EDGE, width=1.5),
    "link": Symbol("line", None, ACTION_COLOUR["merge"], width=3),
    "comment": mark_symbol("pin", COMMENT_COLOUR),
    "gone": Symbol("cross", None, GONE_COLOUR, width=1.2),
}
