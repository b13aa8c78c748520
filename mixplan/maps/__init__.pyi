from .consolidation import (
    action_layer as action_layer,
)
from .consolidation import (
    line_site_layer as line_site_layer,
)
from .consolidation import (
    link_layer as link_layer,
)
from .consolidation import (
    thin_layer as thin_layer,
)
from .consolidation import (
    with_actions as with_actions,
)
from .coverage import (
    band_layer as band_layer,
)
from .coverage import (
    gap_layer as gap_layer,
)
from .coverage import (
    rim_layer as rim_layer,
)
from .coverage import (
    spare_layer as spare_layer,
)
from .coverage import (
    supply_layer as supply_layer,
)
from .coverage import (
    zone_outline_layer as zone_outline_layer,
)
from .documents import Document as Document
from .documents import document as document
from .documents import message_code as message_code
from .documents import shown_bits as shown_bits
from .features import tip as tip
from .ground import (
    ban_zone_layer as ban_zone_layer,
)
from .ground import (
    district_layer as district_layer,
)
from .ground import (
    interchange_layer as interchange_layer,
)
from .ground import (
    land_layer as land_layer,
)
from .ground import (
    place_layer as place_layer,
)
from .ground import (
    ring_layer as ring_layer,
)
from .ground import (
    sensitive_layer as sensitive_layer,
)
from .ground import (
    town_layer as town_layer,
)
from .ground import (
    water_layer as water_layer,
)
from .legend import (
    Key as Key,
)
from .legend import (
    action_legend as action_legend,
)
from .legend import (
    coverage_legend as coverage_legend,
)
from .legend import (
    html_legend as html_legend,
)
from .legend import (
    supply_legend as supply_legend,
)
from .legend import (
    zone_legend as zone_legend,
)
from .siting import (
    candidate_layer as candidate_layer,
)
from .siting import (
    closed_layer as closed_layer,
)
from .siting import (
    demand_layer as demand_layer,
)
from .siting import (
    flow_layer as flow_layer,
)
from .siting import (
    proposal_mark as proposal_mark,
)
from .siting import (
    sector_layer as sector_layer,
)
from .siting import (
    site_layer as site_layer,
)
from .siting import (
    standing_layer as standing_layer,
)
from .stations import (
    plant_layer as plant_layer,
)
from .stations import (
    selection_layer as selection_layer,
)
from .stations import (
    shortest_ways as shortest_ways,
)
from .style import (
    ACTION_COLOUR as ACTION_COLOUR,
)
from .style import (
    AMBER as AMBER,
)
from .style import (
    BLUE as BLUE,
)
from .style import (
    DISTRICT_COLOUR as DISTRICT_COLOUR,
)
from .style import (
    GREEN as GREEN,
)
from .style import (
    GREY as GREY,
)
from .style import (
    LAND_COLOUR as LAND_COLOUR,
)
from .style import (
    NEW_LINE_COLOUR as NEW_LINE_COLOUR,
)
from .style import (
    PURPLE as PURPLE,
)
from .style import (
    RING_COLOUR as RING_COLOUR,
)
from .style import (
    SHARE_COLOUR as SHARE_COLOUR,
)
from .style import (
    SKY as SKY,
)
from .style import (
    STATUS_COLOUR as STATUS_COLOUR,
)
from .style import (
    SYMBOLS as SYMBOLS,
)
from .style import (
    VERDICT_COLOUR as VERDICT_COLOUR,
)
from .style import (
    VERMILLION as VERMILLION,
)
from .style import (
    WATER_COLOUR as WATER_COLOUR,
)
from .style import (
    ZONE_LINE_COLOUR as ZONE_LINE_COLOUR,
)
from .style import (
    Symbol as Symbol,
)
from .style import (
    first_view as first_view,
)
from .style import (
    kind_shape as kind_shape,
)
from .web import Assets as Assets
from .web import Message as Message
from .web import base_map as base_map
