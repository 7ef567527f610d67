#!/usr/bin/env python3
"""Builds the fonts in crates/convert/fonts from Debian's packages.

    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install -r tools/fonts/requirements.txt
    /tmp/fonts/bin/python tools/fonts/build.py

The same packages and the same fonttools give the same bytes. See docs/fonts.md.
"""

import argparse
import hashlib
import pathlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

from fontTools import subset
from fontTools.misc.timeTools import epoch_diff
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.tables.O_S_2f_2 import Panose

import coverage
import malgun
import outlines

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "crates/convert/fonts"
VERSION = "1.000"
# Fixed, so that two builds are equal: 2026-11-24T00:00:00Z.
BUILT, BUILT_EPOCH = "2026-11-24", 1795478400

# package: (version, SHA-256 of the .deb)
PACKAGES = {
    "fonts-noto-cjk": ("1:20220127+repack1-1", "4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502"),
    "fonts-arphic-ukai": ("0.2.20080216.2-5", "b9db73184895b067f7911f9adbf3b137df99c2d4ec5425b4ad779a9834b7110b"),
    "fonts-lxgw-wenkai": ("1.250+repack-1", "6d1e4c4aac78ad32062aefa2c836ee4d6e58f9dcf8b3f4407c9eefe304615318"),
    "fonts-liberation2": ("2.1.5-1", "35ffaa54f117e633e89a5da89af235a073b34dbe582726fbf6989568f7fd9bda"),
    "fonts-crosextra-carlito": ("20220224-1", "673689e3a887cd150ca5018c26e1a4162709add3a1bdc0a2527af6fd073980d7"),
    "fonts-crosextra-caladea": ("20200211-1", "dd51af7629df5a2f3799f889cdf63d5abdda32e94e5de59398f728d98604a240"),
}

SANS_PANOSE = dict(bFamilyType=2, bSerifStyle=11)
SERIF_PANOSE = dict(bFamilyType=2, bSerifStyle=2)
KAI_PANOSE = dict(bFamilyType=2, bSerifStyle=3)
STYLES = {"Regular": ("常规", 400, 5), "Bold": ("粗体", 700, 8)}
# Ascent, descent and line gap in parts of the em.
SIMSUN_BODY = (220 / 256, 36 / 256, 36 / 256)
MALGUN_BODY = (2229 / 2048, 495 / 2048, 0)


@dataclass
class Face:
    """One output file: where it comes from and what it is called."""

    english: str
    chinese: str
    style: str
    package: str
    path: str
    source_name: str
    characters: set
    panose: dict
    licence: str
    changes: str
    prepare: object = None
    kept_features: list = field(default_factory=lambda: ["vert", "vrt2"])
    body: tuple = SIMSUN_BODY

    @property
    def postscript(self):
        return f"{self.english.replace(' ', '')}-{self.style}"


def fetch(package, cache):
    """Downloads and unpacks one Debian package, checked; returns the folder."""
    version, digest = PACKAGES[package]
    target = cache / package
    if target.is_dir():
        return target
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        subprocess.run(["apt-get", "download", "-q", f"{package}={version}"], cwd=scratch, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (deb,) = pathlib.Path(scratch).glob("*.deb")
        found = hashlib.sha256(deb.read_bytes()).hexdigest()
        if found != digest:
            raise SystemExit(f"{package} {version}: SHA-256 is {found}, expected {digest}")
        unpacked = pathlib.Path(scratch) / "unpacked"
        subprocess.run(["dpkg-deb", "-x", deb, unpacked], check=True)
        unpacked.rename(target)
    return target


def load(face, cache):
    """Opens the source face, out of its collection where it stands in one."""
    path = fetch(face.package, cache) / "usr/share/fonts" / face.path
    if path.suffix == ".ttc":
        fonts = TTCollection(path, lazy=True).fonts
        (font,) = [font for font in fonts if font["name"].getDebugName(4) == face.source_name]
    else:
        font = TTFont(path)
    font.recalcTimestamp = False
    return font


def cut(font, face):
    """Keeps the wanted characters, the features that Chinese needs, and no hints."""
    options = subset.Options()
    options.layout_features = face.kept_features
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.name_legacy = True
    options.notdef_outline = True
    options.hinting = False
    # Typst cuts again when it writes a PDF, and calls cost it more than bytes.
    options.desubroutinize = False
    options.drop_tables += ["BASE", "FFTM", "DSIG", "GPOS", "gasp"]
    options.recalc_timestamp = False
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=face.characters)
    cutter.subset(font)


