"""The web map's marks: what the legend says is what is drawn."""

from mixplan.maps import plant_layer
from mixplan.screening import overall, screen


def test_hollow_marks_are_the_modelled_stations_whatever_their_verdict(plants, layers, book):
    findings = screen(plants, layers, book, on=book.period_end)
    judged = overall(findings, plants, book)
    located = plants[plants.geometry.notna()]
    assert {"modelled", "sourced"} == set(located.loc[judged["verdict"] == "unknown", "evidence"])
    (layer,) = plant_layer(plants, judged, plants["district"])
    hollow = {
        mark["properties"]["id"] for mark in layer["features"] if mark["properties"]["style"]["fillColor"] == "#ffffff"
    }
    assert hollow == set(located.index[located["evidence"] == "modelled"])
