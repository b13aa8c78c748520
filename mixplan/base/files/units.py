"""Units that stand in a header's brackets."""

import re
import unicodedata

# Units as headers write them in brackets: one name for the spellings of each.
_UNIT_NAMES = {
    "t": ("t", "吨", "ton", "tons", "tonne", "tonnes"),
    "kt": ("kt",),
    "kg": ("kg", "公斤", "千克"),
    "m³": ("m3", "m^3", "m?", "立方米", "立方", "立米", "cbm"),
    "m²": ("m2", "m^2", "平方米"),
    "m": ("m", "米", "metre", "metres", "meter", "meters"),
    "km": ("km", "公里"),
    "cm": ("cm", "厘米"),
    "mm": ("mm", "毫米"),
    "L": ("l", "升", "litre", "litres", "liter", "liters"),
    "mL": ("ml", "毫升"),
    "%": ("%", "percent", "pct", "百分比"),
    "‰": ("‰", "千分比"),
    "度": ("°", "deg", "degree", "degrees"),
    "度分秒": ("度分秒", "度分", "dms", "′", "'"),
    "kW": ("kw", "千瓦"),
    "元": ("元", "yuan"),
}
# What an amount may be counted by; these are units only alone, after a stroke or before 产.
_PER_NAMES = {
    "年": ("年", "a", "yr", "year", "annum"),
    "月": ("月", "month"),
    "日": ("日", "天", "d", "day"),
    "h": ("小时", "台时", "时", "h", "hr", "hour"),
    "min": ("分钟", "min"),
    "s": ("秒", "s"),
    "班": ("班", "shift"),
    "盘": ("盘", "罐", "batch"),
    "台": ("台", "套"),
    "条": ("条", "线", "line"),
}


def _names_by_spelling(names: dict[str, tuple[str, ...]]) -> tuple[dict[str, str], str]:
    """The name of each spelling, and a pattern that finds the longest spelling, letters only as whole words."""
    spellings = {spelling: name for name, several in names.items() for spelling in several}
    patterns = [
        re.escape(spelling) + (r"(?![a-z0-9^?])" if spelling.isascii() and spelling.isalpha() else "")
        for spelling in sorted(spellings, key=len, reverse=True)
    ]
    return spellings, "|".join(patterns)


_UNIT_OF, _UNIT_PATTERN = _names_by_spelling(_UNIT_NAMES)
_PER_OF, _PER_PATTERN = _names_by_spelling(_PER_NAMES)
_SCALE_PATTERN = r"(?:wan_?|[\d.]*[十百千万亿]*)"
_HEADER_UNIT = re.compile(
    rf"(?<![a-z])(?P<scale>{_SCALE_PATTERN})(?P<unit>{_UNIT_PATTERN}|(?:^|(?<=[十百千万亿]))方(?=$|[/·*每]))"
    rf"|(?:(?<=[/·*每])[\d.]*|^(?=(?:{_PER_PATTERN})$)|(?<!\d)(?=(?:{_PER_PATTERN})生?产))(?P<per>{_PER_PATTERN})"
    r"|^(?P<bare>[十百千亿]+)$"
)


def header_units(header: str) -> tuple[list[str], list[str]]:
    """Units in the brackets of a header, and what they are counted by: 产能（万吨/年） gives 万t and 年."""
    units, pers = [], []
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).lower()
    plain = re.sub(r"per(?!cent)", "/", plain)
    for bracket in re.findall(r"\((.*?)\)", plain):
        text = re.sub(r"(?<!\d)[x×]?10(?:,?000|k|\^?4)(?!\d)", "万", bracket)
        for part in re.split(r"[,、;:]|单位", text):
            for found in _HEADER_UNIT.finditer(part):
                if found["per"]:
                    pers.append(_PER_OF[found["per"]])
                else:
                    scale = "万" if (found["scale"] or "").startswith("wan") else found["scale"] or ""
                    units.append(found["bare"] or scale + _UNIT_OF.get(found["unit"], "m³"))
    return units, pers