def set_metrics(font, face):
    """Gives the line height of the face that ours stands for."""
    em = font["head"].unitsPerEm
    ascent, descent, gap = (round(em * part) for part in face.body)
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ascent, -descent, gap
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, gap
    os2.usWinAscent, os2.usWinDescent = ascent, descent
    _, weight, panose_weight = STYLES[face.style]
    bold = face.style == "Bold"
    os2.usWeightClass, os2.usWidthClass, os2.fsType = weight, 5, 0
    os2.fsSelection = 1 << 5 if bold else 1 << 6
    os2.panose = Panose(**{**dict.fromkeys(
        ["bProportion", "bContrast", "bStrokeVariation", "bArmStyle", "bLetterForm", "bMidline", "bXHeight"], 0),
        **face.panose, "bWeight": panose_weight})
    os2.achVendID = "WNYN"
    head = font["head"]
    head.macStyle = 1 if bold else 0
    head.fontRevision = float(VERSION)
    head.created = head.modified = BUILT_EPOCH - epoch_diff
    post = font["post"]
    post.formatType, post.italicAngle = 3.0, 0
    post.isFixedPitch = 0


def set_names(font, face):
    """Our family names in English and Chinese; the authors' notices stay."""
    old = font["name"]
    kept = {}
    for name_id in (0, 7, 8, 9, 11, 12, 13, 14):
        text = old.getDebugName(name_id)
        if text:
            kept[name_id] = text
    table = font["name"] = newTable("name")
    table.names = []
    chinese_style = STYLES[face.style][0]
    version, _ = PACKAGES[face.package]
    notice = (f"Modified version of {face.source_name}, made {BUILT} for Wenyuan from Debian's {face.package} "
              f"{version}: {face.changes} Not made or endorsed by the original authors.")
    english = {
        **kept, 1: face.english, 2: face.style, 3: f"{VERSION};WNYN;{face.postscript}",
        4: f"{face.english} {face.style}", 5: f"Version {VERSION}", 6: face.postscript, 10: notice,
        16: face.english, 17: face.style,
    }
    chinese = {1: face.chinese, 2: chinese_style, 4: f"{face.chinese} {chinese_style}", 6: face.postscript,
               16: face.chinese, 17: chinese_style}
    for language, records in ((0x409, english), (0x804, chinese)):
        for name_id, text in records.items():
            table.setName(text, name_id, 3, 1, language)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [face.postscript]
        top = cff.topDictIndex[0]
        top.FamilyName, top.FullName, top.Weight = face.english, f"{face.english} {face.style}", face.style
        for key in ("Notice", "Copyright"):
            if kept.get(0) and key == "Notice":
                # CFF strings are Latin-1; the name table has the full text.
                top.Notice = kept[0].splitlines()[0].encode("latin-1", "ignore").decode("latin-1")
            elif key in top.rawDict:
                del top.rawDict[key]


def prepare_song(font, _cache):
    """SimSun's habits: half-width ASCII, full-width middle dot and dash."""
    outlines.remap(font, outlines.ASCII, "hwid")
    outlines.remap(font, [0x00B7, 0x2014], "fwid")


def prepare_hei(font, _cache):
    """Proportional Latin stays: 微软雅黑 and 等线 need it more often than 黑体 does not."""
    outlines.remap(font, [0x00B7, 0x2014], "fwid")


