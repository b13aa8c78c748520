"""Templates as departments have them, and such as nobody should be able to trip over."""

import io
import re
import zipfile

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from mixplan.base.errors import DataError
from mixplan.handouts.deck import Deck


def saved(file):
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


PLAIN = saved(Presentation())


def edited(part, pattern, new, *, content=PLAIN):
    """The template with every match in the parts of such a name replaced."""
    out, hits = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in old.namelist():
            data = old.read(entry)
            if re.search(part, entry):
                data, count = re.subn(pattern, new, data, flags=re.DOTALL)
                hits += count
            changed.writestr(entry, data)
    assert hits, f"nothing in {part} looks like {pattern}"
    return out.getvalue()


def with_parts(parts, *, without="^$"):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in old.namelist():
            if not re.search(without, entry):
                changed.writestr(entry, old.read(entry))
        for name, data in parts.items():
            changed.writestr(name, data)
    return out.getvalue()


def sized(wide, high):
    return edited(r"presentation\.xml$", rb'<p:sldSz cx="\d+" cy="\d+"', f'<p:sldSz cx="{wide}" cy="{high}"'.encode())


def related(kind, target, *, external=True):
    """The template whose master has one more relation."""
    mode = b' TargetMode="External"' if external else b""
    relation = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
    relation = relation % kind + b' Target="%s"%s/></Relationships>' % (target, mode)
    return edited(r"slideMaster1\.xml\.rels$", b"</Relationships>", relation)


