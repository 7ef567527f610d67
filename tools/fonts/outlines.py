"""Outline work on a loaded font: half-width Latin, punctuation, needless points.

Each function changes the `TTFont` that it is given. Names, metrics and
subsetting are `build.py`'s.
"""

import math
from array import array

from fontTools.misc.transform import Identity
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

ASCII = range(0x20, 0x7F)


def substitution(font, tag):
    """Returns the single substitutions of one GSUB feature, glyph to glyph."""
    gsub = font["GSUB"].table
    mapping = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != tag:
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                mapping.update(getattr(table, "mapping", {}))
    return mapping


def remap(font, codes, tag):
    """Makes `codes` show the glyph that feature `tag` would have chosen."""
    mapping = substitution(font, tag)
    for table in font["cmap"].tables:
        if not table.isUnicode() or table.format == 14:
            continue
        for code in codes:
            if code in table.cmap:
                table.cmap[code] = mapping.get(table.cmap[code], table.cmap[code])


def _bounds(font, name):
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds


def _replace(font, name, source, source_name, transform, advance):
    """Puts `source`'s glyph, transformed, in the place of `name` (glyf fonts)."""
    glyphs = source.getGlyphSet()
    drawing = DecomposingRecordingPen(glyphs)
    glyphs[source_name].draw(drawing)
    pen = TTGlyphPen(None)
    drawing.replay(TransformPen(pen, transform))
    glyph = pen.glyph()
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))


def widen(font, char, *, advance, left=None, right=None, center=False):
    """Gives `char` a full-width body and places its ink in it."""
    name = font.getBestCmap()[ord(char)]
    x_min, _, x_max, _ = _bounds(font, name)
    if left is not None:
        shift = left - x_min
    elif right is not None:
        shift = advance - right - x_max
    else:
        assert center
        shift = advance / 2 - (x_min + x_max) / 2
    _replace(font, name, font, name, Identity.translate(round(shift), 0), advance)


def move(font, char, *, left=None, bottom=None):
    """Moves the ink of `char` so that it begins at `left` and `bottom`."""
    name = font.getBestCmap()[ord(char)]
    x_min, y_min, _, _ = _bounds(font, name)
    dx = 0 if left is None else left - x_min
    dy = 0 if bottom is None else bottom - y_min
    _replace(font, name, font, name, Identity.translate(round(dx), round(dy)), font["hmtx"][name][0])


def half_width_latin(font, mono):
    """Takes ASCII from `mono`, except the zero, which there has a stroke through it."""
    ours, theirs = font.getBestCmap(), mono.getBestCmap()
    half = font["head"].unitsPerEm // 2
    for code in ASCII:
        name = ours[code]
        if code == ord("0"):
            scale = half / font["hmtx"][name][0]
            _replace(font, name, font, name, Identity.scale(scale, 1), half)
        else:
            _replace(font, name, mono, theirs[code], Identity, half)


def fill_em(font, dictionary):
    """Gives the full width to the glyphs of one CID font dictionary that have its default width."""
    top = font["CFF "].cff.topDictIndex[0]
    (index,) = [i for i, part in enumerate(top.FDArray) if part.FontName.endswith(f"-{dictionary}")]
    em = font["head"].unitsPerEm
    private = top.FDArray[index].Private
    narrow, private.defaultWidthX = private.defaultWidthX, em
    for glyph_id, name in enumerate(font.getGlyphOrder()):
        if top.FDSelect[glyph_id] == index and font["hmtx"][name][0] == narrow:
            font["hmtx"][name] = (em, font["hmtx"][name][1])


def scale_to(font, code, advance):
    """Widens or narrows a glyph of a CFF font to `advance`, in thousandths of the em."""
    name = font.getBestCmap().get(code)
    if name is None or font["hmtx"][name][0] in (0, advance):
        return
    factor = advance / font["hmtx"][name][0]
    top = font["CFF "].cff.topDictIndex[0]
    old = top.CharStrings[name]
    glyphs = font.getGlyphSet()
    # A width that is not the dictionary's default is told as a difference.
    difference = advance - old.private.nominalWidthX
    pen = T2CharStringPen(None if advance == old.private.defaultWidthX else difference, glyphs)
    glyphs[name].draw(TransformPen(pen, Identity.scale(factor, 1)))
    new = pen.getCharString(old.private, old.globalSubrs)
    new.fdSelectIndex = getattr(old, "fdSelectIndex", None)
    top.CharStrings[name] = new
    font["hmtx"][name] = (advance, round(font["hmtx"][name][1] * factor))


def thin(font, tolerance):
    """Drops points that say nothing: on a straight line, or midway between two controls.

    `tolerance` is in font units. The sources carry one such point in six.
    """
    table = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = table[name]
        if glyph.isComposite() or glyph.numberOfContours <= 0:
            continue
        coordinates, ends, flags = glyph.getCoordinates(table)
        points, kinds, new_ends, start = [], [], [], 0
        for end in ends:
            contour = _thin_contour(list(coordinates[start:end + 1]), [flag & 1 for flag in flags[start:end + 1]],
                                    tolerance)
            start = end + 1
            # One or two points enclose nothing: editors leave such anchors behind.
            if len(contour) > 2:
                points += [point for point, _ in contour]
                kinds += [on_curve for _, on_curve in contour]
                new_ends.append(len(points) - 1)
        glyph.coordinates = GlyphCoordinates(points)
        glyph.flags = array("B", kinds)
        glyph.endPtsOfContours = new_ends
        glyph.numberOfContours = len(new_ends)
        glyph.recalcBounds(table)


def _thin_contour(points, kinds, tolerance):
    kept = list(zip(points, kinds))
    index = 0
    while len(kept) > 3 and index < len(kept):
        (ax, ay), before = kept[index - 1]
        (px, py), on_curve = kept[index]
        (bx, by), after = kept[(index + 1) % len(kept)]
        needless = False
        if on_curve and not before and not after:
            needless = max(abs((ax + bx) / 2 - px), abs((ay + by) / 2 - py)) <= tolerance / 2
        elif on_curve and before and after:
            dx, dy = bx - ax, by - ay
            length = math.hypot(dx, dy)
            between = 0 <= (px - ax) * dx + (py - ay) * dy <= length * length
            needless = length == 0 or between and abs((px - ax) * dy - (py - ay) * dx) <= tolerance * length
        if needless:
            del kept[index]
        # Also past the next point when one went, so that errors do not add up along a run.
        index += 1
    return kept
