"""A department's own PowerPoint template: looked at before it is used, so that a slide cannot fail half-way."""

import io
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from lxml import etree
from pptx import Presentation
from pptx.util import Emu, Inches

from mixplan.base.errors import DataError
from mixplan.base.files.packages import PackageLimits, open_package
from mixplan.base.i18n import gettext as _

_MIB = 2**20
_LARGEST = 20 * _MIB
_LIMITS = PackageLimits(parts=1_000, part_bytes=40 * _MIB, total_bytes=80 * _MIB, tags=1_000_000)
_MOST_LAYOUTS, _MOST_PLACES = 200, 100
_SMALLEST, _WIDEST = Inches(4), Inches(56)  # smaller, and the texts cannot be read; larger, and PowerPoint refuses it

_TYPES = "[Content_Types].xml"
_MAIN = b"presentationml.presentation.main+xml"
_POTX = b"presentationml.template.main+xml"
_HARMLESS_LINK = "/hyperlink"  # opened by a click only
# Attributes that are whole numbers where they look like one.
_NUMBERS = frozenset(("cx", "cy", "x", "y", "idx", "id", "sz"))
_DIGITS, _WHOLE = re.compile(r"\s*[+-]?[\d_]+\s*"), re.compile(r"\s*[+-]?[0-9]+\s*")
# Programs and foreign documents, by what their parts are called.
_PROGRAMS = ("vba", "activex", "oleobject", "macro", "control")


def opened_template(content: bytes) -> Any:
    """A presentation with a template's masters, layouts, fonts and size, and without its slides.

    Parameters
    ----------
    content : bytes
        A ``.pptx`` or ``.potx`` file.

    Raises
    ------
    DataError
        Where it is no such file, is too large, has no usable size, master, layout or theme, holds macros or embedded
        programs, or draws on files elsewhere.
    """
    if len(content) > _LARGEST:
        raise DataError(_("模板有 {size:.0f} MB，上限是 {limit:.0f} MB。").format(size=len(content) / _MIB, limit=20))
    content = _as_presentation(content)
    _try_out(_emptied(content))
    return _emptied(content)


def _as_presentation(content: bytes) -> bytes:
    """The file as a presentation; a ``.potx`` differs from one by its declared type only."""
    with open_package(content, _("模板"), "PPTX", _LIMITS) as package:
        types = package.read(_TYPES) if _TYPES in package.namelist() else b""
        _check_relations(package)
        if b"macroEnabled" in types:
            raise DataError(_("模板含有宏（.pptm 或 .potm），不予使用：请另存为没有宏的 .pptx。"))
        if _MAIN in types:
            return content
        if _POTX not in types:
            raise DataError(_("模板不是 PowerPoint 文件（.pptx 或 .potx）。"))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
            for part in package.infolist():
                data = package.read(part)
                changed.writestr(part.filename, data.replace(_POTX, _MAIN) if part.filename == _TYPES else data)
    return out.getvalue()


def _check_relations(package: zipfile.ZipFile) -> None:
    """Refuse a relation that leads out of the archive, though it does not say that it does."""
    for part in package.namelist():
        if not part.lower().endswith(".rels"):
            continue
        try:
            relations = etree.fromstring(package.read(part))
        except etree.XMLSyntaxError:
            continue  # what needs the part cannot be opened, which is said then
        folder = part.rpartition("/")[0].rpartition("/")[0]
        for relation in relations.iter("{*}Relationship"):
            target = relation.get("Target", "")
            if relation.get("TargetMode", "").lower() != "external" and _leaves(folder, target):
                raise DataError(
                    _("模板的 {part} 里有指向压缩包以外的引用（{target}），不予使用：应指向包内的部件。").format(
                        part=part[:80], target=target[:80]
                    )
                )


def _leaves(folder: str, target: str) -> bool:
    """Whether a target, seen from a folder of the archive, lies outside of it."""
    target = unquote(target).replace("\\", "/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", target):
        return True
    depth = 0
    for step in ("" if target.startswith("/") else folder + "/").split("/") + target.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            return True
    return False


def _emptied(content: bytes) -> Any:
    """The presentation without its slides: what only they need is left out of what is made from it."""
    try:
        file = Presentation(io.BytesIO(content))
        entries = file.slides._sldIdLst
        for entry in list(entries):
            file.part.drop_rel(entry.rId)
            entries.remove(entry)
    except Exception as fault:  # the library names its own inner parts
        raise DataError(_("模板的结构已损坏：打不开，或幻灯片的目录指向不存在的部件。")) from fault
    return file