def with_program(kind, type_of_content):
    """The template whose master has a program or foreign document embedded."""
    content = related(kind, b"../embeddings/oleObject1.bin", external=False)
    default = b'<Default Extension="bin" ContentType="%s"/></Types>' % type_of_content
    content = edited("Content_Types", b"</Types>", default, content=content)
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("ppt/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


def workbook():
    return saved(openpyxl.Workbook())


def empty_archive():
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


MASTER, LAYOUT, MAIN, TYPES = r"slideMaster1\.xml$", r"slideLayout3\.xml$", r"ppt/presentation\.xml$", "Content_Types"
ODD = {
    "empty": (lambda: b"", "PPTX"),
    "text": (lambda: b"no presentation", "PPTX"),
    "cut in half": (lambda: PLAIN[: len(PLAIN) // 2], "PPTX"),
    "an empty archive": (empty_archive, "不是 PowerPoint"),
    "a workbook": (workbook, "不是 PowerPoint"),
    "before 2007, or with a password": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "PPTX"),
    "too large": (lambda: PLAIN + bytes(21 * 2**20), "20 MB"),
    "a bomb": (lambda: with_parts({"ppt/media/b.bin": bytes(60_000_000)}), "MB"),
    "thousands of parts": (lambda: with_parts({f"ppt/media/i{n}.png": b"x" for n in range(1_100)}), "部件"),
    "with macros": (lambda: edited(TYPES, b"presentationml.presentation.main", b"macroEnabled.main"), "宏"),
    "with an embedded object": (lambda: with_program(b"oleObject", b"application/vnd.x.oleObject"), "嵌入的对象"),
    "with a control": (lambda: with_program(b"control", b"application/vnd.ms-office.activeX+xml"), "嵌入的对象"),
    "a picture elsewhere": (lambda: related(b"image", b"http://example.invalid/x.png"), "文件以外"),
    "no relations": (lambda: with_parts({}, without=r"^_rels/"), "结构"),
    "no relations of the presentation": (lambda: with_parts({}, without=r"ppt/_rels/"), "母版"),
    "no master": (lambda: edited(MAIN, b"<p:sldMasterIdLst>.*?</p:sldMasterIdLst>", b""), "母版"),
    "a master that is not there": (lambda: with_parts({}, without=r"slideMaster1\.xml$"), "母版"),
    "no layouts": (lambda: edited(MASTER, b"<p:sldLayoutIdLst>.*?</p:sldLayoutIdLst>", b""), "版式"),
    "a layout that is not there": (lambda: edited(MASTER, b'r:id="rId1"', b'r:id="rId777"'), "版式"),
    "a layout of another kind": (lambda: edited(LAYOUT, b"^.*$", b"<a/>"), "版式"),
    "a layout without shapes": (lambda: edited(LAYOUT, b"<p:cSld.*?</p:cSld>", b"<p:cSld/>"), "版式"),
    "a master of another kind": (lambda: edited(MASTER, b"^.*$", b"<a/>"), "母版"),
    "a presentation of another kind": (lambda: edited(MAIN, b"^.*$", b"<a/>"), "结构"),
    "XML cut short": (lambda: edited(MAIN, b"</p:presentation>", b""), "结构"),
    "a layout cut short": (lambda: edited(LAYOUT, b"</p:sldLayout>", b""), "结构"),
    "a theme cut short": (lambda: edited(r"theme1\.xml$", b"</a:theme>", b""), "主题"),
    "a theme of endless depth": (
        lambda: edited(r"theme1\.xml$", b"</a:theme>", b"<a>" * 20_000 + b"</a>" * 20_000 + b"</a:theme>"),
        "嵌套超过 10,000 层",
    ),
    "no theme": (lambda: with_parts({}, without=r"theme1\.xml$"), "主题"),
    "entities": (lambda: edited(MAIN, b"<p:presentation ", b'<!DOCTYPE x [<!ENTITY a "b">]><p:presentation '), "DTD"),
    "a slide that is not there": (
        lambda: edited(MAIN, b"<p:notesSz", b'<p:sldIdLst><p:sldId id="256" r:id="rId777"/></p:sldIdLst><p:notesSz'),
        "目录",
    ),
    "no size": (lambda: edited(MAIN, rb"<p:sldSz[^>]*/>", b""), "尺寸"),
    "a size of no number": (lambda: sized("wide", 6_858_000), "尺寸"),
    "no width": (lambda: sized(0, 6_858_000), "0.0 × 19"),
    "a negative width": (lambda: sized(-914_400, 6_858_000), "cm"),
    "a width as only Python writes it": (lambda: sized("9_144_000", 6_858_000), "cx 写作“9_144_000”，应为只用 0–9"),
    "a width in Arabic digits": (lambda: sized("\u0669\u0661\u0664\u0664\u0660\u0660\u0660", 6_858_000), "cx 写作"),
    "a place as only Python writes it": (lambda: edited(MASTER, rb'x="\d+"', b'x="457_200"'), "x 写作“457_200”"),
    "a relation that leaves the archive": (
        lambda: related(b"image", b"../../../x.png", external=False),
        "slideMaster1.xml.rels 里有指向压缩包以外的引用（../../../x.png）",
    ),
    **{
        f"a relation to {target}": (
            lambda target=target: related(b"image", target.encode(), external=False),
            "以外的引用",
        )
        for target in ("file:///etc/passwd", "//host/x", "..\\\\..\\\\..\\\\x.png", "%2e%2e/%2e%2e/../x.png", "/../x")
    },
    "a slide like a stamp": (lambda: sized(914_400, 914_400), "2.5 × 2.5 cm"),
    "a slide like a house": (lambda: sized(999_999_999, 6_858_000), "cm"),
    "hundreds of layouts": (
        lambda: edited(MASTER, rb'(<p:sldLayoutId id="\d+" r:id="rId1"/>)', rb"\1" * 300),
        "上限是 200",
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_template_is_refused_with_the_reason(kind):
    make, reason = ODD[kind]
    with pytest.raises(DataError, match="模板") as refused:
        Deck(make())
    assert reason in str(refused.value)


def landscape():
    file = Presentation()
    file.slide_width, file.slide_height = Inches(11.69), Inches(8.27)
    return saved(file)


USED = {
    "of the program's own": lambda: PLAIN,
    "in A4": landscape,
    "declared as a template": lambda: edited(TYPES, b"presentation.main", b"template.main"),
    "without any title": lambda: edited(
        r"slideLayout\d+\.xml$", rb'<p:ph type="(title|ctrTitle)"', b'<p:ph type="body"'
    ),
    "with a part that nothing uses": lambda: with_parts({"ppt/vbaProject.bin": b"\xd0\xcf", "../../x.txt": b"x"}),
    "with a relation by its whole path": lambda: edited(
        r"^_rels/", b'"ppt/presentation.xml"', b'"/ppt/presentation.xml"'
    ),
    "with a link to be clicked": lambda: related(b"hyperlink", b"http://example.invalid/"),
}


@pytest.mark.parametrize("kind", USED)
def test_a_template_that_can_be_used_is_used(kind):
    deck = Deck(USED[kind]())
    deck.slide("标题", "备注", opening=True)
    deck.slide("甲", "备注")
    made = deck.bytes("报告")
    assert len(Presentation(io.BytesIO(made)).slides) == 2
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        names = package.namelist()
    assert not any("vba" in name or ".." in name for name in names)


def test_what_stands_on_sample_slides_alone_goes_with_them():
    own = Presentation()
    link = own.slides.add_slide(own.slide_layouts[6]).part
    link.relate_to("http://example.invalid/x.png", "http://x/relationships/image", is_external=True)
    deck = Deck(saved(own))
    assert len(deck.file.slides) == 0
    with zipfile.ZipFile(io.BytesIO(deck.bytes("报告"))) as package:
        assert not any(b"example.invalid" in package.read(name) for name in package.namelist())
