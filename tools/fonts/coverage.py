"""Which characters the bundled Chinese fonts carry.

Leaves to others where the outlines come from (`build.py`) and how they are
changed (`outlines.py`).
"""

import pathlib

# Everything that is not a Han character, as inclusive code point ranges.
SYMBOLS = [
    (0x0020, 0x007E), (0x00A0, 0x017F),  # ASCII, Latin-1, Latin Extended-A
    (0x01CD, 0x01DC), (0x01F8, 0x01F9), (0x0251, 0x0251), (0x0261, 0x0261),  # pinyin
    (0x02C6, 0x02CB), (0x02D8, 0x02DD),  # spacing accents, tone marks
    (0x0370, 0x03FF), (0x0400, 0x045F),  # Greek, Cyrillic
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF),  # punctuation, super/subscripts, currency
    (0x2100, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),  # letterlike … technical
    (0x2460, 0x24FF), (0x2500, 0x259F), (0x25A0, 0x25FF),  # enclosed, boxes, shapes
    (0x2600, 0x27BF),  # stars, ticks, dingbats
    (0x3000, 0x312F), (0x31F0, 0x33FF),  # CJK punctuation, kana, bopomofo, ㈠ ㎡
    (0xFE10, 0xFE1F), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),  # vertical, compatibility, fullwidth
]
# Radicals and strokes, which PDF text layers and dictionaries use.
RADICALS = [(0x2E80, 0x2FD5), (0x31C0, 0x31EF)]

# Level 3 of the Table of General Standard Chinese Characters (通用规范汉字表, 2013):
# the 1,605 characters of names and places. Levels 1 and 2 are in GB 2312 but for a handful.
LEVEL_3 = pathlib.Path(__file__).with_name("standard-level-3.txt").read_text(encoding="utf-8").strip()
# The handful: level 1 and 2 characters outside GB 2312.
LEVEL_2_EXTRA = "啰瞭噁㤘㧐㧟㸆䁖䏝䥽䦃"


def _expand(ranges):
    return {code for low, high in ranges for code in range(low, high + 1)}


def _encodable(codec):
    return {code for code in range(0x4E00, 0xA000) if chr(code).encode(codec, "ignore")}


def _big5_level_1():
    """Han of Big5's first plane, the traditional characters in daily use."""
    found = set()
    for lead in range(0xA4, 0xC7):
        for trail in [*range(0x40, 0x7F), *range(0xA1, 0xFF)]:
            text = bytes([lead, trail]).decode("big5", "ignore")
            if len(text) == 1 and 0x4E00 <= ord(text) < 0xA000:
                found.add(ord(text))
    return found


def standard():
    """Everyday simplified text with its rare names: GB 2312 and the standard table."""
    return _expand(SYMBOLS) | _encodable("gb2312") | set(map(ord, LEVEL_3 + LEVEL_2_EXTRA))


def common():
    """The same and Big5's first plane: daily traditional text."""
    return standard() | _big5_level_1()


def korean():
    """Every Hangul syllable and the compatibility letters; hanja are left to the Chinese faces."""
    return _expand(SYMBOLS) | _expand([(0x3130, 0x318F), (0xAC00, 0xD7A3)])


def full():
    """The same and all of GBK's 20,902 unified ideographs, radicals and the block's tail."""
    return common() | _expand(RADICALS) | _encodable("gbk") | set(range(0x9FA6, 0x9FF0))
