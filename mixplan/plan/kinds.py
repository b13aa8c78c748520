"""Kinds of plants, their states and how well they are located."""

KINDS = ("cement", "concrete", "mortar", "precast")
# `proposed` is for planners' own sites; the shipped register has none.
STATUSES = ("inventory_2010", "later", "unlicensed", "outside", "closed", "proposed")
PRECISIONS = (
    "plant_point",
    "street_address",
    "village",
    "township_centre",
    "district_only",
    "unlocated",
    "modelled",
)
UNIT_OF_KIND = {"cement": "wan_t", "mortar": "wan_t", "concrete": "wan_m3", "precast": "wan_m3"}
