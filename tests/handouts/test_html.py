"""The web page: asks for nothing, and no name can break it."""

import json
import re

import pytest

from mixplan.handouts import html
from mixplan.handouts import report as handouts_report


def test_the_web_page_asks_for_nothing(page):
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", bare)
    assert "@import" not in bare and "url(http" not in bare
    assert "default-src 'none'" in page
    data = json.loads(re.search(r'id="map-data">(.*?)</script>', page, re.S).group(1))
    assert {"禁现区", "厂站：判定", "整合处置"} <= {layer["name"] for layer in data["layers"]}


@pytest.mark.slow
def test_no_name_can_break_the_web_page(plants, layers, book, indicators):
    marked = plants.assign(name=plants["name"].where(plants.index != plants.index[0], "<!--<script>"))
    found = handouts_report.build(marked, layers, book, indicators)
    assert "<!--<script" not in html.html_bytes(found).decode().split("<style>", 1)[1]
