"""A register in which every text is one that somebody could take for code."""

import csv
import io
import random
import unicodedata

NAMED = [
    "站{{",
    "C30{{",
    "{% raw %}",
    "{# 注",
    "{{7*7}}",
    "{{3**20000000 and 1}}",
    "![i](http://127.0.0.1:9/n.png).csv",
    "$\\frac",
    "$\\frac$ 与 $x^2$",
    "<img src=http://127.0.0.1:9/x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "'\"><svg onload=alert(1)>",
    '=HYPERLINK("http://127.0.0.1:9")',
    "@SUM(A1)",
    ":red[红] :smile: :material/home:",
    "http://127.0.0.1:9/ www.e.cn a@b.cn",
    "**粗** _斜_ `码` ~~删~~ [^1]",
    "'); DROP TABLE actuals; --",
    "%s %(name)s {0} {name} {0.__class__}",
    "../../../etc/passwd",
    "C:\\con\\nul",
    "甲\u202e乙\u202c",
    "丙\u200b丁",
    "é\u0301\u0489 👩\u200d🏭 𠮷",
    "站" * 300,
]


def _any_text(seed: int) -> str:
    """A text of letters and signs from all over Unicode, the same for the same seed."""
    chance = random.Random(seed)
    letters = (chr(chance.randrange(0x20, 0x2FFFF)) for _n in range(400))
    wanted = [c for c in letters if unicodedata.category(c)[0] in "LMNPS" and c not in "\ufffe\uffff"]
    return "x" + "".join(wanted[:30])


TEXTS = [*NAMED, *map(_any_text, range(6))]


def register_csv(texts: list[str] = TEXTS) -> bytes:
    """Every text as name, company, address, source and note of a concrete station inside Beijing."""
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    columns = ["id", "name", "kind", "status", "company", "address", "source", "note", "lon", "lat"]
    rows.writerow([*columns, "location_error_m", "capacity", "capacity_unit", "evidence"])
    for n, text in enumerate(texts):
        seen = "".join(c for c in text if unicodedata.category(c)[0] != "C")[:20]  # ids may not hold what nobody sees
        place = [116.2 + n / 90, 39.8 + n / 150, 50, 60, "wan_m3", "sourced"]
        rows.writerow([f"{n}{seen}", text, "concrete", "inventory_2010", text, text, text, text, *place])
    return buffer.getvalue().encode()
