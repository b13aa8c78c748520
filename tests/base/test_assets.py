"""What packages bring along is what its makers have released."""

import base64
import hashlib

import pytest

from mixplan.base.assets import font_bytes, leaflet_folder


@pytest.mark.parametrize(
    ("name", "released"),
    # The checksums that Leaflet publishes with release 1.9.4 for pages that load it from elsewhere.
    [
        ("leaflet.js", "20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo="),
        ("leaflet.css", "p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY="),
    ],
)
def test_leaflet_is_its_makers_release_to_the_byte(name, released):
    content = (leaflet_folder() / name).read_bytes()
    assert base64.b64encode(hashlib.sha256(content).digest()).decode() == released


def test_the_font_is_an_opentype_font():
    assert font_bytes()[:4] == b"OTTO"