def prepare_kai(font, _cache):
    """Moves the points that Taiwan sets in the middle to where the mainland sets them."""
    for char, left, bottom in [("、", 80, -60), ("。", 85, -70), ("，", 105, -100), ("．", 120, -10),
                               ("：", 170, None), ("；", 170, None), ("！", 190, None), ("？", 110, None)]:
        outlines.move(font, char, left=left, bottom=bottom)
    outlines.widen(font, "·", advance=font["head"].unitsPerEm, center=True)


def prepare_fangsong(font, cache):
    """FangSong's habits: half-width ASCII, full-width quotes and middle dot."""
    path = fetch("fonts-lxgw-wenkai", cache) / "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKaiMono-Light.ttf"
    outlines.half_width_latin(font, TTFont(path))
    for char in "“‘":
        outlines.widen(font, char, advance=1000, right=80)
    for char in "”’":
        outlines.widen(font, char, advance=1000, left=80)
    outlines.widen(font, "·", advance=1000, center=True)


def prepare_korean(font, face_style):
    """The widths of 맑은 고딕: Hangul fills the em, Latin as Office's own PDFs have it."""
    outlines.fill_em(font, "Hangul")
    for code, advance in malgun.advances(face_style).items():
        outlines.scale_to(font, code, advance)


def faces():
    """The six Chinese files and the two Korean ones."""
    noto = dict(package="fonts-noto-cjk", licence="OFL-1.1")
    song = dict(english="Wenyuan Song", chinese="文渊宋体", panose=SERIF_PANOSE, prepare=prepare_song,
                changes="subset, half-width ASCII and SimSun's vertical metrics.", **noto)
    hei = dict(english="Wenyuan Hei", chinese="文渊黑体", panose=SANS_PANOSE, prepare=prepare_hei,
               changes="subset and SimHei's vertical metrics.", **noto)
    return [
        Face(style="Regular", path="opentype/noto/NotoSerifCJK-Regular.ttc", source_name="Noto Serif CJK SC",
             characters=coverage.full(), **song),
        Face(style="Bold", path="opentype/noto/NotoSerifCJK-Bold.ttc", source_name="Noto Serif CJK SC Bold",
             characters=coverage.common(), **song),
        Face(style="Regular", path="opentype/noto/NotoSansCJK-Regular.ttc", source_name="Noto Sans CJK SC",
             characters=coverage.full(), **hei),
        Face(style="Bold", path="opentype/noto/NotoSansCJK-Bold.ttc", source_name="Noto Sans CJK SC Bold",
             characters=coverage.common(), **hei),
        Face("Wenyuan Kai", "文渊楷体", "Regular", "fonts-arphic-ukai", "truetype/arphic/ukai.ttc", "AR PL UKai CN",
             coverage.common(), KAI_PANOSE, "Arphic-1999",
             "subset, punctuation moved to its mainland place, and KaiTi's vertical metrics.",
             prepare=prepare_kai),
        Face("Wenyuan FangSong", "文渊仿宋", "Regular", "fonts-lxgw-wenkai",
             "truetype/lxgw-wenkai/LXGWWenKai-Light.ttf", "LXGW WenKai Light", coverage.standard(), SERIF_PANOSE,
             "OFL-1.1",
             "subset, half-width ASCII, full-width quotes, and FangSong's vertical metrics.",
             prepare=prepare_fangsong),
        *(Face("Wenyuan K Gothic", "文渊韩文黑体", style, "fonts-noto-cjk", f"opentype/noto/NotoSansCJK-{style}.ttc",
               f"Noto Sans CJK KR{'' if style == 'Regular' else ' ' + style}", coverage.korean(), SANS_PANOSE, "OFL-1.1",
               "subset, and Malgun Gothic's widths and vertical metrics.", body=MALGUN_BODY,
               prepare=lambda font, _cache, style=style: prepare_korean(font, style))
          for style in STYLES),
    ]