def _try_out(file: Any) -> None:
    """Check everything that slides will need, and make two of them."""
    _check_numbers(file)
    _check_size(file)
    _check_layouts(file)
    _check_parts(file)
    try:
        for layout in file.slide_layouts:
            file.slides.add_slide(layout).notes_slide.notes_text_frame.text = "—"
        file.save(io.BytesIO())
    except Exception as fault:
        raise DataError(_("模板的版式或备注页已损坏，做不出幻灯片。")) from fault


def _check_numbers(file: Any) -> None:
    """Refuse what Python reads as a whole number and PowerPoint does not: underscores, digits of other scripts."""
    for part in file.part.package.iter_parts():
        tree = getattr(part, "_element", None)  # pictures have none
        for node in () if tree is None else tree.iter():
            for key, value in node.items():
                if key in _NUMBERS and _DIGITS.fullmatch(value) and not _WHOLE.fullmatch(value):
                    raise DataError(
                        _("模板的 {part} 里 {key} 写作“{value}”，应为只用 0–9 的整数。").format(
                            part=part.partname, key=key, value=value[:40]
                        )
                    )


def _check_size(file: Any) -> None:
    try:
        size = file.slide_width, file.slide_height
        inside = all(_SMALLEST <= side <= _WIDEST for side in size)
    except (TypeError, ValueError) as fault:
        raise DataError(_("模板没有写明幻灯片的尺寸，或尺寸不是数。")) from fault
    if not inside:
        text = _("模板的幻灯片是 {wide:.1f} × {high:.1f} cm，每边应在 {least:.0f}–{most:.0f} cm 之间。")
        wide, high = (Emu(side).cm for side in size)
        raise DataError(text.format(wide=wide, high=high, least=_SMALLEST.cm, most=_WIDEST.cm))


def _check_layouts(file: Any) -> None:
    crowded = False
    try:
        masters = list(file.slide_masters)
        layouts = [layout for master in masters for layout in master.slide_layouts]
        for layout in layouts:
            _read = layout.name, [shape.placeholder_format.idx for shape in layout.placeholders]
            crowded = crowded or len(_read[1]) > _MOST_PLACES
        usable = len(list(file.slide_layouts)) if masters else 0
    except Exception as fault:
        raise DataError(_("模板的母版或版式已损坏：有的部件不存在，或不是母版、版式。")) from fault
    if not usable:
        raise DataError(_("模板没有母版，或第一个母版没有版式，做不出幻灯片。"))
    if len(layouts) > _MOST_LAYOUTS:
        raise DataError(_("模板有 {count} 个版式，上限是 {limit} 个。").format(count=len(layouts), limit=_MOST_LAYOUTS))
    if crowded:
        raise DataError(_("模板有一个版式的占位符超过 {limit} 个。").format(limit=_MOST_PLACES))


def _is_theme(relation: Any) -> bool:
    return bool(relation.reltype.endswith("/theme"))


def _check_parts(file: Any) -> None:
    """Refuse programs, documents of other programs, and what would be fetched from elsewhere when a file is opened."""
    package = file.part.package
    if not all(any(_is_theme(relation) for relation in master.part.rels.values()) for master in file.slide_masters):
        raise DataError(_("模板的母版没有主题（颜色和字体），打开时会报错。"))
    for part in package.iter_parts():
        kind = f"{part.content_type} {part.partname}".lower()
        if any(word in kind for word in _PROGRAMS):
            raise DataError(
                _("模板的母版或版式里有宏、控件或嵌入的对象（{part}），不予使用：请删去后再用。").format(
                    part=part.partname
                )
            )
        if kind.endswith(".xml") and "/theme/" in kind:
            try:
                etree.fromstring(part.blob)
            except etree.XMLSyntaxError as fault:
                raise DataError(_("模板的主题（{part}）已损坏。").format(part=part.partname)) from fault
    for relation in package.iter_rels():
        if relation.is_external and not relation.reltype.endswith(_HARMLESS_LINK):
            raise DataError(
                _("模板的母版或版式引用了文件以外的内容（{target}），打开时会去取：请改为嵌入或删去。").format(
                    target=relation.target_ref[:80]
                )
            )
