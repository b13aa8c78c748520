from .ban_zones import announced_years as announced_years
from .ban_zones import zones_in_force as zones_in_force
from .crs import (
    GEOGRAPHIC_CRS as GEOGRAPHIC_CRS,
)
from .crs import (
    METRIC_CRS as METRIC_CRS,
)
from .crs import (
    degrees as degrees,
)
from .crs import (
    place_degrees as place_degrees,
)
from .crs import (
    points_metric as points_metric,
)
from .datums import (
    Datum as Datum,
)
from .datums import (
    bd09_to_wgs84 as bd09_to_wgs84,
)
from .datums import (
    gcj02_to_wgs84 as gcj02_to_wgs84,
)
from .datums import (
    to_wgs84 as to_wgs84,
)
from .datums import (
    wgs84_to_bd09 as wgs84_to_bd09,
)
from .datums import (
    wgs84_to_gcj02 as wgs84_to_gcj02,
)
from .distances import distance_matrix as distance_matrix
from .distances import signed_distance as signed_distance
from .district_names import district_id as district_id
from .district_names import district_ids as district_ids
from .district_names import district_table as district_table
from .district_names import plan_districts as plan_districts
from .district_names import unknown_districts as unknown_districts
from .districts import district_labels as district_labels
from .districts import district_names as district_names
from .districts import district_of as district_of
from .districts import stated_district as stated_district
from .haul import (
    Haul as Haul,
)
from .haul import (
    HaulFunction as HaulFunction,
)
from .haul import NetworkWays as NetworkWays
from .haul import haul_ways as haul_ways
from .haul import (
    network_haul as network_haul,
)
from .haul import network_ways as network_ways
from .haul import (
    straight_haul as straight_haul,
)
from .layers import (
    Layers as Layers,
)
from .layers import (
    load_layers as load_layers,
)
from .layers import (
    load_unmapped_areas as load_unmapped_areas,
)
from .layers import (
    read_layer as read_layer,
)
from .network_files import read_network as read_network
from .network_files import read_network_file as read_network_file
from .network_report import NetworkReport as NetworkReport
from .network_report import network_report as network_report
from .networks import Network as Network
from .networks import network_of as network_of
from .places import where as where
from .rings import (
    OUTSIDE_RINGS as OUTSIDE_RINGS,
)
from .rings import (
    line_accuracy as line_accuracy,
)
from .rings import (
    ring_area as ring_area,
)
from .rings import (
    ring_label as ring_label,
)
from .rings import (
    ring_numbers as ring_numbers,
)
from .rings import (
    ring_of as ring_of,
)
from .rings import ring_places as ring_places
from .rings import within_ring as within_ring
from .search import pinyin as pinyin
from .search import search_index as search_index
from .sectors import (
    SECTORS as SECTORS,
)
from .sectors import (
    check_sectors as check_sectors,
)
from .sectors import (
    sector_areas as sector_areas,
)
from .sectors import (
    sector_label as sector_label,
)
from .sectors import (
    sector_of as sector_of,
)