def build(face, cache):
    """Makes one Chinese or Korean file; returns its row for the table."""
    font = load(face, cache)
    face.prepare(font, cache)
    cut(font, face)
    if "glyf" in font:
        outlines.thin(font, tolerance=font["head"].unitsPerEm / 1000)
    set_metrics(font, face)
    set_names(font, face)
    path = OUT / f"{face.postscript}{'.otf' if 'CFF ' in font else '.ttf'}"
    font.save(path)
    return row(path, face.package, face.licence)


def row(path, package, licence):
    font = TTFont(path, lazy=True)
    han = sum(1 for code in font.getBestCmap() if 0x3400 <= code < 0xA000 or code >= 0x20000)
    return (path.name, f"{package} {PACKAGES[package][0]}", licence, font["maxp"].numGlyphs, han, path.stat().st_size)


def copy_twins(cache):
    """Copies the fonts that have the widths of Arial, Times, Courier, Calibri and Cambria, unchanged."""
    rows = []
    for package, folder, families in [
        ("fonts-liberation2", "liberation2", ["LiberationSans", "LiberationSerif", "LiberationMono"]),
        ("fonts-crosextra-carlito", "crosextra", ["Carlito"]),
        ("fonts-crosextra-caladea", "crosextra", ["Caladea"]),
    ]:
        source = fetch(package, cache) / "usr/share/fonts/truetype" / folder
        for family in families:
            for style in ("Regular", "Bold", "Italic", "BoldItalic"):
                path = OUT / f"{family}-{style}.ttf"
                shutil.copyfile(source / path.name, path)
                rows.append(row(path, package, "OFL-1.1"))
    return rows


def copy_licences(cache):
    """Copies each package's copyright file, and Arphic's licence in two languages."""
    import gzip

    folder = OUT / "LICENSES"
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        doc = fetch(package, cache) / "usr/share/doc" / package
        text = (doc / "copyright").read_text(encoding="utf-8", errors="replace")
        (folder / f"{package}.txt").write_text(text, encoding="utf-8")
    arphic = fetch("fonts-arphic-ukai", cache) / "usr/share/doc/fonts-arphic-ukai/license"
    for language, name in (("english", "ARPHICPL.txt"), ("zh_CN.UTF-8", "ARPHICPL.zh-CN.txt")):
        (packed,) = (arphic / language).glob("ARPHICPL*")
        data = packed.read_bytes()
        (folder / name).write_bytes(gzip.decompress(data) if packed.suffix == ".gz" else data)


def write_table(rows):
    """Writes the table of fonts/README.md."""
    lines = ["# Bundled fonts", "", "Written by `tools/fonts/build.py`; do not edit. Why these, and how to rebuild: "
             "[docs/fonts.md](../../../docs/fonts.md). Licence texts: `LICENSES/`.", "",
             "| file | from (Debian package, version) | licence | glyphs | Han | bytes |", "|---|---|---|--:|--:|--:|"]
    lines += [f"| {name} | {source} | {licence} | {glyphs:,} | {han:,} | {size:,} |"
              for name, source, licence, glyphs, han, size in rows]
    ours = sum(r[5] for r in rows if r[0].startswith("Wenyuan"))
    lines += ["", f"Chinese and Korean files {ours:,} bytes, all files {sum(r[5] for r in rows):,} bytes.", ""]
    (OUT / "README.md").write_text("\n".join(lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "wenyuan-fonts",
                        help="where the unpacked packages are kept")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    OUT.mkdir(parents=True, exist_ok=True)
    rows = []
    for face in faces():
        rows.append(build(face, options.cache))
        print(*rows[-1])
    rows += copy_twins(options.cache)
    copy_licences(options.cache)
    write_table(rows)


if __name__ == "__main__":
    main()
