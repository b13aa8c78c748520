from .ground import BY as BY
from .ground import Ground as Ground
from .ground import zone_ground as zone_ground
from .picture import BAND_LIMITS_KM as BAND_LIMITS_KM
from .picture import Picture as Picture
from .picture import picture_of as picture_of
from .reach import Reach as Reach
from .reach import disc_area_m2 as disc_area_m2
from .result import (
    Coverage as Coverage,
)
from .result import (
    bands as bands,
)
from .result import (
    coverage as coverage,
)
from .result import (
    curve as curve,
)
from .result import (
    gaps as gaps,
)
from .result import (
    spare_table as spare_table,
)
from .service import serve as serve
from .supply import (
    COUNTED as COUNTED,
)
from .supply import (
    LEAVES as LEAVES,
)
from .supply import (
    Theme as Theme,
)
from .supply import (
    given_supply as given_supply,
)
from .supply import (
    in_production as in_production,
)
from .supply import (
    planned_sites as planned_sites,
)
from .supply import (
    supply_points as supply_points,
)
from .supply import (
    theme as theme,
)
from .supply import (
    themed_demand as themed_demand,
)
from .supply import (
    with_consolidation as with_consolidation,
)
from .supply import (
    with_proposal as with_proposal,
)
from .words import (
    as_record as as_record,
)
from .words import (
    as_table as as_table,
)
from .words import (
    band_label as band_label,
)
from .words import (
    by_label as by_label,
)
from .words import (
    coverage_sentence as coverage_sentence,
)
from .words import (
    coverage_table as coverage_table,
)
from .words import (
    gap_detail as gap_detail,
)
from .words import (
    gap_label as gap_label,
)
from .words import (
    gap_table as gap_table,
)
from .words import (
    spare_label as spare_label,
)
